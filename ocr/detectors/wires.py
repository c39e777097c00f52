"""Bent wire on the page: paper clips and rubber bands, told from frames, seals and writing.

Wire is thicker than pen strokes and rules and of one tone all along. A paper clip runs to and fro
along its length with round turns at its ends; a band closes in a large free curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.sight import Sight, WorkBox

Plane = NDArray[np.uint8]

_REDUCE = 2
# Thinner strokes are pens, rules and letters.
_THIN_MM = 0.5
# Tones of wire; print that it lies on is darker than most of them.
_BANDS = ((17, 100), (34, 150), (34, 255), (60, 185), (75, 140), (95, 255), (110, 200), (150, 255))
_MARGIN_MM = 15.0
_TRIP_MM = 3.5
# Sides of the upright box around a clip that lies at any angle.
_LEAST_SEEN_MM = 11.0
_LEAST_ACROSS_MM = 3.6
_UNSEEN, _SEEN, _DONE = 255, 128, 64
_LONG_MM = (11.0, 62.0)
# A clip and what it touches; a picture is larger than a clip and filled by so much.
_JOINED_MM = 95.0
# The smallest clip seen as a whole; lines of print in which the letters touch are lower. More
# things of that size are writing or a drawing.
_WHOLE_MM = (15.0, 6.2)
_MOST_ALONE = 6
# So many pixels are so few marks that numbers of 16 bits will do, which saves half of the time.
_FEW_PIXELS = 4 * 65_000
_PICTURE = 0.5
_SHORT_MM = (3.8, 16.0)
_WIRE_MM = (0.45, 2.6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wire:
    """One wire-like thing. Lengths in millimetres; `thick` is the mean thickness, `run` the length
    of the wire as a multiple of `long_side`. `crossings` is how often a cut across its middle
    meets wire, `straight` the share of the length that its straightest runs are filled, `corners`
    the share of inked ground in the four corners of the rectangle around it, `gray` 1 for gray,
    `tone` its darkness (0 to 1), `spread` how much that varies. `box` is in working pixels."""

    box: WorkBox
    long_side: float
    short_side: float
    thick: float
    run: float
    crossings: float
    straight: float
    corners: float
    gray: float
    tone: float
    spread: float


def darkest_of(sight: Sight) -> Plane:
    """The ink of the page at half its working size, the darkest of four pixels each: light runs
    along the top of a round wire, a hair is thinner than a pixel."""
    end = (sight.view.height // _REDUCE * _REDUCE, sight.view.width // _REDUCE * _REDUCE)
    darkest = cv2.dilate(sight.view.ink, np.ones((_REDUCE, _REDUCE), np.uint8), anchor=(0, 0))
    return np.ascontiguousarray(darkest[: end[0] : _REDUCE, : end[1] : _REDUCE], dtype=np.uint8)


def wires_of(sight: Sight, darkest: Plane) -> tuple[Wire, ...]:
    """Things of the size and thickness of paper clips; `darkest` is from `darkest_of`."""
    # What is thinner than wire goes.
    size = max(2, round(sight.view.millimetres(_THIN_MM) / _REDUCE))
    kernel = np.ones((size, size), np.uint8)
    small = np.asarray(cv2.morphologyEx(darkest, cv2.MORPH_OPEN, kernel), dtype=np.uint8)
    x0, y0, x1, y1 = (value // _REDUCE for value in sight.inner)
    small[:y0], small[y1:], small[:, :x0], small[:, x1:] = 0, 0, 0, 0
    rows, columns = _places(sight, small)
    tones = small[rows, columns]
    found = []
    for low, high in _BANDS:
        crossed = ((tones >= low) & (tones <= high)).astype(np.int8)
        starts = np.flatnonzero(np.diff(crossed) > 0) + 1
        if starts.size:
            mask = np.asarray(cv2.inRange(small, low, high), np.uint8)
            places = zip(rows[starts].tolist(), columns[starts].tolist(), strict=True)
            found += _candidates(sight, small, mask, list(places))
    return tuple(found)


def _places(sight: Sight, small: Plane) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the places where wire is looked for: on lines through the middle of
    whatever is as large as a clip, and on the trip lines where more hangs together than that.
    What is smaller than a clip or a picture holds none."""
    pixel_mm = _REDUCE * 25.4 / sight.view.dpi
    dark = cv2.threshold(small, _BANDS[0][0] - 1, 1, cv2.THRESH_BINARY)[1]
    # What is left of the opening has four pixels or more.
    few = cv2.countNonZero(dark) < _FEW_PIXELS
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        dark, connectivity=8, ltype=cv2.CV_16U if few else cv2.CV_32S
    )
    sides = stats[:, 2:4] * pixel_mm
    long, short = sides.max(axis=1), sides.min(axis=1)
    large = (long > _LEAST_SEEN_MM) & (short > _LEAST_ACROSS_MM)
    picture = (short > _LONG_MM[1]) & (stats[:, 4] > _PICTURE * stats[:, 2] * stats[:, 3])
    asked = large & ~picture
    asked[0] = False
    rows, columns = _trip_lines(sight, small.shape)
    held = asked[labels[rows, columns]]
    all_rows, all_columns = [rows[held]], [columns[held]]
    alone = stats[asked & (long < _JOINED_MM) & (long > _WHOLE_MM[0]) & (short > _WHOLE_MM[1])]
    for left, top, wide, high, _ in alone.tolist() if len(alone) <= _MOST_ALONE else ():
        across, down = np.arange(left, left + wide), np.arange(top, top + high)
        all_rows += [np.full_like(across, top + high // 2), down]
        all_columns += [across, np.full_like(down, left + wide // 2)]
    return np.concatenate(all_rows), np.concatenate(all_columns)


def _candidates(
    sight: Sight, small: Plane, mask: Plane, places: list[tuple[int, int]]
) -> list[Wire]:
    """The wires of one tone among the things at `places` (row, column)."""
    pixel_mm = _REDUCE * 25.4 / sight.view.dpi
    found = []
    for row, column in places:
        if mask[row, column] != _UNSEEN:
            continue
        _, _, _, (left, top, wide, high) = cv2.floodFill(
            mask, np.zeros((0, 0), np.uint8), (column, row), (_SEEN,), flags=8
        )
        part = mask[top : top + high, left : left + wide]
        seen = part == _SEEN
        long, short = max(wide, high) * pixel_mm, min(wide, high) * pixel_mm
        if _LEAST_SEEN_MM < long < 1.1 * _LONG_MM[1] and short > _LEAST_ACROSS_MM:
            wire = _wire(sight, small, seen.astype(np.uint8), (left, top), pixel_mm)
            found += [wire] if wire is not None else []
        part[seen] = _DONE
    return found


def _trip_lines(
    sight: Sight, shape: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the places on some lines along each edge: what reaches into the margin
    crosses one of them, and only that is looked at."""
    pixel_mm = _REDUCE * 25.4 / sight.view.dpi
    x0, y0, x1, y1 = (int(value) // _REDUCE for value in sight.inner)
    x1, y1 = min(x1, shape[1]), min(y1, shape[0])
    across, down = np.arange(x0, x1), np.arange(y0, y1)
    rows, columns = [], []
    for step in np.arange(1.0, _MARGIN_MM, _TRIP_MM) / pixel_mm:
        inset = min(round(float(step)), len(across) - 1, len(down) - 1)
        for row in (y0 + inset, y1 - 1 - inset):
            rows.append(np.full_like(across, row))
            columns.append(across)
        for column in (x0 + inset, x1 - 1 - inset):
            rows.append(down)
            columns.append(np.full_like(down, column))
    return np.concatenate(rows), np.concatenate(columns)


def _wire(
    sight: Sight, small: Plane, part: Plane, origin: tuple[int, int], pixel_mm: float
) -> Wire | None:
    left, top = origin
    padded = np.pad(part, 1)
    outlines, _ = cv2.findContours(padded, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    outer = max(outlines, key=cv2.contourArea)
    (centre, (one, other), angle) = cv2.minAreaRect(outer)
    long_px, short_px = max(one, other) + 1, min(one, other) + 1
    long_side, short_side = long_px * pixel_mm, short_px * pixel_mm
    if not (_LONG_MM[0] <= long_side <= _LONG_MM[1] and _SHORT_MM[0] <= short_side <= _SHORT_MM[1]):
        return None
    area = float(np.count_nonzero(part))
    around = sum(float(cv2.arcLength(outline, True)) for outline in outlines)
    thick = max(1.0, 2 * area / max(1.0, around))
    if not _WIRE_MM[0] <= thick * pixel_mm <= _WIRE_MM[1]:
        return None
    upright = _upright(padded, (float(centre[0]), float(centre[1])), one, other, float(angle))
    profile = upright[round(0.3 * upright.shape[0]) : round(0.7 * upright.shape[0])]
    changes = (np.diff(np.pad(profile, ((0, 0), (1, 1))).astype(np.int8), axis=1) > 0).sum(axis=1)
    filled = np.sort(_smoothed(profile))[::-1]
    y, x = np.nonzero(part)
    tones = small[y + top, x + left]
    rows, columns = (y + top) * _REDUCE, (x + left) * _REDUCE
    ink = sight.view.ink[rows, columns].astype(np.float32)
    black = sight.view.black[rows, columns].astype(np.float32)
    high, wide = part.shape
    return Wire(
        box=(left * _REDUCE, top * _REDUCE, (left + wide) * _REDUCE, (top + high) * _REDUCE),
        long_side=long_side,
        short_side=short_side,
        thick=thick * pixel_mm,
        run=area / thick / long_px,
        crossings=float(np.median(changes)),
        straight=float(filled[: max(1, round(0.12 * filled.size))].mean()),
        corners=_corners(upright),
        gray=float(black.mean()) / max(1.0, float(ink.mean())),
        tone=float(np.median(tones)) / 255,
        spread=float(np.percentile(tones, 80) - np.percentile(tones, 20)) / 255,
    )


def _upright(
    part: Plane, centre: tuple[float, float], one: float, other: float, angle: float
) -> Plane:
    """The part with its long side along the rows."""
    if one > other:
        angle, one, other = angle + 90.0, other, one
    size = (max(3, round(one) + 1), max(3, round(other) + 1))
    matrix = cv2.getRotationMatrix2D(centre, angle, 1.0)
    matrix[:, 2] += np.array([size[0] / 2 - centre[0], size[1] / 2 - centre[1]])
    turned = cv2.warpAffine(part * np.uint8(255), matrix, size, flags=cv2.INTER_LINEAR)
    return np.asarray(turned > 110, dtype=np.uint8)


def _smoothed(profile: Plane) -> NDArray[np.float64]:
    """How much of the length each place across it is filled, one pixel to the side allowed."""
    wide = cv2.dilate(profile, np.ones((1, 3), np.uint8))
    return np.asarray(wide.mean(axis=0), dtype=np.float64)


def _corners(upright: Plane) -> float:
    side = max(2, round(0.22 * upright.shape[1]))
    parts = [upright[:side, :side], upright[:side, -side:], upright[-side:, :side]]
    parts.append(upright[-side:, -side:])
    triangle = np.add.outer(np.arange(side), np.arange(side)) < side
    shares = []
    for index, corner in enumerate(parts):
        turned = corner[:: -1 if index >= 2 else 1, :: -1 if index % 2 else 1]
        shares.append(float(turned[triangle].mean()))
    return float(np.mean(shares))
