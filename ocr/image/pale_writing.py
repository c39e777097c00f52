"""Tells a page whose writing has paled from an empty one that the other face shines through.

Both carry faint marks in rows. But paper smears what shines through it by 0.15 mm and more, in
every mark alike, while ink on this face keeps its edges however pale it is. So not the single
mark is asked, of which noise and compression leave too little, but all the marks together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import cell_shares
from ocr.image.view import PageView
from ocr.shrinking import halved

Reals = NDArray[np.float32]

# Rows of pixels and of cells that are worked on together, so that they stay in the cache.
_ROWS = 128
_CELL_ROWS = 4
# So many deviations to either side smoothing looks; what lies farther off hardly counts.
_REACH = 3

# A copy smaller than this has no fine detail left. The first look at a side then says less.
_LEAST_DPI = 120
_MARGIN_MM = 5.0
# A cell holds a character or two and is judged by itself first.
_CELL_MM = 6.0
# Deviations (mm on paper) of the smoothing that lets fine detail through, and of the one that
# lets strokes and their spaces through.
_FINE_MM = (0.085, 0.153)
_COARSE_MM = (0.2, 0.51)
# So many levels the strokes of a cell stand out from the grain of the paper, at least.
_LEAST_LEVELS = 1.0
_GRAIN = 2.0
# Where ink is this dark the page is judged by its marks.
_STRONG = 70
# Dust and dirt lie about on any page; a few lines of writing fill more cells.
_LEAST_CELLS = 60
# What compression adds to the fine detail of marked cells (square levels).
_COMPRESSION = 0.15
# The share of fine detail: up to 0.15 for what shines through, from 0.17 for paled writing.
_SHARP = 0.163
# A column of cells as full as this beside emptier ones is a streak.
_STREAK = 0.85
_BESIDE_STREAK = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class FaintMarks:
    """`cells` is in how many squares of 6 mm there is anything, however faint; `writing` whether
    it is surely writing on this face."""

    cells: int
    writing: bool


def faint_marks(view: PageView, inner: tuple[int, int, int, int]) -> FaintMarks:
    """What is faint inside `inner` (x0, y0, x1, y1). On a copy too small to tell writing from the
    other face the marks are counted all the same."""
    x0, y0, x1, y1 = inner
    margin = round(view.millimetres(_MARGIN_MM))
    if min(x1 - x0, y1 - y0) <= 2 * margin:
        return FaintMarks(cells=0, writing=False)
    part = (slice(y0 + margin, y1 - margin), slice(x0 + margin, x1 - margin))
    darkest = _darkest(view.work[part])
    millimetre = view.millimetres(1.0)
    cell = max(8, round(_CELL_MM * millimetre))
    down, across = darkest.shape[0] // cell, darkest.shape[1] // cell
    if down * across < _LEAST_CELLS:
        return FaintMarks(cells=0, writing=False)
    # Half the size tells an empty side at a quarter of the work.
    step = 2 if view.dpi >= _LEAST_DPI else 1
    rough = halved(darkest) if step == 2 else darkest
    energy = _energy(rough, millimetre / step, _COARSE_MM, (cell // step, down, across))
    cells = int(np.count_nonzero(_marked(energy, 0.8 * _LEAST_LEVELS)[0]))
    told = cells >= _LEAST_CELLS and view.dpi >= _LEAST_DPI
    writing = told and _is_writing(view, part, darkest, (cell, down, across))
    return FaintMarks(cells=cells, writing=writing)


def _is_writing(
    view: PageView,
    part: tuple[slice, slice],
    darkest: NDArray[np.uint8],
    grid: tuple[int, int, int],
) -> bool:
    """By the marks that are not dark; `grid` is the size of a cell and their number down and
    across."""
    cell, down, across = grid
    millimetre = view.millimetres(1.0)
    coarse = _energy(darkest, millimetre, _COARSE_MM, grid)
    marked, grain = _marked(coarse, _LEAST_LEVELS)
    marked &= ~_strong(view.ink[part], cell, down, across)
    # Streaks run down the page, creases across it as well.
    marked &= ~(_streaks(marked) | _streaks(marked.T).T)
    if np.count_nonzero(marked) < _LEAST_CELLS:
        return False
    fine = _energy(darkest, millimetre, _FINE_MM, grid)
    fine -= float(np.percentile(fine, 10)) + _COMPRESSION
    return float(np.median(fine[marked] / (coarse[marked] - grain))) > _SHARP


def _marked(coarse: Reals, levels: float) -> tuple[NDArray[np.bool_], float]:
    """The cells that stand out from the grain of the paper by so many levels, and the grain."""
    grain = float(np.percentile(coarse, 10))
    return np.asarray(coarse - grain > max(levels**2, _GRAIN * grain), dtype=np.bool_), grain


def _darkest(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The darkest channel of every pixel."""
    height, width = colours.shape[:2]
    darkest = np.empty((height, width), np.uint8)
    planes = np.empty((3, _ROWS, width), np.uint8)
    for top in range(0, height, _ROWS):
        rows = colours[top : top + _ROWS]
        blue, green, red = planes[:, : len(rows)]
        cv2.split(rows, (blue, green, red))
        part = darkest[top : top + _ROWS]
        cv2.min(cv2.min(blue, green, dst=part), red, dst=part)
    return darkest


def _energy(
    tones: NDArray[np.uint8],
    millimetre: float,
    deviations: tuple[float, float],
    grid: tuple[int, int, int],
) -> Reals:
    """The mean square of each cell of what lies between two smoothings (millimetres); `grid` is
    the size of a cell and their number down and across."""
    cell, down, across = grid
    narrow, wide = (deviation * millimetre for deviation in deviations)
    reach = math.ceil(_REACH * wide)
    means = np.empty((down, across), np.float32)
    for first in range(0, down, _CELL_ROWS):
        rows = min(_CELL_ROWS, down - first)
        top = first * cell
        above = min(reach, top)
        part = tones[top - above : top + rows * cell + reach].astype(np.float32)
        band = cv2.subtract(_smooth(part, narrow), _smooth(part, wide))
        inside = band[above : above + rows * cell, : across * cell]
        means[first : first + rows] = cv2.resize(
            cv2.multiply(inside, inside), (across, rows), interpolation=cv2.INTER_AREA
        )
    return means


def _smooth(tones: Reals, deviation: float) -> Reals:
    side = 2 * math.ceil(_REACH * deviation) + 1
    return np.asarray(cv2.GaussianBlur(tones, (side, side), deviation), dtype=np.float32)


def _streaks(marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The columns of cells (as a row) that a line down the whole page fills."""
    full = marked.mean(axis=0)
    beside = np.minimum(np.roll(full, 2), np.roll(full, -2))
    return np.asarray((full > _STREAK) & (beside < _BESIDE_STREAK), dtype=np.bool_)[None, :]


def _strong(ink: NDArray[np.uint8], cell: int, down: int, across: int) -> NDArray[np.bool_]:
    """Cells with ink that is not faint."""
    whole = np.ascontiguousarray(ink[: down * cell, : across * cell])
    dark = cv2.threshold(whole, _STRONG, 1, cv2.THRESH_BINARY)[1]
    return np.asarray(cell_shares(np.asarray(dark, np.uint8), cell, cell) > 0, dtype=np.bool_)
