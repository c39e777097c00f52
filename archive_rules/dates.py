"""The date of a document: the one that signs it, not one that its text tells of."""

from __future__ import annotations

import datetime
import itertools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from archive_rules.rows import PageText, Row
from archive_rules.text import chinese_number, distance, plain

_FIGURES = "〇○零O一二三四五六七八九"
_WRITTEN = "〇一二三四五六七八九"
_DATE = re.compile(
    rf"(?P<year>(?:19|20)\d{{2}}|[{_FIGURES}]{{4}})[年.\-/]"
    r"(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})[月.\-/]"
    r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]?"
)
# One character between the figures wrong or lost: 2024的11月8日, 20197月11日.
_SLIPPED = re.compile(
    rf"(?P<year>(?:19|20)\d{{2}}|二[{_FIGURES}]{{3}})(?:年(?P<m>[^\d十{_FIGURES}])?|[^\d十{_FIGURES}]|)"
    r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])(?:月(?P<d>[^\d十一二三四五六七八九])?|[^\d十一二三四五六七八九])"
    r"(?P<day>[12]\d|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号曰目]"
)
# One wrong figure in the century, which can only be the twentieth: 2军19年3月8日, 同025年6月7日.
_CENTURY = re.compile(
    rf"(?<!\d)(?:[^\d]?0|2[^\d])(?P<short>\d{{2}})年"
    rf"|(?:[^{_FIGURES}][〇○零]|二[^{_FIGURES}])(?P<written>[〇○零一二][{_FIGURES}])年"
)
# A year with one figure wrong or lost: 20下3年6月21日, 〇一八年九月二日.
_ODD_YEAR = re.compile(
    r"^(?P<odd>[^年]{3,4})年(?P<rest>(?:\d{1,2}|[一二三四五六七八九十]{1,3})月"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号])"
)
# Words before a day that is told of.
_TOLD_BEFORE = ("于", "自", "从", "至", "在", "到", "截止", "期")
_FEWEST_OF_A_YEAR = 2
_SURE = 0.75
_ODD = 0.6
# The label of a record's time, a character of it not read.
_TIME_HEAD = re.compile(r"^[^\d]{0,2}[时间][^\d]?:")
_EVENT = re.compile(r"^(?:收案|立案|开庭|登记|出生|成立|入院|出院|结案|受理|应到|到庭)")
_BARE_DATE = 12
_LABEL = re.compile(
    r"^(?:日期|落款日期|签署日期|签订日期|填表日期|填表时间|填发日期|开票日期|出具日期|立卷时间|时间|日期时间"
    r"|开庭时间|谈话时间|询问时间|调查时间|收到时间|申请日期|送达日期|签收日期|签收时间|打印日期)"
)
# Dates that a paper tells of: how long a card is valid, when a person was born.
_TOLD = re.compile(r"有效|出生|生日|成立日期|期限|长期|至(?:19|20)\d{2}|(?:上午|下午|传唤|应到)")
_TABLE_CELLS = 4
_LAST_ROWS = 6
_HEAD_ROWS = 10
_LEAD = 3
_LEFT_MARGIN = 0.25
_RIGHT_MARGIN = 0.78
_FULL_ROW = 18
_ENDS = ("。", ":", ";")
_SHARE_OF_ROW = 0.55
_SIGNATURE_SHARE = 0.3


def find_dates(text: str) -> list[tuple[datetime.date, int, int]]:
    """All dates in text without blanks, with the place where each begins and ends."""
    found = []
    for match in _DATE.finditer(text):
        date = _date(match)
        if date is not None and not _figure_lost(text, match.end()):
            found.append((date, match.start(), match.end()))
    return found


def _figure_lost(text: str, end: int) -> bool:
    """Whether the day goes on with a character that is no figure: 10月1个日 may have been 18日."""
    return text[end - 1] not in "日号" and text[end + 1 : end + 2] in ("日", "号")


def _date(match: re.Match[str]) -> datetime.date | None:
    year, month, day = (chinese_number(match[name]) for name in ("year", "month", "day"))
    if year is None or month is None or day is None:
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None  # a misread 2019年13月5日 is no date


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundDate:
    """A date with the row it was read from; `code` says what row that is."""

    date: datetime.date
    confidence: float
    code: str
    line: str


def find_document_date(
    pages: Sequence[PageText], *, record: bool = False, years: Collection[int] = ()
) -> FoundDate | None:
    """The own date of a document: the last row that is little else than a date, searched from
    the last page; else one behind a label such as 日期 or 时间 on the first page, unless the label
    is that of an event (收案日期). A `record` (笔录) has its time at its head; that comes first.
    A year with a misread figure is mended when just one of the `years` of the dossier fits."""
    labelled = next(
        (
            FoundDate(
                date=date,
                confidence=_trusted(row, 0.9 if record else 0.7),
                code="date_label",
                line=row.text,
            )
            for page in pages[:1]
            for row in page.rows
            if (record or not _tells(row)) and (date := _labelled_date(row))
        ),
        None,
    )
    if record:
        labelled = labelled or _slipped_time(pages[0] if pages else None, years)
        if labelled is not None:
            return labelled
    for page in reversed(pages):
        for index in range(len(page.rows) - 1, -1, -1):
            row = page.rows[index]
            date = signing_date(row)
            if date is not None and not _tells(row) and not runs_on(page.rows, index):
                surely = page is pages[-1] and index >= len(page.rows) - _LAST_ROWS
                return FoundDate(
                    date=date,
                    confidence=_trusted(row, 0.95 if surely else 0.75),
                    code="date_signed",
                    line=row.text,
                )
    return labelled or _slipped(pages[-1] if pages else None, years)


