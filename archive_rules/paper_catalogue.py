"""The 卷内目录 read as a table: title and pages of each row, from the words on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.api import DeclaredRow, TextLine
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
# The first page can be read, the last one not: 95-天.
_BROKEN_PAGES = re.compile(r"^第?(\d{1,4})[-—–―~至到]\D?")
_ORDINAL = re.compile(r"^\d{1,3}[.、]?$")
_JOINED = re.compile(
    r"^(?P<ordinal>\d{1,3})?[.、]?(?P<title>\D.*?[^\d\-—–~至])"
    r"(?P<first>\d{1,4})(?:[-—–―~至到_ー]+(?P<last>\d{1,4}))?页?$"
)
_UNREAD = re.compile(r"[/／|丨]")
_FULL_WIDTH = str.maketrans({"(": "（", ")": "）"})
_NEAR = 0.06


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


def read_catalogue(pages: Sequence[PageText]) -> tuple[DeclaredRow, ...]:
    """The rows on the catalogue pages, in order; a wrapped title is joined to its row."""
    found: list[DeclaredRow] = []
    columns: Columns | None = None
    for page in pages:
        own = find_columns(page)
        columns = own or columns
        pending = ""
        for row in page.rows[own.header + 1 if own else 0 :]:
            parsed = _parse(row, columns)
            if parsed is not None and found and _completes(row, found[-1], columns):
                found[-1] = DeclaredRow(
                    title=found[-1].title + parsed.title,
                    first_page=parsed.first_page,
                    last_page=parsed.last_page,
                )
                continue
            if parsed is not None:
                found.append(_with_title(parsed, pending + parsed.title))
                pending = ""
                continue
            rest = _wrapped_title(row, columns)
            if not rest:
                pending = ""
            elif _has_ordinal(row, columns):
                # A row of its own whose pages nobody wrote, or that the next row bears.
                found.append(DeclaredRow(title=_clean(rest), first_page=None))
            elif found:
                found[-1] = _with_title(found[-1], found[-1].title + rest)
            else:
                pending = rest
    return tuple(found)


def _completes(row: Row, before: DeclaredRow, columns: Columns | None) -> bool:
    """Whether a row without ordinal bears the pages of the row begun above it."""
    return before.first_page is None and not _has_ordinal(row, columns)


def _with_title(row: DeclaredRow, title: str) -> DeclaredRow:
    return DeclaredRow(title=title, first_page=row.first_page, last_page=row.last_page)


def _has_ordinal(row: Row, columns: Columns | None) -> bool:
    first = plain(row.lines[0].text)
    return columns is not None and _ORDINAL.match(first) is not None


def _wrapped_title(row: Row, columns: Columns | None) -> str:
    """The text of a row without pages, when it stands in the column of titles alone."""
    if columns is None:
        return ""
    lines = [line for line in row.lines if not _ORDINAL.match(plain(line.text))]
    if len(lines) != 1 or lines[0].x1 > columns.pages + 0.02:
        return ""
    if columns.ordinal is not None and (lines[0].x0 + lines[0].x1) / 2 < columns.ordinal + 0.03:
        return ""
    text = plain(lines[0].text)
    return text if words(text) and not text.endswith((":", "。")) and len(text) <= 30 else ""


def _parse(row: Row, columns: Columns | None) -> DeclaredRow | None:
    by_column = _by_columns(row.lines, columns) if columns is not None else None
    return by_column or _joined(row.lines)


def _by_columns(lines: tuple[TextLine, ...], columns: Columns) -> DeclaredRow | None:
    pages: re.Match[str] | None = None
    broken: re.Match[str] | None = None
    title: list[str] = []
    for line in lines:
        text = plain(line.text)
        middle = (line.x0 + line.x1) / 2
        at_pages = abs(middle - columns.pages) < _NEAR
        if at_pages and pages is None:
            pages = _WHOLE_PAGES.match(text)
            broken = _BROKEN_PAGES.match(text)
            if pages is not None or broken is not None:
                continue
        if _ORDINAL.match(text) and (columns.ordinal is None or middle < columns.ordinal + _NEAR):
            continue
        if middle < columns.pages - _NEAR / 2:
            title.append(re.sub(r"^\d{1,3}[.、](?=\D)|^\d{1,2}(?=[^\d年月日.\-])", "", text))
    joined = _clean("".join(title))
    if not words(joined):
        return None
    if pages is not None:
        return _declared(joined, pages[1], pages[2])
    return _declared(joined, broken[1], None) if broken is not None else None


def _joined(lines: tuple[TextLine, ...]) -> DeclaredRow | None:
    """A row whose cells were read as one line, or whose header is not on this page."""
    texts = [plain(line.text) for line in lines]
    if len(texts) >= 3 and _ORDINAL.match(texts[0]):
        for index in range(len(texts) - 1, 1, -1):
            pages = _WHOLE_PAGES.match(texts[index])
            if pages is not None:
                title = _clean("".join(texts[1:index]))
                return _declared(title, pages[1], pages[2]) if words(title) else None
    match = _JOINED.match("".join(texts))
    if match is None or (match["ordinal"] is None and match["last"] is None):
        return None
    title = _clean(match["title"])
    if len(words(title)) < 2 or len(title) > 40:
        return None
    return _declared(title, match["first"], match["last"])


def _clean(title: str) -> str:
    """The title without the marks that table rules leave when they are read as text; brackets in
    the width that Chinese titles are printed with."""
    return _UNREAD.sub("", title).strip("-—.、·:;,").translate(_FULL_WIDTH)


def _declared(title: str, first: str, last: str | None) -> DeclaredRow:
    first_page = int(first)
    last_page = int(last) if last else None
    if last_page is not None and last_page < first_page:
        last_page = None
    return DeclaredRow(title=title, first_page=first_page, last_page=last_page)
