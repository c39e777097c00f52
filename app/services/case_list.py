"""Lists of cases as courts keep them: spreadsheets, comma-separated text, JSON."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

from app.kernel.errors import BadInput

# Column heads of spreadsheets by field, Chinese first: what courts write into their lists.
COLUMNS = {
    "案号": "case_no",
    "法院": "court",
    "法院名称": "court",
    "案由": "cause",
    "原告": "plaintiff",
    "被告": "defendant",
    "审判长": "judge",
    "承办人": "judge",
    "承办法官": "judge",
    "书记员": "clerk",
    "收案日期": "filed_on",
    "立案日期": "filed_on",
    "结案日期": "closed_on",
    "页数": "paper_pages",
    "总页数": "paper_pages",
    "纸质页数": "paper_pages",
    "张数": "sheets",
    "纸张数": "sheets",
    "纸质张数": "sheets",
    "正卷张数": "sheets",
    "副卷张数": "restricted_sheets",
    "保管期限": "retention",
    "档号": "archival_code",
}

HEADS_WITHIN = 10


def read_case_list(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The rows of a case list by field name, each with its number. Raises BadInput CASE-103."""
    try:
        if path.suffix.lower() == ".json":
            loaded = json.loads(text_of(path))
            rows = loaded if isinstance(loaded, list) else [loaded]
            if not all(isinstance(row, dict) for row in rows):
                raise ValueError("[{…}]")
            return list(enumerate(rows, start=1))
        if path.suffix.lower() == ".csv":
            return _table_rows(
                [list(row) for row in csv.reader(StringIO(text_of(path), newline=""))]
            )
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            return _table_rows(_xlsx_rows(path))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadInput("CASE-103", path=str(path), reason=reason) from error
    except (ValueError, KeyError, csv.Error, RecursionError) as error:
        raise BadInput("CASE-103", path=str(path), reason=str(error)) from error
    raise BadInput("CASE-103", path=str(path), reason=path.suffix or "?")


def text_of(path: Path) -> str:
    """A text file in UTF-8, else in GB 18030, which is what Excel and Notepad of a Chinese
    Windows write. Raises OSError, and ValueError when it is neither."""
    data = path.read_bytes()
    try:
        # Chinese text in GBK is hardly ever valid UTF-8 by chance, so UTF-8 is tried first.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _xlsx_rows(path: Path) -> list[list[Any]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException) as error:
        raise ValueError(str(error)) from error
    try:
        sheet = book.worksheets[0]
        return [list(row) for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def _table_rows(rows: list[list[Any]]) -> list[tuple[int, dict[str, Any]]]:
    filled = [
        (number, row)
        for number, row in enumerate(rows, start=1)
        if any(str(cell if cell is not None else "").strip() for cell in row)
    ]
    if not filled:
        raise ValueError("案号")
    # A title and notes may stand above the heads, as in the register that is written here.
    place, heads = next(
        (
            (place, heads)
            for place, (_number, row) in enumerate(filled[:HEADS_WITHIN])
            if "case_no" in (heads := [_head(cell) for cell in row])
        ),
        (-1, []),
    )
    if place < 0:
        raise ValueError("案号")
    return [
        (
            number,
            {
                head: _cell(value)
                for head, value in zip(heads, row, strict=False)
                if head and value is not None
            },
        )
        for number, row in filled[place + 1 :]
    ]


def _head(cell: Any) -> str:
    text = "".join(str(cell if cell is not None else "").split())
    return COLUMNS.get(text, text)


def _cell(value: Any) -> Any:
    if hasattr(value, "date") and callable(value.date):
        return value.date().isoformat()
    return value if isinstance(value, int | float) else str(value).strip()
