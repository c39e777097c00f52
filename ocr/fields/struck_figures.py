"""Figures that somebody struck out because another number stands beside them now."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
_Box = tuple[float, float, float, float]

_DEPTH = 60
_HEIGHT_MM = (2.3, 12.0)
_LEAST_WIDTH = 1.0
_NARROWEST = 0.3
"""A 4 has a bar through it too, and is narrower than a figure with a stroke that stands out: what
is narrower is struck out perhaps. In heights."""

_WIDEST = 5.0
"""Struck figures hang together; more than four of them are a line of text. In heights."""

_SLOPES = tuple(float(slope) for slope in np.linspace(-0.6, 0.6, 13))
_THROUGH = 0.85
"""Share of the width of the figures that the stroke runs through without a gap."""

_BEYOND = 0.17
"""Share of the height of the figures that stands out above the stroke, and below it."""

_FREE = 0.05
_FREE_OF_ONE = 0.11
_THICKEST = 0.24
"""In heights: a stroke ends free, where a bar of a 4 meets its slope; and the pen's width."""

_NEAR = 1.7
"""Heights between struck figures and those written instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StruckFigures:
    """Struck figures in one ink separation: `box` is (x0, y0, x1, y1) in its pixels, `ink` the
    255-mask of the box. `narrow` ones may as well be a figure with a bar of its own."""

    box: _Box
    ink: Pixels
    narrow: bool

    def near(self, box: _Box) -> bool:
        """Whether writing of about this size stands close: the number written instead."""
        height = box[3] - box[1]
        if not 0.5 * height <= self.box[3] - self.box[1] <= 2.2 * height:
            return False
        reach = _NEAR * height
        across = max(box[0], self.box[0]) - min(box[2], self.box[2])
        down = max(box[1], self.box[1]) - min(box[3], self.box[3])
        return across < reach and down < reach


def struck_figures(separation: Pixels, pixels_per_mm: float) -> list[StruckFigures]:
    """The shapes of a separation with a straight stroke through them from side to side."""
    ink = np.asarray(
        cv2.threshold(separation, 255 - _DEPTH, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    low, high = (limit * pixels_per_mm for limit in _HEIGHT_MM)
    found = []
    for index in range(1, count):
        x, y, width, height, area = stats[index].tolist()
        if not (low <= height <= high and _NARROWEST * height <= width <= _WIDEST * height):
            continue
        if not 0.08 * width * height <= area <= 0.55 * width * height:
            continue
        shape = labels[y : y + height, x : x + width] == index
        narrow = width < _LEAST_WIDTH * height
        if _has_stroke(shape, _FREE_OF_ONE if narrow else _FREE):
            box = (float(x), float(y), float(x + width), float(y + height))
            mask = np.where(shape, 255, 0).astype(np.uint8)
            found.append(StruckFigures(box=box, ink=mask, narrow=narrow))
    return found


def _has_stroke(shape: NDArray[np.bool_], free_end: float) -> bool:
    height, width = shape.shape
    columns = np.arange(width)
    free = max(2, round(free_end * height))
    # Only from an end that stands free can a stroke begin; this spares most shapes the rest.
    if not all(_free_end(shape[:, side]) for side in (slice(free), slice(-free, None))):
        return False
    # A pen's stroke is not quite straight: a pixel up or down is still the same one.
    broad = cv2.dilate(shape.astype(np.uint8), np.ones((3, 1), np.uint8)) > 0
    for slope in _SLOPES:
        lift = np.round(slope * (columns - width / 2)).astype(np.int64)
        rows = np.arange(height)[:, None] + lift[None, :]
        inside = (rows >= 0) & (rows < height)
        rows = np.clip(rows, 0, height - 1)
        row = int(np.argmax((shape[rows, columns[None, :]] & inside).sum(axis=1)))
        if _longest(broad[rows[row], columns] & inside[row]) < _THROUGH * width:
            continue
        level = shape[rows, columns[None, :]] & inside
        beyond = _BEYOND * height
        above = np.count_nonzero(level[: max(0, int(row - beyond))])
        below = np.count_nonzero(level[int(row + beyond) + 1 :])
        if min(above, below) >= beyond:
            return True
    return False


def _longest(line: NDArray[np.bool_]) -> int:
    gaps = np.flatnonzero(np.concatenate(([True], ~line, [True])))
    return int(np.diff(gaps).max()) - 1


def _free_end(columns: NDArray[np.bool_]) -> bool:
    """Whether at this end there is nothing but one stroke, or two that run apart."""
    inked = np.concatenate(([False], columns.any(axis=1), [False]))
    turns = np.flatnonzero(inked[1:] != inked[:-1])
    lengths = turns[1::2] - turns[::2]
    thickest = _THICKEST * columns.shape[0]
    return 1 <= len(lengths) <= 2 and bool((lengths < thickest).all())


def without(separation: Pixels, struck: list[StruckFigures]) -> Pixels:
    """The separation with paper in place of the struck figures."""
    cleared = separation.copy()
    for figures in struck:
        x0, y0, x1, y1 = (int(value) for value in figures.box)
        left, top = max(0, x0 - 2), max(0, y0 - 2)
        area = cleared[top : y1 + 2, left : x1 + 2]
        mask = np.zeros(area.shape, np.uint8)
        mask[y0 - top : y1 - top, x0 - left : x1 - left] = figures.ink
        area[cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0] = 255
    return cleared
