"""Registers and forms as tables on A4 with lines: heads on every sheet, sheets numbered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.adapters.fonts import chinese_font
from app.adapters.printing.sheet import Booklet
from app.adapters.printing.sheet import Sheet as Paper
from app.services.sheets import Cell, Sheet

_LONG, _SHORT = 297.0, 210.0
_MARGIN = 15.0
_TITLE, _NOTE = 6.2, 3.4
_LINE = 1.4
_PADDING = 1.0
# Letters of a form, and of a register with many columns.
_FORM_SIZE, _REGISTER_SIZE = 3.8, 2.5
_FORM_COLUMNS = 3
_FORM_ROW = 10.0


def draw_register(sheet: Sheet, path: Path) -> None:
    """Write `sheet` to `path` as PDF. A cell that is None belongs to the one on its left.

    Raises Broken SYS-403 without a Chinese font, OSError when `path` cannot be written.
    """
    booklet = Booklet(chinese_font())
    table = _Table(booklet, sheet)
    for row in sheet.rows:
        table.row(row)
    table.close()
    booklet.save(path, title=sheet.title)


class _Table:
    """Rows one below the other, over as many sheets as they take."""

    def __init__(self, booklet: Booklet, sheet: Sheet) -> None:
        self._booklet, self._sheet = booklet, sheet
        self._width, self._height = (_LONG, _SHORT) if sheet.landscape else (_SHORT, _LONG)
        form = len(sheet.columns) <= _FORM_COLUMNS
        self._size = _FORM_SIZE if form else _REGISTER_SIZE
        self._least = _FORM_ROW if form else 0.0
        inner = self._width - 2 * _MARGIN
        whole = sum(column.width for column in sheet.columns)
        self._widths = [inner * column.width / whole for column in sheet.columns]
        self._papers: list[Paper] = []
        self._open()

    def _open(self) -> None:
        self._paper = self._booklet.sheet(width=self._width, height=self._height)
        self._papers.append(self._paper)
        self._y = _MARGIN
        if len(self._papers) == 1:
            self._y += _TITLE
            middle = self._width / 2
            self._paper.text(middle, self._y, _TITLE, self._sheet.title, align="middle", bold=True)
            for note in self._sheet.notes:
                self._y += _NOTE * 1.8
                self._paper.fitted(_MARGIN, self._y, _NOTE, note, width=self._width - 2 * _MARGIN)
        self._y += 3.0
        self._line(_MARGIN, self._y, self._width - _MARGIN, self._y)
        if self._least == 0.0:
            self._put([column.title for column in self._sheet.columns], bold=True)

    def row(self, cells: Sequence[Cell]) -> None:
        """One more row, on a new sheet when this one is full."""
        if self._y + self._height_of(cells) > self._height - _MARGIN - 6.0:
            self._open()
        self._put(cells)

    def close(self) -> None:
        """Number the sheets, now that it is known how many there are."""
        for number, paper in enumerate(self._papers, 1):
            paper.text(
                self._width - _MARGIN,
                self._height - 9.0,
                _NOTE,
                f"第 {number} 页，共 {len(self._papers)} 页",
                align="right",
            )

    def _spans(self, cells: Sequence[Cell]) -> list[tuple[str, float]]:
        """Each text with the width it has; None widens the cell before it."""
        spans: list[tuple[str, float]] = []
        for cell, width in zip(cells, self._widths, strict=True):
            if cell is None and spans and self._least:
                text, before = spans[-1]
                spans[-1] = (text, before + width)
            else:
                spans.append(("" if cell is None else str(cell), width))
        return spans

    def _broken(self, text: str, width: float) -> list[str]:
        inner = width - 2 * _PADDING
        return [
            line
            for part in text.split("\n")
            for line in self._paper.broken(self._size, part, width=inner) or [""]
        ]

    def _height_of(self, cells: Sequence[Cell]) -> float:
        most = max(len(self._broken(text, width)) for text, width in self._spans(cells))
        return max(self._least, most * self._size * _LINE + 2 * _PADDING)

    def _put(self, cells: Sequence[Cell], *, bold: bool = False) -> None:
        height, x = self._height_of(cells), _MARGIN
        bottom = self._y + height
        self._line(x, self._y, x, bottom)
        for text, width in self._spans(cells):
            lines = self._broken(text, width)
            block = len(lines) * self._size * _LINE
            base = self._y + (height - block) / 2 + self._size
            for place, line in enumerate(lines):
                y = base + place * self._size * _LINE
                self._paper.text(x + _PADDING, y, self._size, line, bold=bold)
            x += width
            self._line(x, self._y, x, bottom)
        self._line(_MARGIN, bottom, self._width - _MARGIN, bottom)
        self._y = bottom

    def _line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self._paper.rule(x0, y0, x1, y1, width=0.15)
