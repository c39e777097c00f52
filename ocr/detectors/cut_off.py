"""Finds writing that runs into an edge of the sheet or of the image, and pieces torn out there.

Printers and writers leave a margin; lines of characters that stand at the very edge go on beyond
it. Only black ink is asked: a red seal across the joint of two sheets is half on each on purpose.
Rules and frames may run to the edge, pictures and forms may fill the sheet, a page number may
stand close to the edge: none of these is a row of characters that meets it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.api import Finding
from ocr.detectors.bed import BED_PACE, bed_of
from ocr.image.limits import Limits
from ocr.sight import Sight, WorkBox

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Reals = NDArray[np.float32]

_EDGES = ("left", "right", "top", "bottom")
# Pixels per millimetre of the ink.
_PACE = 3.0
_INKED = 62
_DEPTH_MM = 24.0
# Ink so near to the edge meets it: the space between two characters may be there.
_TOUCH_MM = 1.0
_CLOSE_MM = 0.5
# Where the sheet ends inside the image its edge has a shadow.
_GUARD_MM = 0.8
_LINE_MM = (1.5, 10.0)
_LONG_MM = 9.0
_LEAST_LINES = 2
_LEAST_MARKS = 6
_LEAST_SPAN_MM = 14.0
# A whole row of characters that stands this close to an edge is the last one that was caught.
_NEAR_MM = 3.0
_NEAR_MARKS = 9
_NEAR_SPAN_MM = 42.0
_STROKE_MM = 3.0
_LEAST_STROKES = 4
_TORN_MM = (5.5, 11.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cut:
    """What is cut at one edge: from `start` to `end` along it and `depth` inwards (millimetres,
    from the edge of the image); `value` is the length along the edge that is concerned."""

    edge: str
    start: float
    end: float
    depth: float
    value: float


def find(sight: Sight, limits: Limits) -> tuple[Finding, ...]:
    """One finding for each edge at which writing is cut or the sheet is torn.

    The value is the length along the edge that is concerned, in millimetres.
    """
    bed = bed_of(sight)
    ink = _ink(sight)
    findings = []
    for edge in _EDGES:
        depth = _depth(bed, edge)
        cut = _torn(depth, edge, bed.shape) or _cut_writing(sight, ink, depth, edge)
        if cut is not None and cut.value >= limits.cut_off:
            findings.append(
                Finding(
                    code="cut_off",
                    severity="fail",
                    value=round(cut.value, 1),
                    limit=limits.cut_off,
                    box=sight.page_box(_box(sight, cut)),
                )
            )
    return tuple(findings)


def _ink(sight: Sight) -> Mask:
    view = sight.view
    factor = _PACE / view.millimetres(1.0)
    size = (max(1, round(view.width * factor)), max(1, round(view.height * factor)))
    black = np.asarray(cv2.resize(view.black, size, interpolation=cv2.INTER_AREA))
    return np.asarray(black > _INKED)


def _inwards(plane: Mask, edge: str) -> Mask:
    """The plane with places along the edge as rows and the way inwards as columns."""
    if edge == "right":
        return plane[:, ::-1]
    if edge == "top":
        return plane.T
    if edge == "bottom":
        return plane.T[:, ::-1]
    return plane


def _depth(bed: Mask, edge: str) -> Reals:
    """How deep the bed reaches in, for each place along the edge, in millimetres."""
    plane = _inwards(bed, edge)
    # The outermost line may be lighter: scanners draw a pale rim.
    plane = plane[:, 1:]
    free = ~plane
    run = np.where(free.any(axis=1), np.argmax(free, axis=1), plane.shape[1])
    return np.asarray(np.where(run > 0, run + 1, 0) / BED_PACE, dtype=np.float32)


def _torn(depth: Reals, edge: str, shape: tuple[int, ...]) -> _Cut | None:
    """A bite in the edge: bed that reaches in deeper than the line of the edge."""
    along = np.arange(depth.size)
    line = _edge_line(depth)
    over = depth - line
    deep = over > 0.35 * _TORN_MM[0]
    least_depth, least_length = _TORN_MM
    across = (shape[1] if edge in ("left", "right") else shape[0]) / BED_PACE
    for start, end in _runs(deep):
        length = (end - start) / BED_PACE
        peak = float(np.percentile(over[start:end], 90))
        if length < least_length or peak < least_depth or peak > 0.45 * across:
            continue
        # A missing corner is no bite, and what ends square is printed there or laid on.
        slack = round(3 * BED_PACE)
        if start < slack or end > along.size - slack:
            continue
        if float(over[start:end].mean()) > 0.93 * peak:
            continue
        return _Cut(
            edge=edge,
            start=start / BED_PACE,
            end=end / BED_PACE,
            depth=float(depth[start:end].max()),
            value=length,
        )
    return None


def _edge_line(depth: Reals) -> Reals:
    """The straight edge of the sheet below all bites: depth for each place along it."""
    along = np.arange(depth.size, dtype=np.float32)
    inner = slice(depth.size // 20, depth.size - depth.size // 20)
    xs, ys = along[inner], depth[inner]
    keep = np.ones(xs.size, dtype=np.bool_)
    line = np.full(depth.size, float(np.median(ys)), np.float32)
    for _ in range(4):
        slope, base = np.polyfit(xs[keep], ys[keep], 1)
        if abs(slope) > math.tan(math.radians(12)) * 1.0:
            break
        line = np.asarray(slope * along + base, dtype=np.float32)
        over = ys - line[inner]
        # Bites only add depth: what lies above the line is left out step by step.
        fresh = over <= max(0.7, float(np.percentile(over, 60)))
        if np.count_nonzero(fresh) < xs.size // 4:
            break
        keep = fresh
    return line


def _cut_writing(sight: Sight, ink: Mask, depth: Reals, edge: str) -> _Cut | None:
    strip, start = _strip(sight, ink, depth, edge)
    if strip.shape[0] < 20 * _PACE or strip.shape[1] < 0.8 * _DEPTH_MM * _PACE:
        return None
    sideways = sight.orientation.turn in (90, 270)
    meets = (edge in ("left", "right")) != sideways
    lean = math.tan(math.radians(sight.skew.degrees))
    found = _lines_that_meet(strip) if meets else _line_along(strip, lean)
    if found is None:
        return None
    first, last, length = found
    return _Cut(
        edge=edge,
        start=first / _PACE,
        end=last / _PACE,
        depth=float(start[first:last].max()) + (_DEPTH_MM / 2 if meets else 6.0),
        value=length,
    )


def _strip(sight: Sight, ink: Mask, depth: Reals, edge: str) -> tuple[Mask, Reals]:
    """The ink next to the edge of the sheet, places along it as rows, level with the writing;
    and where the sheet begins, in millimetres."""
    plane = _inwards(ink, edge)
    rows, columns = plane.shape
    places = np.minimum(np.arange(rows) * depth.size // rows, depth.size - 1)
    start = depth[places]
    start = np.where(start > 0, start + _GUARD_MM, 0.0).astype(np.float32)
    reach = min(round(_DEPTH_MM * _PACE), columns)
    steps = np.arange(reach)
    inwards = np.round(start * _PACE).astype(np.int64)[:, None] + steps[None, :]
    # Lines of a tilted page drift along the edge on their way in.
    lean = math.tan(math.radians(sight.skew.degrees))
    drift = steps * (lean if edge in ("left", "bottom") else -lean)
    along = np.arange(rows)[:, None] + np.round(drift).astype(np.int64)[None, :]
    inside = (inwards < columns) & (along >= 0) & (along < rows)
    strip = plane[np.clip(along, 0, rows - 1), np.clip(inwards, 0, columns - 1)] & inside
    return np.asarray(strip, dtype=np.bool_), start


def _lines_that_meet(strip: Mask) -> tuple[int, int, float] | None:
    """Lines of writing whose end is at the edge: first and last place and length along it."""
    touch = _short(np.asarray(strip[:, : round(_TOUCH_MM * _PACE)].any(axis=1)))
    # Rules reach the edge as thin long marks.
    ruled = strip[:, : round(_LONG_MM * _PACE)].mean(axis=1) > 0.9
    rows = strip & ~ruled[:, None]
    busy = rows.mean(axis=1) > 0.06
    least, most = (value * _PACE for value in _LINE_MM)
    third = strip.shape[1] // 3
    lines = []
    for start, end in _runs(_closed(busy, round(0.35 * _PACE))):
        if not least <= end - start <= most:
            continue
        if np.count_nonzero(touch[start:end] & ~ruled[start:end]) < 2:
            continue
        # Writing goes on over the whole depth, and every stroke of it is short.
        block = rows[start:end]
        columns = block.any(axis=0)
        if any(float(columns[k * third : (k + 1) * third].mean()) < 0.3 for k in range(3)):
            continue
        strokes = np.count_nonzero(block[:, 1:] & ~block[:, :-1], axis=1)
        if float(np.percentile(strokes, 75)) < _LEAST_STROKES or float(block.mean()) > 0.7:
            continue
        lines.append((start, end))
    if len(lines) < _LEAST_LINES:
        return None
    length = sum(end - start for start, end in lines) / _PACE
    return lines[0][0], lines[-1][1], length


def _short(touch: Mask) -> Mask:
    """Without long stretches: frames, borders and shadows along the edge are no characters."""
    kept = touch.copy()
    for start, end in _runs(_closed(touch, 1)):
        if end - start > _LINE_MM[1] * _PACE:
            kept[start:end] = False
    return kept


def _line_along(strip: Mask, lean: float) -> tuple[int, int, float] | None:
    """A line of writing along the edge that is cut lengthwise, or stands right before it."""
    ruled = strip[:, : round(_LONG_MM * _PACE)].mean(axis=1) > 0.85
    close = strip[:, : max(1, round(_CLOSE_MM * _PACE))].any(axis=1) & ~ruled
    found = _row_of_marks(strip, close, _LEAST_MARKS, _LEAST_SPAN_MM, _STROKE_MM)
    for sign in (1.0, -1.0):
        if found is None:
            level = _levelled(strip, sign * lean, round((_NEAR_MM + 8.0) * _PACE))
            near = level[:, : round(_NEAR_MM * _PACE)].any(axis=1) & ~ruled
            found = _row_of_marks(level, near, _NEAR_MARKS, _NEAR_SPAN_MM, 2 * _STROKE_MM)
    return found


def _row_of_marks(
    strip: Mask, touch: Mask, least_marks: int, least_span: float, widest: float
) -> tuple[int, int, float] | None:
    marks = [
        (start, end)
        for start, end in _runs(_closed(touch, 1))
        if end - start <= _LINE_MM[1] * _PACE
    ]
    group = _densest(marks)
    if len(group) < least_marks:
        return None
    first, last = group[0][0], group[-1][1]
    if last - first < least_span * _PACE:
        return None
    if float(np.median([end - start for start, end in group])) > widest * _PACE:
        return None
    profile = strip[first:last].mean(axis=0)
    # Beyond the line is the space to the next; a seal or a picture goes on.
    beyond = profile[round(1.0 * _PACE) : round((_NEAR_MM + 8.0) * _PACE)]
    if float(beyond.min()) > max(0.03, 0.1 * float(profile.max())):
        return None
    return first, last, (last - first) / _PACE


def _levelled(strip: Mask, lean: float, reach: int) -> Mask:
    """The strip with lines that run along the edge, at a slight angle, made parallel to it."""
    rows = strip.shape[0]
    along = np.arange(rows)[:, None]
    # Turned about the middle, so that no end moves far.
    place = np.arange(reach)[None, :] + np.round(lean * (along - rows / 2)).astype(np.int64)
    inside = (place >= 0) & (place < strip.shape[1])
    return np.asarray(strip[along, np.clip(place, 0, strip.shape[1] - 1)] & inside, dtype=np.bool_)


def _densest(marks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest sequence of marks with no wide space between them."""
    best: list[tuple[int, int]] = []
    current: list[tuple[int, int]] = []
    for mark in marks:
        if current and mark[0] - current[-1][1] > 12.0 * _PACE:
            current = []
        current.append(mark)
        if len(current) > len(best):
            best = list(current)
    return best


def _closed(flags: Mask, gap: int) -> Mask:
    """Gaps of up to `gap` places are filled."""
    if gap < 1:
        return flags
    plane = flags.astype(np.uint8)[None, :]
    kernel = np.ones((1, gap + 1), np.uint8)
    padded = cv2.copyMakeBorder(plane, 0, 0, gap + 1, gap + 1, cv2.BORDER_CONSTANT, value=0)
    done = np.asarray(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel))
    return np.asarray(done[0, gap + 1 : -gap - 1] > 0, dtype=np.bool_)


def _runs(flags: Mask) -> list[tuple[int, int]]:
    """Starts and ends (exclusive) of what is set."""
    padded = np.concatenate([[False], flags, [False]])
    changes = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(a), int(b)) for a, b in zip(changes[::2], changes[1::2], strict=True)]


def _box(sight: Sight, cut: _Cut) -> WorkBox:
    view = sight.view
    start, end, depth = (
        round(view.millimetres(value)) for value in (cut.start, cut.end, cut.depth)
    )
    if cut.edge == "left":
        return 0, start, depth, end
    if cut.edge == "right":
        return view.width - depth, start, view.width, end
    if cut.edge == "top":
        return start, 0, end, depth
    return start, view.height - depth, end, view.height
