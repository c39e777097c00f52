"""Finds the lines that dirt on the glass of a feeder draws along the way of the paper.

Such a line does not move while the sheet passes: it stands at one column of the image to within
a fraction of a pixel whatever the tilt of the page, runs on through the margins to the ends of
the image, and keeps its width and tone. Printed rules tilt with the sheet and end with their
table; a crease wanders and fades; the edge of a sheet has different tones on its two sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.api import Finding
from ocr.image.limits import Limits
from ocr.sight import Sight

Gray = NDArray[np.uint8]
Reals = NDArray[np.float32]

# Rows averaged into one: noise halves, and the space between two lines of text stays open.
_PACE = 4
# Wider than the widest streak (12 pixels at 300 dpi) and its soft edges.
_WINDOW_MM = 1.9
_REACH_MM = 2.4
_WIDEST_MM = 1.4
# Nearer to the side of the image than this there is no writing to spoil.
_SIDE_MM = 2.0
# The fewest levels that a line must differ by from the paper beside it.
_LEAST_LEVELS = 4.0
_CANDIDATE_SHARE = 0.4
_MOST_CANDIDATES = 16
_LEAST_ROWS = 64
_COVERED = 0.8
_LENGTH = 0.6
_PARTS = 12
_FAINT_LEVELS = 40.0
_STEADY = 0.6
# Feeders start to see the glass a little late. A line that ends farther inside must end freely:
# rules of a table end at a crossing.
_END_MM = 6.0
_FREE_END = 0.09
# How far the line may stray over the image, in working pixels: sampling, not tilt.
_STRAY = 0.45
# A sheet is surely tilted from here on (degrees); its rules then stray more than `_STRAY`.
_TILTED = 0.15
_DARK_GROUND = 0.45
# On burnt-out paper a light line shows only where it cuts ink: from this tone of the paper on.
_BURNT = 246
_INKED = 80
_CUT_ROWS = 14
_CUT_SHARE = 0.55
_CUT_REACH = (2, 3, 4, 5)
# Strokes go on for this many working pixels at least on both sides of the cut.
_STROKE = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One streak: columns `low` to `high` (exclusive) and its contrast in levels."""

    low: int
    high: int
    contrast: float


