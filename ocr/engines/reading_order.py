"""Reading order: rows from top to bottom, within a row from left to right; columns one by one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Quads = NDArray[np.float64]

_SAME_ROW = 0.5
"""Part of the smaller line height by which two lines must overlap to stand in one row."""

_COLUMN_LINES = 4
"""Least number of lines on either side of a gutter: fewer are a signature or a table."""

_FULL_LINE = 0.7
"""Part of its column that a line of running text fills; the last of a paragraph does not."""

_FULL_SHARE = 0.55
"""Share of a column's lines that must be full: cells of a table without rules seldom are."""

_LONG_LINE = 7.0
"""Length of a line of running text in line heights: a shorter column is one of a table."""


def tilt_of(quads: Quads) -> float:
    """The common tilt of text lines in radians, clockwise positive; 0 when too few are long.

    `quads` is (n, 4, 2): corners from the upper left, clockwise.
    """
    across = quads[:, 1] - quads[:, 0]
    length = np.hypot(across[:, 0], across[:, 1])
    height = np.hypot(*(quads[:, 3] - quads[:, 0]).T)
    long = length > 4 * height
    if int(long.sum()) < 3:
        return 0.0
    return float(np.median(np.arctan2(across[long, 1], across[long, 0])))


def in_reading_order(quads: Quads) -> list[int]:
    """Indices of the lines in reading order.

    The tilt of the page is taken out first: at 2 degrees the ends of one printed line lie further
    apart than two lines do. The tolerance of a row follows the line height, so a table's cells of
    one row are read from left to right and a large heading does not swallow the row below.
    Two columns of running text are read one after the other; what crosses the gutter between
    them, a heading or a footer, parts them.
    """
    return ordered_with_groups(quads, ())


def ordered_with_groups(quads: Quads, groups: Sequence[Sequence[int]]) -> list[int]:
    """As `in_reading_order`, where the lines of a group stay together in the order given.

    A group is a table, or a block of text that runs down the page; it stands where its upper end
    does. No line may be in two groups.
    """
    if len(quads) == 0:
        return []
    tilt = tilt_of(quads)
    level = quads @ np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    boxes = np.column_stack([level.min(axis=1), level.max(axis=1)])
    grouped = {index for group in groups for index in group}
    blocks = [[index] for index in range(len(quads)) if index not in grouped]
    blocks += [list(group) for group in groups if group]
    outer = np.array([_hull(boxes[block]) for block in blocks])
    usual = float(np.median(boxes[:, 3] - boxes[:, 1]))
    hanging = np.array([len(block) > 1 for block in blocks])
    # A column of vertical text would bridge many rows: it is placed by its upper end.
    upright = (outer[:, 3] - outer[:, 1]) > 2.5 * (outer[:, 2] - outer[:, 0])
    low = np.minimum(outer[:, 3], outer[:, 1] + np.where(hanging, usual, np.inf))
    low = np.where(upright, np.minimum(low, outer[:, 1] + outer[:, 2] - outer[:, 0]), low)
    order = _in_columns(list(range(len(blocks))), outer, low)
    return [index for place in order for index in blocks[place]]


def order_of_cells(frames: Sequence[tuple[float, float, float, float]]) -> list[int]:
    """Indices of the cells of a table, row by row: a cell over several rows stands in its first."""
    if not frames:
        return []
    least = min(y1 - y0 for _, y0, _, y1 in frames)
    by_top = sorted(range(len(frames)), key=lambda i: frames[i][1])
    row, rows, top = 0, {}, frames[by_top[0]][1]
    for index in by_top:
        if frames[index][1] - top > 0.5 * least:
            row, top = row + 1, frames[index][1]
        rows[index] = row
    return sorted(range(len(frames)), key=lambda i: (rows[i], frames[i][0]))


