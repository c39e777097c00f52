"""Punched holes: found as a row along the binding edge, filled with the paper round them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import effective_dpi, paper_colour

_DPI = 75.0
# Punches are 5 to 7 mm wide, awls of thread binding from 3 mm.
_LEAST_MM = 2.6
_MOST_MM = 8.5
_LONE_MM = 4.4
# Binding holes lie this near to an edge, and on one line.
_EDGE_MM = 26.0
_LINE_MM = 2.5
_DARK = 0.62
_COLOURED = 38
_EVEN = 22.0
_ALIKE = 1.3
_GROWN = 1.1
_MOST_HOLES = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Hole:
    """A round hole; centre and radius in pixels of the page."""

    x: float
    y: float
    radius: float


def find_holes(pixels: NDArray[np.uint8], dpi: int) -> tuple[Hole, ...]:
    """The punched holes of an upright page; none when a dark disc may be something else."""
    height, width = pixels.shape[:2]
    resolution = effective_dpi(width, height, dpi)
    factor = min(1.0, _DPI / resolution)
    size = (max(24, round(width * factor)), max(24, round(height * factor)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    millimetre = resolution * factor / 25.4
    discs = [hole for hole in _discs(small, millimetre) if _near_edge(hole, size, millimetre)]
    chosen = _in_rows(discs, size, millimetre)
    if len(chosen) > _MOST_HOLES:
        return ()
    scale = width / size[0]
    return tuple(
        Hole(
            x=round(hole.x * scale, 1),
            y=round(hole.y * scale, 1),
            radius=round(hole.radius * scale, 1),
        )
        for hole in chosen
    )


def _discs(small: NDArray[np.uint8], millimetre: float) -> list[Hole]:
    gray = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    blue, green, red = paper_colour(small)
    paper = 0.114 * blue + 0.587 * green + 0.299 * red
    dark = (gray < _DARK * paper).astype(np.uint8)
    count, labels, boxes, centres = cv2.connectedComponentsWithStats(dark, connectivity=4)
    found = []
    for index in range(1, count):
        left, top, wide, high, area = (int(value) for value in boxes[index])
        if not _LEAST_MM * millimetre <= min(wide, high) <= _MOST_MM * millimetre:
            continue
        if max(wide, high) > 1.25 * min(wide, high) + 1:
            continue
        if not 0.85 < area / (math.pi / 4 * wide * high) < 1.18:
            continue
        mask = labels[top : top + high, left : left + wide] == index
        patch = small[top : top + high, left : left + wide]
        core = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        inside = patch[core].astype(np.int16)
        if inside.size == 0 or float(inside.std(axis=0).max()) > _EVEN:
            continue
        # A red or blue dot is somebody's mark.
        if float(np.median(inside.max(axis=1) - inside.min(axis=1))) > _COLOURED:
            continue
        # Where the disc touches dark outside, it is a blot or part of a frame.
        found.append(
            Hole(
                x=float(centres[index][0]) + 0.5,
                y=float(centres[index][1]) + 0.5,
                radius=math.sqrt(area / math.pi),
            )
        )
    return found


def _near_edge(hole: Hole, size: tuple[int, int], millimetre: float) -> bool:
    return _edge_distance(hole, size) < _EDGE_MM * millimetre


def _edge_distance(hole: Hole, size: tuple[int, int]) -> float:
    return min(hole.x, hole.y, size[0] - hole.x, size[1] - hole.y)


def _in_rows(discs: Sequence[Hole], size: tuple[int, int], millimetre: float) -> list[Hole]:
    """Discs of one size on one line along an edge, and single ones as large as a punch makes."""
    chosen = []
    for hole in discs:
        mates = [
            other
            for other in discs
            if other is not hole
            and max(other.radius, hole.radius) < _ALIKE * min(other.radius, hole.radius)
            and min(abs(other.x - hole.x), abs(other.y - hole.y)) < _LINE_MM * millimetre
            and abs(_edge_distance(other, size) - _edge_distance(hole, size))
            < 2 * _LINE_MM * millimetre
        ]
        if mates or 2 * hole.radius >= _LONE_MM * millimetre:
            chosen.append(hole)
    return chosen


def holes_step(holes: Sequence[Hole]) -> list[list[float]]:
    """The step `holes`."""
    return [[hole.x, hole.y, hole.radius] for hole in holes]


def without_holes(pixels: NDArray[np.uint8], step: Sequence[Sequence[float]]) -> NDArray[np.uint8]:
    """The page with its holes filled by the middle colour of the paper round each."""
    filled = pixels.copy()
    height, width = pixels.shape[:2]
    for x, y, radius in step:
        reach = radius * 1.7 + 3
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        right, bottom = min(width, math.ceil(x + reach)), min(height, math.ceil(y + reach))
        if right - left < 3 or bottom - top < 3:
            continue
        patch = filled[top:bottom, left:right]
        across, down = np.meshgrid(
            np.arange(left, right, dtype=np.float32) + 0.5,
            np.arange(top, bottom, dtype=np.float32) + 0.5,
        )
        distance = np.hypot(across - x, down - y)
        ring = (distance > 1.3 * radius) & (distance < reach)
        if not ring.any():
            continue
        around = patch[ring]
        bright = around.astype(np.int32).sum(axis=1)
        colour = np.median(around[bright >= np.median(bright)], axis=0)
        edge = max(1.0, 0.1 * radius)
        share = np.clip((_GROWN * radius + edge - distance) / edge, 0, 1)[..., None]
        patch[:] = np.rint(patch * (1 - share) + colour * share).astype(np.uint8)
    return filled
