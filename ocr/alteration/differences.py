"""Where the inks of two pages that lie on each other differ more than scanning explains.

Ink is unexplained where the other page has none within a pixel. A second scan leaves some of that
along every stroke, more of it the more it is blurred, thinned or shifted; how much is asked of the
page itself, by all places that have ink on both, of which an alteration is a small part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.alteration.matching import INK, agreement, gained, matched
from ocr.alteration.nudging import WINDOW, Nudged, Part, Weighed, unexplained, weights
from ocr.alteration.planes import PIXELS_MM, Inks, Mask, Reals

Box = tuple[int, int, int, int]

ADDED, MISSING, CHANGED = "added", "missing", "changed"
DARK, RED, UNKNOWN = "dark", "red", "unknown"

# Unexplained ink (hundredths of full ink) below this is noise on any page; a page's own limit is
# so many times what nine of ten of its inked pixels leave unexplained.
_LEAST_EXCESS = {DARK: 30.0, RED: 35.0}
_EXCESS_TIMES = 1.6
_MOST_EXCESS = 70.0
_FEWEST_INKED = 400
# Square millimetres of full ink in a window: no alteration that can be seen is less, and how far
# above the windows of its page a window must lie.
_LEAST_AREA = {DARK: 0.09, RED: 1.5}
_SPREAD_TIMES = 6.0
_GROUP_MM = {DARK: 2.4, RED: 4.0}
# Less than this is dust, more so where no other ink is near.
_SMALLEST_MM = 0.95
_SMALLEST_STROKE_MM = 0.7
_STROKE = 0.7
_SMALLEST_ALONE_MM = 1.5
_NEAR_MM = 0.8
# So many grains beside each other are dust still.
_MOST_GRAINS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One place that differs. `box` in pixels of the raster (x0, y0, x1, y1), `kind` added (the
    paper has more), missing (the side has more) or changed, `score` how many times the limit of
    the page its unexplained ink is. `figures` are numbers that say something else on the paper:
    how the side and how the paper reads."""

    box: Box
    kind: str
    ink: str
    score: float
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """All differences of a page; `agreement` is the share of its inked places that look alike."""

    differences: tuple[Difference, ...]
    agreement: float


def differences_of(side: Inks, paper: Inks, usable: Mask) -> Compared:
    """What the paper has more and less than the side, where `usable`."""
    one, other = matched(side.dark, paper.dark, usable)
    found = _found(one, other, usable, DARK)
    if side.red is not None and paper.red is not None:
        # Scanners smear colour: it is looked at more coarsely.
        soft = [
            np.asarray(cv2.GaussianBlur(plane, (0, 0), 1.5), np.float32)
            for plane in (side.red, paper.red)
        ]
        found += _found(*gained(soft[0], soft[1], usable), usable, RED)
    return Compared(differences=tuple(found), agreement=agreement(one, other, usable))


def _found(one: Reals, other: Reals, usable: Mask, ink: str) -> list[Difference]:
    kernel = np.ones((3, 3) if ink == DARK else (7, 7), np.uint8)
    inked = _shared(one, other, kernel) & usable
    weighed = []
    for plane in unexplained(one, other, kernel):
        plane[~usable] = -100
        least = _least_excess(plane, inked, ink)
        over = np.asarray(np.where(plane > least, plane, 0), np.float32)
        weight = weights(over)
        limit = _limit(weight, one, other, usable, ink)
        weighed.append(Weighed(over=over, weight=weight, least=least, limit=limit))
    return _groups(Nudged(one=one, other=other, usable=usable, kernel=kernel), weighed, ink)


def _shared(one: Reals, other: Reals, kernel: NDArray[np.uint8]) -> Mask:
    """On and next to the ink that both pages have."""
    near = [cv2.dilate(plane, kernel, iterations=2) > INK for plane in (one, other)]
    return np.asarray(near[0] & near[1], np.bool_)


def _least_excess(plane: Reals, inked: Mask, ink: str) -> float:
    least = _LEAST_EXCESS[ink]
    if int(inked.sum()) > _FEWEST_INKED:
        least = max(least, _EXCESS_TIMES * float(np.percentile(plane[inked], 90)))
    return min(least, _MOST_EXCESS)


