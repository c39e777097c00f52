"""Reads .xlsx files that people changed: formulas are told apart, merged areas filled, and what
would unpack to more than a catalogue can hold is refused before it is unpacked."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.kernel.errors import BadInput
from app.services.sheets import ReadCell, ReadSheet

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 20_000, 60


def read_sheets(path: Path) -> list[ReadSheet]:
    """The sheets of a .xlsx file. Raises BadInput SHT-101 when it cannot be read as one, SHT-102
    when it is larger than any catalogue."""
    try:
        _require_small(path)
        # Two readings: with formulas, and with what the spreadsheet program made of them.
        formulas = load_workbook(path, data_only=False)
        values = load_workbook(path, data_only=True)
    except OSError as error:
        raise BadInput("SHT-101", path=str(path), reason=error.strerror or "?") from error
    except (
        BadZipFile,
        InvalidFileException,
        ParseError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        EOFError,
    ) as error:
        # openpyxl has no fault of its own for a broken file: what it stumbles over comes through.
        reason = str(error)[:120] or type(error).__name__
        raise BadInput("SHT-101", path=str(path), reason=reason) from error
    try:
        return [
            ReadSheet(name=sheet.title, rows=_rows(path, sheet, values[sheet.title]))
            for sheet in formulas.worksheets
        ]
    finally:
        formulas.close()
        values.close()


def _require_small(path: Path) -> None:
    with ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
            raise BadInput("SHT-102", path=str(path), rows=MOST_ROWS)


def _rows(path: Path, sheet: Any, values: Any) -> tuple[tuple[ReadCell, ...], ...]:
    if sheet.max_row > MOST_ROWS:
        raise BadInput("SHT-102", path=str(path), rows=MOST_ROWS)
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1):
            for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1):
                merged[row, column] = (area.min_row, area.min_col)
    columns = min(sheet.max_column, MOST_COLUMNS)
    rows: list[tuple[ReadCell, ...]] = []
    for number in range(1, sheet.max_row + 1):
        cells: list[ReadCell] = []
        for column in range(1, columns + 1):
            at = merged.get((number, column))
            place = at or (number, column)
            cell = sheet.cell(*place)
            formula = cell.data_type == "f"
            value = values.cell(*place).value if formula else cell.value
            cells.append(ReadCell(value=value, formula=formula, merged=at is not None))
        rows.append(tuple(cells))
    return tuple(rows)
