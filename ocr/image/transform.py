"""The pixel operations of a recipe: turn, crop, fit."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.load import turned

__all__ = ["cropped", "fitted", "turned"]


def cropped(
    pixels: NDArray[np.uint8], box: tuple[float, float, float, float]
) -> NDArray[np.uint8] | None:
    """The part inside (x0, y0, x1, y1), cut to the page; None when nothing is left."""
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = (round(value) for value in box)
    x0, y0, x1, y1 = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
    if x1 <= x0 or y1 <= y0:
        return None
    return np.ascontiguousarray(pixels[y0:y1, x0:x1])


def fitted(pixels: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """The page shrunk so that its longer side has `longest` pixels; never enlarged."""
    height, width = pixels.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1:
        return pixels
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    # Exact halves are averaged ten times faster than any other share.
    while 2 * size[0] <= pixels.shape[1] and 2 * size[1] <= pixels.shape[0]:
        down, across = pixels.shape[0] // 2, pixels.shape[1] // 2
        even = pixels[: 2 * down, : 2 * across]
        pixels = np.asarray(
            cv2.resize(even, (across, down), interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
    # From there on, two neighbours hold all that one pixel of the result stands for.
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
