"""Whether a frame shows a side, and where: by points that lie in it as they do on the side."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Matrix, Reals, corners_of, is_leaf, look_alikes, plane_through
from ocr.leafing.features import Features

_RATIO = 0.88
# Curled paper is not flat: points may lie this far (pixels of the frame, of 720 lines) off the
# plane, and the finer comparison mends it.
_OFF = 6.0
_ROUNDS = 2000
FEWEST_POINTS = 12
_MOST_STRETCH = 2.2
# Points farther off the plane (pixels of the side) are no effect of curl.
_MOST_CURL = 48.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A side found in a frame. `matrix` leads from pixels of the side to those of the frame;
    `corners` (4 x 2) are those of the side in the frame, clockwise from its upper left one;
    `shared` has a row for each point of both: x, y, how far off the plane it is, and a weight."""

    position: int
    matrix: Matrix
    points: int
    corners: Reals
    shared: NDArray[np.float64]


def place(
    position: int, side: Features, frame: Features, size: tuple[int, int], shape: tuple[int, int]
) -> Placed | None:
    """The side in the frame, or None. `size` is width and height of the side's picture, `shape`
    height and width of the frame."""
    if len(side.points) < FEWEST_POINTS or len(frame.points) < FEWEST_POINTS:
        return None
    here, there = look_alikes(side.looks, frame.looks, _RATIO)
    found = plane_through(
        side.points[here],
        frame.points[there],
        off=_OFF * shape[0] / 720,
        rounds=_ROUNDS,
        fewest=FEWEST_POINTS,
    )
    if found is None:
        return None
    matrix, points = found
    width, height = size
    corners = corners_of(matrix, width, height)
    if not is_leaf(corners, width / height, shape, _MOST_STRETCH):
        return None
    shared = _shared(side.points[here], frame.points[there], matrix)
    return Placed(position=position, matrix=matrix, points=points, corners=corners, shared=shared)


def _shared(side: Reals, frame: Reals, matrix: Matrix) -> NDArray[np.float64]:
    back = cv2.perspectiveTransform(frame.reshape(1, -1, 2), np.linalg.inv(matrix))[0]
    off = np.asarray(back, np.float64) - side
    near = (np.abs(off) < _MOST_CURL).all(axis=1)
    return np.column_stack([side[near], off[near], np.ones(int(near.sum()))])
