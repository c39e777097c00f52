"""Whether a frame shows a side, and where: by points that lie in it as they do on the side."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.leafing.features import Features, Reals

Matrix = NDArray[np.float64]

_RATIO = 0.88
# Curled paper is not flat: points may lie this far (pixels of the frame, of 720 lines) off the
# plane, and the finer comparison mends it.
_OFF = 6.0
FEWEST_POINTS = 12
# Less than this share of the frame is no leaf that somebody shows.
_LEAST_SHARE = 0.04
_MOST_STRETCH = 2.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A side found in a frame. `matrix` leads from pixels of the side to those of the frame;
    `corners` (4 x 2) are those of the side in the frame, clockwise from its upper left one."""

    position: int
    matrix: Matrix
    points: int
    corners: Reals


def place(
    position: int, side: Features, frame: Features, size: tuple[int, int], shape: tuple[int, int]
) -> Placed | None:
    """The side in the frame, or None. `size` is width and height of the side's picture, `shape`
    height and width of the frame."""
    if len(side.points) < FEWEST_POINTS or len(frame.points) < FEWEST_POINTS:
        return None
    here, there = _pairs(side, frame)
    if len(here) < FEWEST_POINTS:
        return None
    off = _OFF * shape[0] / 720
    matrix, kept = cv2.findHomography(here, there, cv2.USAC_MAGSAC, off, maxIters=2000)
    if matrix is None or kept is None:
        return None
    inside = kept.ravel() > 0
    # Several points of the side may have found one point of the frame: it counts once.
    points = len(np.unique(np.round(there[inside]), axis=0))
    if points < FEWEST_POINTS:
        return None
    width, height = size
    outline = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    corners = cv2.perspectiveTransform(outline, matrix)[0]
    if not _is_leaf(corners, width / height, shape):
        return None
    return Placed(
        position=position,
        matrix=np.asarray(matrix, np.float64),
        points=points,
        corners=np.asarray(corners, np.float32),
    )


def _pairs(side: Features, frame: Features) -> tuple[Reals, Reals]:
    """Points of the side and those of the frame that look like them and like no other."""
    likeness = frame.looks @ side.looks.T
    best = likeness.argmax(axis=1)
    rows = np.arange(len(best))
    first = likeness[rows, best]
    likeness[rows, best] = -1.0
    second = likeness.max(axis=1)
    distance = np.sqrt(np.maximum(2 - 2 * first, 0))
    clear = distance < _RATIO * np.sqrt(np.maximum(2 - 2 * second, 1e-6))
    return side.points[best[clear]], frame.points[clear]


def _is_leaf(corners: Reals, shape_of_side: float, shape: tuple[int, int]) -> bool:
    """Whether the outline is one that a sheet can have: convex, not mirrored, large, and of about
    the side's own shape."""
    if not np.isfinite(corners).all() or np.abs(corners).max() > 8 * max(shape):
        return False
    if not cv2.isContourConvex(corners.reshape(-1, 1, 2)):
        return False
    if cv2.contourArea(corners, oriented=True) < _LEAST_SHARE * shape[0] * shape[1]:
        return False
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    across, down = (edges[0] + edges[2]) / 2, (edges[1] + edges[3]) / 2
    stretch = (across / down) / shape_of_side
    pairs = (edges[0] / edges[2], edges[1] / edges[3])
    limits = (1 / _MOST_STRETCH, _MOST_STRETCH)
    return all(limits[0] < value < limits[1] for value in (stretch, *pairs))
