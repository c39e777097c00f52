"""Numbers that are known by where they stand: beside or below a heading in a form or a table.

A seal or a blot may have taken some of a number's figures, so that nothing in what is left tells
what it is; the cell beside it still does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from app.domain.masked_numbers import FIGURES, holds_number

Box = Sequence[float]

_HEADING = re.compile(
    r"[\W_]*(?:(?:当事人|本人|居民|公民|家庭|移动|固定|收款|付款|退款|对方|联系|银行|有效)*)"
    r"(?:身份证件?|身份号码?|身份|证件|护照|电话|手机|联系方式|座机|传真|固话|账号|帐号|卡号|银行卡)"
    r"(?:号码|号|码)?[\W_]*"
)
_LONGEST_HEADING = 14
# Of heights of the heading: a row of a table may hold an address of several lines.
_ROW_GAP = 9.0
_SHARED = 0.5


@frozen(kw_only=True)
class _Placed:
    index: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float


def numbers_in_cells(lines: Sequence[str], boxes: Sequence[Box]) -> Iterator[int]:
    """The lines (by index) that are a number in a cell below or right of a heading (联系电话).

    `boxes` are those of the lines on the upright page, [x0, y0, x1, y1], in any unit.
    """
    placed = [
        _Placed(index=index, text=text, x0=box[0], y0=box[1], x1=box[2], y1=box[3])
        for index, (text, box) in enumerate(zip(lines, boxes, strict=True))
    ]
    for heading in placed:
        if len(heading.text) <= _LONGEST_HEADING and _HEADING.fullmatch(heading.text):
            yield from _below(heading, placed)
            yield from _beside(heading, placed)


def _below(heading: _Placed, placed: Sequence[_Placed]) -> Iterator[int]:
    """Down the column, as long as there are numbers in it."""
    column = [
        line
        for line in placed
        if _shared(line.x0, line.x1, heading.x0, heading.x1) and line.y0 >= _middle(heading)
    ]
    bottom, most = heading.y1, _ROW_GAP * (heading.y1 - heading.y0)
    for line in sorted(column, key=lambda each: each.y0):
        if line.y0 - bottom > most or not _is_number(line.text):
            return
        bottom = line.y1
        yield line.index


def _beside(heading: _Placed, placed: Sequence[_Placed]) -> Iterator[int]:
    """The next cell of the row, with the lines of the number it holds."""
    row = [
        line
        for line in placed
        if _shared(line.y0, line.y1, heading.y0, heading.y1) and line.x0 >= _centre(heading)
    ]
    first = min((line for line in row if line is not heading), key=_left, default=None)
    if first is not None and _is_number(first.text):
        yield first.index
        # What a seal parted stands in pieces side by side.
        for line in sorted(row, key=_left):
            near = line.x0 - first.x1 < 2 * (first.x1 - first.x0)
            if line.x0 >= first.x1 and near and _is_number(line.text, least=1):
                yield line.index


def _is_number(text: str, least: int = 4) -> bool:
    return holds_number(text, least) and not re.search(r"[元万年月日时%]", text)


def _shared(a0: float, a1: float, b0: float, b1: float) -> bool:
    return min(a1, b1) - max(a0, b0) >= _SHARED * max(1e-9, min(a1 - a0, b1 - b0))


def _middle(line: _Placed) -> float:
    return (line.y0 + line.y1) / 2


def _centre(line: _Placed) -> float:
    return (line.x0 + line.x1) / 2


def _left(line: _Placed) -> float:
    return line.x0


def figures_of(text: str) -> Iterator[int]:
    """The places in a line from its first figure to its last, and a check sign X after it."""
    places = [place for place, sign in enumerate(text) if sign in FIGURES or sign in "Xx×乂"]
    if places:
        yield from range(places[0], places[-1] + 1)
