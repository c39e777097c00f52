"""Takes the bed of the scanner out of the ink where a corner of the sheet is torn off or folded."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import connected_marks
from ocr.image.view import Gray
from ocr.shrinking import halved

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
# Ink along this share of both its edges makes a flap.
_FLAP_INK = 12
_FLAP_SHARE = 0.6


def without_bed_corners(ink: Gray, pixel_mm: float, margin: int) -> Gray:
    """The ink of a page without the dark corners where the bed shows, and without the outline of
    the flap when the corner is folded over; `pixel_mm` is the size of a pixel in millimetres. Of
    the page, `margin` pixels were left out on every side.

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
        plane = np.ascontiguousarray(_corner(small, right, low))
        removed = _bed(plane, pixel_mm * _REDUCE, margin / _REDUCE)
        if removed is None:
            continue
        full = np.repeat(np.repeat(removed, _REDUCE, axis=0), _REDUCE, axis=1)
        part = _corner(cleaned, right, low)[: full.shape[0], : full.shape[1]]
        part[full[: part.shape[0], : part.shape[1]] > 0] = 0
    return cleaned


def _corner(plane: Gray, right: bool, low: bool) -> Gray:
    """The plane with one of its corners at the upper left, without copying it."""
    return plane[:: -1 if low else 1, :: -1 if right else 1]


def _bed(plane: Gray, pixel_mm: float, margin: float) -> NDArray[np.uint8] | None:
    """255 where the bed and the outline of a flap lie in the upper left corner of `plane`; None
    when what is dark there is no bed."""
    size = round(_LARGEST_MM / pixel_mm)
    area = plane[:size, :size]
    level = float(np.median(area[:3, :3]))
    _, dark = cv2.threshold(area, _OWN_SHARE * level, 255, cv2.THRESH_BINARY)
    labels, stats = connected_marks(np.asarray(dark, dtype=np.uint8))
    # The outermost pixels may be light: scanners draw a thin pale line there.
    label = int(labels[:3, :3].max())
    wide, high = int(stats[label, cv2.CC_STAT_WIDTH]), int(stats[label, cv2.CC_STAT_HEIGHT])
    if label == 0 or max(wide, high) >= min(size, *area.shape):
        return None
    least, most = _FILLED
    if not least <= float(stats[label, cv2.CC_STAT_AREA]) / (wide * high) <= most:
        return None
    own = np.asarray(labels == label, dtype=np.uint8)
    inside = cv2.erode(own, np.ones((3, 3), np.uint8), borderValue=1) > 0
    if float(area[inside].std() if inside.any() else 0.0) > _EVEN:
        return None
    rim = max(1, round(_RIM_MM / pixel_mm))
    around = np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)
    mask = np.asarray(cv2.dilate(own * np.uint8(255), around), dtype=np.uint8)
    # The fold cuts off so much of the edges of the whole sheet; the flap is the missing corner
    # mirrored in it.
    across, down = wide + margin * (1 + wide / high), high + margin * (1 + high / wide)
    away = 2.0 * across * down / (across**2 + down**2)
    tip = (round(away * down - margin), round(away * across - margin))
    ends = ((round(across - margin), round(-margin)), (round(-margin), round(down - margin)))
    near = cv2.dilate(area, around, iterations=2)
    edges = [np.zeros_like(mask) for _ in range(2)]
    for edge, end in zip(edges, ends, strict=True):
        cv2.line(edge, end, tip, 255, 1)
    # Writing may stand where the edge of a flap would be, but not all along it.
    if all(edge.any() and np.mean(near[edge > 0] > _FLAP_INK) > _FLAP_SHARE for edge in edges):
        for edge in edges:
            mask |= np.asarray(cv2.dilate(edge, around, iterations=2), dtype=np.uint8)
    return mask
