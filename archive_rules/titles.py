"""Which row of a page is the title of a document, by what it says and how it is set."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive_rules.lexicon import Lexicon, Title, TitleMatch
from archive_rules.rows import PageText, Row
from archive_rules.text import plain, words

_LOWEST = 0.55
_MOST_ROWS = 14
_HEADING = re.compile(
    r"^.{2,30}(?:人民法院|人民检察院|公安局|有限公司|律师事务所|银行)$|^\(\d{4}\).{2,24}号$|^第?[\d一二三四五六七八九十]+[页号]$"
)
_UNKNOWN_SCORE = 0.6
_CERTAIN = 0.98
# Set so little like a title that no words could make it one.
_HOPELESS = 0.35


@dataclass(frozen=True, kw_only=True, slots=True)
class PageTitle:
    """The title found on a page. `strength` (0 to 1) is how surely a document begins with it,
    `size` the height of the title over that of ordinary text, `certain` true when its words stand
    in the lexicon as they were read."""

    text: str
    title: Title | None
    strength: float
    size: float
    certain: bool = False


def find_title(page: PageText, lexicon: Lexicon) -> PageTitle | None:
    """The most title-like row in the upper half of the page, or None."""
    best: PageTitle | None = None
    above = 0
    for index, row in enumerate(page.rows[:_MOST_ROWS]):
        if row.y0 > _LOWEST:
            break
        found = _judge(row, above, page, lexicon)
        if found is None and index + 1 < len(page.rows):
            found = _broken_title(row, page.rows[index + 1], above, page, lexicon)
        if found is not None and (best is None or found.strength > best.strength + 0.02):
            best = found
        if not _HEADING.match(plain(row.text)) and row.y0 > 0.06:
            above += 1
    if best is None or best.strength < 0.4:
        signed = lexicon.signed(page.text)
        if signed is not None:
            return PageTitle(text=signed.name, title=signed, strength=0.62, size=1.0)
    return best


def _judge(row: Row, above: int, page: PageText, lexicon: Lexicon) -> PageTitle | None:
    text = plain(row.text)
    if not text or text[-1] in ":;,。；，、：" or "。" in text:
        return None
    set_like_title = _layout(row, above, page)
    if set_like_title < _HOPELESS:
        return None
    size = row.height / page.body_height if page.body_height else 1.0
    match = _known(row, lexicon)
    if match is not None:
        return PageTitle(
            text=match.text,
            title=match.title,
            strength=match.score * set_like_title,
            size=size,
            certain=match.score >= _CERTAIN,
        )
    if lexicon.ends_like_title(text) and size >= 1.25 and abs(row.centre - 0.5) < 0.08:
        return PageTitle(
            text=words(text), title=None, strength=_UNKNOWN_SCORE * set_like_title, size=size
        )
    return None


def _known(row: Row, lexicon: Lexicon) -> TitleMatch | None:
    match = lexicon.match(row.text)
    if match is None and len(row.lines) > 1:
        # A stamp or a number beside the title: its tallest line alone.
        tallest = max(row.lines, key=lambda line: line.y1 - line.y0)
        match = lexicon.match(tallest.text)
    return match


def _broken_title(
    row: Row, following: Row, above: int, page: PageText, lexicon: Lexicon
) -> PageTitle | None:
    """A title set in two rows: 告知合议庭组成 / 人员通知书."""
    if min(row.height, following.height) < 1.2 * page.body_height:
        return None
    if abs(row.centre - 0.5) > 0.08 or abs(following.centre - 0.5) > 0.08:
        return None
    match = lexicon.match(plain(row.text) + plain(following.text))
    if match is None or match.text == words(following.text):
        return None
    return PageTitle(
        text=match.text,
        title=match.title,
        strength=match.score * _layout(row, above, page),
        size=row.height / page.body_height,
    )


def _layout(row: Row, above: int, page: PageText) -> float:
    """How much a row is set like a title: taller, centred, at the top, with little above it."""
    ratio = row.height / page.body_height if page.body_height else 1.0
    tall = 1.0 if ratio >= 1.45 else 0.65 if ratio >= 1.2 else 0.2
    off = abs(row.centre - 0.5)
    centred = 1.0 if off <= 0.06 else 0.6 if off <= 0.12 else 0.05
    top = 1.0 if row.y0 < 0.2 else 0.7 if row.y0 < 0.35 else 0.3
    first = 1.0 if above == 0 else 0.8 if above == 1 else 0.5 if above <= 3 else 0.1
    return 0.35 * tall + 0.25 * centred + 0.2 * top + 0.2 * first
