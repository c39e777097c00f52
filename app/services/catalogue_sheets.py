"""A catalogue that came back as a spreadsheet: its rows read, each with what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import evolve, field, frozen

from app.domain import sheet_values
from app.domain.dossier import MAIN, RESTRICTED
from app.kernel.errors import BadInput, Refused
from app.services.sheet_views import SheetProblem
from app.services.sheets import ReadCell, ReadSheet
from archive_rules.case_number import find_all

PART_SHEETS = {MAIN: "正卷目录", RESTRICTED: "副卷目录"}
# What people call the columns; blanks and brackets do not count.
HEADS = {
    "序号": "number",
    "顺序号": "number",
    "件号": "number",
    "文书名称": "title",
    "文书材料名称": "title",
    "材料名称": "title",
    "文件名称": "title",
    "题名": "title",
    "责任者": "author",
    "作者": "author",
    "日期": "date",
    "文书日期": "date",
    "成文日期": "date",
    "页次": "pages",
    "页次起止": "pages",
    "起止页次": "pages",
    "页码": "pages",
    "页号": "pages",
    "类别": "category",
    "文书类别": "category",
}
HEADS_WITHIN = 20
IDENTITY = ("number", "title", "pages")
_BRACKETS = str.maketrans("", "", "（）()[]【】：: 　")


@frozen(kw_only=True)
class SheetRow:
    """One row. `values` holds the columns that the sheet has; `pages` is None where the cell is
    empty or not to be understood; `looks_like` are the pages that a day may have been."""

    part: str
    row: int
    number: int | None
    title: str
    pages: tuple[int, int] | None
    looks_like: tuple[int, int] | None
    values: Mapping[str, str]
    problems: tuple[SheetProblem, ...] = ()


@frozen(kw_only=True)
class SheetRows:
    """All rows of a file and the columns and parts it has."""

    rows: tuple[SheetRow, ...] = ()
    columns: frozenset[str] = field(factory=frozenset)
    parts: tuple[str, ...] = ()


def rows_of(sheets: Sequence[ReadSheet], *, case_no: str, path: Path) -> SheetRows:
    """The rows of a catalogue file.

    Raises BadInput SHT-103 when no sheet has the heads of a catalogue, Refused SHT-104 when it
    names another case.
    """
    found: list[SheetRow] = []
    columns: set[str] = set()
    parts: list[str] = []
    for sheet in sheets:
        head = _head(sheet)
        if head is None:
            continue
        place, heads = head
        _require_same_case(sheet.rows[:place], case_no)
        part = RESTRICTED if "副" in sheet.name else MAIN
        if part in parts:
            continue  # a copy somebody kept beside the sheet
        parts.append(part)
        columns |= set(heads.values())
        for number, cells in enumerate(sheet.rows[place + 1 :], start=place + 2):
            values = {name: cells[column] for column, name in heads.items() if column < len(cells)}
            if any(sheet_values.text(cell.value) for cell in values.values()):
                found.append(_row(part, number, values))
    if not parts:
        raise BadInput("SHT-103", path=str(path))
    return SheetRows(rows=tuple(found), columns=frozenset(columns), parts=tuple(parts))


def _head(sheet: ReadSheet) -> tuple[int, dict[int, str]] | None:
    """The row of the heads and which column means what; None when this is no catalogue."""
    for place, cells in enumerate(sheet.rows[:HEADS_WITHIN]):
        heads: dict[int, str] = {}
        for column, cell in enumerate(cells):
            name = HEADS.get(sheet_values.text(cell.value).translate(_BRACKETS), "")
            if name and name not in heads.values():
                heads[column] = name
        names = set(heads.values())
        if "title" in names and names & {"number", "pages"}:
            return place, heads
    return None


def _require_same_case(above: Sequence[Sequence[ReadCell]], case_no: str) -> None:
    for cells in above:
        for cell in cells:
            for named in find_all(sheet_values.text(cell.value)):
                if named.case_number.normal != case_no:
                    raise Refused("SHT-104", named=named.case_number.normal, case_no=case_no)


def _row(part: str, row: int, cells: Mapping[str, ReadCell]) -> SheetRow:
    problems: list[SheetProblem] = []

    def wrong(code: str, value: object) -> None:
        shown = sheet_values.text(value)[:80]
        problems.append(SheetProblem(part=part, row=row, code=code, value=shown))

    values: dict[str, str] = {}
    for name, cell in cells.items():
        if cell.formula and cell.value is None:
            wrong("formula", name)
        if cell.merged and name in IDENTITY:
            wrong("merged", cell.value)
    number_cell, pages_cell = cells.get("number"), cells.get("pages")
    number = sheet_values.whole(number_cell.value) if number_cell else None
    if number is None and number_cell and sheet_values.text(number_cell.value):
        wrong("number", number_cell.value)
    looks_like = sheet_values.pages_of_day(pages_cell.value) if pages_cell else None
    pages = sheet_values.pages(pages_cell.value) if pages_cell else None
    if pages is None and looks_like is None and pages_cell and sheet_values.text(pages_cell.value):
        wrong("pages", pages_cell.value)
    title = sheet_values.text(cells["title"].value)
    if not title:
        wrong("no_title", "")
    for name in ("author", "category"):
        if name in cells:
            values[name] = sheet_values.text(cells[name].value)
    if "date" in cells:
        day = sheet_values.day(cells["date"].value)
        if day is None:
            wrong("day", cells["date"].value)
        values["date"] = sheet_values.text(cells["date"].value) if day is None else day
    return SheetRow(
        part=part,
        row=row,
        number=number,
        title=title,
        pages=pages,
        looks_like=looks_like,
        values=values | {"title": title},
        problems=tuple(problems),
    )


def without_problem(row: SheetRow, code: str) -> SheetRow:
    """The row without what turned out to be no problem."""
    return evolve(row, problems=tuple(entry for entry in row.problems if entry.code != code))


def with_problem(row: SheetRow, code: str, value: str) -> SheetRow:
    """The row with one more thing that is wrong."""
    problem = SheetProblem(part=row.part, row=row.row, code=code, value=value)
    return evolve(row, problems=(*row.problems, problem))
