"""Tells written matter from dust, holes, shadows and bleed-through on a nearly empty side."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import connected_marks
from ocr.image.corners import without_bed_corners
from ocr.image.hole_rims import Rim, hole_at, holes_among, is_pale, is_ring, rim_of
from ocr.image.stains import is_stain
from ocr.image.view import PageView
from ocr.shrinking import halved

_FAINT = 42
_FAINT_ON_BURNT = 24
_STRONG = 70
# A side with this much strong ink is written on whatever shape the ink has.
_PLENTY = 0.008
_DUST_MM = 1.3
_MARGIN_MM = 4.0
_HOLE_MM = (3.5, 10.0)
_HOLE_ZONE_MM = 32.0
_SMALL_HOLE_MM = 4.8
_FULL = (0.62, 0.7)
# A torn hole reaches nearly to the edge; its disc makes up most of it, the slit is smaller.
_TORN_REACH_MM = 5.0
_TORN_DISC = 0.8
_TORN_SLIT = 0.75
_MOSTLY = 0.75
_STAPLE_MM = 3.0
_STREAK_MM = 1.2
# A staple that is still there: a straight thin bar near a corner, longer than any figure.
_BAR_MM = (5.5, 14.0)
_BAR_THICK_MM = 1.2
_BAR_ZONE_MM = 22.0
_WIRE_DARK = 140.0
_WIRE_EVEN = 0.2
# On a side with so many and so much of them, the other face shines through everywhere.
_MANY_SMEARED = 12
_MUCH_SMEARED = 0.001
_AS_DARK = 1.2
_GRAY = 0.75
# Paper of 70 to 80 g lets a quarter of the ink behind it through, a third at most.
_MOST_THROUGH = 85
# Seals are paler than print. One that is darker than this, and darker by so much than all black
# marks, is no seal of the other face, whose print would be seen as well.
_SEAL_THROUGH = 66
_SEAL_ABOVE_PRINT = 1.15
# What is as large as a letter or a word may be one that lost its edges; stains and creases are
# larger.
_LETTER_MM = (2.0, 15.0)
# Fewer coloured ones are the flecks of a stain or of a seal that soaked through.
_FLECKS = 8
# Ink on this face has edges; ink seen through the paper is smeared by it.
_EDGE_STEP = 0.16
_STEEP = 0.5
_STEEP_SHARE = 0.2


SURELY_INK = 153
"""Nothing that shines through is so dark (about 0.6 of full ink)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """`ink_ratio` is the share of the page under strong ink of any kind; `written_ratio` the share
    under what is taken for writing (equal on a full page); `through_ratio` the share under faint
    smeared marks; `box` bounds the writing in working pixels; `pale` writing is all over the page
    and hardly darker than the paper.

    `letters` is the number of smeared marks that could be letters as well, `faint_cells` in how
    many squares of 6 mm there is anything, however faint (0 when nobody asked): what it is, only
    the other face of the sheet can tell. `dark_ratio` is the share of the page under ink so dark
    that no paper lets it through."""

    ink_ratio: float
    written_ratio: float
    through_ratio: float
    box: tuple[int, int, int, int] | None
    pale: bool = False
    letters: int = 0
    faint_cells: int = 0
    dark_ratio: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mark:
    """One mark of a nearly empty side: its `area` in pixels, its `darkness` (0 to 255), whether it
    is `solid` (dark over more than a speck) and `gray`, its box in what was looked at."""

    area: int
    darkness: float
    solid: bool
    gray: bool
    box: tuple[int, int, int, int]


