"""Colour of paper and of what lies on it: fingers are as light as paper, but not of its colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Tint = NDArray[np.uint8]

# So many times smaller than the picture: what lies on a leaf is large.
SHRUNK = 4
# The two shares of colour (Cr and Cb, of 255) are off by so much together.
_OFF = 18.0
# Pens and seals are thinner than this (pixels of the tint).
_THIN = 4


def tint_of(pixels: NDArray[np.uint8]) -> Tint:
    """The shares of colour of a picture (BGR or gray), `SHRUNK` times smaller, two planes."""
    wide, high = pixels.shape[1] // SHRUNK, pixels.shape[0] // SHRUNK
    if pixels.ndim == 2:
        return np.full((high, wide, 2), 128, np.uint8)
    small = cv2.resize(pixels, (wide, high), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(cv2.cvtColor(small, cv2.COLOR_BGR2YCrCb)[..., 1:], np.uint8)


def foreign(
    seen: Tint, side: Tint, valid: NDArray[np.bool_], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Where the camera saw something wider than a stroke whose colour the side does not have
    (1, at `size`: width and height). The light of the camera has a colour, too: the middle colour
    of the leaf is that of the side. All three are of the same shape."""
    if not valid.any():
        return np.zeros((size[1], size[0]), np.uint8)
    off = np.zeros(valid.shape, np.float32)
    for plane in (0, 1):
        step = seen[..., plane].astype(np.float32) - side[..., plane]
        off += np.abs(step - np.median(step[valid]))
    coloured = (cv2.blur(off, (3, 3)) > _OFF).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_THIN, _THIN))
    coloured = np.asarray(cv2.morphologyEx(coloured, cv2.MORPH_OPEN, kernel), np.uint8)
    return np.asarray(cv2.resize(coloured, size, interpolation=cv2.INTER_NEAREST), np.uint8)
