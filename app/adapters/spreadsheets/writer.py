"""Writes sheets as .xlsx: A4, heads on every page, frames, real days; rows go straight to disk.

Text stays text: recognised words that begin like a formula are stored as a string and marked with
the text prefix, so that no spreadsheet program reckons them, not even after they were edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter

from app.services.sheets import Cell, Sheet, SheetColumn

_A4 = 9
_LONGEST = 32_000
_STARTERS = ("=", "+", "-", "@", "\t", "\r")
_LINE = Side(style="thin", color="FF808080")
_FRAME = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FONT = "宋体"
_CENTRE = "centerContinuous"


def write_sheets(sheets: Sequence[Sheet], path: Path) -> None:
    """Write `sheets` as one .xlsx file. Raises OSError when `path` cannot be written."""
    book = Workbook(write_only=True)
    for style in _styles():
        book.add_named_style(style)
    for sheet in sheets:
        _write(book, sheet)
    book.save(path)


def _styles() -> list[NamedStyle]:
    body: dict[str, Any] = {"font": Font(name=_FONT, size=10.5), "border": _FRAME}
    wrapped = Alignment(vertical="center", wrap_text=True)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return [
        NamedStyle("sheet_title", font=Font(name=_FONT, size=16, bold=True)),
        NamedStyle("sheet_note", font=Font(name=_FONT, size=10)),
        NamedStyle(
            "sheet_head",
            font=Font(name=_FONT, size=10.5, bold=True),
            border=_FRAME,
            alignment=middle,
            fill=PatternFill("solid", fgColor="FFE8EDF3"),
        ),
        NamedStyle("sheet_text", alignment=wrapped, number_format="@", **body),
        NamedStyle("sheet_middle", alignment=middle, number_format="@", **body),
        NamedStyle("sheet_day", alignment=middle, number_format="yyyy-mm-dd", **body),
        NamedStyle("sheet_number", alignment=middle, number_format="0", **body),
    ]


def _write(book: Workbook, sheet: Sheet) -> None:
    # The stubs do not know that a sheet written row by row has the page set-up of any other.
    made: Any = book.create_sheet(sheet.name)
    head = 2 + len(sheet.notes)
    for place, column in enumerate(sheet.columns, start=1):
        made.column_dimensions[get_column_letter(place)].width = column.width
    made.freeze_panes = f"A{head + 1}"
    made.print_title_rows = f"{head}:{head}"
    made.page_setup.paperSize = _A4
    made.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    made.page_setup.fitToWidth, made.page_setup.fitToHeight = 1, 0
    made.sheet_properties.pageSetUpPr.fitToPage = True
    made.print_options.horizontalCentered = True
    made.page_margins.left = made.page_margins.right = 0.5
    made.page_margins.top = made.page_margins.bottom = 0.6
    made.oddFooter.center.text = "第 &P 页 共 &N 页"
    last = get_column_letter(len(sheet.columns))
    made.append(_across(made, sheet.title, "sheet_title", len(sheet.columns)))
    for note in sheet.notes:
        made.append([_text(made, note, "sheet_note")])
    made.append([_text(made, column.title, "sheet_head") for column in sheet.columns])
    count = head
    for row in sheet.rows:
        made.append(
            [_cell(made, column, value) for column, value in zip(sheet.columns, row, strict=True)]
        )
        count += 1
    if sheet.search:
        made.auto_filter.ref = f"A{head}:{last}{count}"


def _across(made: Any, text: str, style: str, columns: int) -> list[Any]:
    """A title in the middle of the table without merged cells, which no program reads well."""
    cells = [_text(made, text if place == 0 else "", style) for place in range(columns)]
    for cell in cells:
        cell.alignment = Alignment(horizontal=_CENTRE, vertical="center")
    return cells


def _cell(made: Any, column: SheetColumn, value: Cell) -> Any:
    if column.kind == "day" and isinstance(value, str) and value:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return _text(made, value, "sheet_middle")
        cell: Any = WriteOnlyCell(made, datetime(day.year, day.month, day.day))  # noqa: DTZ001
        cell.style = "sheet_day"
        return cell
    if column.kind == "number" and isinstance(value, int | float):
        cell = WriteOnlyCell(made, value)
        cell.style = "sheet_number"
        return cell
    text = "" if value is None else str(value)
    return _text(made, text, "sheet_middle" if column.middle else "sheet_text")


def _text(made: Any, text: str, style: str) -> Any:
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    cell: Any = WriteOnlyCell(made, plain or None)
    cell.style = style
    if plain:
        # What begins with "=" would be stored as a formula.
        cell.data_type = "s"
    if plain.startswith(_STARTERS):
        cell.quotePrefix = True
    return cell
