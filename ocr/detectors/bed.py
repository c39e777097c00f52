"""Finds the bed of the scanner where it shows round a sheet or through a gap in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.reduced import shrink_factor, shrunk_work
from ocr.sight import Sight

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# Pixels per millimetre that are asked of the mask.
_PACE = 1.5
_BED_LEVELS = 12
_BED_TOLERANCE = 10.0
_JUMP_LEVELS = 9.0
_PAPER_LEVELS = 30
_LEAST_AREA = 12
# Every third place along the edges is asked whether bed begins there.
_SEED_STEP = 3
# How far round an area its neighbourhood is looked at, in pixels.
_AROUND = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Bed:
    """What lies round the sheet: `mask` at `pace` pixels per millimetre; `shows` says whether
    there is any."""

    mask: Mask
    pace: float
    shows: bool


def bed_of(sight: Sight) -> Bed:
    """What lies round the sheet: even areas that reach in from the edges in another tone."""
    view = sight.view
    factor = shrink_factor(view, _PACE)
    small = np.asarray(cv2.medianBlur(shrunk_work(view, factor), 3), dtype=np.uint8)
    off = _off(small, view.paper)
    filled = _filled(small, off)
    bed = np.zeros(off.shape, np.bool_)
    if filled is not None:
        # Strokes that touch the bed are not part of it.
        padded = cv2.copyMakeBorder(filled, 4, 4, 4, 4, cv2.BORDER_REPLICATE)
        solid = cv2.morphologyEx(padded, cv2.MORPH_OPEN, np.ones((4, 4), np.uint8))[4:-4, 4:-4]
        bed = _bounded(np.ascontiguousarray(solid, dtype=np.uint8), small, off)
    shows = bool(0 < np.count_nonzero(bed) < 0.5 * bed.size)
    return Bed(
        mask=bed if shows else np.zeros_like(bed),
        pace=view.millimetres(1.0) / factor,
        shows=shows,
    )


def _off(small: Pixels, paper: tuple[float, float, float]) -> Pixels:
    """By how many levels each pixel differs from the paper, in the channel that differs most."""
    blue, green, red = cv2.split(cv2.absdiff(small, np.array((*paper, 0.0))))
    return np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)


def _filled(small: Pixels, off: Pixels) -> Pixels | None:
    """The even areas in another tone than the paper that begin at the edges (255); None when there
    are none, as on most sides."""
    high, wide = off.shape
    across, down = np.arange(1, wide - 1, _SEED_STEP), np.arange(1, high - 1, _SEED_STEP)
    seeds = [(int(x), y) for y in (1, high - 2) for x in across[off[y, across] > _BED_LEVELS]]
    seeds += [(x, int(y)) for x in (1, wide - 2) for y in down[off[down, x] > _BED_LEVELS]]
    if not seeds:
        return None
    mask = np.zeros((high + 2, wide + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (255 << 8)
    for x, y in seeds:
        if not mask[y + 1, x + 1]:
            spread = (min(_BED_TOLERANCE, 0.6 * float(off[y, x])),) * 3
            cv2.floodFill(small, mask, (x, y), (0, 0, 0), spread, spread, flags)
    return np.ascontiguousarray(mask[1:-1, 1:-1])


def _bounded(areas: Pixels, small: Pixels, off: Pixels) -> Mask:
    """The areas that end at an edge of the sheet: there the tone jumps, in a shadow it fades."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(areas, connectivity=4)
    bed = np.zeros(areas.shape, np.bool_)
    for label in range(1, count):
        x, y, wide, high, size = (int(value) for value in boxes[label])
        if size < _LEAST_AREA:
            continue
        rows = slice(max(0, y - _AROUND), y + high + _AROUND)
        columns = slice(max(0, x - _AROUND), x + wide + _AROUND)
        area = np.asarray(labels[rows, columns] == label, dtype=np.uint8)
        if _ends_sharply(area, small[rows, columns], off[rows, columns]):
            bed[rows, columns] |= area > 0
    return bed


def _ends_sharply(area: Pixels, small: Pixels, off: Pixels) -> bool:
    kernel = np.ones((3, 3), np.uint8)
    # The outermost pixels are half bed, half paper.
    core = cv2.erode(area, kernel, borderValue=1)
    within = core - cv2.erode(core, kernel, borderValue=1)
    beside = cv2.dilate(area, kernel, iterations=2)
    outside = cv2.dilate(beside, kernel) - beside
    if not outside.any() or not within.any():
        return False
    # Beside the bed lies paper; beside the dark part of a photograph lies more of it.
    if float((off[outside > 0] > _PAPER_LEVELS).mean()) > 0.5:
        return False
    inside = cv2.erode(core, kernel, iterations=3, borderValue=1)
    deeper = inside - cv2.erode(inside, kernel, borderValue=1)
    tone = np.median(small[within > 0], axis=0)
    # A shadow goes on fading on both sides of where the area happens to end; the shadow that
    # an edge casts on the bed is darkest right at it.
    fade = tone - np.median(small[deeper > 0], axis=0) if deeper.any() else 0.0 * tone
    jump = np.median(small[outside > 0], axis=0) - tone
    jump = np.abs(jump) - np.where(fade * jump > 0, 1.2 * np.abs(fade), 0.0)
    return bool(jump.max() >= _JUMP_LEVELS)
