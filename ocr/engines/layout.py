"""The lines of a page in the order a person reads them: tables, columns, turned text, stamps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ocr.engines.reading_order import in_reading_order, order_of_cells, ordered_with_groups
from ocr.tree import ACROSS, DOWN, STAMP, TURNED, Box, Line, TextTree

_FEWEST_CELLS = 3
"""Fewer cells are a frame round text and no table."""

_TOUCH = 0.012
"""Part of the page by which cells may stand apart and still be of one table."""

_REACH = {DOWN: 1.6, TURNED: 8.0}
"""Widths of a line by which lines of one block stand apart: cells of a turned table do."""


def arranged(tree: TextTree, cells: Sequence[Box], *, folded: bool = False) -> TextTree:
    """The tree with its lines in reading order.

    `cells` are the closed cells of ruled tables (`ruled_cells`) in pixels of the page: the lines
    of a cell stay together, cells come row by row. `folded` says that two pages lie side by side:
    the left one comes first. Columns of upright characters come from right to left, lines turned
    by a quarter in their own order. Stamps over the text come last, as they are no part of it.
    """
    plain = [line for line in tree.lines if line.kind != STAMP]
    stamps = [line for line in tree.lines if line.kind == STAMP]
    if folded:
        middle = tree.width / 2
        left = [line for line in plain if (line.box[0] + line.box[2]) / 2 < middle]
        right = [line for line in plain if (line.box[0] + line.box[2]) / 2 >= middle]
        halves = [left, right]
    else:
        halves = [plain]
    reach = _TOUCH * max(tree.width, tree.height)
    ordered = [line for half in halves for line in _ordered(half, cells, reach)]
    return replace(tree, lines=tuple(ordered + _ordered(stamps, (), reach)))


def _ordered(lines: Sequence[Line], cells: Sequence[Box], reach: float) -> list[Line]:
    if len(lines) < 2:
        return list(lines)
    quads = np.array([_quad(line) for line in lines], dtype=np.float64)
    across = [index for index, line in enumerate(lines) if line.direction == ACROSS]
    groups = _tables(lines, quads, across, cells, reach)
    for direction in (DOWN, TURNED):
        members = [index for index, line in enumerate(lines) if line.direction == direction]
        groups += [
            # The engine's order is that of the block as it was read upright.
            block if direction == TURNED else sorted(block, key=lambda i: -lines[i].box[2])
            for block in _blocks(members, lines, _REACH[direction])
        ]
    return [lines[index] for index in ordered_with_groups(quads, groups)]


def _tables(
    lines: Sequence[Line],
    quads: NDArray[np.float64],
    among: list[int],
    cells: Sequence[Box],
    reach: float,
) -> list[list[int]]:
    """The lines of every table, in order."""
    held: dict[int, list[int]] = {}
    for index in among:
        cell = _cell_of(lines[index].box, cells)
        if cell is not None:
            held.setdefault(cell, []).append(index)
    tables = []
    for table in _touching([cells[number] for number in range(len(cells))], reach):
        if len(table) < _FEWEST_CELLS:
            continue
        order = order_of_cells([cells[number] for number in table])
        members: list[int] = []
        for place in order:
            inside = held.get(table[place], [])
            members += [inside[i] for i in in_reading_order(quads[inside])] if inside else []
        if members:
            tables.append(members)
    return tables


def _cell_of(box: Box, cells: Sequence[Box]) -> int | None:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    around = [n for n, c in enumerate(cells) if c[0] <= x <= c[2] and c[1] <= y <= c[3]]
    return min(around, key=lambda n: cells[n][2] - cells[n][0], default=None)


def _blocks(members: list[int], lines: Sequence[Line], reach: float) -> list[list[int]]:
    if not members:
        return []
    thick = float(
        np.median([min(b[2] - b[0], b[3] - b[1]) for b in (lines[i].box for i in members)])
    )
    return [
        [members[place] for place in block]
        for block in _touching([lines[i].box for i in members], reach * thick)
    ]


def _touching(boxes: Sequence[Box], reach: float) -> list[list[int]]:
    """The boxes gathered into groups that lie within `reach` of one another."""
    waiting = list(range(len(boxes)))
    groups = []
    while waiting:
        group, edge = [waiting[0]], [waiting.pop(0)]
        while edge:
            near = edge.pop()
            joined = [other for other in waiting if _near(boxes[near], boxes[other], reach)]
            waiting = [other for other in waiting if other not in joined]
            group += joined
            edge += joined
        groups.append(sorted(group))
    return groups


def _near(one: Box, other: Box, reach: float) -> bool:
    return (
        max(one[0], other[0]) - min(one[2], other[2]) <= reach
        and max(one[1], other[1]) - min(one[3], other[3]) <= reach
    )


def _quad(line: Line) -> list[tuple[float, float]]:
    """The corners of a line that may be tilted, from where its characters stand: the box of a
    tilted line reaches into its neighbours."""
    x0, y0, x1, y1 = line.box
    plain = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    if line.direction != ACROSS or len(line.characters) < 4:
        return plain
    first, last = line.characters[0].box, line.characters[-1].box
    run = (last[0] + last[2] - first[0] - first[2]) / 2
    rise = (last[1] + last[3] - first[1] - first[3]) / 2
    if run <= 0 or abs(rise) > 0.2 * run:
        return plain
    slope = rise / run
    height = max(0.3 * (y1 - y0), (y1 - y0) - abs(slope) * (x1 - x0))
    middle, half = (y0 + y1) / 2, (x1 - x0) / 2
    left, right = middle - slope * half, middle + slope * half
    return [
        (x0, left - height / 2),
        (x1, right - height / 2),
        (x1, right + height / 2),
        (x0, left + height / 2),
    ]
