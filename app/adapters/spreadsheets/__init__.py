"""Spreadsheets (.xlsx), written for the printer and read with suspicion.

The library behind them brings another large one along; it is loaded for the first spreadsheet, not
at every start of a program.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.services.sheets import ReadSheet, Sheet


def write_sheets(sheets: Sequence[Sheet], path: Path) -> None:
    """See `writer.write_sheets`."""
    from app.adapters.spreadsheets import writer

    writer.write_sheets(sheets, path)


def read_sheets(path: Path) -> list[ReadSheet]:
    """See `reader.read_sheets`."""
    from app.adapters.spreadsheets import reader

    return reader.read_sheets(path)
