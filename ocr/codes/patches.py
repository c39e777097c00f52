"""Finds patch codes: the four black bars that tell scanning software where a document begins.

A patch code (Kodak A-61599) has four bars, two narrow (0.08 in) and two wide (0.20 in), with
spaces of 0.08 in, 0.80 in over all and at least 2 in long, parallel to the leading edge. Read
from the leading edge: 1 = WWNN, 2 = WNNW, 3 = WNWN, 4 = NWWN, 6 = NNWW, T = NWNW. Upside down,
1 reads as 6 and 3 as T; 2 and 4 are symmetric.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.codes.reduction import halved_to
from ocr.image.view import effective_dpi

Gray = NDArray[np.uint8]
Box = tuple[int, int, int, int]
Lines = NDArray[np.intp]

# At least this much: a narrow bar is six pixels wide then and a wide one fifteen, and a page costs
# a few milliseconds.
WORK_DPI = 75.0
NAMES = {"WWNN": "1", "WNNW": "2", "WNWN": "3", "NWWN": "4", "NNWW": "6", "NWNW": "T"}
SEPARATORS = frozenset({"T", "3"})
_UNITS = 20.0  # of 0.04 in: narrow bar and space 2, wide bar 5, whole code 20
_TOTAL_INCHES = (0.64, 0.96)  # printed to fit, or stretched by a worn feeder
_TOTAL_INCHES_UNSURE = (0.5, 1.2)  # when nobody recorded the resolution
_BAR = (1.0, 6.6)
_SPACE = (0.8, 3.3)
_WIDE = 3.4
_QUIET = 2.4
_SMOOTHED_INCHES = 0.12  # along the bars; at 5 degrees that blurs an edge by 0.01 in
_SURROUNDINGS_INCHES = 0.9
_DARKER = 0.93  # than the surroundings: a black bar of the palest print we accept is at 0.9
_STEP = 5
_SHORTEST_INCHES = 1.1
_FULLNESS = 0.6
_STEEPEST = 0.15  # 8.5 degrees
_STRAIGHT_INCHES = 0.03
_MAX_GAP = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Patch:
    """One patch code.

    `text` is its name read from the nearer edge of the page, because codes are printed by the
    leading edge; `other` is the name read the other way round ("2" and "4" are the same both
    ways). `box` is (x0, y0, x1, y1) in pixels of the picture given, `turn` the clockwise turn in
    degrees that brings that nearer edge to the top.
    """

    text: str
    other: str
    box: Box
    turn: int

    @property
    def separates(self) -> bool:
        """Whether this is T, read one way or the other: nobody knows how a sheet was fed."""
        return self.text in SEPARATORS


def read_patches(gray: Gray, dpi: float = 0) -> list[Patch]:
    """All patch codes on `gray` (height x width, uint8, paper light), from top to bottom.

    `dpi` 0 means unknown: an A4 page is assumed. Bars may lie along either side of the page and
    be tilted by some degrees.
    """
    height, width = gray.shape
    resolution = effective_dpi(width, height, round(dpi))
    small, work_dpi = halved_to(gray, resolution, WORK_DPI)
    factor = work_dpi / resolution
    limits = _TOTAL_INCHES if dpi else _TOTAL_INCHES_UNSURE
    found = [
        _patch(row, along_x=along_x, factor=factor, shape=(height, width))
        for along_x in (True, False)
        for row in _rows_of(_lying(small, along_x), work_dpi, limits)
    ]
    return sorted(found, key=lambda patch: (patch.box[1], patch.box[0]))


def _lying(small: Gray, along_x: bool) -> Gray:
    return small if along_x else np.ascontiguousarray(small.T)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """A code with level bars in working pixels: pattern read from the top, ends of the bars."""

    pattern: str
    first: int
    last: int
    top: float
    bottom: float


def _rows_of(small: Gray, dpi: float, limits: tuple[float, float]) -> list[_Row]:
    """Codes whose bars lie level in `small`."""
    black = _black(small, dpi)
    line, start, total, wide = _crossings(black, limits[0] * dpi, limits[1] * dpi)
    rows: list[_Row] = []
    for code in np.unique(wide):
        pattern = "".join("W" if code >> place & 1 else "N" for place in (3, 2, 1, 0))
        if pattern in NAMES:
            chosen = wide == code
            rows += _joined(pattern, line[chosen], start[chosen], total[chosen], dpi)
    return rows


def _black(small: Gray, dpi: float) -> NDArray[np.bool_]:
    """Which pixels are ink, on every `_STEP`th column: darker than what lies around them."""
    along = max(1, round(_SMOOTHED_INCHES * dpi))
    around = max(3, round(_SURROUNDINGS_INCHES * dpi)) | 1
    smooth = cv2.blur(small, (along, 1), borderType=cv2.BORDER_REPLICATE)
    mean = cv2.blur(smooth, (around, around), borderType=cv2.BORDER_REPLICATE)
    columns = slice(_STEP // 2, None, _STEP)
    return np.asarray(smooth[:, columns] < mean[:, columns] * _DARKER, dtype=np.bool_)


def _crossings(
    black: NDArray[np.bool_], shortest: float, longest: float
) -> tuple[Lines, Lines, Lines, Lines]:
    """Where a column crosses four bars of a code: column, first row, height, and which bars are
    wide as four bits, the top one first."""
    height, columns = black.shape
    edged = np.zeros((columns, height + 2), dtype=np.int8)
    edged[:, 1:-1] = black.T
    line, place = np.nonzero(np.diff(edged, axis=1))
    # Every column starts and ends on paper, so its changes come in pairs: into ink, out of ink.
    empty = np.zeros(0, dtype=np.intp)
    starts = np.arange(0, len(place) - 7, 2)
    starts = starts[line[starts] == line[starts + 7]] if len(starts) else starts
    if not len(starts):
        return empty, empty, empty, empty
    total = place[starts + 7] - place[starts]
    starts = starts[(total >= shortest) & (total <= longest)]
    total = place[starts + 7] - place[starts]
    unit = total / _UNITS
    runs = np.stack([place[starts + k + 1] - place[starts + k] for k in range(7)], axis=1)
    runs = runs / unit[:, None]
    bars, spaces = runs[:, 0::2], runs[:, 1::2]
    wide = bars > _WIDE
    before = np.where(
        (starts > 0) & (line[starts - 1] == line[starts]), place[starts] - place[starts - 1], height
    )
    following = np.minimum(starts + 8, len(place) - 1)
    after = np.where(
        (starts + 8 < len(place)) & (line[following] == line[starts]),
        place[following] - place[starts + 7],
        height,
    )
    good = (
        (bars >= _BAR[0]).all(axis=1)
        & (bars <= _BAR[1]).all(axis=1)
        & (spaces >= _SPACE[0]).all(axis=1)
        & (spaces <= _SPACE[1]).all(axis=1)
        & (wide.sum(axis=1) == 2)
        & (before >= _QUIET * unit)
        & (after >= _QUIET * unit)
    )
    bits = wide[good] @ np.array([8, 4, 2, 1])
    return line[starts[good]], place[starts[good]], total[good], bits


def _joined(pattern: str, line: Lines, start: Lines, total: Lines, dpi: float) -> list[_Row]:
    """Crossings of one pattern joined into straight bars that are long enough."""
    chains: list[list[int]] = []
    slack = _STRAIGHT_INCHES * dpi
    for index in range(len(line)):
        for chain in chains:
            last = chain[-1]
            distance = int(line[index] - line[last])
            reach = slack + _STEEPEST * _STEP * distance
            if 0 < distance <= _MAX_GAP and abs(int(start[index] - start[last])) <= reach:
                chain.append(index)
                break
        else:
            chains.append([index])
    rows = []
    for chain in chains:
        lines, starts, totals = line[chain], start[chain], total[chain]
        extent = int(lines[-1] - lines[0]) + 1
        if extent * _STEP < _SHORTEST_INCHES * dpi or len(chain) < _FULLNESS * extent:
            continue
        slope, base = np.polyfit(lines, starts, 1)
        away = np.abs(starts - (slope * lines + base))
        if abs(slope) > _STEEPEST * _STEP or float(np.median(away)) > slack:
            continue
        rows.append(
            _Row(
                pattern=pattern,
                first=int(lines[0]) * _STEP,
                last=(int(lines[-1]) + 1) * _STEP,
                top=float(starts.min()),
                bottom=float((starts + totals).max()),
            )
        )
    return rows


def _patch(row: _Row, *, along_x: bool, factor: float, shape: tuple[int, int]) -> Patch:
    """A code of the working picture as one of the page."""
    height, width = shape
    depth = height if along_x else width
    nearer_far_edge = (row.top + row.bottom) / 2 > depth * factor / 2
    names = NAMES[row.pattern], NAMES[row.pattern[::-1]]
    text, other = names[::-1] if nearer_far_edge else names
    across, down = (row.first, row.last), (row.top, row.bottom)
    (x0, x1), (y0, y1) = (across, down) if along_x else (down, across)
    box = (
        round(x0 / factor),
        round(y0 / factor),
        min(width, round(x1 / factor)),
        min(height, round(y1 / factor)),
    )
    turn = (180 if nearer_far_edge else 0) if along_x else (270 if nearer_far_edge else 90)
    return Patch(text=text, other=other, box=box, turn=turn)
