"""Measures the tilt of an upright page by its text lines and rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import connected_marks
from ocr.image.view import Gray

MAX_DEGREES = 12.0
_MAX_POINTS = 16_000
_COARSE_POINTS = 8_000
_MIN_POINTS = 200
_INK = 80
# Half way up the strokes, however light they are.
_INK_SHARE = 0.45
_FAINTEST = 22
# So few points would pile up by chance: neighbouring piles are taken together.
_FEW = 5_000
_AT_ONCE = 32_000
# A few words line up along some direction or other by chance.
_PLENTY = 1_500
# How much lower the pile stands at this many degrees beside its top, for printed lines.
_BESIDE = 0.6
_SHARP = 1.07
_NEIGHBOURS = np.array([0.25, 0.5, 0.25])
_BY_HAND = 0.8
# How far characters stand off their line, in pixels (standard deviation 2.5).
_SOFT = np.exp(-(np.arange(-6, 7) ** 2) / 12.5)
# A line of text: no gap in it is wider, it is at least so long and neither lower nor higher.
_WORD_GAP_MM = 3.5
_LINE_MM = 14.0
_LOWEST_MM = 2.0
_TALLEST_MM = 9.0
_LEAST_LINES = 2
# More than the tangent of the largest tilt.
_STEEPEST = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Skew:
    """`degrees` is the clockwise tilt; `contrast` says how much sharper the lines stand at that
    angle than at any other: near 1 means there are no lines to measure. `tolerance` is how far
    off the angle may be: printed lines fix it closely, lines written by hand do not. `points`
    says how much ink was asked."""

    degrees: float
    contrast: float
    tolerance: float = 0.0
    points: int = 0


def measure_skew(ink: Gray, contrast: float = 1.0) -> Skew:
    """The tilt of the text lines of an upright page within +-12 degrees; `contrast` is how dark
    its ink is (0 to 1).

    The lower edges of the ink are projected along each candidate direction; lines and rules
    pile up at the true one. Pages without lines come back with contrast near 1.
    """
    lower = _lower_edges(_mask(ink, contrast))
    count = cv2.countNonZero(lower)
    if count < _MIN_POINTS:
        return Skew(degrees=0.0, contrast=1.0)
    # Of a full page, every second or third column has points enough.
    thin = max(1, count // _MAX_POINTS)
    points = np.flatnonzero(np.ascontiguousarray(lower[:, ::thin]).view(np.bool_))
    x, y = _places(points, _MAX_POINTS, -(-ink.shape[1] // thin), thin)
    return _measured(x, y, count)


def measure_lines_apart(ink: Gray, contrast: float, millimetre: float) -> Skew:
    """As `measure_skew`, for a page with a few lines of text here and there: every line says by
    itself how it is tilted, wherever it stands. `millimetre` is in pixels. Contrast 1 where there
    are fewer than two lines."""
    mask = _mask(ink, contrast)
    reach = round(_WORD_GAP_MM * millimetre)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    labels, stats = connected_marks(np.asarray(joined, dtype=np.uint8))
    columns: list[NDArray[np.float32]] = []
    rows: list[NDArray[np.float32]] = []
    first = 0.0
    for label in range(1, len(stats)):
        left, top, wide, high = (int(value) for value in stats[label, :4])
        if wide < _LINE_MM * millimetre or not _is_line(wide, high, millimetre):
            continue
        own = labels[top : top + high, left : left + wide] == label
        part = np.where(own, mask[top : top + high, left : left + wide], 0)
        part = np.pad(part, ((1, 1), (0, 0)))
        for edges in (_lower_edges(part), _lower_edges(part[::-1])[::-1]):
            down, across = np.nonzero(edges)
            columns.append((across - wide / 2).astype(np.float32))
            # So far from the line before that no tilt brings the two together.
            rows.append((down + first).astype(np.float32))
            first += high + wide * _STEEPEST
    if len(columns) < 2 * _LEAST_LINES:
        return Skew(degrees=0.0, contrast=1.0)
    x, y = np.concatenate(columns), np.concatenate(rows)
    best, ratio = 0.0, 1.0
    for span, step in ((MAX_DEGREES, 0.5), (0.5, 0.1), (0.2, 0.05)):
        angles = np.arange(best - span, best + span + step / 2, step)
        scores = np.array([_soft_score(x, y, angle) for angle in angles])
        if span == MAX_DEGREES:
            best = float(angles[int(np.argmax(scores))])
            ratio = float(scores.max() / max(1e-9, float(np.median(scores))))
        else:
            best = _peak(angles, scores)
    return Skew(degrees=best, contrast=ratio, tolerance=_BY_HAND, points=len(x))


def _is_line(wide: int, high: int, millimetre: float) -> bool:
    """Whether a strip of ink is long and low enough for a line of text at any tilt."""
    tallest = _TALLEST_MM * millimetre + _STEEPEST * wide
    return _LOWEST_MM * millimetre <= high <= min(tallest, wide / 2)


def _mask(ink: Gray, contrast: float) -> Gray:
    least = min(_INK, max(_FAINTEST, round(_INK_SHARE * 255 * contrast)))
    return np.asarray(cv2.threshold(ink, least, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def _lower_edges(mask: NDArray[Any]) -> Gray:
    return np.asarray(cv2.subtract(mask[:-1], mask[1:]), dtype=np.uint8)


def _measured(x: NDArray[np.float32], y: NDArray[np.float32], count: int) -> Skew:
    """The direction in which the points pile up, out of `count` points of the page."""
    coarse = np.arange(-MAX_DEGREES, MAX_DEGREES + 0.1, 0.5)
    every = max(1, len(x) // _COARSE_POINTS)
    few_x, few_y = x[::every], y[::every]
    scores = _scores(few_x, few_y, coarse, 4.0)
    best = float(coarse[int(np.argmax(scores))])
    ratio = float(scores.max() / max(1e-9, float(np.median(scores))))
    ratio = 1.0 + (ratio - 1.0) * min(1.0, count / _PLENTY)
    steps = ((0.5, 0.1, 2.0), (0.1, 0.02, 1.0))
    if len(x) < _FEW:
        steps = ((0.5, 0.1, 3.0), (0.3, 0.05, 3.0))
    for span, step, bin_size in steps:
        fine = np.arange(best - span, best + span + step / 2, step)
        best = _peak(fine, _scores(x, y, fine, bin_size))
    before, here, behind = _scores(x, y, best + np.array((-_BESIDE, 0.0, _BESIDE)), 1.0)
    sharp = bool(2 * here > _SHARP * (before + behind))
    return Skew(degrees=best, contrast=ratio, tolerance=0.1 if sharp else _BY_HAND, points=count)


def _places(
    points: NDArray[np.intp], most: int, width: int, thin: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """At most `most` of the points of rows of `width`, evenly chosen, as columns from the middle
    and rows; only every `thin`-th column is there."""
    if len(points) > most:
        points = points[(np.arange(most) * (len(points) / most)).astype(np.intp)]
    rows, columns = np.divmod(points, width)
    middle = np.float32(width * thin / 2)
    return columns.astype(np.float32) * np.float32(thin) - middle, rows.astype(np.float32)


def _scores(
    x: NDArray[np.float32], y: NDArray[np.float32], angles: NDArray[np.float64], bin_size: float
) -> NDArray[np.float64]:
    """How unevenly the points pile up along each of these directions (degrees): mean square of
    the bins over their square mean."""
    slopes = np.tan(np.radians(angles)).astype(np.float32)
    across, down = x / np.float32(bin_size), y / np.float32(bin_size)
    scores = np.empty(len(angles))
    # So many directions at once that all their places stay in the cache.
    together = max(1, _AT_ONCE // max(1, len(x)))
    for start in range(0, len(angles), together):
        rows = down - slopes[start : start + together, None] * across
        rows -= rows.min(axis=1, keepdims=True)
        places = rows.astype(np.int64)
        wide = int(places.max()) + 1
        places += np.arange(0, len(places) * wide, wide)[:, None]
        bins = np.bincount(places.reshape(-1), minlength=len(places) * wide)
        piles = bins.reshape(len(places), wide).astype(np.float64)
        if len(x) < _FEW:
            piles = np.stack([np.convolve(pile, _NEIGHBOURS) for pile in piles])
        scores[start : start + together] = np.square(piles).sum(axis=1)
    return np.asarray(scores / len(x) ** 2 * 1000 / bin_size, dtype=np.float64)


def _soft_score(x: NDArray[np.float32], y: NDArray[np.float32], degrees: float) -> float:
    """As `_score` for a few short lines: points near each other count as well, for characters
    do not stand on their line to the pixel."""
    rows = y - x * np.float32(np.tan(np.radians(degrees)))
    bins = np.bincount((rows - rows.min()).astype(np.intp)).astype(np.float64)
    return float(np.square(np.convolve(bins, _SOFT)).sum())


def _peak(angles: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    """The top of the smoothed scores, between the samples by a parabola."""
    smooth = np.convolve(np.pad(scores, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    top = int(np.argmax(smooth))
    if top in (0, len(smooth) - 1):
        return float(angles[top])
    before, middle, after = smooth[top - 1 : top + 2]
    bend = before - 2 * middle + after
    shift = 0.0 if bend == 0 else 0.5 * (before - after) / bend
    return float(angles[top] + shift * (angles[1] - angles[0]))
