"""The 卷内目录 of an invented dossier, with the slips and corrections that clerks leave in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive_rules.api import TextLine
from catalogue_cases import Case, Kind
from catalogue_layout import MISREAD_AS, text_line

CATALOGUES = ("none", "right", "shifted", "slipped", "no_pages", "other_case", "corrected")
ROWS_PER_PAGE = 24
OTHER_SEED = 5000
_PITCH = 0.031
_PAGES_AT = 0.76
_MISREAD_BY_HAND = 0.05
# What clerks write for short, and what they leave away in front.
_SHORT = {
    "民事起诉状": "诉状",
    "居民身份证": "身份证",
    "授权委托书": "委托书",
    "律师事务所函": "律所函",
    "送达地址确认书": "地址确认书",
    "合议庭组成人员通知书": "合议庭通知书",
    "法定代表人身份证明书": "法人身份证明",
    "微信聊天记录打印件": "聊天记录",
    "网络查控结果反馈表": "查控反馈表",
    "审判委员会讨论案件记录": "审委会记录",
}
_LEFT_AWAY = ("中华人民共和国", "个人", "民事", "刑事", "行政", "开庭", "司法", "人民法院")


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """A row: title, first and last page. `struck` are pages crossed out beside the right ones,
    `by_hand` tells that it was squeezed in between, `crossed` that it was struck out whole."""

    title: str
    first: int | None
    last: int | None
    struck: tuple[int, int] | None = None
    by_hand: bool = False
    crossed: bool = False


def table_rows(
    case: Case, kinds: Sequence[Kind], right: list[TableRow], how: str, seed: int
) -> list[TableRow]:
    """The rows as one of CATALOGUES has them, made from the `right` ones."""
    if how == "right":
        return right
    if how == "shifted":
        return _moved(right, len(right) // 2, 1)
    if how == "slipped":
        return _slipped(case, right)
    if how == "no_pages":
        return [
            replace(row, first=None if case.maybe(0.5) else row.first, last=None) for row in right
        ]
    if how == "other_case":
        other = Case(case.family, case.proceeding, seed + OTHER_SEED).chance
        foreign: list[TableRow] = []
        page = 1
        for _ in right:
            last = page + other.randint(0, 3)
            foreign.append(TableRow(title=other.choice(kinds).title, first=page, last=last))
            page = last + 1
        return foreign
    return _corrected(case, right) if how == "corrected" else []


def _moved(rows: list[TableRow], start: int, by: int) -> list[TableRow]:
    return [
        *rows[:start],
        *(
            replace(row, first=max(1, (row.first or 0) + by), last=max(1, (row.last or 0) + by))
            for row in rows[start:]
        ),
    ]


def _slipped(case: Case, rows: list[TableRow]) -> list[TableRow]:
    """All pages from some row on are off by a few, or stand one row too high or too low."""
    chance = case.chance
    start = chance.choice((0, chance.randrange(len(rows))))
    if case.maybe(0.6):
        return _moved(rows, start, chance.choice((-2, -1, 1, 2, 3)))
    step = chance.choice((-1, 1))
    moved = []
    for place, row in enumerate(rows):
        other = rows[min(max(place + step, start), len(rows) - 1)]
        moved.append(replace(row, first=other.first, last=other.last) if place >= start else row)
    return moved


def _corrected(case: Case, right: list[TableRow]) -> list[TableRow]:
    """Right in the end: from some row on pages are struck and written anew, single ones as well,
    rows are added between the lines or struck out, titles shortened."""
    chance = case.chance
    start, by = chance.randrange(len(right)), chance.choice((-2, -1, 1, 1, 2))
    rows: list[TableRow] = []
    for place, printed in enumerate(right):
        first, last = printed.first or 1, printed.last or 1
        struck = None
        if place >= start:
            struck = (max(1, first + by), max(1, last + by))
        elif case.maybe(0.08):
            struck = (first, last + chance.choice((1, 2)))
        title = _shortened(printed.title) if case.maybe(0.2) else printed.title
        by_hand = bool(rows) and case.maybe(0.06)
        rows.append(
            replace(printed, title=title, struck=None if by_hand else struck, by_hand=by_hand)
        )
        if case.maybe(0.03):
            away = chance.choice(right).title
            rows.append(TableRow(title=away, first=last + 1, last=last + 2, crossed=True))
    return rows


def _shortened(title: str) -> str:
    if title in _SHORT:
        return _SHORT[title]
    for word in _LEFT_AWAY:
        if title.startswith(word) and len(title) - len(word) >= 2:
            return title[len(word) :]
    return title


def table_pages(case: Case, rows: list[TableRow]) -> list[list[TextLine]]:
    """The table in print, and what hands wrote into it; a long title may go on below its row."""
    pages = []
    printed = [row for row in rows if not row.by_hand]
    ordinals = {id(row): number for number, row in enumerate(printed, start=1)}
    for start in range(0, len(rows), ROWS_PER_PAGE):
        lines = [text_line("卷 内 目 录", 0.36, 0.1, 0.64, 0.124)]
        for head, left in (("序号", 0.1), ("文书名称", 0.32), ("页次", 0.76), ("备注", 0.88)):
            lines.append(text_line(head, left, 0.15, left + 0.02 * len(head), 0.165))
        y = 0.15
        for row in rows[start : start + ROWS_PER_PAGE]:
            if row.by_hand:
                lines += _written(case, row, y + 0.0165)
                y += 0.006  # the clerk wrote it between two rows and left no more room than that
                continue
            y += _PITCH
            cut = 8 if len(row.title) > 11 and case.maybe(0.4) else len(row.title)
            shown = _pages(case, row)
            lines.append(text_line(str(ordinals[id(row)]), 0.115, y, 0.13, y + 0.015))
            title = _through(case, row.title[:cut]) if row.crossed else row.title[:cut]
            lines.append(text_line(title, 0.2, y, 0.2 + 0.016 * cut, y + 0.014))
            if row.struck is not None:
                lines += _rewritten(case, row, shown, y)
            elif shown:
                shown = _through(case, shown) if row.crossed else shown
                right = _PAGES_AT + 0.011 * len(shown)
                lines.append(text_line(shown, _PAGES_AT, y, right, y + 0.014))
            if row.title[cut:]:
                y += 0.02
                right = 0.2 + 0.016 * len(row.title[cut:])
                lines.append(text_line(row.title[cut:], 0.2, y, right, y + 0.014))
        pages.append([line for line in lines if line.text])
    return pages


def _pages(case: Case, row: TableRow) -> str:
    single = row.last is None or (row.last == row.first and case.maybe(0.5))
    return "" if row.first is None else str(row.first) if single else f"{row.first}-{row.last}"


def _rewritten(case: Case, row: TableRow, shown: str, y: float) -> list[TextLine]:
    """Pages crossed out, and the new ones right of them, above them or run into one with them."""
    chance = case.chance
    first, last = row.struck or (0, 0)
    struck = _through(case, str(first) if "-" not in shown else f"{first}-{last}")
    new = _by_hand(case, shown)
    width = 0.011
    where = chance.random()
    if where < 0.12:
        text = f"{struck}{new}"
        return [text_line(text, 0.74, y, 0.74 + width * len(text), y + 0.014)]
    if where < 0.7:
        right = 0.735 + width * len(struck)
        lines = [
            text_line(new, right + 0.012, y - 0.003, right + 0.012 + width * len(new), y + 0.012)
        ]
        if struck:
            lines.append(text_line(struck, 0.735, y, right, y + 0.014))
        return lines
    above = y - 0.0125
    lines = [text_line(new, 0.765, above, 0.765 + 0.01 * len(new), above + 0.011)]
    if struck:
        right = _PAGES_AT + width * len(struck)
        lines.append(text_line(struck, _PAGES_AT, y, right, y + 0.014))
    return lines


def _written(case: Case, row: TableRow, y: float) -> list[TextLine]:
    """A row written in between, without ordinal."""
    title, shown = _by_hand(case, row.title), _by_hand(case, _pages(case, row))
    left = case.chance.uniform(0.19, 0.23)
    return [
        text_line(title, left, y, left + 0.0145 * max(1, len(title)), y + 0.0125),
        text_line(shown, 0.755, y, 0.755 + 0.01 * max(1, len(shown)), y + 0.0125),
    ]


def _through(case: Case, text: str) -> str:
    """What is read of text that a line goes through: it, some of it, or nothing."""
    chance = case.chance
    how = chance.random()
    if how < 0.4:
        return text
    if how < 0.6:
        return ""
    wrong = "-一+41" if text[:1].isdigit() else MISREAD_AS
    return "".join(chance.choice(wrong) if case.maybe(0.4) else char for char in text)


def _by_hand(case: Case, text: str) -> str:
    """Handwriting, read with more slips than print; figures are mistaken for figures."""
    return "".join(
        case.chance.choice("0123456789" if char.isdigit() else MISREAD_AS)
        if char != "-" and case.maybe(_MISREAD_BY_HAND)
        else char
        for char in text
    )
