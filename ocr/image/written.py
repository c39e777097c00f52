"""Tells written matter from dust, holes, shadows and bleed-through on a nearly empty side."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import PageView, halved

_FAINT = 42
_FAINT_ON_BURNT = 24
_STRONG = 70
# A side with this much strong ink is written on whatever shape the ink has.
_PLENTY = 0.008
# So many marks can be told apart by numbers of 16 bits, which takes a third of the time.
_FEW_MARKS = 65_000
_DUST_MM = 1.3
_MARGIN_MM = 4.0
_HOLE_MM = (3.5, 10.0)
_HOLE_ZONE_MM = 32.0
_STAPLE_MM = 3.0
_STREAK_MM = 1.2
# A staple that is still there: a straight thin bar near a corner, longer than any figure.
_BAR_MM = (5.5, 14.0)
_BAR_THICK_MM = 1.2
_BAR_ZONE_MM = 22.0
# Ink on this face has edges; ink seen through the paper is smeared by it.
_EDGE_STEP = 0.16
_STEEP = 0.5
_STEEP_SHARE = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """`ink_ratio` is the share of the page under strong ink of any kind; `written_ratio` the share
    under what is taken for writing (equal on a full page); `through_ratio` the share under faint
    smeared marks; `box` bounds the writing in working pixels."""

    ink_ratio: float
    written_ratio: float
    through_ratio: float
    box: tuple[int, int, int, int] | None


def measure_written(view: PageView, inner: tuple[int, int, int, int]) -> Written:
    """How much of the page is written on; `inner` is the page without dark edges (x0, y0, x1, y1).

    On a nearly empty side every mark is looked at by itself: dust (under 1.3 mm), round punched
    holes near an edge, staple marks, shadows along the edges, streaks down the whole page and
    smeared or faint marks from the other face do not count.
    """
    x0, y0, x1, y1 = inner
    margin = round(view.millimetres(_MARGIN_MM))
    if min(x1 - x0, y1 - y0) > 8 * margin:
        x0, y0, x1, y1 = x0 + margin // 2, y0 + margin // 2, x1 - margin // 2, y1 - margin // 2
    ink = view.ink[y0:y1, x0:x1]
    _, strong = cv2.threshold(ink, _STRONG, 1, cv2.THRESH_BINARY)
    ink_ratio = cv2.countNonZero(strong) / float(ink.size)
    if ink_ratio > _PLENTY:
        left, top, wide, high = cv2.boundingRect(strong)
        box = (x0 + left, y0 + top, x0 + left + wide, y0 + top + high)
        return Written(ink_ratio=ink_ratio, written_ratio=ink_ratio, through_ratio=0.0, box=box)
    return _by_marks(view, ink, ink_ratio, (x0, y0))


def _faint(view: PageView) -> int:
    """The faintest ink looked at: on burnt-out paper what shines through is gone already, and
    what is left, however light, is ink."""
    return _FAINT_ON_BURNT if min(view.paper) >= 252 else _FAINT


def _by_marks(
    view: PageView, ink: NDArray[np.uint8], ink_ratio: float, origin: tuple[int, int]
) -> Written:
    area = float(ink.size)
    least = _faint(view)
    _, faint = cv2.threshold(ink, least, 255, cv2.THRESH_BINARY)
    # At half the size, strokes of one mark that scanning broke up (0.5 mm) touch each other.
    joined = halved(np.asarray(faint, dtype=np.uint8))
    few = cv2.countNonZero(joined) < _FEW_MARKS
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        joined, connectivity=8, ltype=cv2.CV_16U if few else cv2.CV_32S
    )
    height, width = ink.shape
    written = 0.0
    through = 0.0
    boxes = []
    sizes = 2 * stats[:, 2:4].max(axis=1) - 1
    for label in np.flatnonzero(sizes >= view.millimetres(_DUST_MM)):
        if label == 0:
            continue
        left, top, wide, high = (2 * int(value) for value in stats[label, :4])
        wide, high = wide - 1, high - 1
        place = (left, top, wide, high)
        window = ink[top : top + high + 1, left : left + wide + 1]
        # A hole may be darker at its rim than inside, a circled figure is empty inside.
        filled = int(np.count_nonzero(window > 0.35 * float(window.max(initial=0))))
        if _is_flaw(view, place, filled, width, height):
            continue
        if _is_staple(view, place, window > least, width, height):
            continue
        own = labels[top // 2 : (top + high + 1) // 2, left // 2 : (left + wide + 1) // 2] == label
        mark = window[np.repeat(np.repeat(own, 2, axis=0), 2, axis=1)]
        solid = int(np.count_nonzero(mark > _STRONG)) >= view.millimetres(0.25) ** 2
        covered = float(np.count_nonzero(mark > least))
        if not _has_edges(window, solid, least):
            through += covered
            continue
        written += covered
        boxes.append((left, top, left + wide, top + high))
    if not boxes:
        return Written(
            ink_ratio=ink_ratio, written_ratio=0.0, through_ratio=through / area, box=None
        )
    array = np.array(boxes)
    x0, y0 = origin
    box = (
        int(array[:, 0].min()) + x0,
        int(array[:, 1].min()) + y0,
        int(array[:, 2].max()) + x0,
        int(array[:, 3].max()) + y0,
    )
    return Written(
        ink_ratio=ink_ratio,
        written_ratio=written / area,
        through_ratio=through / area,
        box=box,
    )


def _is_flaw(
    view: PageView, place: tuple[int, int, int, int], area: int, width: int, height: int
) -> bool:
    """Whether a mark has the shape and place of a hole, a staple, a shadow or a streak."""
    left, top, wide, high = place
    long_side, short_side = max(wide, high), min(wide, high)
    nearest = min(left, top, width - left - wide, height - top - high)
    near_edge = nearest < view.millimetres(_HOLE_ZONE_MM)
    round_shape = short_side > 0.75 * long_side and area > 0.62 * wide * high
    low, top_size = (view.millimetres(value) for value in _HOLE_MM)
    if near_edge and round_shape and low <= long_side <= top_size:
        return True
    if (
        near_edge
        and long_side < view.millimetres(_STAPLE_MM)
        and round_shape
        and area > 0.7 * wide * high
    ):
        return True
    touches = nearest <= 1
    if touches and short_side < view.millimetres(_HOLE_ZONE_MM / 2) and long_side > 2 * short_side:
        return True
    along = width if wide > high else height
    return long_side > 0.6 * along and short_side < view.millimetres(_STREAK_MM)


def _is_staple(
    view: PageView,
    place: tuple[int, int, int, int],
    inked: NDArray[np.bool_],
    width: int,
    height: int,
) -> bool:
    left, top, wide, high = place
    zone = view.millimetres(_BAR_ZONE_MM)
    if min(left, width - left - wide) > zone or min(top, height - top - high) > zone:
        return False
    shortest, longest = (view.millimetres(value) for value in _BAR_MM)
    if not shortest <= float(np.hypot(wide, high)) <= longest:
        return False
    points = cv2.findNonZero(inked.astype(np.uint8))
    if points is None:
        return False
    sides = cv2.minAreaRect(points)[1]
    return min(sides) + 1 <= view.millimetres(_BAR_THICK_MM) and max(sides) >= shortest


def _has_edges(window: NDArray[np.uint8], solid: bool, least: int) -> bool:
    """Whether the mark rises within a pixel or two, as ink on this face does.

    A dark mark needs one such place. A faint one must rise steeply for its own height, and along
    a good part of its outline, or it is taken for the other face shining through.
    """
    across = cv2.absdiff(window[:, 1:], window[:, :-1])
    down = cv2.absdiff(window[1:], window[:-1])
    if solid and max(int(across.max(initial=0)), int(down.max(initial=0))) > _EDGE_STEP * 255:
        return True
    peak = float(np.percentile(window[window > least], 90))
    steep = max(_STEEP * peak, least * 0.6)
    places = int(np.count_nonzero(across > steep)) + int(np.count_nonzero(down > steep))
    return places > _STEEP_SHARE * int(np.count_nonzero(window > least))