def _hull(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _in_columns(
    blocks: list[int], boxes: NDArray[np.float64], low: NDArray[np.float64]
) -> list[int]:
    """The blocks in order, those beside a gutter column by column."""
    found = _gutter(blocks, boxes)
    if found is None:
        return _in_rows(blocks, boxes, low)
    gutter, top, bottom = found
    above = [i for i in blocks if (boxes[i, 1] + boxes[i, 3]) / 2 < top]
    below = [i for i in blocks if (boxes[i, 1] + boxes[i, 3]) / 2 > bottom and i not in above]
    beside = [i for i in blocks if i not in above and i not in below]
    left = [i for i in beside if (boxes[i, 0] + boxes[i, 2]) / 2 < gutter]
    right = [i for i in beside if i not in left]
    parts = [part for part in (above, left, right, below) if part]
    if len(parts) < 2:
        return _in_rows(blocks, boxes, low)
    return [i for part in parts for i in _in_columns(part, boxes, low)]


def _gutter(blocks: list[int], boxes: NDArray[np.float64]) -> tuple[float, float, float] | None:
    """(x, top, bottom) of the emptiest stripe between two columns of running text, or None."""
    if len(blocks) < 2 * _COLUMN_LINES:
        return None
    chosen = boxes[blocks]
    usual = float(np.median(chosen[:, 3] - chosen[:, 1]))
    starts, ends = np.sort(chosen[:, 0]), np.sort(chosen[:, 2])
    best: tuple[float, float, float] | None = None
    most = 0
    # A gutter ends where the lines of the right column start.
    for edge in np.unique(np.round(starts / usual)) * usual:
        x = float(edge) - 0.75 * usual
        if not ends[0] < x < starts[-1]:
            continue
        for top, bottom, beside in _stretches(chosen, x):
            left, right = beside[beside[:, 2] <= x], beside[beside[:, 0] >= x]
            fewer = min(len(left), len(right))
            if fewer > most and _is_running(left, usual) and _is_running(right, usual):
                most, best = fewer, (x, top, bottom)
    return best


def _stretches(
    boxes: NDArray[np.float64], x: float
) -> list[tuple[float, float, NDArray[np.float64]]]:
    """The stretches of page that no block crosses at `x`: top, bottom and the blocks in it."""
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    crossing = np.sort(middles[(boxes[:, 0] < x) & (boxes[:, 2] > x)])
    edges = [-np.inf, *crossing.tolist(), np.inf]
    found = []
    for high, deep in pairwise(edges):
        beside = boxes[(middles > high) & (middles < deep)]
        if len(beside) >= 2 * _COLUMN_LINES:
            found.append((float(beside[:, 1].min()), float(beside[:, 3].max()), beside))
    return found


def _is_running(column: NDArray[np.float64], usual: float) -> bool:
    if len(column) < _COLUMN_LINES:
        return False
    widths = column[:, 2] - column[:, 0]
    across = float(np.percentile(column[:, 2], 90) - np.percentile(column[:, 0], 10))
    full = float(np.mean(widths > _FULL_LINE * across))
    return across > _LONG_LINE * usual and full >= _FULL_SHARE


def _in_rows(blocks: list[int], boxes: NDArray[np.float64], low: NDArray[np.float64]) -> list[int]:
    left, top, right = boxes[:, 0], boxes[:, 1], boxes[:, 2]
    rows: list[list[int]] = []
    spans: list[tuple[float, float]] = []
    for index in sorted(blocks, key=lambda i: float(top[i] + low[i])):
        place = None
        for row in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            row_top, row_bottom = spans[row]
            shared = min(row_bottom, low[index]) - max(row_top, top[index])
            smaller = min(row_bottom - row_top, low[index] - top[index])
            clash = any(
                min(right[other], right[index]) - max(left[other], left[index])
                > 0.5 * min(right[other] - left[other], right[index] - left[index])
                for other in rows[row]
            )
            if shared > _SAME_ROW * smaller and not clash:
                place = row
                break
        if place is None:
            rows.append([index])
            spans.append((float(top[index]), float(low[index])))
        else:
            rows[place].append(index)
    return [index for row in rows for index in sorted(row, key=lambda i: float(left[i]))]
