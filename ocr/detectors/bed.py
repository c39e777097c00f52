"""Finds the bed of the scanner where it shows round a sheet or through a gap in it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.sight import Sight

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Reals = NDArray[np.float32]

# Pixels per millimetre of the mask.
BED_PACE = 1.5
_BED_LEVELS = 12.0
_BED_TOLERANCE = 10.0
_JUMP_LEVELS = 9.0
_PAPER_LEVELS = 30.0


def bed_of(sight: Sight) -> Mask:
    """What lies round the sheet: even areas that reach in from the edges in another tone."""
    view = sight.view
    factor = BED_PACE / view.millimetres(1.0)
    size = (max(8, round(view.width * factor)), max(8, round(view.height * factor)))
    small = cv2.resize(view.work, size, interpolation=cv2.INTER_AREA)
    small = np.ascontiguousarray(cv2.medianBlur(np.asarray(small, dtype=np.uint8), 3))
    off = np.abs(small.astype(np.float32) - np.array(view.paper, np.float32)).max(axis=2)
    high, wide = off.shape
    mask = np.zeros((high + 2, wide + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (255 << 8)
    seeds = [(x, y) for y in (1, high - 2) for x in range(1, wide - 1, 3)]
    seeds += [(x, y) for x in (1, wide - 2) for y in range(1, high - 1, 3)]
    for x, y in seeds:
        if off[y, x] > _BED_LEVELS and not mask[y + 1, x + 1]:
            spread = (min(_BED_TOLERANCE, 0.6 * float(off[y, x])),) * 3
            cv2.floodFill(small, mask, (x, y), (0, 0, 0), spread, spread, flags)
    filled = mask[1:-1, 1:-1]
    # Strokes that touch the bed are not part of it.
    padded = cv2.copyMakeBorder(filled, 4, 4, 4, 4, cv2.BORDER_REPLICATE)
    solid = cv2.morphologyEx(padded, cv2.MORPH_OPEN, np.ones((4, 4), np.uint8))[4:-4, 4:-4]
    bed = _bounded(np.asarray(solid, dtype=np.uint8), np.asarray(small, dtype=np.uint8), off)
    return bed if float(bed.mean()) < 0.5 else np.zeros_like(bed)


def _bounded(areas: Pixels, small: Pixels, off: Reals) -> Mask:
    """The areas that end at an edge of the sheet: there the tone jumps, in a shadow it fades."""
    count, labels = cv2.connectedComponents(areas, connectivity=4)
    bed = np.zeros(areas.shape, np.bool_)
    kernel = np.ones((3, 3), np.uint8)
    for label in range(1, count):
        area = np.asarray(labels == label, dtype=np.uint8)
        if np.count_nonzero(area) < 12:
            continue
        # The outermost pixels are half bed, half paper.
        core = cv2.erode(area, kernel, borderValue=1)
        within = core - cv2.erode(core, kernel, borderValue=1)
        outside = cv2.dilate(area, kernel, iterations=3) - cv2.dilate(area, kernel, iterations=2)
        if not outside.any() or not within.any():
            continue
        # Beside the bed lies paper; beside the dark part of a photograph lies more of it.
        if float((off[outside > 0] > _PAPER_LEVELS).mean()) > 0.5:
            continue
        inside = cv2.erode(area, kernel, iterations=4, borderValue=1)
        deeper = inside - cv2.erode(inside, kernel, borderValue=1)
        tone = np.median(small[within > 0], axis=0)
        # A shadow goes on fading on both sides of where the area happens to end; the shadow that
        # an edge casts on the bed is darkest right at it.
        fade = tone - np.median(small[deeper > 0], axis=0) if deeper.any() else 0.0 * tone
        jump = np.median(small[outside > 0], axis=0) - tone
        jump = np.abs(jump) - np.where(fade * jump > 0, 1.2 * np.abs(fade), 0.0)
        if float(jump.max()) >= _JUMP_LEVELS:
            bed |= area > 0
    return bed
