"""The port of spreadsheets: what a sheet looks like when it is written, what a cell says when it
is read. Adapters write and read .xlsx."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from attrs import frozen

# "text" keeps leading zeros and what looks like a formula or a day; "day" takes an ISO day and
# becomes a real date; "number" a count.
ColumnKind = Literal["text", "day", "number"]
Cell = str | int | float | None
ReadValue = str | int | float | bool | date | datetime | None


@frozen(kw_only=True)
class SheetColumn:
    """One column: its head, its width in signs, what its cells are."""

    title: str
    width: float
    kind: ColumnKind = "text"
    middle: bool = False


@frozen(kw_only=True)
class Sheet:
    """One sheet, ready for the printer: title and notes above the heads, the heads on every page.

    `rows` may be a generator: they are written one after the other.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: Iterable[Sequence[Cell]]
    landscape: bool = False
    search: bool = False


@frozen(kw_only=True)
class ReadCell:
    """A cell as it stands in the file. `formula` tells that it was reckoned there (then `value` is
    what the spreadsheet program left, None when it left nothing), `merged` that it is part of a
    merged area, whose value every cell of it has here."""

    value: ReadValue
    formula: bool = False
    merged: bool = False


@frozen(kw_only=True)
class ReadSheet:
    """One sheet of a file: its name and its rows from the first on."""

    name: str
    rows: tuple[tuple[ReadCell, ...], ...]
