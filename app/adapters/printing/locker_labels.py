"""Labels for volumes, cells and shelves: a QR code for cameras and readers of pictures, and bars
for hand scanners that type like a keyboard.

Sheets of ten on A4 (99.1 by 57 mm, the usual die cut), or one label to a page of 100 by 62 mm for
label printers with tape of 62 mm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.adapters.fonts import chinese_font
from app.adapters.printing.codes import code128_widths
from app.adapters.printing.sheet import Booklet, Sheet

Label = Mapping[str, Any]

_A4 = (210.0, 297.0)
_TAPE = (100.0, 62.0)
_WIDTH, _HEIGHT = 99.1, 57.0
_COLUMNS, _ROWS = 2, 5
_SHEET_LEFT, _SHEET_TOP, _ACROSS = 4.65, 6.0, 101.6
_MARGIN = 4.5
_QR_SIDE = 29.0
_WORDS_LEFT = _MARGIN + _QR_SIDE + 4.5
_HEADING, _LINE = 6.4, 3.9
_BARS_TOP, _BARS_HEIGHT = 38.0, 13.0
# The widest module, and the longest run that leaves the bars their quiet zone on either side.
_MODULE, _LONGEST_BARS = 0.42, 90.5


def locker_labels(labels: Sequence[Label], path: Path, *, single: bool = False) -> None:
    """Write `labels` to `path`, ten to an A4 sheet or one to a page (`single`).

    A label holds `code` (the text of the QR code), `ticket` (that of the bars, plain ASCII),
    `heading`, and `lines` of small print. Raises Broken SYS-403 without a Chinese font, OSError
    when `path` cannot be written.
    """
    booklet = Booklet(chinese_font())
    sheet: Sheet | None = None
    for place, label in enumerate(labels):
        if single:
            sheet = booklet.sheet(width=_TAPE[0], height=_TAPE[1])
            _draw(sheet, (_TAPE[0] - _WIDTH) / 2, (_TAPE[1] - _HEIGHT) / 2, label)
            continue
        row, column = divmod(place % (_COLUMNS * _ROWS), _COLUMNS)
        if sheet is None or (row, column) == (0, 0):
            sheet = booklet.sheet(width=_A4[0], height=_A4[1])
        _draw(sheet, _SHEET_LEFT + column * _ACROSS, _SHEET_TOP + row * _HEIGHT, label)
    booklet.save(path, title="标签")


def _draw(sheet: Sheet, left: float, top: float, label: Label) -> None:
    """One label with its upper left corner at (left, top)."""
    sheet.qr(left + _MARGIN, top + _MARGIN, str(label["code"]), side=_QR_SIDE)
    words, room = left + _WORDS_LEFT, _WIDTH - _WORDS_LEFT - _MARGIN
    sheet.fitted(words, top + 11.0, _HEADING, str(label["heading"]), width=room, lines=2, bold=True)
    for place, line in enumerate(label["lines"]):
        sheet.fitted(words, top + 22.0 + place * 5.4, _LINE, str(line), width=room)
    ticket = str(label["ticket"])
    modules = sum(code128_widths(ticket))
    module = min(_MODULE, _LONGEST_BARS / modules)
    start = left + (_WIDTH - modules * module) / 2
    sheet.code128(start, top + _BARS_TOP, ticket, module=module, height=_BARS_HEIGHT)
    below = top + _BARS_TOP + _BARS_HEIGHT + 3.6
    sheet.text(left + _WIDTH / 2, below, 3.2, ticket, align="middle")
