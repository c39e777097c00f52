"""Text that runs down or up an upright page: columns of characters, and blocks laid on their side.

An engine cuts a tall row of text out of the page and lays it on its side. That is right for a
landscape table on a portrait page and wrong for a column whose characters stand upright. Both
readings are tried here, and what neither reads well is handed on as unsure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.tree import DOWN, TURNED, UNREADABLE, Box, Character, Line, TextTree

Pixels = NDArray[np.uint8]
Read = Callable[[Pixels, int], TextTree]
"""Reads a BGR picture of a resolution (0 unknown)."""

_TALL = 2.2
_NEAR = 8.0
"""Rows that lie this many widths apart at most are read together: cells of a table do."""

_SHORT = 6
"""Characters of a line beside a block that may belong to it though it is not tall."""

_UPWARDS = 0.9
"""Mean confidence of a reading turned clockwise from which the text runs up the page: upright
characters and such as run down come out as noise below 0.75."""

_SURE = 0.8
"""Mean confidence from which a reading of turned text is believed."""

_BETTER = 0.03
_APART_EM = 0.25
_MOST_BLOCKS = 12

_ROW_CHARACTERS = 3
_FEWEST_ROWS = 6
_WIDER = 1.25
"""How much wider than rows characters stand in columns that were read across: in print set across
it is the other way round, even in cells and headings spaced out."""

_FEWEST_LONE = 5
_STACKED = 1.3
"""Heights of a character by which the next one of a column stands below: rows of a table, with a
lone character in a cell, stand further apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnedText:
    """The tree with its tall rows read again, and the boxes of blocks that stay unsure."""

    tree: TextTree
    unsure: tuple[Box, ...]


def with_turned_text(page: Pixels, dpi: int, tree: TextTree, read: Read) -> TurnedText:
    """Reads the tall rows of `tree` again from the upright BGR `page`.

    The order of lines within a block is that of its reading; `ocr.engines.layout` places blocks.
    """
    tall = [index for index, line in enumerate(tree.lines) if _is_tall(line)]
    replaced: dict[int, list[Line]] = {}
    unsure: list[Box] = []
    for members, box in _blocks(tall, tree.lines)[:_MOST_BLOCKS]:
        area = _free_around(box, [tree.lines[i] for i in members], tree)
        lines, sure = _read_block(page, dpi, [tree.lines[i] for i in members], area, read)
        is_turned = bool(lines) and lines[0].direction == TURNED
        taken = _inside(area, tree.lines) if is_turned else members
        replaced |= {index: [] for index in taken}
        replaced[min(taken)] = lines
        if not sure:
            unsure.append(box)
    if not replaced:
        return TurnedText(tree=tree, unsure=())
    lines = []
    for index, line in enumerate(tree.lines):
        lines += replaced.get(index, [line])
    return TurnedText(tree=replace(tree, lines=tuple(lines)), unsure=tuple(unsure))


def with_columns_told(tree: TextTree) -> TurnedText:
    """Columns of characters that an engine read across, as rows, or one by one: their text makes
    no sense in that order, so these lines become "unreadable" and their place unsure.

    What gives them away: in a row of print characters stand closer than rows do.
    """
    told: set[int] = set()
    wide = [line for line in tree.lines if _is_wider_than_rows(line, tree.lines)]
    if len(wide) >= _FEWEST_ROWS:
        told = {id(line) for line in wide}
    lone = [line for line in tree.lines if len(line.text) == 1 and not line.text.isascii()]
    for line in lone:
        column = _stack(line, lone)
        if len(column) >= _FEWEST_LONE:
            told |= {id(other) for other in column}
    if not told:
        return TurnedText(tree=tree, unsure=())
    lines = tuple(
        replace(line, text="", characters=(), attempt=line.text, kind=UNREADABLE)
        if id(line) in told
        else line
        for line in tree.lines
    )
    unsure = _hull([line.box for line in tree.lines if id(line) in told])
    return TurnedText(tree=replace(tree, lines=lines), unsure=(unsure,))


def _is_wider_than_rows(line: Line, lines: Sequence[Line]) -> bool:
    """Whether the characters of a line stand further apart than the rows at this place do."""
    if len(line.characters) < _ROW_CHARACTERS:
        return False
    middles = sorted((c.box[0] + c.box[2]) / 2 for c in line.characters)
    x0, y0, x1, y1 = line.box
    below = min(
        (
            other.box[1] - y0
            for other in lines
            if other.box[1] > (y0 + y1) / 2
            and min(x1, other.box[2]) - max(x0, other.box[0]) > 0.5 * (x1 - x0)
        ),
        default=np.inf,
    )
    return float(np.median(np.diff(middles))) > _WIDER * below


def _stack(line: Line, lone: Sequence[Line]) -> list[Line]:
    """The lone characters below one another that start with `line`."""
    stack = [line]
    for other in sorted(lone, key=lambda item: item.box[1]):
        last = stack[-1].box
        em = last[3] - last[1]
        aside = abs((other.box[0] + other.box[2] - last[0] - last[2]) / 2)
        if aside < 0.6 * em and 0.5 * em < other.box[1] - last[1] < _STACKED * em:
            stack.append(other)
    return stack


