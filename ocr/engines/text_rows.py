"""Finds the text rows of a grey page: a network marks the text, its patches become quads.

The network gives each pixel a chance of being text, drawn narrower than the text itself so that
rows stay apart (differentiable binarization, Liao et al. 2020); each patch is widened again.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.ink import Pixels
from ocr.engines.networks import levels
from ocr.engines.text_network import TextNetwork

Quad = NDArray[np.float64]

_STEP = 32
"""The network halves the image five times."""

_TEXT_FROM = 0.3
_ROW_FROM = 0.5
_WIDENED = 1.6
"""Chance from which a pixel is text, mean chance from which a patch is a row, and how far a patch
is widened, in parts of its area by its circumference: the values the network was trained with."""

_SMALLEST = 3.0
"""Pixels; thinner patches are specks."""


def find_rows(network: TextNetwork, image: Pixels) -> list[Quad]:
    """Quads of the rows in a grey image (height x width), corners clockwise from the upper left.

    The image is stretched by up to 16 pixels to sides that the network takes; quads are in pixels
    of the image as given. The network's time follows the area.
    """
    height, width = image.shape
    tall, wide = (_STEP * max(1, round(side / _STEP)) for side in (height, width))
    fitted = image if (tall, wide) == (height, width) else cv2.resize(image, (wide, tall))
    logits = network(levels(np.asarray(fitted, dtype=np.uint8)))
    scale = np.array([width / wide, height / tall])
    limit = np.array([width, height], dtype=np.float64)
    return [np.clip(quad * scale, 0.0, limit) for quad in _quads(logits)]


def _quads(logits: NDArray[np.float32]) -> list[Quad]:
    limit = float(np.log(_TEXT_FROM / (1.0 - _TEXT_FROM)))
    text = (logits > limit).astype(np.uint8)
    text = np.asarray(cv2.dilate(text, np.ones((2, 2), np.uint8)), dtype=np.uint8)
    contours, _ = cv2.findContours(text, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    quads = []
    for contour in contours:
        (x, y), (wide, tall), degrees = cv2.minAreaRect(contour)
        if min(wide, tall) < _SMALLEST:
            continue
        corners = _corners((x, y), (wide, tall), degrees)
        if _mean_inside(logits, corners) < _ROW_FROM:
            continue
        # Moving every side of a rectangle outwards gives a rectangle again.
        margin = wide * tall * _WIDENED / (2.0 * (wide + tall))
        size = (wide + 2.0 * margin, tall + 2.0 * margin)
        quads.append(_from_upper_left(_corners((x, y), size, degrees)))
    return quads


def _corners(middle: tuple[float, float], size: tuple[float, float], degrees: float) -> Quad:
    return np.asarray(cv2.boxPoints((middle, size, degrees)), dtype=np.float64)


def _mean_inside(logits: NDArray[np.float32], corners: Quad) -> float:
    """The mean chance of text inside a rectangle."""
    height, width = logits.shape
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), dtype=np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], 1)
    chance = 1.0 / (1.0 + np.exp(-logits[top : bottom + 1, left : right + 1]))
    return float(cv2.mean(chance, mask)[0])


def _from_upper_left(corners: Quad) -> Quad:
    """The corners of a rectangle clockwise from the upper left one."""
    by_column = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_column[:2], by_column[2:]
    upper_left, lower_left = left[np.argsort(left[:, 1], kind="stable")]
    upper_right, lower_right = right[np.argsort(right[:, 1], kind="stable")]
    return np.array([upper_left, upper_right, lower_right, lower_left])
