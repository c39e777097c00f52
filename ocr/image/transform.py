"""The pixel operations of a recipe: turn, straighten, crop, fit."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.load import turned
from ocr.image.view import paper_colour

__all__ = ["cropped", "fitted", "straightened", "turned"]


def straightened(pixels: NDArray[np.uint8], tilt: float) -> NDArray[np.uint8]:
    """The page with a clockwise tilt of `tilt` degrees taken out, same size, the corners filled
    with the colour of the paper."""
    if abs(tilt) < 0.01:
        return pixels
    height, width = pixels.shape[:2]
    factor = min(1.0, 256 / max(height, width))
    small = cv2.resize(
        pixels,
        (max(1, round(width * factor)), max(1, round(height * factor))),
        interpolation=cv2.INTER_AREA,
    )
    # A positive angle turns counter-clockwise on the screen, which undoes a clockwise tilt.
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    straight = cv2.warpAffine(
        pixels,
        matrix,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=paper_colour(np.asarray(small, dtype=np.uint8)),
    )
    return np.asarray(straight, dtype=np.uint8)


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
