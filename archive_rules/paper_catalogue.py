"""The 卷内目录 read as a table: title and pages of each row, from the words on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive_rules.api import DeclaredRow, TextLine
from archive_rules.lexicon import load_lexicon
from archive_rules.page_cells import Pages, choose, readings
from archive_rules.rows import PageText, Row
from archive_rules.text import plain, words

_ORDINAL_HEADS = ("序号", "顺序号", "编号")
_PAGE_HEADS = (
    "页次",
    "页号",
    "页码",
    "起止页",
    "所在页",
    "页数",
    "起止页码",
    "所在页次",
    "起止页次",
)
_TITLE_HEADS = (
    "文书名称",
    "文书",
    "文书材料名称",
    "材料名称",
    "题名",
    "文件名称",
    "文件材料名称",
    "诉讼文书名称",
    "名称",
    "文件题名",
    "文书或材料名称",
)
_EVIDENCE_HEADS = ("证据", "证明")
_WHOLE_PAGES = re.compile(r"^第?(\d{1,4})(?:[-—–―~至到一_ー]+(\d{1,4}))?页?$")
_ORDINAL = re.compile(r"^\d{1,3}[.、]?$")
_JOINED = re.compile(
    r"^(?P<ordinal>\d{1,3})?[.、]?(?P<title>\D.*?[^\d\-—–~至])"
    r"(?P<first>\d{1,4})(?:[-—–―~至到_ー]+(?P<last>\d{1,4}))?页?$"
)
_UNREAD = re.compile(r"[/／|丨]")
_FULL_WIDTH = str.maketrans({"(": "（", ")": "）"})
_NEAR = 0.06
_LONGEST_ORDINAL = 3
_SURELY_TITLE = 0.95
# New pages beside struck ones reach further to the right; others stand less than a row away.
_BESIDE_STRUCK = 0.02
_BESIDE = 0.024


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Where the columns of the catalogue stand: middles as fractions of the page width."""

    header: int
    ordinal: float | None
    title: float | None
    pages: float


def find_columns(page: PageText) -> Columns | None:
    """The header row of a 卷内目录, or None. The table of a 证据目录 has columns for what the
    evidence proves and is none."""
    for index, row in enumerate(page.rows):
        pages = _middle(row, _PAGE_HEADS)
        title = _middle(row, _TITLE_HEADS)
        ordinal = _middle(row, _ORDINAL_HEADS)
        heads = [words(line.text) for line in row.lines]
        if any(word in head for head in heads for word in _EVIDENCE_HEADS):
            continue
        if pages is not None and (title is not None or ordinal is not None):
            return Columns(header=index, ordinal=ordinal, title=title, pages=pages)
    return None


def _middle(row: Row, heads: Sequence[str]) -> float | None:
    for line in row.lines:
        text = words(line.text)
        if text in heads:
            return (line.x0 + line.x1) / 2
        for head in sorted(heads, key=len, reverse=True):
            # "序号文书名称页次" read as one line: the place of the word within it
            at = text.find(head)
            if at >= 0 and len(head) > 1 and len(text) > len(head) and _only_heads(text):
                middle = (at + len(head) / 2) / len(text)
                return line.x0 + (line.x1 - line.x0) * middle
    return None


def _only_heads(text: str) -> bool:
    for head in sorted(
        (
            *_ORDINAL_HEADS,
            *_PAGE_HEADS,
            *_TITLE_HEADS,
            "备注",
            "日期",
            "责任者",
            "文号",
            "材料",
            "或",
            "的",
        ),
        key=len,
        reverse=True,
    ):
        text = text.replace(head, "")
    return len(text) <= 2