def _trusted(row: Row, confidence: float) -> float:
    """The confidence of a date, low where nobody writes it so: figures of two kinds, 一十三日."""
    match = _DATE.search(plain(row.text))
    parts = [match[name] for name in ("year", "month", "day")] if match is not None else []
    kinds = {part.isascii() for part in parts}
    odd = len(kinds) > 1 or any(part.startswith("一十") for part in parts)
    return min(confidence, _ODD) if odd else confidence


def _tells(row: Row) -> bool:
    """Whether a row tells of an event: 收案日期 2021年3月4日, or a sentence that names a day."""
    text = plain(row.text)
    return _EVENT.match(text) is not None or (text.endswith("。") and len(text) > _BARE_DATE)


def _slipped(page: PageText | None, years: Collection[int]) -> FoundDate | None:
    """The date in one of the last rows, one of its characters misread."""
    rows = page.rows if page is not None else ()
    for index in range(len(rows) - 1, max(-1, len(rows) - 1 - _LAST_ROWS), -1):
        text = plain(rows[index].text)
        if _TOLD.search(text) or find_dates(text):
            continue
        date = _mended(text, whole=True) or _of_year(text, years, whole=True)
        if date is not None and not runs_on(rows, index):
            return FoundDate(date=date, confidence=0.6, code="date_mended", line=rows[index].text)
    return None


def _slipped_time(page: PageText | None, years: Collection[int]) -> FoundDate | None:
    """The date behind 时间 at the head of a record, a character of either misread."""
    for row in page.rows[:_HEAD_ROWS] if page is not None else ():
        text = plain(row.text)
        head = _TIME_HEAD.match(text)
        if head is None:
            continue
        told = text[head.end() :]
        dates = find_dates(told)
        date = dates[0][0] if dates else _mended(told, whole=False)
        date = date or _of_year(told, years, whole=False)
        if date is not None:
            return FoundDate(date=date, confidence=0.6, code="date_mended", line=row.text)
    return None


def years_of(dates: Collection[FoundDate | None]) -> frozenset[int]:
    """The years in which the papers of a dossier were surely made, more than one of them each."""
    counts = Counter(
        found.date.year for found in dates if found is not None and found.confidence >= _SURE
    )
    return frozenset(year for year, count in counts.items() if count >= _FEWEST_OF_A_YEAR)


def _of_year(text: str, years: Collection[int], *, whole: bool) -> datetime.date | None:
    """The date whose year has one figure wrong or lost, when just one of the years fits."""
    match = _ODD_YEAR.match(text)
    if match is None or (whole and match.end() < len(text)):
        return None
    fitting = {
        year
        for year in years
        for written in (str(year), "".join(_WRITTEN[int(figure)] for figure in str(year)))
        if distance(match["odd"], written, 1) <= 1
    }
    if len(fitting) != 1:
        return None
    dates = find_dates(f"{fitting.pop()}年{match['rest']}")
    return dates[0][0] if dates else None


def _mended(text: str, *, whole: bool) -> datetime.date | None:
    """The date at the head of a text, one of its characters misread; None where the character
    may have been a figure. `whole` asks that the text ends with it."""
    century = _CENTURY.search(text)
    if century is not None and century.start() <= _LEAD:
        year = f"20{century['short']}年" if century["short"] else f"二〇{century['written']}年"
        dates = find_dates(text[: century.start()] + year + text[century.end() :])
        if dates:
            return dates[0][0]
    match = _SLIPPED.search(text)
    if match is None or match.start() > _LEAD or (whole and match.end() < len(text)):
        return None
    date = _date(match)
    if date is None or (match["m"] and date.month < 3):
        return None  # 年说2月 was 年12月 as likely
    return None if match["d"] and date.day < 10 else date


def runs_on(rows: Sequence[Row], index: int) -> bool:
    """Whether a row is the last piece of a sentence that fills the row above it."""
    if index == 0 or rows[index].x0 > _LEFT_MARGIN:
        return False
    above = rows[index - 1]
    text = plain(above.text)
    return above.x1 > _RIGHT_MARGIN and len(text) > _FULL_ROW and not text.endswith(_ENDS)


def signing_date(row: Row) -> datetime.date | None:
    """The date of a row such as "二〇一九年五月六日", or the right end of a row of signatures."""
    text = plain(row.text)
    if _TOLD.search(text) or len(row.lines) >= _TABLE_CELLS:
        return None
    dates = find_dates(text)
    if len(dates) > 1:
        return None  # a span of time, such as how long a card is valid
    for date, start, end in dates:
        share = (end - start) / len(text)
        ends_row = len(text) - end <= 2
        told = any(mark in text[:start] for mark in ",。") or text[:start].endswith(_TOLD_BEFORE)
        if share >= _SHARE_OF_ROW or (ends_row and not told and share >= _SIGNATURE_SHARE):
            return date
        for line in row.lines:
            own = plain(line.text)
            if own and own.endswith(text[start:end]) and (end - start) / len(own) >= _SHARE_OF_ROW:
                return date
    return None


def _labelled_date(row: Row) -> datetime.date | None:
    """A date behind its label, in one line or in the next cell of a form."""
    texts = [plain(line.text) for line in row.lines]
    for text in (*texts, plain(row.text)):
        if _LABEL.match(text):
            dates = find_dates(text)
            if dates:
                return dates[0][0]
    for label, cell in itertools.pairwise(texts):
        if _LABEL.match(label):
            dates = find_dates(cell)
            if dates:
                return dates[0][0]
    return None
