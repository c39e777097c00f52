"""How the parts of a page lie on a picture of it, beyond what camera and paper explain."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.alteration.planes import Pixels, gray_of
from ocr.alteration.registration import bend_of, blocks_found, marks_of
from ocr.laying.nodes import drawn_on, nodes_of, places_of
from ocr.laying.points import Matrix

# Blocks (pixels of the raster of comparison, 150 dpi), their distance, how far each is looked for:
# a block is as large as a cell of the pattern.
_BLOCK, _STEP, _REACH = 20, 10, 4
_FEWEST = 8
# How far around a block its neighbours say where it should lie, in steps.
_AROUND = 9.0
_HALF_OFF = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Residual:
    """Blocks of the side that were found: `places` (n x 2, shares of width and height), `moved`
    (n x 2, how far the mark of the page seems to have moved each, in shares of the shorter edge)
    and `weights` (n)."""

    places: NDArray[np.float64]
    moved: NDArray[np.float64]
    weights: NDArray[np.float64]


def residual_of(side: Pixels, picture: Pixels, matrix: Matrix) -> Residual:
    """What is left of the picture laid over the side by `matrix`, curl taken out."""
    high, wide = side.shape[:2]
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    gray = gray_of(picture)
    if scale > 1.25:
        gray = np.asarray(cv2.GaussianBlur(gray, (0, 0), 0.4 * scale), np.uint8)
    marks = marks_of(gray_of(side))
    grid = nodes_of(wide, high)
    off = bend_of(marks, gray, matrix)
    seen = marks_of(drawn_on(gray, places_of(grid + off, matrix, (wide, high))))
    found = blocks_found(marks, seen, _BLOCK, _STEP, _REACH)
    if len(found) < _FEWEST:
        empty = np.zeros((0, 2), np.float64)
        return Residual(places=empty, moved=empty, weights=np.zeros(0, np.float64))
    weights = found[:, 4] ** 2
    # What the mark moves to the right is found farther left.
    moved = -(found[:, 2:4] - _usual(found, weights))
    return Residual(
        places=found[:, :2] / (wide, high), moved=moved / min(wide, high), weights=weights
    )


def _usual(found: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far off the blocks around each are, those far off themselves counting less."""
    cells = (found[:, :2] // _STEP).astype(np.intp)
    columns, rows = cells.max(axis=0) + 1
    off = found[:, 2:4]
    usual = np.zeros_like(off)
    kept = weights
    for _ in range(3):
        sums = np.zeros((rows, columns, 3), np.float64)
        np.add.at(sums, (cells[:, 1], cells[:, 0]), np.column_stack([off * kept[:, None], kept]))
        blurred = cv2.GaussianBlur(sums, (0, 0), _AROUND, borderType=cv2.BORDER_CONSTANT)
        near = blurred[cells[:, 1], cells[:, 0]]
        usual = np.asarray(near[:, :2] / near[:, 2:], np.float64)
        missed = np.linalg.norm(off - usual, axis=1)
        kept = np.asarray(weights / (1 + (missed / _HALF_OFF) ** 2), np.float64)
    return usual
