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
_BED_LEVELS = 6
# A lid nearer to the tone of the paper tells where the sheet lies, but not what is torn out of it.
_PLAIN_TO_SEE = 12
# A light lid has one tone to within so many levels.
_LIGHT = 30
_FADING = 11.0
_BED_TOLERANCE = 10.0
# A lid that is far from the tone of the paper may vary by this share of the difference: torn paper
# lies hollow and throws a soft shadow on it.
_BED_VARIES = 0.15
_JUMP_LEVELS = 9.0
_FAINT_JUMP_LEVELS = 5.5
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
# Fills are numbered in one byte; so many sound ones were never seen.
_MOST_FILLS = 250
# Strokes up to so many pixels do not count where the tone is asked for steps.
_STROKE = 5
# A step is over within so many pixels.
_BESIDE = 7
_STEPPED_SHARE = 0.6
# Bare bed has no writing in it: so many gaps of so many pixels each at most.
_MOST_GAPS = 9
_GAP_SHARE = 0.03


@dataclass(frozen=True, kw_only=True, slots=True)
class Bed:
    """What lies round the sheet: `mask` at `pace` pixels per millimetre; `shows` says whether
    there is any, `faint` that its tone is nearly that of the paper."""

    mask: Mask
    pace: float
    shows: bool
    faint: bool


def bed_of(sight: Sight) -> Bed:
    """What lies round the sheet: even areas that reach in from the edges in another tone."""
    view = sight.view
    factor = shrink_factor(view, _PACE)
    small = np.asarray(cv2.medianBlur(shrunk_work(view, factor), 3), dtype=np.uint8)
    off = _off(small, view.paper)
    seeds = _seeds(off)
    bed = np.zeros(off.shape, np.bool_)
    if seeds:
        filled = _filled(small, off, seeds)
        if filled.any():
            bed = _bounded(filled, small, off)
    shows = bool(0 < np.count_nonzero(bed) < 0.5 * bed.size)
    return Bed(
        mask=bed if shows else np.zeros_like(bed),
        pace=view.millimetres(1.0) / factor,
        shows=shows,
        faint=bool(shows and np.median(off[bed]) <= _PLAIN_TO_SEE),
    )


def _off(small: Pixels, paper: tuple[float, float, float]) -> Pixels:
    """By how many levels each pixel differs from the paper, in the channel that differs most."""
    blue, green, red = cv2.split(cv2.absdiff(small, np.array((*paper, 0.0))))
    return np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)


def _filled(small: Pixels, off: Pixels, seeds: list[tuple[str, int, int]]) -> Pixels:
    """The even areas in another tone than the paper that begin at the edges (255)."""
    high, wide = off.shape
    mask = np.zeros((high + 2, wide + 2), np.uint8)
    fills = 0
    for edge, along, depth in seeds:
        x, y = (depth, along) if edge in ("left", "right") else (along, depth)
        x, y = (wide - 1 - x if edge == "right" else x), (high - 1 - y if edge == "bottom" else y)
        if not mask[y + 1, x + 1] and fills < _MOST_FILLS:
            fills += 1
            away = float(off[y, x])
            spread = (min(max(_BED_TOLERANCE, _BED_VARIES * away), 0.6 * away),) * 3
            flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (fills << 8)
            cv2.floodFill(small, mask, (x, y), (0, 0, 0), spread, spread, flags)
    even = _without_strokes(_bare_fills(mask[1:-1, 1:-1], small, off))
    # What lies between deeper places and the edge is bed in the shadow of the sheet.
    shaded = even.copy()
    for edge, along, depth in seeds:
        if inwards(even, edge)[along, depth]:
            inwards(shaded, edge)[along - 1 : along + 2, :depth] = 255
    return _without_strokes(shaded)