def _limit(weight: Reals, one: Reals, other: Reals, usable: Mask, ink: str) -> float:
    """What the windows of this page that have ink on both sides leave unexplained at most."""
    step = WINDOW
    shared = cv2.blur(np.minimum(one, other), (step, step))[::step, ::step]
    values = weight[::step, ::step][(shared > 2.0) & usable[::step, ::step]]
    if values.size < 12:
        return _LEAST_AREA[ink]
    middle = float(np.median(values))
    spread = 1.4826 * float(np.median(np.abs(values - middle)))
    return max(_LEAST_AREA[ink], middle + _SPREAD_TIMES * spread)


def _groups(nudged: Nudged, weighed: Sequence[Weighed], ink: str) -> list[Difference]:
    """Neighbouring unexplained ink as one place, where it is above the limit."""
    reach = 2 * round(_GROUP_MM[ink] * PIXELS_MM / 2) + 1
    marked = ((weighed[0].over > 0) | (weighed[1].over > 0)).astype(np.uint8)
    spread = cv2.dilate(marked, np.ones((reach, reach), np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(spread)
    found = []
    for label in range(1, count):
        x, y, wide, high, _ = (int(value) for value in boxes[label])
        part = (slice(y, y + high), slice(x, x + wide))
        here = labels[part] == label
        if not any(kind.ratio(part, here) >= 1.0 for kind in weighed):
            continue
        rows, columns = np.nonzero(here & (marked[part] > 0))
        box = (
            x + int(columns.min()),
            y + int(rows.min()),
            x + int(columns.max()) + 1,
            y + int(rows.max()) + 1,
        )
        pieces = here & (marked[part] > 0)
        if _is_speck(box, nudged.one, nudged.other) or _is_dust(pieces, box, nudged):
            continue
        ratios = [nudged.ratio(part, here, kind, which) for which, kind in enumerate(weighed)]
        if max(ratios) < 1.0:
            continue
        both = min(ratios) > 0.5 and all(_is_broad(part, here, kind) for kind in weighed)
        kind = CHANGED if both else ADDED if ratios[0] > ratios[1] else MISSING
        found.append(Difference(box=box, kind=kind, ink=ink, score=round(max(ratios), 2)))
    return found


def _is_broad(part: Part, here: Mask, weighed: Weighed) -> bool:
    """Whether what is unexplained in a group is more than a speck of dust."""
    rows, columns = np.nonzero(here & (weighed.over[part] > 0))
    return bool(max(np.ptp(rows), np.ptp(columns)) + 1 >= _SMALLEST_MM * PIXELS_MM)


def _is_speck(box: Box, one: Reals, other: Reals) -> bool:
    """Whether a place is as small as dust; what stands alone may be a little larger."""
    x0, y0, x1, y1 = box
    extent, narrow = max(x1 - x0, y1 - y0) / PIXELS_MM, min(x1 - x0, y1 - y0) / PIXELS_MM
    if _SMALLEST_STROKE_MM <= extent < _SMALLEST_MM and narrow < _STROKE * extent:
        # Grains are round; the stroke that makes a 6 of a 5 is not.
        extent = _SMALLEST_MM
    if extent < _SMALLEST_MM or extent >= _SMALLEST_ALONE_MM:
        return extent < _SMALLEST_MM
    return _is_alone(box, one, other)


def _is_dust(pieces: Mask, box: Box, nudged: Nudged) -> bool:
    """Whether a place is nothing but a few grains beside each other, away from all ink."""
    count, _, boxes, _ = cv2.connectedComponentsWithStats(pieces.astype(np.uint8))
    if not 1 < count - 1 <= _MOST_GRAINS or not _is_alone(box, nudged.one, nudged.other):
        return False
    return int(boxes[1:, 2:4].max()) / PIXELS_MM < _SMALLEST_MM


def _is_alone(box: Box, one: Reals, other: Reals) -> bool:
    """Whether the pages have no ink in common near a place."""
    x0, y0, x1, y1 = box
    near = round(_NEAR_MM * PIXELS_MM)
    part = (slice(max(0, y0 - near), y1 + near), slice(max(0, x0 - near), x1 + near))
    return float(np.minimum(one[part], other[part]).max()) < INK


def solid(dark: Reals, millimetres: float, level: float) -> NDArray[np.uint8]:
    """Where there are dark areas wider than `millimetres`."""
    size = 2 * round(millimetres * PIXELS_MM / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(
        cv2.morphologyEx((dark > level).astype(np.uint8), cv2.MORPH_OPEN, kernel), np.uint8
    )
