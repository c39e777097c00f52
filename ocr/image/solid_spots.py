"""Finds punched holes and blots: spots of one tone, wider than any stroke."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import connected_marks
from ocr.image.view import Gray

_WIDER_MM = 2.5
# Larger things are pictures and shaded cells, which belong to the page.
_LARGEST_MM = 16.0
_LEAST_INK = 20
_EVEN = 0.55
_RIM_MM = 1.0
# A seal or the print of a finger is red and belongs to the page as well.
_REDDER = 40


def solid_spots(ink: Gray, colour: NDArray[np.uint8], millimetre: float) -> Gray | None:
    """255 on every hole and blot and its rim, None where there is none. `colour` (BGR) shows the
    same as `ink` in its upper left part; `millimetre` is their resolution."""
    side = round(_WIDER_MM * millimetre) | 1
    kernel = np.ones((side, side), np.uint8)
    lightest = cv2.erode(ink, kernel, borderValue=0)
    if cv2.minMaxLoc(lightest)[1] <= _LEAST_INK:
        return None
    darkest = cv2.dilate(ink, kernel)
    even = cv2.compare(lightest, cv2.convertScaleAbs(darkest, alpha=_EVEN), cv2.CMP_GT)
    _, dark = cv2.threshold(lightest, _LEAST_INK, 255, cv2.THRESH_BINARY)
    core = np.asarray(cv2.bitwise_and(even, dark), dtype=np.uint8)
    # Mostly there is hardly anything, and all of it close together.
    x, y, across, down = cv2.boundingRect(core)
    if not across:
        return None
    labels, stats = connected_marks(core[y : y + down, x : x + across])
    rim = round(_RIM_MM * millimetre)
    found = None
    for label in range(1, len(stats)):
        left, top, wide, high = (int(value) for value in stats[label, :4])
        if max(wide, high) + side > _LARGEST_MM * millimetre:
            continue
        mask = np.asarray(labels[top : top + high, left : left + wide] == label, dtype=np.uint8)
        left, top = left + x, top + y
        blue, _, red, _ = cv2.mean(colour[top : top + high, left : left + wide], mask=mask)
        if red > blue + _REDDER:
            continue
        if found is None:
            found = np.zeros_like(ink)
        reach = side // 2 + rim
        found[
            max(0, top - reach) : top + high + reach, max(0, left - reach) : left + wide + reach
        ] = 255
    return found