def _bare_fills(fills: Pixels, small: Pixels, off: Pixels) -> Pixels:
    """The fills (each of a number of its own) that may be bed (255): those without writing in
    them which end where the tone steps. Paper in a shadow ends somewhere in it, a slip on a lid
    and a band of print bear writing."""
    stroke = np.ones((_STROKE, _STROKE), np.uint8)
    around = np.ones((_BESIDE, _BESIDE), np.uint8)
    level = cv2.morphologyEx(small, cv2.MORPH_CLOSE, stroke)
    blue, green, red = cv2.split(cv2.morphologyEx(level, cv2.MORPH_GRADIENT, around))
    steps = cv2.max(cv2.max(blue, green), red)
    kept = np.where(fills > 0, np.uint8(255), np.uint8(0))
    waiting = []
    for number in np.flatnonzero(np.bincount(fills.reshape(-1), minlength=2)[1:]) + 1:
        x, y, wide, high = cv2.boundingRect(np.asarray(fills == number, dtype=np.uint8))
        rows = slice(max(0, y - _AROUND), y + high + _AROUND)
        columns = slice(max(0, x - _AROUND), x + wide + _AROUND)
        own = np.asarray(fills[rows, columns] == number, dtype=np.uint8)
        if _is_written_on(own, fills.size):
            kept[rows, columns][own > 0] = 0
            continue
        # Narrow parts, like the shadow along the sheet, have no tone of their own in `level`.
        core = cv2.dilate(cv2.erode(own, stroke, borderValue=1), stroke)
        if core.any():
            beside = (cv2.dilate(core, around) > 0) & (own == 0)
            least = _least_jump(off[rows, columns][own > 0])
            waiting.append((rows, columns, own > 0, beside, least))
    # Where the tone fades, fills lie side by side: what faces one that went goes as well.
    changed = True
    while changed:
        changed = False
        for entry in list(waiting):
            rows, columns, area, beside, least = entry
            facing = beside & (kept[rows, columns] == 0)
            stepped = steps[rows, columns][facing] >= least
            if facing.any() and float(stepped.mean()) < _STEPPED_SHARE:
                kept[rows, columns][area] = 0
                waiting.remove(entry)
                changed = True
    return kept


def _is_written_on(area: Pixels, size: int) -> bool:
    """Whether many small things lie in the area (1), as the characters on a slip do; `size` is
    that of the page in pixels."""
    around = cv2.copyMakeBorder(1 - area, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(around, connectivity=4)
    sizes = boxes[1:, cv2.CC_STAT_AREA]
    gaps = (sizes > 1) & (sizes < _GAP_SHARE * size)
    return int(np.count_nonzero(gaps)) > _MOST_GAPS


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
        if _fades(off[rows, columns][area > 0]):
            continue
        # Fingers, notes and bands of print come in from an edge as well; a mat of some colour
        # shows all along two edges that meet.
        long = wide >= _LONG_SHARE * off.shape[1] and high >= _LONG_SHARE * off.shape[0]
        if not long and not _is_plain(small[rows, columns][area > 0]):
            continue
        if _ends_sharply(area, small[rows, columns], off[rows, columns]):
            bed[rows, columns] |= area > 0
    return bed


def _fades(off: Pixels) -> bool:
    """Whether an area that hardly differs from the paper has all tones between, as a shadow that
    was filled piece by piece."""
    low, middle, high = np.percentile(off, (10, 50, 90))
    return bool(middle <= _LIGHT and high - low > _FADING)


def _is_plain(tones: Pixels) -> bool:
    """Whether these colours (pixels x 3) are those of a lid: black, gray or white."""
    middle = np.median(tones, axis=0)
    return bool(middle.max() - middle.min() <= _PLAIN_LEVELS)


def _least_jump(off: Pixels) -> float:
    """By how many levels the tone jumps where an area ends that differs from the paper by these."""
    return _FAINT_JUMP_LEVELS if float(np.median(off)) <= _PLAIN_TO_SEE else _JUMP_LEVELS


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
    return bool(jump.max() >= _least_jump(off[area > 0]))