def _blocks(tall: Sequence[int], lines: Sequence[Line]) -> list[tuple[list[int], Box]]:
    """The tall lines that belong together, and the box of each block, grown by the short lines
    next to it: a figure in a cell of a turned table is not tall. Blocks do not overlap."""
    blocks: list[tuple[list[int], Box]] = []
    for group in _gathered([lines[index].box for index in tall]):
        members = [tall[place] for place in group]
        box = _hull([lines[index].box for index in members])
        reach = _NEAR * _thickness(lines[members[0]].box)
        for line in lines:
            near = _apart(box, line.box) <= reach
            if near and len(line.text) <= _SHORT and not _is_wide(line):
                box = _hull([box, line.box])
        for other in [other for other in blocks if _apart(box, other[1]) < 0]:
            blocks.remove(other)
            members, box = members + other[0], _hull([box, other[1]])
        blocks.append((members, box))
    return blocks


def _free_around(box: Box, members: Sequence[Line], tree: TextTree) -> Box:
    """The box grown to the lines across next to it: what an engine did not find at all, because
    it lies on its side and is short, stands in the same table."""
    thick = _thickness(members[0].box)
    x0, x1 = max(0.0, box[0] - 3 * thick), min(float(tree.width), box[2] + 3 * thick)
    y0, y1 = max(0.0, box[1] - 12 * thick), min(float(tree.height), box[3] + 12 * thick)
    for line in (line for line in tree.lines if _is_wide(line)):
        left, top, right, bottom = line.box
        if min(right, box[2]) > max(left, box[0]):
            if bottom <= box[1] + thick:
                y0 = max(y0, bottom)
            elif top >= box[3] - thick:
                y1 = min(y1, top)
        elif min(bottom, y1) > max(top, y0):
            if right <= box[0] + thick:
                x0 = max(x0, right)
            elif left >= box[2] - thick:
                x1 = min(x1, left)
    return (min(x0, box[0]), min(y0, box[1]), max(x1, box[2]), max(y1, box[3]))


def _inside(box: Box, lines: Sequence[Line]) -> list[int]:
    return [
        index
        for index, line in enumerate(lines)
        if box[0] <= (line.box[0] + line.box[2]) / 2 <= box[2]
        and box[1] <= (line.box[1] + line.box[3]) / 2 <= box[3]
    ]


def _is_wide(line: Line) -> bool:
    return line.box[2] - line.box[0] > 1.8 * (line.box[3] - line.box[1])


def _thickness(box: Box) -> float:
    return min(box[2] - box[0], box[3] - box[1])


def _apart(one: Box, other: Box) -> float:
    return max(
        max(one[0], other[0]) - min(one[2], other[2]), max(one[1], other[1]) - min(one[3], other[3])
    )


def _is_tall(line: Line) -> bool:
    across, down = line.box[2] - line.box[0], line.box[3] - line.box[1]
    return down > _TALL * across


def _gathered(boxes: Sequence[Box]) -> list[list[int]]:
    waiting = list(range(len(boxes)))
    groups = []
    while waiting:
        group = [waiting.pop(0)]
        for member in group:
            reach = _NEAR * _thickness(boxes[member])
            near = [other for other in waiting if _apart(boxes[member], boxes[other]) <= reach]
            waiting = [other for other in waiting if other not in near]
            group += near
        groups.append(group)
    return groups


def _read_block(
    page: Pixels, dpi: int, rows: Sequence[Line], box: Box, read: Read
) -> tuple[list[Line], bool]:
    """The best reading of one block, and whether it can be believed."""
    up = _as_turned(page, dpi, box, 90, read)
    if _score(up) >= _UPWARDS:
        return up, True
    down = _as_turned(page, dpi, box, 270, read)
    columns = [
        _surer(line, down) for line in _as_columns(page, dpi, [row.box for row in rows], read)
    ]
    # Characters lying on their left side are read nearly as well as upright ones, in the same
    # order: where both readings are as good, the text is taken for columns.
    best = columns if _score(columns) + _BETTER >= _score(down) else down
    return (best, _score(best) >= _SURE) if best else (list(rows), False)


def _surer(column: Line, others: Sequence[Line]) -> Line:
    """The column, with the text of the other reading of the same place where that is surer."""
    x, y = (column.box[0] + column.box[2]) / 2, (column.box[1] + column.box[3]) / 2
    for other in others:
        x0, y0, x1, y1 = other.box
        alike = abs(len(other.text) - len(column.text)) <= 1
        if x0 <= x <= x1 and y0 <= y <= y1 and alike and other.confidence > column.confidence:
            return replace(other, direction=DOWN)
    return column


def _score(lines: Sequence[Line]) -> float:
    count = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / count if count else 0.0


