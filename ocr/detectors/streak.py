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
from ocr.image.levels import median_of
from ocr.image.limits import Limits
from ocr.sight import Sight

Gray = NDArray[np.uint8]
Reals = NDArray[np.float32]

# The mean of so many rows is taken, so that noise halves and the space between two lines of text
# stays open, and one such mean out of every so many rows; a first look takes still fewer.
_MEAN = 4
_PACE = 8
_FIRST_PACE = 32
# Wider than the widest streak (12 pixels at 300 dpi) and its soft edges.
_WINDOW_MM = 1.9
_REACH_MM = 2.4
_WIDEST_MM = 1.4
# The tones on both sides of a streak differ by no more than this, or this share of its contrast.
_EDGE_LEVELS = 3.0
_EDGE_SHARE = 0.12
_SEAM_LEVELS = 25.0
# Nearer to the side of the image than this there is no writing to spoil.
_SIDE_MM = 2.0
# The fewest levels that a line must differ by from the paper beside it.
_LEAST_LEVELS = 4.0
_FIRST_SHARE = 0.34
_CANDIDATE_SHARE = 0.4
_MOST_CANDIDATES = 16
_NEIGHBOURS = np.ones((7, 1), np.uint8)
_LEAST_ROWS = 8
_COVERED = 0.8
_LENGTH = 0.6
_PARTS = 12
_FAINT_LEVELS = 40.0
_STEADY = 0.6
# Feeders start to see the glass a little late. At one of its ends a line may end farther inside,
# but freely there: rules of a table end at a crossing, and at both ends.
_END_MM = 6.0
_FREE_END = 0.09
_OUT_MM = 1.5
_PARTED_LENGTH = 0.48
# How far the line may stray over the image, in working pixels: sampling, not tilt.
_STRAY = 0.45
# A sheet is surely tilted from here on (degrees); its rules then stray more than `_STRAY`.
_TILTED = 0.15
_DARK_GROUND = 0.45
# Columns beside a line that show less than this share of its contrast, or so few levels, are free
# of other lines.
_CLEAR_SHARE = 0.4
_OTHER_LEVELS = 12.0
# Ruled paper: so many lines, all distances of which are multiples of the least to within a share.
_RULED_LINES = 6
_RULED_MM = 3.5
_THROUGH = 0.9
_RULED_SLACK = 0.1
# Rules that run over the whole of a sheet come in numbers; dirt draws one line, or two or three.
_FEWEST_RULES = 4
_RULE_LEVELS = 60.0
_ALIKE = 0.35
# Some sensors draw a faint line in every column: a streak is stronger than these by this many
# of their standard deviations.
_SENSOR_STEPS = 5.0
# Of so many parts of the way some rows must show the line in this many.
_BANDS = 12
_FEWEST_BANDS = 6
_BAND_SHARE = 0.3
_BANDS_APART = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One streak: columns `low` to `high` (exclusive) and its contrast in levels."""

    low: int
    high: int
    contrast: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plane:
    """One channel of the page in which streaks stand out, dark ones if `sign` is 1.0, light ones
    if it is -1.0.

    Streaks run down the rows of what it gives out: `level` says that the page is turned for it.
    `pixels` is height x width; where `inverted`, 255 is the paper's share of it.
    """

    pixels: Gray
    sign: float
    inverted: bool
    level: bool

    def rows(self, pace: int, low: int, high: int) -> Gray:
        """The mean of `_MEAN` rows out of every `pace`, columns `low` to `high` (exclusive)."""
        pixels = self.pixels[low:high] if self.level else self.pixels[:, low:high]
        end = pixels.shape[1 if self.level else 0] // pace * pace
        places = [slice(start, end, pace) for start in range(_MEAN)]
        parts = [pixels[:, place] if self.level else pixels[place] for place in places]
        if self.level or pixels.strides[1] != 1:
            # OpenCV takes rows with gaps between them, but no pixels with gaps.
            parts = [np.ascontiguousarray(part) for part in parts]
        while len(parts) > 1:
            parts = [
                np.asarray(cv2.addWeighted(one, 0.5, other, 0.5, 0), dtype=np.uint8)
                for one, other in zip(parts[::2], parts[1::2], strict=True)
            ]
        mean = cv2.bitwise_not(parts[0]) if self.inverted else parts[0]
        return np.asarray(cv2.transpose(mean) if self.level else mean, dtype=np.uint8)


def find(sight: Sight, limits: Limits) -> tuple[Finding, ...]:
    """One finding for each streak, upright or (in a turned scan) level, with the box it crosses.

    The value is the contrast of the line against the paper, as a share of the full range.
    """
    height, width = sight.view.height, sight.view.width
    findings = []
    for level in (False, True):
        for line in _lines(sight, level, limits):
            box = (0, line.low, width, line.high) if level else (line.low, 0, line.high, height)
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


def _lines(sight: Sight, level: bool, limits: Limits) -> list[_Line]:
    """The streaks that run from top to bottom, or from left to right where `level`."""
    # Dark or coloured lines stand out of the evened paper, light ones of the green channel.
    dark = _Plane(pixels=sight.view.ink, sign=1.0, inverted=True, level=level)
    light = _Plane(pixels=sight.view.work[:, :, 1], sign=-1.0, inverted=False, level=level)
    span = round(sight.view.millimetres(_WINDOW_MM)) | 1
    kernel = np.ones((1, span), np.uint8)
    least = max(_LEAST_LEVELS, limits.streak * 255)
    side = round(sight.view.millimetres(_SIDE_MM))
    found: list[_Line] = []
    width = sight.view.height if level else sight.view.width
    reach = round(sight.view.millimetres(_REACH_MM))
    for plane, morph in ((dark, cv2.MORPH_BLACKHAT), (light, cv2.MORPH_TOPHAT)):
        rows = plane.rows(_FIRST_PACE, 0, width)
        if rows.shape[0] < _LEAST_ROWS or width < 8 * span:
            break
        contrast = cv2.morphologyEx(rows, morph, kernel, borderType=cv2.BORDER_REPLICATE)
        sensor: float | None = None
        candidates = _candidates(np.asarray(contrast, dtype=np.uint8), least, side)
        through = [
            column for column in candidates if (contrast[:, column] > least).mean() > _THROUGH
        ]
        if abs(sight.skew.degrees) < _TILTED and _are_ruled(sight, through):
            # What seems lighter lies between its lines.
            break
        for column in candidates:
            low, high = max(0, column - reach), min(width, column + reach + 1)
            strip = plane.rows(_PACE, low, high)
            contrast = cv2.morphologyEx(strip, morph, kernel, borderType=cv2.BORDER_REPLICATE)
            if not _stands_out(np.asarray(contrast[:, column - low]), least):
                continue
            line = _judge(sight, strip, low, column, plane.sign, least)
            if line is None or any(
                line.low <= other.high + 1 and other.low <= line.high + 1 for other in found
            ):
                continue
            if sensor is None:
                sensor = _sensor_noise(rows)
            tones = light.rows(_PACE, low, high)
            if line.contrast > _SENSOR_STEPS * sensor and not _is_edge(tones, line, low):
                found.append(line)
    return [] if _are_rules(sight, found) else found


def _are_rules(sight: Sight, lines: list[_Line]) -> bool:
    """Whether lines on a sheet that is not tilted are a ruled pattern: many, strong, alike and at
    even distances."""
    strong = [line.contrast for line in lines if line.contrast > _RULE_LEVELS]
    if abs(sight.skew.degrees) >= _TILTED or len(strong) < _FEWEST_RULES:
        return False
    if not _at_even_distances([line.low for line in lines]):
        return False
    return max(strong) - min(strong) < _ALIKE * max(strong)


def _are_ruled(sight: Sight, columns: list[int]) -> bool:
    """Whether lines that run through are those of ruled paper."""
    ordered = sorted(columns)
    least = sight.view.millimetres(_RULED_MM)
    apart = [
        column
        for place, column in enumerate(ordered)
        if column - ordered[max(0, place - 1)] > least
    ]
    return len(apart) >= _RULED_LINES - 1 and _at_even_distances([ordered[0], *apart])


def _at_even_distances(columns: list[int]) -> bool:
    """Whether lines stand at even distances, as those of ruled paper; some of them unseen."""
    apart = np.diff(np.unique(columns))
    steps = apart / max(1, int(apart.min(initial=1_000_000)))
    off = np.abs(steps - np.round(steps)) / np.sqrt(steps)
    return float((off < _RULED_SLACK).mean()) > _COVERED and float(np.median(steps)) < 3


def _stands_out(contrast: Gray, least: float) -> bool:
    """Whether a column differs from its surroundings over most of its way."""
    marked = contrast > least - 0.5
    if np.count_nonzero(marked) < _CANDIDATE_SHARE * len(marked):
        return False
    bands = marked[: len(marked) // _BANDS * _BANDS].reshape(_BANDS, -1)
    shown = np.flatnonzero(bands.sum(axis=1) >= _BAND_SHARE * bands.shape[1])
    return len(shown) >= _FEWEST_BANDS and int(shown[-1] - shown[0]) >= _BANDS_APART


def _is_edge(tones: Gray, line: _Line, low: int) -> bool:
    """Whether the page has different tones on the two sides, as at the edge of a sheet, which is
    darker than both. The ground of the ink is evened, so the page itself is asked."""
    first, last = line.low - low, line.high - low
    left, right = tones[:, max(0, first - 7) : first - 1], tones[:, last + 1 : last + 7]
    # The paper of each side, whatever else is drawn there.
    step = abs(float(np.percentile(left, 75)) - float(np.percentile(right, 75)))
    # Where the picture was sharpened its edges have seams of their own.
    left, right = tones[:, max(0, first - 12) : first - 5], tones[:, last + 5 : last + 12]
    if left.size and right.size:
        far = abs(float(np.median(left)) - float(np.median(right)))
        if far > max(_SEAM_LEVELS, line.contrast):
            return True
    return step > max(_EDGE_LEVELS, _EDGE_SHARE * line.contrast)


def _sensor_noise(rows: Gray) -> float:
    """Standard deviation of the tone of the columns against their neighbours, by the paper."""
    paper = np.percentile(rows, 60, axis=0)
    near = cv2.blur(paper[None, :], (9, 1)).ravel()
    return float(np.median(np.abs(paper - near))) / 0.674


def _candidates(contrast: Gray, least: float, side: int) -> list[int]:
    """The columns along which many rows differ from their surroundings, best first."""
    marked = cv2.threshold(contrast, least - 0.5, 255, cv2.THRESH_BINARY)[1]
    share = cv2.reduce(marked, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() / 255
    levels = cv2.reduce(contrast, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    score = share + levels / 255
    # The paper itself is rough: a line must stand out from the columns around.
    wanted = max(_FIRST_SHARE, median_of(share) + 0.2)
    score[(share < wanted) | (score < cv2.dilate(score, _NEIGHBOURS).ravel())] = 0.0
    inside = np.flatnonzero(score[side : len(score) - side]) + side
    return [int(column) for column in inside[np.argsort(-score[inside])][:_MOST_CANDIDATES]]


def _judge(
    sight: Sight, rows: Gray, low: int, column: int, sign: float, least: float
) -> _Line | None:
    """The line at a column, None when it is not one of the glass; `rows` begin at column `low`."""
    strip = rows.astype(np.float32)
    centre = column - low
    bounds = _extent(strip, centre, sign, sight.view.millimetres(_WIDEST_MM))
    if bounds is None:
        return None
    first, last, clear = bounds
    # Dirt may draw a second line close by, which is no ground to compare with.
    left = _beside(strip, np.arange(first - 7, first - 1)[::-1], clear)
    right = _beside(strip, np.arange(last + 1, last + 7), clear)
    if left.shape[1] < 3 or right.shape[1] < 3:
        return None
    left_tone, right_tone = left.mean(axis=1), right.mean(axis=1)
    ground = (left_tone + right_tone) / 2
    paper = float(np.sort(ground)[round(0.75 * (len(ground) - 1))])
    # Rows where both sides are bare: ink beside the line would hide or feign it.
    even = 0.12 * paper
    bare = (
        (ground > _DARK_GROUND * paper)
        & (np.ptp(left, axis=1) < even)
        & (np.ptp(right, axis=1) < even)
        & (np.abs(left_tone - right_tone) < even)
    )
    if np.count_nonzero(bare) < 0.15 * len(rows):
        return None
    raised = np.asarray(sign * (ground[:, None] - strip), dtype=np.float32)
    depth = raised[:, first:last].mean(axis=1)
    contrast = median_of(depth[bare])
    if contrast < 0.6 * least:
        return None
    step = abs(median_of((left_tone - right_tone)[bare]))
    if step > max(_EDGE_LEVELS, _EDGE_SHARE * contrast):
        return None
    drawn = _run_through(sight, depth, bare, contrast)
    if drawn is None or _stray(raised, drawn, (first, last)) > _STRAY:
        return None
    return _Line(low=low + first, high=low + last, contrast=contrast)


def _beside(strip: Reals, columns: NDArray[np.intp], clear: NDArray[np.bool_]) -> Reals:
    """The columns beside a line, the nearest first, without those of another line."""
    inside = columns[(columns >= 0) & (columns < strip.shape[1])]
    free = inside[clear[inside]]
    return np.asarray(strip[:, free if len(free) >= 3 else inside], dtype=np.float32)


def _extent(
    strip: Reals, centre: int, sign: float, widest: float
) -> tuple[int, int, NDArray[np.bool_]] | None:
    """The columns of the strip that the line covers (last exclusive), from half its contrast on,
    and which ones no line covers."""
    middle = len(strip) // 2
    profile = -sign * np.partition(strip, middle, axis=0)[middle]
    base = median_of(profile)
    half = base + 0.5 * (float(profile[max(0, centre - 1) : centre + 2].max()) - base)
    first = last = centre
    while first > 0 and profile[first - 1] > half:
        first -= 1
    while last < len(profile) - 1 and profile[last + 1] > half:
        last += 1
    if last - first + 1 > widest or first < 3 or last > len(profile) - 4:
        return None
    height = float(profile[first : last + 1].max()) - base
    return first, last + 1, profile < base + max(_OTHER_LEVELS, _CLEAR_SHARE * height)


def _run_through(
    sight: Sight, depth: Reals, bare: NDArray[np.bool_], contrast: float
) -> NDArray[np.intp] | None:
    """The bare rows from end to end of the line, None when it does not go on over the whole image,
    whatever is printed there."""
    # Faint lines drown in the grain of single rows.
    weight = np.convolve(bare.astype(np.float32), np.ones(5), "same")
    smooth = np.convolve(np.where(bare, depth, 0.0), np.ones(5), "same") / np.maximum(weight, 1)
    there = smooth > 0.45 * contrast
    seen = np.flatnonzero(bare)
    drawn = np.flatnonzero(bare & there)
    inside: NDArray[np.intp] = seen[(seen >= drawn[0]) & (seen <= drawn[-1])]
    length = int(drawn[-1] - drawn[0])
    pace = sight.view.millimetres(1.0) / _PACE
    # Dirt comes or goes while the sheet passes: such a line runs out of the image at one end.
    reach = min(int(drawn[0]), len(depth) - 1 - int(drawn[-1])) <= _OUT_MM * pace
    parted = reach and contrast >= _FAINT_LEVELS
    least = _PARTED_LENGTH if parted else _LENGTH
    if float(there[inside].mean()) < _COVERED or length < least * len(depth):
        return None
    # A crease is faint and comes and goes; dirt draws the same line from end to end.
    if contrast < _FAINT_LEVELS and len(inside) >= _PARTS:
        even = depth[inside[: len(inside) // _PARTS * _PARTS]].reshape(_PARTS, -1)
        weak, strong = np.percentile(np.median(even, axis=1), (20, 80))
        if weak < _STEADY * strong:
            return None
    # Printed rules may be as long, but those of a tilted sheet are tilted.
    if abs(sight.skew.degrees) >= _TILTED:
        return inside
    ends = [
        (end, free)
        for end, free in (
            (int(drawn[0]), int(drawn[0] - seen[0])),
            (int(drawn[-1]), int(seen[-1] - drawn[-1])),
        )
        if free > _END_MM * pace
    ]
    if len(ends) > 1:
        return None
    for end, free in ends:
        around = bare[max(0, round(end - 2 * pace)) : round(end + 2 * pace) + 1]
        if (free > _FREE_END * len(depth) and not parted) or not around.all():
            return None
    return inside


def _stray(raised: Reals, drawn: NDArray[np.intp], bounds: tuple[int, int]) -> float:
    """How far the middle of the line moves between the first and the last third of its rows."""
    first, last = max(0, bounds[0] - 2), bounds[1] + 2
    third = max(1, len(drawn) // 3)
    places = []
    for part in (drawn[:third], drawn[-third:]):
        profile = np.clip(np.median(raised[part, first:last], axis=0), 0, None)
        profile = np.clip(profile - 0.25 * profile.max(), 0, None)
        total = float(profile.sum())
        if total <= 0:
            return float("inf")
        places.append(float((profile * np.arange(len(profile))).sum()) / total)
    return abs(places[0] - places[1])
