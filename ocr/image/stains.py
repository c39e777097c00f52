"""Tells a brown stain, as tea and coffee leave it, from what is written in a brown ink."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import PageView

# No stain worth the name is smaller, no drop dries darker than this level of ink.
_LEAST_MM = 15.0
_DARKEST = 120.0
# Of what it takes of the blue a brown stain takes so much of the red at least and of the green at
# most; a red seal hardly takes any red, and of the green as much as of the blue.
_RED_OF_BLUE = 0.3
_GREEN_OF_BLUE = 0.93
# A stain fills its outline, darker at the rim: inside it is tinted, too, by so many levels of blue.
# Between the strokes of a signature is bare paper.
_FILLED = 0.45
_TINT = 4.0
_AROUND_MM = 2.5


def is_stain(
    view: PageView, mark: NDArray[np.bool_], corner: tuple[int, int], darkness: float
) -> bool:
    """Whether a mark that is no black ink is a stain. `mark` is where it is inked, at half the
    size of the view, `corner` its upper left in pixels of the view, `darkness` that of its darkest
    part (0 to 255)."""
    millimetre = view.millimetres(1.0) / 2
    high, wide = mark.shape
    if max(high, wide) < _LEAST_MM * millimetre or darkness > _DARKEST:
        return False
    around = max(2, round(_AROUND_MM * millimetre))
    own = np.pad(mark.astype(np.uint8), around)
    closed = cv2.morphologyEx(own, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=cv2.contourArea)
    if cv2.contourArea(outline) < _FILLED * high * wide:
        return False
    area = np.zeros_like(own)
    cv2.drawContours(area, [outline], -1, 1, cv2.FILLED)
    kernel = np.ones((2 * around + 1,) * 2, np.uint8)
    inside = cv2.subtract(cv2.erode(area, kernel), closed)
    outside = cv2.subtract(cv2.dilate(area, kernel), cv2.dilate(area, np.ones((3, 3), np.uint8)))
    x, y = corner[0] // 2 - around, corner[1] // 2 - around
    planes = (np.asarray(plane, dtype=np.uint8) for plane in (own, inside, outside))
    parts = [_clipped(plane, view.half, (x, y)) for plane in planes]
    if not all(len(part) for part in parts):
        return False
    rim, within, beside = (np.median(part, axis=0) for part in parts)
    return _is_brown(rim, beside) and float(beside[0] - within[0]) >= _TINT


def _clipped(
    mask: NDArray[np.uint8], page: NDArray[np.uint8], corner: tuple[int, int]
) -> NDArray[np.uint8]:
    """The colours (pixels x 3) of a page under a mask that may reach beyond it."""
    x, y = corner
    left, top = max(0, -x), max(0, -y)
    part = page[y + top : y + mask.shape[0], x + left : x + mask.shape[1]]
    inner = mask[top : top + part.shape[0], left : left + part.shape[1]]
    return np.asarray(part[inner > 0], dtype=np.uint8)


def _is_brown(tone: NDArray[np.floating[Any]], paper: NDArray[np.floating[Any]]) -> bool:
    blue, green, red = (1 - tone / np.maximum(paper, 1.0)).tolist()
    return bool(blue > 0 and red > _RED_OF_BLUE * blue and green < _GREEN_OF_BLUE * blue)
