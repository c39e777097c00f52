"""The way from a side to a picture of it, kept at every eighth pixel: paper bends smoothly."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Gray, Matrix, Reals

NODE = 8
_SMOOTH = 1.6
_LEAST_WEIGHT = 0.02


def nodes_of(wide: int, high: int) -> Reals:
    """The nodes of a side (rows x columns x 2: x and y in its pixels)."""
    middle = (NODE - 1) / 2
    x = np.arange(-(-wide // NODE), dtype=np.float32) * NODE + middle
    y = np.arange(-(-high // NODE), dtype=np.float32) * NODE + middle
    return np.asarray(np.stack(np.meshgrid(x, y), -1), np.float32)


def moved_on(off: Reals, nodes: Reals, moved: Reals) -> Reals:
    """What `off` is after each node was moved once more."""
    at = (nodes + moved - (NODE - 1) / 2) / NODE
    x, y = (np.ascontiguousarray(at[..., axis]) for axis in (0, 1))
    earlier = cv2.remap(off, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved + earlier, np.float32)


def places_of(
    nodes: Reals, matrix: Matrix, size: tuple[int, int], shrunk: int = 1
) -> tuple[Reals, Reals]:
    """Where each pixel of a side (`size`: width and height) lies in the picture, x and y; both
    `shrunk` so many times."""
    placed = cv2.perspectiveTransform(nodes.reshape(1, -1, 2), matrix).reshape(nodes.shape)
    placed = (placed - (shrunk - 1) / 2) / shrunk
    step = NODE // shrunk
    full = (nodes.shape[1] * step, nodes.shape[0] * step)
    wide, high = size
    x, y = (
        cv2.resize(np.ascontiguousarray(placed[..., axis]), full, interpolation=cv2.INTER_LINEAR)
        for axis in (0, 1)
    )
    return (
        np.ascontiguousarray(x[:high, :wide], np.float32),
        np.ascontiguousarray(y[:high, :wide], np.float32),
    )


def drawn_on(picture: Gray, places: tuple[Reals, Reals]) -> Gray:
    """The picture at places."""
    drawn = cv2.remap(picture, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, np.uint8)


def smoothed(
    found: NDArray[np.float64], step: int, size: tuple[int, int], nodes: Reals, most: float
) -> Reals:
    """How far off the nodes are by what the blocks around each say; nothing where there are none.
    `found` has rows of x, y, off x, off y, likeness of blocks `step` pixels apart. What is left
    after a surface is small: a block that is `most` pixels farther off than the usual one was
    found elsewhere, or is itself altered."""
    wide, high = size
    sums = np.zeros((high // step + 1, wide // step + 1, 3), np.float32)
    middle = np.median(found[:, 2:4], axis=0)
    near = (np.abs(found[:, 2:4] - middle) <= most).all(axis=1)
    rows = found[near]
    weights = rows[:, 4] ** 2
    cells = ((rows[:, 1] // step).astype(np.intp), (rows[:, 0] // step).astype(np.intp))
    np.add.at(sums, cells, np.stack([*(rows[:, 2:4] * weights[:, None]).T, weights], axis=1))
    blurred = cv2.GaussianBlur(sums, (0, 0), _SMOOTH, borderType=cv2.BORDER_REPLICATE)
    moved = blurred[..., :2] / (blurred[..., 2:] + _LEAST_WEIGHT)
    # The value of a cell stands in its middle.
    x, y = (np.ascontiguousarray(nodes[..., axis] / step - 0.5) for axis in (0, 1))
    full = cv2.remap(moved, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(full, np.float32)
