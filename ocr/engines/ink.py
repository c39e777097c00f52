"""Colour of ink: what a reader of black text should see, and where the red ink is.

Boxes are (x0, y0, x1, y1) in pixels of the image given; images are BGR, height x width x 3, uint8.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

RED_EXCESS = 50
"""Grey levels by which red must stand above green and blue to be called red ink; paper that has
yellowed stays below 40, stamp pads and red print above 60 even when faint."""

_SEAL_MM = (28.0, 60.0)


def without_red(page: Pixels) -> Pixels:
    """The grey page (height x width) as one ink less: what is red is lifted towards paper.

    In the red channel alone a seal stays as a pale shadow, enough to break up the words below it
    for an engine that cuts lines by their ink. Black ink, whose red hardly exceeds its green and
    blue, stays as dark as it is.
    """
    blue, green, red = cv2.split(page)
    excess = cv2.subtract(red, cv2.max(blue, green))
    return np.asarray(cv2.add(red, excess), dtype=np.uint8)


def red_mask(page: Pixels) -> Pixels:
    """255 where the ink is clearly red, else 0 (height x width)."""
    blue, green, red = cv2.split(page)
    excess = cv2.subtract(red, cv2.max(blue, green))
    return np.asarray(cv2.threshold(excess, RED_EXCESS, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def red_text_only(page: Pixels, mask: Pixels, dpi: int) -> Pixels | None:
    """The red ink that can be text, drawn black on white (height x width).

    Round seals are left out: their text runs along an arc and reads as noise. None when nothing
    that could be a text line remains. Black ink is left out too, so that a red number on a
    printed line can still be read.
    """
    pixels_per_mm = dpi / 25.4
    reach = max(3, round(3.0 * pixels_per_mm))
    small = cv2.resize(mask, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    joined = cv2.dilate(
        cv2.threshold(small, 40, 255, cv2.THRESH_BINARY)[1],
        np.ones((max(1, reach // 8), max(1, reach // 4)), np.uint8),
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    keep = np.zeros(count, dtype=np.uint8)
    for index in range(1, count):
        _, _, width, height, _ = (int(value) * 4 for value in stats[index])
        if height < 1.5 * pixels_per_mm or width < 1.5 * pixels_per_mm:
            continue
        low, high = (limit * pixels_per_mm for limit in _SEAL_MM)
        if low <= width <= high and low <= height <= high:
            continue
        keep[index] = 255
    if not keep.any():
        return None
    # All red ink that may be text lies in one box: nothing outside of it is drawn.
    x, y, across, down = (4 * value for value in cv2.boundingRect(keep[labels]))
    height, width = page.shape[:2]
    rows = slice(y, height if y + down > height - 4 else y + down)
    columns = slice(x, width if x + across > width - 4 else x + across)
    part, marked = page[rows, columns], mask[rows, columns]
    region = cv2.resize(
        keep[
            labels[rows.start // 4 : -(-rows.stop // 4), columns.start // 4 : -(-columns.stop // 4)]
        ],
        (part.shape[1], part.shape[0]),
        interpolation=cv2.INTER_NEAREST,
    )
    # The depth of the red follows green and blue: red ink absorbs both.
    depth = cv2.max(cv2.extractChannel(part, 0), cv2.extractChannel(part, 1))
    near_red = cv2.dilate(marked, np.ones((3, 3), np.uint8))
    depth[(near_red == 0) | (region == 0)] = 255
    drawn = np.full((height, width), 255, dtype=np.uint8)
    drawn[rows, columns] = depth
    return drawn


def flattened(grey: Pixels) -> Pixels:
    """Grey page with the paper's shading divided out: paper becomes 255, ink keeps its depth."""
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21)
    shading = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, shading, scale=255), dtype=np.uint8)