def _as_columns(page: Pixels, dpi: int, columns: Sequence[Box], read: Read) -> list[Line]:
    """Each column's characters set side by side on a sheet of their own, and read as rows."""
    cut = []
    for box in sorted(columns, key=lambda b: -b[2]):
        x0, y0, x1, y1 = _within(box, page, 0)
        pieces = _characters_down(page[y0:y1, x0:x1])
        if pieces:
            cut.append(((x0, y0, x1, y1), pieces))
    if not cut:
        return []
    em = max(x1 - x0 for (x0, _, x1, _), _ in cut)
    gap = max(2, round(_APART_EM * em))
    wide = max(len(pieces) for _, pieces in cut) * (round(1.5 * em) + gap) + 6 * em
    sheet = np.full((len(cut) * 3 * em + 4 * em, wide, 3), 255, np.uint8)
    places: list[list[tuple[int, int, Box]]] = []
    for row, ((x0, y0, x1, _), pieces) in enumerate(cut):
        left, top = 2 * em, 2 * em + row * 3 * em
        row_places = []
        for start, end in pieces:
            glyph = page[y0 + start : y0 + end, x0:x1]
            down = top + max(0, (2 * em - glyph.shape[0]) // 2)
            sheet[down : down + glyph.shape[0], left : left + glyph.shape[1]] = glyph
            on_page = (float(x0), float(y0 + start), float(x1), float(y0 + end))
            row_places.append((left, left + glyph.shape[1], on_page))
            left += glyph.shape[1] + gap
        places.append(row_places)
    return [
        line
        for row, found in enumerate(_rows_of(read(sheet, dpi), 2 * em, 3 * em, len(cut)))
        for line in _down(found, places[row])
    ]


def _rows_of(tree: TextTree, first: int, pitch: int, count: int) -> list[list[Line]]:
    rows: list[list[Line]] = [[] for _ in range(count)]
    for line in tree.lines:
        row = round(((line.box[1] + line.box[3]) / 2 - first - pitch / 3) / pitch)
        if 0 <= row < count:
            rows[row].append(line)
    return [sorted(row, key=lambda line: line.box[0]) for row in rows]


def _down(found: Sequence[Line], places: Sequence[tuple[int, int, Box]]) -> list[Line]:
    """The parts of one row as one line of the page, its characters where they stand there."""
    characters = []
    for character in (c for line in found for c in line.characters):
        middle = (character.box[0] + character.box[2]) / 2
        at = min(places, key=lambda place: abs((place[0] + place[1]) / 2 - middle))
        characters.append(replace(character, box=at[2]))
    if not characters:
        return []
    count = sum(len(line.text) for line in found)
    return [
        Line(
            text="".join(line.text for line in found),
            confidence=sum(line.confidence * len(line.text) for line in found) / count,
            box=_hull([character.box for character in characters]),
            characters=tuple(characters),
            direction=DOWN,
        )
    ]


def _characters_down(column: Pixels) -> list[tuple[int, int]]:
    """Where the characters of one column start and end: cut at gaps, about as tall as wide."""
    grey = column.min(axis=2)
    paper = float(np.percentile(grey, 90))
    inked = (grey < 0.75 * paper).sum(axis=1) > 0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inked, [False]]).astype(np.int8)))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    em = column.shape[1]
    pieces: list[tuple[int, int]] = []
    for start, end in runs:
        # 二 and 三 come apart: strokes join while they fit into one square.
        if pieces and end - pieces[-1][0] <= 1.02 * em:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    cut = []
    for start, end in pieces:
        parts = max(1, round((end - start) / (0.95 * em)))
        step = (end - start) / parts
        cut += [(int(start + k * step), int(start + (k + 1) * step)) for k in range(parts)]
    return [(start, end) for start, end in cut if end - start > 0.06 * em]


def _as_turned(page: Pixels, dpi: int, box: Box, turn: int, read: Read) -> list[Line]:
    """The block turned clockwise by `turn` and read; boxes are those on the page."""
    x0, y0, x1, y1 = _within(box, page, 8)
    part = page[y0:y1, x0:x1]
    code = cv2.ROTATE_90_CLOCKWISE if turn == 90 else cv2.ROTATE_90_COUNTERCLOCKWISE
    upright = np.ascontiguousarray(cv2.rotate(part, code), dtype=np.uint8)
    height, width = part.shape[:2]

    def back(inner: Box) -> Box:
        a0, b0, a1, b1 = inner
        if turn == 90:
            return (x0 + b0, y0 + height - a1, x0 + b1, y0 + height - a0)
        return (x0 + width - b1, y0 + a0, x0 + width - b0, y0 + a1)

    return [
        replace(
            line,
            box=back(line.box),
            characters=tuple(
                Character(text=c.text, confidence=c.confidence, box=back(c.box))
                for c in line.characters
            ),
            direction=TURNED,
        )
        for line in read(upright, dpi).lines
    ]


def _hull(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _within(box: Box, page: Pixels, margin: int) -> tuple[int, int, int, int]:
    height, width = page.shape[:2]
    return (
        max(0, int(box[0]) - margin),
        max(0, int(box[1]) - margin),
        min(width, int(np.ceil(box[2])) + margin),
        min(height, int(np.ceil(box[3])) + margin),
    )
