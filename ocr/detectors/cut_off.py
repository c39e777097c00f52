"""Finds writing that runs into an edge of the sheet or of the image, and pieces torn out there.

Printers and writers leave a margin; lines of characters that stand at the very edge go on beyond
it. Only black ink is asked: a red seal across the joint of two sheets is half on each on purpose.
Rules and frames may run to the edge, pictures and forms may fill the sheet, a page number may
stand close to the edge: none of these is a row of characters that meets it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.api import Finding
from ocr.detectors.bed import bed_of
from ocr.detectors.edges import EDGES, closed, inwards, runs
from ocr.detectors.reduced import shrink_factor, shrunk
from ocr.detectors.torn_edge import bed_depth, torn_piece
from ocr.image.limits import Limits
from ocr.sight import Sight, WorkBox

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Reals = NDArray[np.float32]
Places = NDArray[np.floating[Any]]

# Pixels per millimetre that are asked of the ink.
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
_BEYOND_MM = _NEAR_MM + 8.0
_STROKE_MM = 3.0
_LEAST_STROKES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cut:
    """What is cut at one edge: from `start` to `end` along it and `depth` inwards (millimetres,
    from the edge of the image); `value` is the length along the edge that is concerned."""

    edge: str
    start: float
    end: float
    depth: float
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Strip:
    """The ink next to one edge of the sheet, level with the writing: places along the edge as
    rows, the way inwards as columns, `pace` pixels per millimetre."""

    ink: Mask
    pace: float

    def columns(self, millimetres: float) -> Mask:
        """What lies within so many millimetres of the edge."""
        return self.ink[:, : max(1, round(millimetres * self.pace))]


def find(sight: Sight, limits: Limits) -> tuple[Finding, ...]:
    """One finding for each edge at which writing is cut or the sheet is torn.

    The value is the length along the edge that is concerned, in millimetres.
    """
    view = sight.view
    bed = bed_of(sight)
    factor = shrink_factor(view, _PACE)
    ink = np.asarray(shrunk(view.black, factor) > _INKED, dtype=np.uint8)
    pace = view.millimetres(1.0) / factor
    findings = []
    for edge in EDGES:
        depth = bed_depth(bed, edge)
        across = (view.width if edge in ("left", "right") else view.height) / view.millimetres(1.0)
        torn = torn_piece(depth, bed, across)
        if torn is None:
            cut = _cut_writing(sight, inwards(ink, edge), pace, depth, edge)
        else:
            start, end = torn
            inner = depth[round(start * bed.pace) : round(end * bed.pace)]
            cut = _Cut(edge=edge, start=start, end=end, depth=float(inner.max()), value=end - start)
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


def _cut_writing(sight: Sight, plane: Pixels, pace: float, depth: Reals, edge: str) -> _Cut | None:
    """Writing that is cut at an edge; `plane` is the ink as `inwards` turns it."""
    rows, columns = plane.shape
    if rows < 20 * pace or columns < 0.8 * _DEPTH_MM * pace:
        return None
    lean = math.tan(math.radians(sight.skew.degrees))
    if not depth.any() and _is_free(plane, pace, lean):
        return None
    strip, start = _strip(plane, pace, depth, lean if edge in ("left", "bottom") else -lean)
    sideways = sight.orientation.turn in (90, 270)
    meets = (edge in ("left", "right")) != sideways
    found = _lines_that_meet(strip) if meets else _line_along(strip, lean)
    if found is None:
        return None
    first, last, length = found
    return _Cut(
        edge=edge,
        start=first / pace,
        end=last / pace,
        depth=float(start[first:last].max()) + (_DEPTH_MM / 2 if meets else 6.0),
        value=length,
    )


def _is_free(plane: Pixels, pace: float, lean: float) -> bool:
    """Whether so little ink is near the edge that no row of characters can be there."""
    reach = _NEAR_MM * pace + 0.5 * plane.shape[0] * abs(lean)
    near = plane[:, : math.ceil(reach) + 1].any(axis=1)
    return int(np.count_nonzero(near)) < 2 * _LEAST_LINES


def _strip(plane: Pixels, pace: float, depth: Reals, lean: float) -> tuple[_Strip, Reals]:
    """The ink next to the edge of the sheet, and where the sheet begins at each of its rows, in
    millimetres."""
    rows, columns = plane.shape
    reach = min(round(_DEPTH_MM * pace), columns)
    places = np.minimum(np.arange(rows) * depth.size // rows, depth.size - 1)
    start = depth[places]
    start = np.where(start > 0, start + _GUARD_MM, 0.0).astype(np.float32)
    steps = np.arange(reach, dtype=np.float32)
    deepest = math.ceil(float(start.max()) * pace) + reach
    near = np.ascontiguousarray(plane[:, :deepest])
    if deepest > reach or abs(lean) * reach >= 0.5:
        # Lines of a tilted page drift along the edge on their way in.
        along = np.arange(rows, dtype=np.float32)[:, None] + np.round(steps * lean)
        near = _picked(near, np.round(start * pace)[:, None] + steps, along)
    return _Strip(ink=near > 0, pace=pace), start


def _picked(plane: Pixels, columns: Places, rows: Places) -> Pixels:
    """The pixels at these places; nothing lies outside of the plane."""
    shape = np.broadcast_shapes(columns.shape, rows.shape)
    across, down = (
        np.ascontiguousarray(np.broadcast_to(places, shape), dtype=np.float32)
        for places in (columns, rows)
    )
    return np.asarray(cv2.remap(plane, across, down, cv2.INTER_NEAREST), dtype=np.uint8)


def _lines_that_meet(strip: _Strip) -> tuple[int, int, float] | None:
    """Lines of writing whose end is at the edge: first and last place and length along it."""
    pace = strip.pace
    touch = np.asarray(strip.columns(_TOUCH_MM).any(axis=1))
    if np.count_nonzero(touch) < 2 * _LEAST_LINES:
        return None
    touch = _short(touch, pace)
    # Rules reach the edge as thin long marks.
    ruled = strip.columns(_LONG_MM).mean(axis=1) > 0.9
    rows = strip.ink & ~ruled[:, None]
    busy = rows.mean(axis=1) > 0.06
    least, most = (value * pace for value in _LINE_MM)
    third = rows.shape[1] // 3
    lines = []
    for start, end in runs(closed(busy, round(0.35 * pace))):
        if not least <= end - start <= most:
            continue
        if np.count_nonzero(touch[start:end] & ~ruled[start:end]) < 2:
            continue
        # Writing goes on over the whole depth, and every stroke of it is short.
        block = rows[start:end]
        columns = block.any(axis=0)
        if any(float(columns[k * third : (k + 1) * third].mean()) < 0.32 for k in range(3)):
            continue
        strokes = np.count_nonzero(block[:, 1:] & ~block[:, :-1], axis=1)
        if float(np.percentile(strokes, 75)) < _LEAST_STROKES or float(block.mean()) > 0.7:
            continue
        lines.append((start, end))
    if len(lines) < _LEAST_LINES:
        return None
    length = sum(end - start for start, end in lines) / pace
    return lines[0][0], lines[-1][1], length


def _short(touch: Mask, pace: float) -> Mask:
    """Without long stretches: frames, borders and shadows along the edge are no characters."""
    kept = touch.copy()
    for start, end in runs(closed(touch, 1)):
        if end - start > _LINE_MM[1] * pace:
            kept[start:end] = False
    return kept


def _line_along(strip: _Strip, lean: float) -> tuple[int, int, float] | None:
    """A line of writing along the edge that is cut lengthwise, or stands right before it."""
    ruled = strip.columns(_LONG_MM).mean(axis=1) > 0.85
    close = strip.columns(_CLOSE_MM).any(axis=1) & ~ruled
    found = _row_of_marks(strip, close, _LEAST_MARKS, _LEAST_SPAN_MM, _STROKE_MM)
    for sign in (1.0, -1.0):
        if found is None:
            level = _levelled(strip, sign * lean)
            near = level.columns(_NEAR_MM).any(axis=1) & ~ruled
            found = _row_of_marks(level, near, _NEAR_MARKS, _NEAR_SPAN_MM, 2 * _STROKE_MM)
    return found


def _row_of_marks(
    strip: _Strip, touch: Mask, least_marks: int, least_span: float, widest: float
) -> tuple[int, int, float] | None:
    pace = strip.pace
    marks = [
        (start, end) for start, end in runs(closed(touch, 1)) if end - start <= _LINE_MM[1] * pace
    ]
    group = _densest(marks, pace)
    if len(group) < least_marks:
        return None
    first, last = group[0][0], group[-1][1]
    if last - first < least_span * pace:
        return None
    if float(np.median([end - start for start, end in group])) > widest * pace:
        return None
    profile = strip.ink[first:last].mean(axis=0)
    # Beyond the line is the space to the next; a seal or a picture goes on.
    beyond = profile[round(pace) : round(_BEYOND_MM * pace)]
    if float(beyond.min()) > max(0.03, 0.1 * float(profile.max())):
        return None
    return first, last, (last - first) / pace


def _levelled(strip: _Strip, lean: float) -> _Strip:
    """The strip with lines that run along the edge, at a slight angle, made parallel to it."""
    rows, columns = strip.ink.shape
    reach = min(columns, round(_BEYOND_MM * strip.pace))
    if abs(lean) * rows < 1:
        return _Strip(ink=strip.ink[:, :reach], pace=strip.pace)
    along = np.arange(rows, dtype=np.float32)[:, None]
    # Turned about the middle, so that no end moves far.
    place = np.arange(reach, dtype=np.float32) + np.round(lean * (along - rows / 2))
    return _Strip(ink=_picked(strip.ink.astype(np.uint8), place, along) > 0, pace=strip.pace)


def _densest(marks: list[tuple[int, int]], pace: float) -> list[tuple[int, int]]:
    """The longest sequence of marks with no wide space between them."""
    best: list[tuple[int, int]] = []
    current: list[tuple[int, int]] = []
    for mark in marks:
        if current and mark[0] - current[-1][1] > 12.0 * pace:
            current = []
        current.append(mark)
        if len(current) > len(best):
            best = list(current)
    return best


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
