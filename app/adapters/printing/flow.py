"""Reports as paper: headings, lines and tables, over as many sheets as they take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.adapters.printing.sheet import Booklet, Sheet

LEFT, RIGHT = 25.0, 190.0
MIDDLE = (LEFT + RIGHT) / 2
_WIDTH, _HEIGHT = 210.0, 297.0
_TOP, _BOTTOM = 25.0, 275.0
_SIZE = 3.6
_LINE = 4.8
_PADDING = 2.6


class Flow:
    """Lines one below the other, over as many sheets as they take."""

    def __init__(self, booklet: Booklet, foot: str) -> None:
        self._booklet = booklet
        self._foot = foot
        self._pages = 0
        self._open()

    def _open(self) -> None:
        self._pages += 1
        self.sheet: Sheet = self._booklet.sheet(width=_WIDTH, height=_HEIGHT)
        self.sheet.fitted(LEFT, 285.0, 3.2, self._foot, width=RIGHT - LEFT - 20.0)
        self.sheet.text(RIGHT, 285.0, 3.2, f"第 {self._pages} 页", align="right")
        self.y = _TOP

    def room(self, height: float) -> None:
        """Go on to a new sheet when there is no room for `height`."""
        if self.y + height > _BOTTOM:
            self._open()

    def heading(self, text: str) -> None:
        """A heading with a rule below."""
        self.room(22.0)
        self.y += 8.0
        self.sheet.text(LEFT, self.y, 4.6, text, bold=True)
        self.y += 2.0
        self.sheet.rule(LEFT, self.y, RIGHT, self.y)
        self.y += 1.0

    def line(self, text: str, *, indent: float = 0.0) -> None:
        """Text in as many lines as it takes."""
        self.room(12.0)
        self.y += _SIZE + 0.9
        height = self.sheet.paragraph(
            LEFT + indent, self.y, _SIZE, text, width=RIGHT - LEFT - indent
        )
        self.y += max(height - _SIZE - 0.9, 0.0) + 0.6

    def rows(self, widths: Sequence[float], lines: Iterable[Sequence[str]]) -> None:
        """A table: the first line is its head, which stands on every sheet again. A cell takes as
        many lines as it needs; a row goes on to a new sheet whole, if a sheet can hold it."""
        head: list[list[str]] = []
        for cells in lines:
            row = [
                self.sheet.broken(_SIZE, cell, width=width - 2.0)
                for width, cell in zip(widths, cells, strict=True)
            ]
            if not head:
                head = row
                self.room(_height(row) + 2 * _LINE + _PADDING)
                self._row(widths, head, bold=True)
                continue
            if _height(row) <= _BOTTOM - _TOP - _height(head):
                if self.y + _height(row) > _BOTTOM:
                    self._turn(widths, head)
                self._row(widths, row)
                continue
            while any(row):
                if self.y + _LINE + _PADDING > _BOTTOM:
                    self._turn(widths, head)
                fit = int((_BOTTOM - self.y - _PADDING) / _LINE)
                self._row(widths, [cell[:fit] for cell in row])
                row = [cell[fit:] for cell in row]

    def _turn(self, widths: Sequence[float], head: list[list[str]]) -> None:
        self._open()
        self._row(widths, head, bold=True)

    def _row(
        self, widths: Sequence[float], cells: Sequence[list[str]], *, bold: bool = False
    ) -> None:
        x, height = LEFT, _height(cells)
        for width, lines in zip(widths, cells, strict=True):
            base = self.y + _PADDING / 2 + _SIZE
            for place, line in enumerate(lines):
                self.sheet.text(x + 1.0, base + place * _LINE, _SIZE, line, bold=bold)
            x += width
        self.y += height
        self.sheet.rule(LEFT, self.y, RIGHT, self.y, width=0.1)


def _height(cells: Sequence[list[str]]) -> float:
    return max(len(lines) for lines in cells) * _LINE + _PADDING