def find(sight: Sight, limits: Limits) -> tuple[Finding, ...]:
    """One finding for each streak, upright or (in a turned scan) level, with the box it crosses.

    The value is the contrast of the line against the paper, as a share of the full range.
    """
    height, width = sight.view.height, sight.view.width
    down = (width, max(1, height // _PACE))
    across = (max(1, width // _PACE), height)
    findings = []
    dark, light = _planes(sight)
    for line in _lines(sight, _packed(dark, down), _packed(light, down), limits):
        box = (line.low, 0, line.high, height)
        findings.append((line.contrast, sight.page_box(box)))
    dark, light = (
        np.ascontiguousarray(_packed(plane, across).transpose()) for plane in (dark, light)
    )
    for line in _lines(sight, dark, light, limits):
        box = (0, line.low, width, line.high)
        findings.append((line.contrast, sight.page_box(box)))
    return tuple(
        Finding(
            code="streak",
            severity="warn",
            value=round(contrast / 255, 3),
            limit=limits.streak,
            box=box,
        )
        for contrast, box in findings
    )


def _planes(sight: Sight) -> tuple[Gray, Gray]:
    """Where dark or coloured lines stand out of the evened paper, and where light ones do."""
    return (
        np.asarray(cv2.bitwise_not(sight.view.ink), dtype=np.uint8),
        np.asarray(cv2.extractChannel(sight.view.work, 1), dtype=np.uint8),
    )


def _cuts(ink: Gray) -> list[tuple[int, int]]:
    """The columns, as (low, high), in which level strokes are cut that run on at either side.

    The space between two characters is no such column: strokes seldom end at the same height on
    both sides of it, and a light line cuts nearly all that cross it.
    """
    inked = np.where(ink >= _INKED, np.uint8(255), np.uint8(0))
    stroke = np.ones((1, _STROKE), np.uint8)
    # Set where a stroke of that length ends at the pixel, coming from the left, and begins at it.
    coming = cv2.erode(inked, stroke, anchor=(_STROKE - 1, 0), borderValue=0)
    going = cv2.erode(inked, stroke, anchor=(0, 0), borderValue=0)
    found: list[tuple[int, int]] = []
    width = ink.shape[1]
    for reach in _CUT_REACH:
        if width <= 8 * reach:
            break
        both = cv2.bitwise_and(coming[:, : -2 * reach], going[:, 2 * reach :])
        middle = inked[:, reach : width - reach]
        crossing = cv2.reduce(both, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel() / 255
        cut = cv2.bitwise_and(both, cv2.bitwise_not(middle))
        cuts = cv2.reduce(cut, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel() / 255
        busy = crossing[crossing > 2]
        if busy.size < width // 8:
            continue
        usual = float(np.median(busy))
        others = float(np.percentile(cuts, 97))
        wanted = max(_CUT_ROWS, _CUT_SHARE * usual, 2.5 * others)
        for column in np.flatnonzero((cuts >= wanted) & (cuts >= 0.8 * crossing)):
            place = int(column) + reach
            rows = np.flatnonzero(cut[:, column])
            # Some of it in every part of the writing: one broken rule is no streak.
            thirds = np.histogram(rows, 4, (0, cut.shape[0]))[0]
            if np.count_nonzero(thirds >= 2) < 3:
                continue
            if all(place + reach < low or place - reach > high for low, high in found):
                found.append((place - reach + 1, place + reach))
    return found


def _packed(plane: Gray, size: tuple[int, int]) -> Gray:
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _lines(sight: Sight, dark: Gray, light: Gray, limits: Limits) -> list[_Line]:
    """The streaks that run from top to bottom; of both planes every `_PACE` rows are one."""
    rows, width = dark.shape
    span = round(sight.view.millimetres(_WINDOW_MM)) | 1
    if rows < _LEAST_ROWS or width < 8 * span:
        return []
    kernel = np.ones((1, span), np.uint8)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    opened = cv2.morphologyEx(light, cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_REPLICATE)
    least = max(_LEAST_LEVELS, limits.streak * 255)
    side = round(sight.view.millimetres(_SIDE_MM))
    found: list[_Line] = []
    for sign, plane, contrast in (
        (1.0, dark, cv2.subtract(closed, dark)),
        (-1.0, light, cv2.subtract(light, opened)),
    ):
        for column in _candidates(np.asarray(contrast, dtype=np.uint8), least, side):
            line = _judge(sight, plane, column, sign, least)
            if line is not None and all(
                line.low > other.high + 1 or other.low > line.high + 1 for other in found
            ):
                found.append(line)
    return found


def _candidates(contrast: Gray, least: float, side: int) -> list[int]:
    """The columns along which many rows differ from their surroundings, best first."""
    marked = cv2.threshold(contrast, least - 0.5, 255, cv2.THRESH_BINARY)[1]
    share = cv2.reduce(marked, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() / 255
    levels = cv2.reduce(contrast, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    score = share + levels / 255
    # The paper itself is rough: a line must stand out from the columns around.
    wanted = max(_CANDIDATE_SHARE, float(np.median(share)) + 0.2)
    inside = np.flatnonzero(share[side : len(share) - side] >= wanted) + side
    columns: list[int] = []
    for column in inside[np.argsort(-score[inside])][: 8 * _MOST_CANDIDATES]:
        if len(columns) < _MOST_CANDIDATES and all(abs(int(column) - c) > 3 for c in columns):
            columns.append(int(column))
    return columns


def _judge(sight: Sight, packed: Gray, column: int, sign: float, least: float) -> _Line | None:
    """The line at a column, None when it is not one of the glass."""
    rows, width = packed.shape
    reach = round(sight.view.millimetres(_REACH_MM))
    if column < reach // 2 or column >= width - reach // 2:
        return None
    low, high = max(0, column - reach), min(width, column + reach + 1)
    strip = packed[:, low:high].astype(np.float32)
    centre = column - low
    bounds = _extent(strip, centre, sign, sight.view.millimetres(_WIDEST_MM))
    if bounds is None:
        return None
    first, last = bounds
    left, right = strip[:, max(0, first - 7) : first - 1], strip[:, last + 1 : last + 7]
    if left.shape[1] < 3 or right.shape[1] < 3:
        return None
    left_tone, right_tone = np.median(left, axis=1), np.median(right, axis=1)
    ground = (left_tone + right_tone) / 2
    paper = float(np.percentile(ground, 75))
    # Rows where both sides are bare: ink beside the line would hide or feign it.
    even = 0.12 * paper
    bare = (
        (ground > _DARK_GROUND * paper)
        & (np.ptp(left, axis=1) < even)
        & (np.ptp(right, axis=1) < even)
        & (np.abs(left_tone - right_tone) < even)
    )
    if np.count_nonzero(bare) < 0.15 * rows:
        return None
    raised = np.asarray(sign * (ground[:, None] - strip), dtype=np.float32)
    depth = raised[:, first:last].mean(axis=1)
    contrast = float(np.median(depth[bare]))
    if contrast < 0.6 * least:
        return None
    # The edge of a sheet is darker than both sides as well, but these are of different things.
    step = abs(float(np.median((left_tone - right_tone)[bare])))
    if step > max(3.0, 0.12 * contrast):
        return None
    if not _runs_through(sight, depth, bare, contrast):
        return None
    if _stray(raised, bare, (first, last)) > _STRAY:
        return None
    return _Line(low=low + first, high=low + last, contrast=contrast)


def _extent(strip: Reals, centre: int, sign: float, widest: float) -> tuple[int, int] | None:
    """The columns of the strip that the line covers, from half its contrast on."""
    profile = -sign * np.median(strip, axis=0)
    base = float(np.median(profile))
    half = base + 0.5 * (float(profile[max(0, centre - 1) : centre + 2].max()) - base)
    first = last = centre
    while first > 0 and profile[first - 1] > half:
        first -= 1
    while last < len(profile) - 1 and profile[last + 1] > half:
        last += 1
    if last - first + 1 > widest or first < 3 or last > len(profile) - 4:
        return None
    return first, last + 1


def _runs_through(sight: Sight, depth: Reals, bare: NDArray[np.bool_], contrast: float) -> bool:
    """Whether the line goes on over the whole image, whatever is printed there."""
    # Faint lines drown in the grain of single rows.
    weight = np.convolve(bare.astype(np.float32), np.ones(5), "same")
    smooth = np.convolve(np.where(bare, depth, 0.0), np.ones(5), "same") / np.maximum(weight, 1)
    there = smooth > 0.45 * contrast
    seen = np.flatnonzero(bare)
    drawn = np.flatnonzero(bare & there)
    inside = seen[(seen >= drawn[0]) & (seen <= drawn[-1])]
    length = int(drawn[-1] - drawn[0])
    if float(there[inside].mean()) < _COVERED or length < _LENGTH * len(depth):
        return False
    # A crease is faint and comes and goes; dirt draws the same line from end to end.
    parts = [float(np.median(depth[part])) for part in np.array_split(inside, _PARTS)]
    weak, strong = np.percentile(parts, (20, 80))
    if contrast < _FAINT_LEVELS and weak < _STEADY * strong:
        return False
    # Printed rules may be as long, but those of a tilted sheet are tilted.
    if abs(sight.skew.degrees) >= _TILTED:
        return True
    pace = sight.view.millimetres(1.0) / _PACE
    for end, free in (
        (int(drawn[0]), int(drawn[0] - seen[0])),
        (int(drawn[-1]), int(seen[-1] - drawn[-1])),
    ):
        if free <= _END_MM * pace:
            continue
        around = bare[max(0, round(end - 2 * pace)) : round(end + 2 * pace) + 1]
        if free > _FREE_END * len(depth) or not around.all():
            return False
    return True


def _stray(raised: Reals, bare: NDArray[np.bool_], bounds: tuple[int, int]) -> float:
    """How far the middle of the line moves between the first and the last third of its rows."""
    first, last = max(0, bounds[0] - 2), bounds[1] + 2
    seen = np.flatnonzero(bare)
    third = max(1, len(seen) // 3)
    places = []
    for part in (seen[:third], seen[-third:]):
        profile = np.clip(np.median(raised[part, first:last], axis=0), 0, None)
        profile = np.clip(profile - 0.25 * profile.max(), 0, None)
        total = float(profile.sum())
        if total <= 0:
            return float("inf")
        places.append(float((profile * np.arange(len(profile))).sum()) / total)
    return abs(places[0] - places[1])
