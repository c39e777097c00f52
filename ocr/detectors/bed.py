"""Finds the bed of the scanner where it shows round a sheet or through a gap in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.edges import EDGES, inwards, runs
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
_PLAIN_LEVELS = 30
_LONG_SHARE = 0.5
# Every third place along the edges is asked whether bed begins there.
_SEED_STEP = 3
_SEED_DEPTHS = (1, 4, 8)
_LEAST_SEEDS = 8
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
        bed = _bounded(filled, small, off)
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
    seeds = _seeds(off)
    if not seeds:
        return None
    mask = np.zeros((high + 2, wide + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (255 << 8)
    for edge, along, depth in seeds:
        x, y = (depth, along) if edge in ("left", "right") else (along, depth)
        x, y = (wide - 1 - x if edge == "right" else x), (high - 1 - y if edge == "bottom" else y)
        if not mask[y + 1, x + 1]:
            spread = (min(_BED_TOLERANCE, 0.6 * float(off[y, x])),) * 3
            cv2.floodFill(small, mask, (x, y), (0, 0, 0), spread, spread, flags)
    even = _without_strokes(mask[1:-1, 1:-1])
    # What lies between deeper places and the edge is bed in the shadow of the sheet.
    shaded = even.copy()
    for edge, along, depth in seeds:
        if inwards(even, edge)[along, depth]:
            inwards(shaded, edge)[along - 1 : along + 2, :depth] = 255
    return _without_strokes(shaded)


def _without_strokes(areas: Pixels) -> Pixels:
    """The areas without the strokes that touch them."""
    padded = cv2.copyMakeBorder(areas, 4, 4, 4, 4, cv2.BORDER_REPLICATE)
    kernel = np.ones((4, 4), np.uint8)
    # An even kernel has no middle: grown from its other side, what is left stays where it was.
    solid = cv2.dilate(cv2.erode(padded, kernel, anchor=(2, 2)), kernel, anchor=(1, 1))
    return np.ascontiguousarray(solid[4:-4, 4:-4], dtype=np.uint8)


def _seeds(off: Pixels) -> list[tuple[str, int, int]]:
    """Places (edge, along it, depth) from which nothing but another tone than that of the paper
    lies up to the edge. The shadow of the sheet gives the bed several tones one behind the other:
    deeper places are asked as well."""
    seeds = []
    for edge in EDGES:
        outer = np.ascontiguousarray(inwards(off, edge)[1:-1:_SEED_STEP, : _SEED_DEPTHS[-1] + 1])
        for depth in _SEED_DEPTHS:
            hit = np.asarray(outer[:, 1 : depth + 1].min(axis=1) > _BED_LEVELS)
            if not hit.any():
                break
            # Dense strokes are dark for as far in, but not for long along the edge.
            least = 1 if depth == 1 else _LEAST_SEEDS
            for start, end in runs(hit):
                if end - start >= least:
                    seeds += [(edge, place * _SEED_STEP + 1, depth) for place in range(start, end)]
    return seeds


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
        # Fingers and notes come in from an edge as well; a mat of some colour shows all along one.
        short = wide < _LONG_SHARE * off.shape[1] and high < _LONG_SHARE * off.shape[0]
        if short and not _is_plain(small[rows, columns][area > 0]):
            continue
        if _ends_sharply(area, small[rows, columns], off[rows, columns]):
            bed[rows, columns] |= area > 0
    return bed


def _is_plain(tones: Pixels) -> bool:
    """Whether these colours (pixels x 3) are those of a lid: black, gray or white."""
    middle = np.median(tones, axis=0)
    return bool(middle.max() - middle.min() <= _PLAIN_LEVELS)


def _ends_sharply(area: Pixels, small: Pixels, off: Pixels) -> bool:
    kernel = np.ones((3, 3), np.uint8)
    # The outermost pixels are half bed, half paper.
    core = cv2.erode(area, kernel, borderValue=1)
    within = np.asarray(core - cv2.erode(core, kernel, borderValue=1)) > 0
    beside = cv2.dilate(area, kernel, iterations=2)
    outside = np.asarray(cv2.dilate(beside, kernel) - beside) > 0
    inside = cv2.erode(core, kernel, iterations=3, borderValue=1)
    if inside.any():
        # Thin ends of it along the edge of the image are half something else.
        thick = np.asarray(cv2.dilate(inside, kernel, iterations=_AROUND + 1)) > 0
        within, outside = within & thick, outside & thick
    if not outside.any() or not within.any():
        return False
    # Beside the bed lies paper; beside the dark part of a photograph lies more of it.
    if float((off[outside] > _PAPER_LEVELS).mean()) > 0.5:
        return False
    deeper = inside - cv2.erode(inside, kernel, borderValue=1)
    tone = np.asarray(np.median(small[within], axis=0))
    # A shadow goes on fading on both sides of where the area happens to end; the shadow that
    # an edge casts on the bed is darkest right at it.
    fade = tone - np.median(small[deeper > 0], axis=0) if deeper.any() else 0.0 * tone
    step = np.median(small[outside], axis=0) - tone
    jump = np.abs(step) - np.where(fade * step > 0, 1.2 * np.abs(fade), 0.0)
    return bool(jump.max() >= _JUMP_LEVELS)
