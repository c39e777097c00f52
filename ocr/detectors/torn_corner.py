"""Finds corners of the sheet in whose place the bed shows: torn off along a line that is not
straight, so that no fold or cut explains it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.detectors.bed import Bed
from ocr.detectors.edges import runs
from ocr.detectors.torn_edge import SheetEdge

Mask = NDArray[np.bool_]
Reals = NDArray[np.float32]

_MOST_LEG_MM = 72.0
# How much is missing where the leg ends: the wedge of a slight tilt may run on from there. And how
# far from the corner of the sheet the leg may begin.
_MISSING_MM = (1.2, 2.6)
_BEGIN_MM = 3.0
# A rounded corner lacks 0.21 of the rectangle about it, a straight cut half of it, a square notch
# all; the wedge beside a tilted sheet is far longer than deep.
_SHARES = (0.3, 0.92)
_LEAST_RATIO = math.tan(math.radians(17.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class TornCorner:
    """A missing corner, turned so that it lies at the top left: the ends of its legs at the two
    edges, (x, y) in millimetres, and the bed (`pace` pixels a millimetre)."""

    ends: tuple[tuple[float, float], tuple[float, float]]
    bed: Mask
    pace: float


def torn_corner(
    bed: Bed, sides: dict[str, SheetEdge], right: bool, low: bool, least: float
) -> TornCorner | None:
    """The corner of the page at that side and height when both its legs are `least` millimetres
    or longer."""
    across = sides["bottom" if low else "top"]
    down = sides["right" if right else "left"]
    if not bed.shows or bed.faint or not across.depth.any() or not down.depth.any():
        return None
    over_x, line_x = across.over[:: -1 if right else 1], across.line[:: -1 if right else 1]
    over_y, line_y = down.over[:: -1 if low else 1], down.line[:: -1 if low else 1]
    # Where the corner of the whole sheet would lie.
    x0, y0 = max(0.0, float(line_y[0])), max(0.0, float(line_x[0]))
    for missing in _MISSING_MM:
        end_x, end_y = (
            _end(over, begin, missing, bed.pace) for over, begin in ((over_x, x0), (over_y, y0))
        )
        legs = end_x - x0, end_y - y0
        if least <= min(legs) >= _LEAST_RATIO * max(legs) and max(legs) <= _MOST_LEG_MM:
            break
    else:
        return None
    first, last = round(x0 * bed.pace), round(end_x * bed.pace)
    lost = np.clip(over_x[first:last], 0.0, legs[1])
    share = float(lost.sum()) / bed.pace / (legs[0] * legs[1])
    if not _SHARES[0] <= share <= _SHARES[1]:
        return None
    mask = bed.mask[:: -1 if low else 1, :: -1 if right else 1]
    return TornCorner(ends=((end_x, y0), (x0, end_y)), bed=mask, pace=bed.pace)


def _end(over: Reals, begin: float, missing: float, pace: float) -> float:
    """Where along an edge the sheet begins again, in millimetres; `begin` where no more than
    `missing` of it is lost."""
    for start, end in runs(np.asarray(over > missing)):
        if end / pace > begin and start / pace <= begin + _BEGIN_MM:
            return end / pace
    return begin
