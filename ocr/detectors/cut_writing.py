"""Finds writing that meets an edge of the sheet in the strip beside that edge.

Every search answers with the first and last place along the edge, in pixels of the strip, and the
length that is concerned, in millimetres; None when there is nothing of the kind.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr.detectors.edge_strip import DEPTH_MM, EdgeStrip
from ocr.detectors.edges import closed, runs

Mask = NDArray[np.bool_]
Cut = tuple[int, int, float]

# Ink so near to the edge meets it: the space between two characters may be there.
_TOUCH_MM = 1.0
_CLOSE_MM = 0.5
_LINE_MM = (1.5, 10.0)
_LONG_MM = 9.0
_LEAST_LINES = 2
# Of a single line at least so many strokes, and so much of its height, are cut through; of a seal
# across the joint of two sheets it may be one.
_AT_EDGE_MM = 0.35
_CUT_STROKES = 2
_CUT_LENGTH_MM = (0.6, 4.0)
_LEAST_MARKS = 6
_LEAST_SPAN_MM = 14.0
# A whole row of characters that stands this close to an edge is the last one that was caught.
NEAR_MM = 3.0
_NEAR_MARKS = 9
_NEAR_SPAN_MM = 42.0
_BEYOND_MM = NEAR_MM + 8.0
_STROKE_MM = 3.0
# The edge may run right through the characters of a title.
_CUT_STROKE_MM = 4.5
# Parts of one thing that an edge runs through, the ridges of a finger, lie no farther apart.
_PARTS_MM = 2.2
_LEAST_STROKES = 4
# Bits of characters of many rows, of which the edge leaves less than a line.
_BIT_MM = (0.6, 8.0)
_BIT_DEPTH_MM = 4.0
_LEAST_BIT_MM = 0.7
_SOLID = 0.7
_RAGGED_MM = 0.25
_MOST_TOUCHED = 0.45
# An edge that runs through lines runs through some of their characters: with a white margin of
# this width beside all of them they end there by themselves.
_MARGIN_MM = 0.45
# The row beside an edge that is the last one caught has the next one behind it, as high as it is
# and no farther than so many of its heights; a line that a fax machine adds stands alone.
_LINE_SPACES = 2.6
_LIKE_HEIGHTS = (0.55, 1.8)
_HALF_CUT_MARKS = 3
# Of so many marks there is more than what the edge itself touches: the rim of a sheet is ragged
# and dark, but nothing stands behind it.
_LEAST_BEHIND = 3
_BEHIND_SHARE = 0.25
_PART_MM = 45.0
_LEAST_INK_MM = 1.5


def lines_that_meet(strip: EdgeStrip, pushed: bool) -> Cut | None:
    """Lines of writing whose end is at the edge; `pushed` says that the sheet goes on beyond it:
    then an edge that happens to run between two characters of every line cuts them all the same.
    """
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
    edge = strip.columns(_MARGIN_MM).any(axis=1) & ~ruled
    if not (pushed or any(edge[start:end].any() for start, end in lines)):
        return None
    torn = _is_ragged(strip)
    if not torn:
        # A sheet that ends straight inside the image ends where it always did.
        lines = [(start, end) for start, end in lines if not strip.start[start:end].all()]
    met = torn or pushed or any(edge[start:end].any() for start, end in lines)
    if len(lines) < _LEAST_LINES and not (lines and _is_cut_through(strip, lines[0])):
        return None
    if not met:
        return None
    length = sum(end - start for start, end in lines) / pace
    return lines[0][0], lines[-1][1], length


def _is_cut_through(strip: EdgeStrip, line: tuple[int, int]) -> bool:
    """Whether the edge of the image itself runs through strokes of a single line."""
    start, end = line
    if strip.start[start:end].any():
        return False
    cut = runs(np.asarray(strip.columns(_AT_EDGE_MM)[start:end].all(axis=1)))
    length = sum(last - first for first, last in cut) / strip.pace
    return len(cut) >= _CUT_STROKES and _CUT_LENGTH_MM[0] <= length <= _CUT_LENGTH_MM[1]


def line_along(strip: EdgeStrip, lean: float) -> Cut | None:
    """A line of writing along the edge that is cut lengthwise, or stands right before it."""
    ruled = strip.columns(_LONG_MM).mean(axis=1) > 0.85
    close = strip.columns(_CLOSE_MM).any(axis=1) & ~ruled
    found = _row_of_marks(strip, close, _LEAST_MARKS, _LEAST_SPAN_MM, _CUT_STROKE_MM)
    for sign in (1.0, -1.0):
        if found is None:
            level = strip.levelled(sign * lean, DEPTH_MM)
            near = level.columns(NEAR_MM).any(axis=1) & ~ruled
            found = _row_of_marks(level, near, _NEAR_MARKS, _NEAR_SPAN_MM, 2 * _STROKE_MM)
            if found is not None and not _is_last_row(level, close, found):
                found = None
    return found


def _is_last_row(strip: EdgeStrip, close: Mask, row: Cut) -> bool:
    """Whether the row beside an edge is one of several, or is cut itself."""
    first, last, _ = row
    if len(runs(closed(close[first:last], 1))) >= _HALF_CUT_MARKS:
        return True
    profile = strip.ink[first:last].mean(axis=0)
    rows = runs(closed(profile > max(0.02, 0.12 * float(profile.max())), round(0.5 * strip.pace)))
    if len(rows) < 2:
        return False
    (start, end), (following, ending) = rows[:2]
    high = end - start
    least, most = _LIKE_HEIGHTS
    return (
        following - end <= _LINE_SPACES * high and least * high <= ending - following <= most * high
    )


def bits_that_meet(strip: EdgeStrip, least: int) -> Cut | None:
    """What is left of at least so many characters or words that the edge runs through, one below
    the other; holes and rules are none."""
    pace = strip.pace
    # Where the sheet ends straight inside the image it was cut before, if at all.
    touch = np.asarray(strip.columns(_CLOSE_MM).any(axis=1), dtype=np.bool_)
    torn = _is_ragged(strip)
    if not torn:
        touch[strip.start > 0] = False
    behind = _without_rim(strip)[:, : round(_BIT_DEPTH_MM * pace)]
    ruled = strip.columns(_LONG_MM).mean(axis=1) > 0.9
    kept: list[tuple[int, int]] = []
    for start, end in runs(closed(touch & ~ruled, 1)):
        if not _BIT_MM[0] * pace <= end - start <= _BIT_MM[1] * pace:
            continue
        if not _is_broken(strip.columns(_BIT_DEPTH_MM)[start:end], pace):
            continue
        # The rim of torn paper is dark in places, too.
        if torn and np.count_nonzero(behind[start:end]) < 2:
            continue
        kept.append((start, end))
    # The ragged border of a copy touches the edge nearly everywhere.
    if len(kept) < least or float(touch[kept[0][0] : kept[-1][1]].mean()) > _MOST_TOUCHED:
        return None
    length = sum(end - start for start, end in kept) / pace
    return kept[0][0], kept[-1][1], length


def anything_that_meets(strip: EdgeStrip) -> Cut | None:
    """Ink of any kind that the edge runs through, but for rules and frames."""
    pace = strip.pace
    touch = strip.columns(_CLOSE_MM).any(axis=1) & (strip.start == 0)
    ruled = strip.columns(_LONG_MM).mean(axis=1) > 0.85
    kept = [
        (start, end)
        for start, end in runs(closed(touch & ~ruled, round(_PARTS_MM * pace)))
        if _BIT_MM[0] * pace <= end - start <= _PART_MM * pace
    ]
    length = sum(end - start for start, end in kept) / pace
    if length < _LEAST_INK_MM:
        return None
    first, last = kept[0][0], kept[-1][1]
    # The two sides of a ring are parts of one thing.
    span = (last - first) / pace
    return first, last, span if span <= _PART_MM else length


def _is_ragged(strip: EdgeStrip) -> bool:
    """Whether the sheet ends inside the image and not along a straight line."""
    places = np.flatnonzero(strip.start > 0)
    if places.size < _LINE_MM[1] * strip.pace:
        return False
    start = strip.start[places].astype(np.float64)
    rest = start - np.polyval(np.polyfit(places, start, 1), places)
    return bool(np.median(np.abs(rest)) > _RAGGED_MM)


def _without_rim(strip: EdgeStrip) -> Mask:
    """The ink without what goes on from the edge itself in one piece, row by row."""
    without = strip.ink.copy()
    without[np.logical_and.accumulate(strip.ink, axis=1)] = False
    return without


def _is_broken(bit: Mask, pace: float) -> bool:
    """Whether a bit of ink at the edge is made of strokes: dirt and holes are round and full."""
    inked = bit.any(axis=0)
    reach = int(np.argmin(inked)) if not inked.all() else inked.size
    return reach >= _LEAST_BIT_MM * pace and float(bit[:, :reach].mean()) < _SOLID


def _short(touch: Mask, pace: float) -> Mask:
    """Without long stretches: frames, borders and shadows along the edge are no characters."""
    kept = touch.copy()
    for start, end in runs(closed(touch, 1)):
        if end - start > _LINE_MM[1] * pace:
            kept[start:end] = False
    return kept


def _row_of_marks(
    strip: EdgeStrip, touch: Mask, least_marks: int, least_span: float, widest: float
) -> Cut | None:
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
    behind = _without_rim(strip)[:, : round(_BIT_DEPTH_MM * pace)]
    with_more = sum(np.count_nonzero(behind[start:end]) > 1 for start, end in group)
    if with_more < max(_LEAST_BEHIND, _BEHIND_SHARE * len(group)):
        return None
    profile = strip.ink[first:last].mean(axis=0)
    # Beyond the line is the space to the next; a seal or a picture goes on.
    beyond = profile[round(pace) : round(_BEYOND_MM * pace)]
    if float(beyond.min()) > max(0.03, 0.1 * float(profile.max())):
        return None
    return first, last, (last - first) / pace


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
