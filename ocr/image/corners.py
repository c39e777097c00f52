"""Takes the bed of the scanner out of the ink where a corner of the sheet is torn off or folded."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import connected_marks
from ocr.image.view import Gray, halved

_PATCH_MM = 1.5
_DARK = 90
_OWN_SHARE = 0.6
_REDUCE = 4
_LARGEST_MM = 110.0
# A missing corner fills about half of the rectangle around it; a picture fills all of it.
_FILLED = (0.28, 0.8)
# The bed is even; a picture is not.
_EVEN = 26.0
_RIM_MM = 1.2


def without_bed_corners(ink: Gray, pixel_mm: float) -> Gray:
    """The ink of a page without the dark corners where the bed shows, and without the outline of
    the flap when the corner is folded over; `pixel_mm` is the size of a pixel in millimetres.

    The same array where no corner is dark.
    """
    height, width = ink.shape
    patch = max(2, round(_PATCH_MM / pixel_mm))
    if min(height, width) < 8 * patch:
        return ink
    dark = [
        (right, low)
        for right in (False, True)
        for low in (False, True)
        if float(np.median(_corner(ink, right, low)[:patch, :patch])) > _DARK
    ]
    if not dark:
        return ink
    small = halved(halved(ink))
    cleaned = ink.copy()
    for right, low in dark:
        # Every corner is looked at as if it were the upper left one.
        removed = _bed(_corner(small, right, low), pixel_mm * _REDUCE)
        if removed is None:
            continue
        full = np.repeat(np.repeat(removed, _REDUCE, axis=0), _REDUCE, axis=1)
        part = _corner(cleaned, right, low)[: full.shape[0], : full.shape[1]]
        part[full[: part.shape[0], : part.shape[1]] > 0] = 0
    return cleaned


def _corner(plane: Gray, right: bool, low: bool) -> Gray:
    """The plane with one of its corners at the upper left, without copying it."""
    return plane[:: -1 if low else 1, :: -1 if right else 1]


def _bed(plane: Gray, pixel_mm: float) -> NDArray[np.uint8] | None:
    """255 where the bed and the outline of a flap lie in the upper left corner of `plane`; None
    when what is dark there is no bed."""
    size = round(_LARGEST_MM / pixel_mm)
    area = np.ascontiguousarray(plane[:size, :size])
    level = float(np.median(area[:2, :2]))
    _, dark = cv2.threshold(area, _OWN_SHARE * level, 255, cv2.THRESH_BINARY)
    labels, stats = connected_marks(np.asarray(dark, dtype=np.uint8))
    label = int(labels[0, 0])
    if label == 0:
        return None
    wide, high = int(stats[label, cv2.CC_STAT_WIDTH]), int(stats[label, cv2.CC_STAT_HEIGHT])
    least, most = _FILLED
    if max(wide, high) >= min(size, *area.shape):
        return None
    if not least <= float(stats[label, cv2.CC_STAT_AREA]) / (wide * high) <= most:
        return None
    own = np.asarray(labels == label, dtype=np.uint8)
    inside = cv2.erode(own, np.ones((3, 3), np.uint8), borderValue=1) > 0
    if float(area[inside].std() if inside.any() else 0.0) > _EVEN:
        return None
    rim = max(1, round(_RIM_MM / pixel_mm))
    mask = cv2.dilate(own * np.uint8(255), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8))
    # The flap is the missing corner mirrored in the fold.
    away = 2.0 * wide * high / (wide**2 + high**2)
    tip = (round(away * high), round(away * wide))
    outline = np.array([(wide, 0), tip, (0, high)], dtype=np.int32)
    cv2.polylines(mask, [outline], isClosed=True, color=255, thickness=2 * rim)
    return np.asarray(mask, dtype=np.uint8)