def count_rows(page: PageText) -> int:
    """How many rows of the side look like "5 应诉通知书 12-13": a continued catalogue."""
    return sum(1 for row in page.rows if _parse(row, None) is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    """A row before its pages are settled."""

    title: str
    pages: tuple[Pages, ...] = ()


def read_catalogue(pages: Sequence[PageText]) -> tuple[DeclaredRow, ...]:
    """The rows on the catalogue pages, in order; a wrapped title is joined to its row. Of pages
    struck out and written anew the new ones count."""
    found: list[_Entry] = []
    columns: Columns | None = None
    for page in pages:
        own = find_columns(page)
        columns = own or columns
        pending = ""
        for row, beside in _with_cells_beside(page.rows[own.header + 1 if own else 0 :], columns):
            parsed = _parse(row, columns, beside)
            begun = found[-1] if found else None
            if parsed and begun and _completes(row, parsed.title, begun, columns):
                found[-1] = replace(parsed, title=found[-1].title + parsed.title)
                continue
            if parsed is not None:
                found.append(replace(parsed, title=pending + parsed.title))
                pending = ""
                continue
            rest = _wrapped_title(row, columns)
            if not rest:
                pending = ""
            elif _has_ordinal(row, columns):
                # A row of its own whose pages nobody wrote, or that the next row bears.
                found.append(_Entry(title=_clean(rest), pages=readings(beside)))
            elif found:
                found[-1] = replace(found[-1], title=found[-1].title + rest)
            else:
                pending = rest
    chosen = choose([entry.pages for entry in found])
    return tuple(
        DeclaredRow(title=entry.title, first_page=pages.first, last_page=pages.last)
        for entry, pages in zip(found, chosen, strict=True)
    )


def _with_cells_beside(
    rows: Sequence[Row], columns: Columns | None
) -> list[tuple[Row, tuple[str, ...]]]:
    """The rows, and for each the pages written above or below it in the column of pages alone."""
    if columns is None:
        return [(row, ()) for row in rows]
    alone = [_is_cell_alone(row, columns) for row in rows]
    beside: dict[int, list[str]] = {}
    for index, row in enumerate(rows):
        if not alone[index]:
            continue
        near = [
            other
            for other in (index - 1, index + 1)
            if 0 <= other < len(rows)
            and not alone[other]
            and abs(_height_of(rows[other]) - _height_of(row)) < _BESIDE
        ]
        if near:
            nearest = min(near, key=lambda other: abs(_height_of(rows[other]) - _height_of(row)))
            beside.setdefault(nearest, []).append(row.text)
    return [
        (row, tuple(beside.get(index, ()))) for index, row in enumerate(rows) if not alone[index]
    ]


def _is_cell_alone(row: Row, columns: Columns) -> bool:
    return all(_in_pages_column(line, columns) for line in row.lines) and any(
        character.isdigit() for character in row.text
    )


def _height_of(row: Row) -> float:
    return (row.y0 + row.y1) / 2


def _in_pages_column(line: TextLine, columns: Columns) -> bool:
    middle = (line.x0 + line.x1) / 2
    return (
        -_NEAR < middle - columns.pages < _NEAR + _BESIDE_STRUCK
        and line.x0 > columns.pages - 2 * _NEAR
    )


def _completes(row: Row, title: str, before: _Entry, columns: Columns | None) -> bool:
    """Whether a row without ordinal bears the pages of the row begun above it: unless its text is
    a title by itself, and the two together are none."""
    if before.pages or _has_ordinal(row, columns):
        return False
    lexicon = load_lexicon()
    whole, alone = lexicon.match(before.title + title), lexicon.match(title)
    if whole is not None and whole.score >= _SURELY_TITLE:
        return True
    own = alone is not None and alone.score >= _SURELY_TITLE
    return not own or words(title) in lexicon.generic


def _has_ordinal(row: Row, columns: Columns | None) -> bool:
    return columns is not None and _is_ordinal(row.lines[0], columns)


def _is_ordinal(line: TextLine, columns: Columns) -> bool:
    """Whether a line is the number of a row, perhaps misread: it stands in that column alone."""
    text = plain(line.text)
    middle = (line.x0 + line.x1) / 2
    if columns.ordinal is None:
        return _ORDINAL.match(text) is not None
    misread = len(text) <= _LONGEST_ORDINAL and abs(middle - columns.ordinal) < _NEAR / 2
    return misread or (_ORDINAL.match(text) is not None and middle < columns.ordinal + _NEAR)


def _wrapped_title(row: Row, columns: Columns | None) -> str:
    """The text of a row without pages, when it stands in the column of titles alone."""
    if columns is None:
        return ""
    lines = [line for line in row.lines if not _is_ordinal(line, columns)]
    if len(lines) != 1 or lines[0].x1 > columns.pages + 0.02:
        return ""
    if columns.ordinal is not None and (lines[0].x0 + lines[0].x1) / 2 < columns.ordinal + 0.03:
        return ""
    text = plain(lines[0].text)
    return text if words(text) and not text.endswith((":", "。")) and len(text) <= 30 else ""


def _parse(row: Row, columns: Columns | None, beside: Sequence[str] = ()) -> _Entry | None:
    by_column = _by_columns(row, columns, beside) if columns is not None else None
    return by_column or _joined(row.lines)


def _by_columns(row: Row, columns: Columns, beside: Sequence[str]) -> _Entry | None:
    cells: list[str] = []
    title: list[str] = []
    for line in row.lines:
        text = plain(line.text)
        middle = (line.x0 + line.x1) / 2
        if _in_pages_column(line, columns) and any(character.isdigit() for character in text):
            cells.append(text)
        elif _is_ordinal(line, columns):
            continue
        elif middle < columns.pages - _NEAR / 2:
            title.append(re.sub(r"^\d{1,3}[.、](?=\D)|^\d{1,2}(?=[^\d年月日.\-])", "", text))
    joined = _clean("".join(title))
    if not words(joined) or not cells:
        return None
    pages = readings([*cells, *beside])
    return _Entry(title=joined, pages=pages) if pages or _has_ordinal(row, columns) else None


def _joined(lines: tuple[TextLine, ...]) -> _Entry | None:
    """A row whose cells were read as one line, or whose header is not on this page."""
    texts = [plain(line.text) for line in lines]
    if len(texts) >= 3 and _ORDINAL.match(texts[0]):
        for index in range(len(texts) - 1, 1, -1):
            pages = _WHOLE_PAGES.match(texts[index])
            if pages is not None:
                title = _clean("".join(texts[1:index]))
                named = any(character.isalpha() for character in title)
                return _Entry(title=title, pages=readings(texts[index:])) if named else None
    match = _JOINED.match("".join(texts))
    if match is None or (match["ordinal"] is None and match["last"] is None):
        return None
    title = _clean(match["title"])
    if len(words(title)) < 2 or len(title) > 40:
        return None
    cell = match["first"] + (f"-{match['last']}" if match["last"] else "")
    return _Entry(title=title, pages=readings([cell]))


def _clean(title: str) -> str:
    """The title without the marks that table rules leave when they are read as text; brackets in
    the width that Chinese titles are printed with."""
    return _UNREAD.sub("", title).strip("-—.、·:;,").translate(_FULL_WIDTH)
