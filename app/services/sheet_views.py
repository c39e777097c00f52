"""Read models of a catalogue that came back as a spreadsheet."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class SheetChange:
    """What a sheet would change. `kind` is "changed", "added" or "removed"; `row` is the row of
    the sheet (0 for a removed item), `number` the item as it is now (0 for an added one), `field`
    one of title, author, date, pages, category (empty unless changed)."""

    part: str
    row: int
    kind: str
    number: int
    title: str
    field: str = ""
    before: str = ""
    after: str = ""


@frozen(kw_only=True)
class SheetProblem:
    """A row that cannot be taken over, and why: `code` is worded by `app.words.sheets`."""

    part: str
    row: int
    code: str
    value: str


@frozen(kw_only=True)
class CatalogueSheet:
    """A sheet held against the catalogue: differences, rows that cannot be taken, rows alike."""

    case_no: str
    changes: tuple[SheetChange, ...]
    problems: tuple[SheetProblem, ...]
    unchanged: int