def measure_written(view: PageView, inner: tuple[int, int, int, int]) -> Written:
    """How much of the page is written on; `inner` is the page without dark edges (x0, y0, x1, y1).

    On a nearly empty side every mark is looked at by itself: dust (under 1.3 mm), round punched
    holes near an edge, staple marks, shadows along the edges, streaks down the whole page and
    smeared or faint marks from the other face do not count.
    """
    x0, y0, x1, y1 = inner
    margin = round(view.millimetres(_MARGIN_MM)) // 2
    if min(x1 - x0, y1 - y0) <= 16 * margin:
        margin = 0
    x0, y0, x1, y1 = x0 + margin, y0 + margin, x1 - margin, y1 - margin
    ink = without_bed_corners(view.ink[y0:y1, x0:x1], 1 / view.millimetres(1.0), margin)
    black = view.black[y0:y1, x0:x1]
    _, strong = cv2.threshold(ink, _STRONG, 1, cv2.THRESH_BINARY)
    ink_ratio = cv2.countNonZero(strong) / float(ink.size)
    if ink_ratio > _PLENTY:
        left, top, wide, high = cv2.boundingRect(strong)
        box = (x0 + left, y0 + top, x0 + left + wide, y0 + top + high)
        found = Written(ink_ratio=ink_ratio, written_ratio=ink_ratio, through_ratio=0.0, box=box)
    else:
        found = _by_marks(view, ink, black, ink_ratio, (x0, y0))
    dark = cv2.countNonZero(cv2.threshold(ink, SURELY_INK, 1, cv2.THRESH_BINARY)[1])
    return replace(found, dark_ratio=dark / float(ink.size))


def _faint(view: PageView) -> int:
    """The faintest ink looked at: on burnt-out paper what shines through is gone already, and
    what is left, however light, is ink."""
    return _FAINT_ON_BURNT if min(view.paper) >= 252 else _FAINT


