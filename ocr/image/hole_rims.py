"""Finds punched holes of which nothing shows but the rim: over a white lid an arc of shadow, in a
bitonal scan a ring."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import connected_marks
from ocr.image.view import PageView

# A hole, how far its middle lies from an edge of the sheet, and how near to a circle its rim is.
_DIAMETER_MM = (3.8, 9.0)
_FROM_EDGE_MM = 18.0
_OFF_CIRCLE_MM = 0.38
_FEWEST_POINTS = 12
# No pencil is paler; nobody writes a circle so large alone at an edge.
_DARKEST = 90.0
# Of a row of holes: as far from the edge as another, far along it. An arc alone may be a figure.
_ACROSS_MM = 3.0
_ALONG_MM = 38.0
# The rim of a hole in a bitonal scan: a ring as round as a punch cuts it with nothing inside.
_RING_ROUND = 0.08
_RING_FILLED = 0.1
_RING_RIM_MM = 1.35
_RING_SPECK_MM = 0.9
_RING_MM = (3.5, 10.0)
_RING_ZONE_MM = 32.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rim:
    """An arc that may be the rim of a hole, or a hole: its middle (x, y) in millimetres, and
    whether it lies at a side of the page or at its head or foot."""

    middle: tuple[float, float]
    at_side: bool


def rim_of(
    view: PageView, inked: NDArray[np.bool_], corner: tuple[int, int], size: tuple[int, int]
) -> Rim | None:
    """The rim that a pale mark may be; `inked` is the mark, `corner` its upper left (x, y) in what
    is looked at, which is `size` (width, height) large."""
    rows, columns = np.nonzero(inked)
    if rows.size < _FEWEST_POINTS:
        return None
    millimetre = view.millimetres(1.0)
    x, y = (columns + corner[0]) / millimetre, (rows + corner[1]) / millimetre
    # The circle with the least squares of x² + y² + ax + by + c.
    equations = np.column_stack((x, y, np.ones_like(x)))
    (a, b, c), _, rank, _ = np.linalg.lstsq(equations, -(x**2 + y**2), rcond=None)
    squared = (a**2 + b**2) / 4 - c
    if rank < 3 or squared <= 0:
        return None
    middle_x, middle_y, radius = -a / 2, -b / 2, float(np.sqrt(squared))
    if not _DIAMETER_MM[0] <= 2 * radius <= _DIAMETER_MM[1]:
        return None
    away = np.hypot(x - middle_x, y - middle_y)
    if float(np.sqrt(np.mean((away - radius) ** 2))) > _OFF_CIRCLE_MM:
        return None
    width, height = (value / millimetre for value in size)
    side, end = min(middle_x, width - middle_x), min(middle_y, height - middle_y)
    if min(side, end) > _FROM_EDGE_MM:
        return None
    return Rim(middle=(float(middle_x), float(middle_y)), at_side=bool(side <= end))


def is_pale(darkness: float) -> bool:
    """Whether a mark is no darker (0 to 255) than the shadow in a hole over a white lid."""
    return darkness <= _DARKEST


def hole_at(view: PageView, place: tuple[int, int, int, int], size: tuple[int, int]) -> Rim | None:
    """The hole that a mark is which is known to be no writing; None where it has not its size.
    `place` is (left, top, width, height) in what is looked at, which is `size` large."""
    left, top, wide, high = (value / view.millimetres(1.0) for value in place)
    if not _DIAMETER_MM[0] <= max(wide, high) <= _DIAMETER_MM[1]:
        return None
    x, y = left + wide / 2, top + high / 2
    width, height = (value / view.millimetres(1.0) for value in size)
    return Rim(middle=(x, y), at_side=min(x, width - x) <= min(y, height - y))


def holes_among(rims: list[Rim], known: list[Rim]) -> list[bool]:
    """Which of the arcs are rims of holes: those in a row with others or with holes that are
    `known`."""
    return [
        any(_in_row(rim, other) for other in (*rims, *known) if other is not rim) for rim in rims
    ]


def _in_row(rim: Rim, other: Rim) -> bool:
    across, along = (0, 1) if rim.at_side else (1, 0)
    return (
        rim.at_side == other.at_side
        and abs(rim.middle[across] - other.middle[across]) <= _ACROSS_MM
        and abs(rim.middle[along] - other.middle[along]) >= _ALONG_MM
    )


def is_ring(
    view: PageView,
    place: tuple[int, int, int, int],
    filled: NDArray[np.uint8],
    size: tuple[int, int],
) -> bool:
    """Whether a mark near an edge is the mere rim of a punched hole, as bitonal scans show it.
    No figure is as round as a circle, and a circled one has something
    inside. `place` is (left, top, width, height) in what is looked at, which is `size` (width,
    height) large, `filled` where it is inked."""
    left, top, wide, high = place
    width, height = size
    low, top_size = (view.millimetres(value) for value in _RING_MM)
    nearest = min(left, top, width - left - wide, height - top - high)
    if nearest > view.millimetres(_RING_ZONE_MM) or not low <= min(wide, high) <= top_size:
        return False
    if abs(wide - high) > max(2.0, _RING_ROUND * wide):
        return False
    padded = cv2.copyMakeBorder(filled, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    outlines, _ = cv2.findContours(padded, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=cv2.contourArea)
    disc = np.zeros_like(padded)
    cv2.drawContours(disc, [outline], -1, 1, cv2.FILLED)
    if abs(cv2.countNonZero(disc) / (np.pi / 4 * wide * high) - 1) > _RING_FILLED:
        return False
    rim = 2 * max(1, round(view.millimetres(_RING_RIM_MM))) + 1
    inside = cv2.erode(disc, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim)))
    if not cv2.countNonZero(inside):
        return False
    _, stats = connected_marks(np.asarray(cv2.bitwise_and(padded, inside), dtype=np.uint8))
    return int(stats[1:, 2:4].max(initial=0)) <= view.millimetres(_RING_SPECK_MM)
