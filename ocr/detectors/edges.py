"""What lies along an edge of a page, seen from that edge."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

EDGES = ("left", "right", "top", "bottom")


def inwards(plane: NDArray[Any], edge: str) -> NDArray[Any]:
    """The plane with places along the edge as rows and the way inwards as columns."""
    if edge == "right":
        return plane[:, ::-1]
    if edge == "top":
        return plane.T
    if edge == "bottom":
        return plane.T[:, ::-1]
    return plane


def runs(flags: Mask) -> list[tuple[int, int]]:
    """Starts and ends (exclusive) of what is set."""
    padded = np.concatenate([[False], flags, [False]])
    changes = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(a), int(b)) for a, b in zip(changes[::2], changes[1::2], strict=True)]


def closed(flags: Mask, gap: int) -> Mask:
    """The flags with gaps of up to `gap` places filled."""
    if gap < 1:
        return flags
    plane = flags.astype(np.uint8)[None, :]
    kernel = np.ones((1, gap + 1), np.uint8)
    padded = cv2.copyMakeBorder(plane, 0, 0, gap + 1, gap + 1, cv2.BORDER_CONSTANT, value=0)
    done = np.asarray(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel))
    return np.asarray(done[0, gap + 1 : -gap - 1] > 0, dtype=np.bool_)