def _by_marks(
    view: PageView,
    ink: NDArray[np.uint8],
    black: NDArray[np.uint8],
    ink_ratio: float,
    origin: tuple[int, int],
) -> Written:
    area = float(ink.size)
    least = _faint(view)
    _, faint = cv2.threshold(ink, least, 255, cv2.THRESH_BINARY)
    # At half the size, strokes of one mark that scanning broke up (0.5 mm) touch each other.
    joined = halved(np.asarray(faint, dtype=np.uint8))
    labels, stats = connected_marks(joined)
    height, width = ink.shape
    written: list[_Mark] = []
    smeared: list[_Mark] = []
    rims: list[tuple[_Mark, Rim]] = []
    known: list[Rim | None] = []
    sizes = 2 * stats[:, 2:4].max(axis=1) - 1
    for label in np.flatnonzero(sizes >= view.millimetres(_DUST_MM)):
        if label == 0:
            continue
        left, top, wide, high = (2 * int(value) for value in stats[label, :4])
        rows, columns = slice(top, top + high), slice(left, left + wide)
        window = ink[rows, columns]
        # A hole may be darker at its rim than inside, a circled figure is empty inside.
        full = 0.35 * float(window.max(initial=0))
        filled = np.asarray(cv2.threshold(window, full, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)
        place = _exact((left, top, wide - 1, high - 1), filled)
        if _is_no_writing(view, place, (window, filled), least, (width, height)):
            known.append(hole_at(view, place, (width, height)))
            continue
        own = labels[top // 2 : (top + high) // 2, left // 2 : (left + wide) // 2] == label
        mark = window[np.repeat(np.repeat(own, 2, axis=0), 2, axis=1)]
        solid = int(np.count_nonzero(mark > _STRONG)) >= view.millimetres(0.25) ** 2
        darkest = round(0.99 * (mark.size - 1))
        seen = _Mark(
            area=int(np.count_nonzero(mark > least)),
            darkness=float(np.partition(mark, darkest)[darkest]),
            solid=solid,
            gray=int(black[rows, columns].max(initial=0)) > _GRAY * int(mark.max(initial=0)),
            box=(left, top, left + wide - 1, top + high - 1),
        )
        corner = origin[0] + left, origin[1] + top
        if not seen.gray and is_stain(view, own, corner, seen.darkness):
            continue
        if seen.gray and is_pale(seen.darkness):
            shape = np.repeat(np.repeat(own, 2, axis=0), 2, axis=1) & (window > least)
            rim = rim_of(view, shape, (left, top), (width, height))
            if rim is not None:
                rims.append((seen, rim))
        (written if _has_edges(window, solid, least) else smeared).append(seen)
    among = holes_among([rim for _, rim in rims], [hole for hole in known if hole is not None])
    holes = [mark for (mark, _), is_hole in zip(rims, among, strict=True) if is_hole]
    written = [mark for mark in written if mark not in holes]
    smeared = [mark for mark in smeared if mark not in holes]
    written, more = _without_fragments(written, smeared, area)
    smeared += more
    # Without edges, but too dark for the other face: this face is out of focus.
    dark = [mark for mark in smeared if mark.darkness > _MOST_THROUGH]
    smeared = [mark for mark in smeared if mark.darkness <= _MOST_THROUGH]
    seal = _own_seal([*written, *dark], smeared)
    smeared = [mark for mark in smeared if mark not in seal]
    dark += seal
    found = _summed([*written, *dark], smeared, ink_ratio, area, origin)
    letters = [mark for mark in smeared if _like_letter(view, mark)]
    gray = sum(mark.gray for mark in letters)
    return replace(found, letters=gray + (len(letters) - gray) // _FLECKS)


def _own_seal(written: list[_Mark], smeared: list[_Mark]) -> list[_Mark]:
    """The coloured ones of the smeared marks where they are a pale seal on this face."""
    coloured = [mark for mark in smeared if not mark.gray]
    black = [mark.darkness for mark in (*written, *smeared) if mark.gray]
    least = max(_SEAL_THROUGH, _SEAL_ABOVE_PRINT * max(black, default=0.0))
    return coloured if any(mark.darkness > least for mark in coloured) else []


def _like_letter(view: PageView, mark: _Mark) -> bool:
    left, top, right, bottom = mark.box
    least, most = (view.millimetres(value) for value in _LETTER_MM)
    return least <= max(right - left, bottom - top) <= most


def _without_fragments(
    written: list[_Mark], smeared: list[_Mark], area: float
) -> tuple[list[_Mark], list[_Mark]]:
    """The marks taken for writing, and those that are none on a side where much shines through:
    the darkest bits of thin strokes have edges for want of room."""
    if len(smeared) < _MANY_SMEARED or sum(mark.area for mark in smeared) < _MUCH_SMEARED * area:
        return written, []
    # Carbon copies are smeared as well, but blue.
    if sum(mark.area for mark in smeared if mark.gray) < 0.5 * sum(mark.area for mark in smeared):
        return written, []
    darkest = _AS_DARK * float(np.percentile([mark.darkness for mark in smeared], 95))
    bits = [mark for mark in written if not mark.solid and mark.darkness <= darkest]
    return [mark for mark in written if mark not in bits], bits


def _summed(
    written: list[_Mark],
    smeared: list[_Mark],
    ink_ratio: float,
    area: float,
    origin: tuple[int, int],
) -> Written:
    x0, y0 = origin
    box = None
    if written:
        edges = np.array([mark.box for mark in written])
        left, top = (int(value) for value in edges[:, :2].min(axis=0))
        right, bottom = (int(value) for value in edges[:, 2:].max(axis=0))
        box = (left + x0, top + y0, right + x0, bottom + y0)
    return Written(
        ink_ratio=ink_ratio,
        written_ratio=sum(mark.area for mark in written) / area,
        through_ratio=sum(mark.area for mark in smeared) / area,
        box=box,
    )


def _is_no_writing(
    view: PageView,
    place: tuple[int, int, int, int],
    planes: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    least: int,
    size: tuple[int, int],
) -> bool:
    """Whether a mark is a hole, a staple, a shadow or a streak; `planes` are its ink and where it
    is filled, `size` (width, height) is that of what is looked at."""
    window, filled = planes
    width, height = size
    return (
        _is_flaw(view, place, cv2.countNonZero(filled), width, height)
        or _is_torn_hole(view, place, filled, width, height)
        or is_ring(view, place, filled, size)
        or _is_staple(view, place, window, least, width, height)
    )


def _is_flaw(
    view: PageView, place: tuple[int, int, int, int], area: int, width: int, height: int
) -> bool:
    """Whether a mark has the shape and place of a hole, a staple, a shadow or a streak."""
    left, top, wide, high = place
    long_side, short_side = max(wide, high), min(wide, high)
    nearest = min(left, top, width - left - wide, height - top - high)
    near_edge = nearest < view.millimetres(_HOLE_ZONE_MM)
    # A bold figure is nearly as round as a small hole, but not as full.
    small = long_side < view.millimetres(_SMALL_HOLE_MM)
    round_shape = short_side > 0.75 * long_side and area > _FULL[small] * wide * high
    low, top_size = (view.millimetres(value) for value in _HOLE_MM)
    if near_edge and round_shape and low <= long_side <= top_size:
        return True
    touches = nearest <= 1
    # Of a hole beside a dark edge a part lies outside of what is looked at.
    cut_hole = touches and low <= long_side <= top_size and short_side >= 0.3 * long_side
    if cut_hole and area > 0.62 * wide * high:
        return True
    if (
        near_edge
        and long_side < view.millimetres(_STAPLE_MM)
        and round_shape
        and area > 0.7 * wide * high
    ):
        return True
    if touches and short_side < view.millimetres(_HOLE_ZONE_MM / 2) and long_side > 2 * short_side:
        return True
    along = width if wide > high else height
    return long_side > 0.6 * along and short_side < view.millimetres(_STREAK_MM)


def _exact(
    place: tuple[int, int, int, int], filled: NDArray[np.uint8]
) -> tuple[int, int, int, int]:
    """The box of a mark by its filled part: found at half the size, it is a pixel or two too
    large. A mark with a dark part here and there is as large as it was found."""
    left, top, wide, high = place
    x, y, across, down = cv2.boundingRect(filled)
    if across < _MOSTLY * wide or down < _MOSTLY * high:
        return place
    return left + x, top + y, min(across, wide), min(down, high)


def _is_torn_hole(
    view: PageView,
    place: tuple[int, int, int, int],
    filled: NDArray[np.uint8],
    width: int,
    height: int,
) -> bool:
    """Whether a mark is a punched hole that tore out towards the edge: a disc and a slit. No pen
    is as broad as a hole, and print so large has more to it than one disc."""
    left, top, wide, high = place
    low, top_size = (view.millimetres(value) for value in _HOLE_MM)
    nearest = min(left, top, width - left - wide, height - top - high)
    if nearest > view.millimetres(_TORN_REACH_MM) or not low <= min(wide, high) <= top_size:
        return False
    padded = cv2.copyMakeBorder(filled, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    radius = float(cv2.distanceTransform(padded, cv2.DIST_L2, 5).max())
    disc = float(np.pi * radius**2)
    return 2 * radius >= max(low, _TORN_DISC * min(wide, high)) and (
        cv2.countNonZero(filled) <= (1 + _TORN_SLIT) * disc
    )


def _is_staple(
    view: PageView,
    place: tuple[int, int, int, int],
    window: NDArray[np.uint8],
    least: int,
    width: int,
    height: int,
) -> bool:
    left, top, wide, high = place
    zone = view.millimetres(_BAR_ZONE_MM)
    beside = min(left, width - left - wide) <= zone
    above = min(top, height - top - high) <= zone
    # Away from the corners only what has the sheen of wire: a stroke of a pen is darker.
    if not (beside and above) and not ((beside or above) and _is_wire(window)):
        return False
    shortest, longest = (view.millimetres(value) for value in _BAR_MM)
    if not shortest <= float(np.hypot(wide, high)) <= longest:
        return False
    points = cv2.findNonZero(cv2.inRange(window, least + 1.0, 255.0))
    if points is None:
        return False
    sides = cv2.minAreaRect(points)[1]
    return min(sides) + 1 <= view.millimetres(_BAR_THICK_MM) and max(sides) >= shortest


def _is_wire(window: NDArray[np.uint8]) -> bool:
    """Whether a bar is pale and as dark at one end as at the other, which no pencil manages."""
    along = window.max(axis=0 if window.shape[1] > window.shape[0] else 1).astype(np.float64)
    middle = along[along.size // 8 : -(along.size // 8) or None]
    dark = float(np.median(middle))
    return dark < _WIRE_DARK and float(np.ptp(middle)) < _WIRE_EVEN * dark


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
