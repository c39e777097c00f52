"""Which row of a page is the title of a document, by what it says and how it is set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.lexicon import Lexicon, Title, TitleMatch
from archive_rules.rows import PageText, Row
from archive_rules.text import plain, words

_LOWEST = 0.55
_MOST_ROWS = 14
_HEADING = re.compile(
    r"^.{2,30}(?:院|局|厅|处|所|会|中心|公司|集团|银行|[支分]行|[支大总]队|政府|办公室|学校|大学|学院|厂|店|社"
    r"|经营部|文件|有限合伙\)?)$|^中华人民共和国.{0,4}$|^\(\d{4}\).{2,24}号$|^第?[\d一二三四五六七八九十]+[页号]$"
    r"|^.{1,12}\(\d{4}\).{0,8}\d+号$|^[(★☆].{0,6}[)★☆]?$"
)
_UNKNOWN_SCORE = 0.6
_UNWORDED_SCORE = 0.42
_CERTAIN = 0.98
# Set so little like a title that no words could make it one.
_HOPELESS = 0.35
_TALL = 1.2
_OFF_CENTRE = 0.08
_ALIKE_HEIGHT = 0.78
_ROUGHLY_ALIKE = 0.6
_NEAR_ROWS = 2.2
_LONGEST = 30
_RIGHT_MARGIN = 0.74
_LEFT_MARGIN = 0.25
_FULL_ROW = 15
_FULL_HEIGHT = 0.8
_UNWORDED_SIZE = 1.4
_TABLE_HEADS = 4
_UNWORDED_LONGEST = 16
_SIGNED_STRENGTH = 0.62
_SIGNED_SCORE = 0.7
_CARD = "身份证"


@dataclass(frozen=True, kw_only=True, slots=True)
class PageTitle:
    """The title found on a page. `strength` (0 to 1) is how surely a document begins with it,
    `size` the height of the title over that of ordinary text, `certain` true when its words stand
    in the lexicon as they were read, `score` how near they come to it, `last_row` the place of
    its last row, -1 for a document known by its signs only."""

    text: str
    title: Title | None
    strength: float
    size: float
    certain: bool = False
    score: float = 0.0
    last_row: int = -1


def find_title(page: PageText, lexicon: Lexicon) -> PageTitle | None:
    """The most title-like row in the upper half of the page, or None."""
    best: PageTitle | None = None
    above = 0
    joined = -1
    for index, row in enumerate(page.rows[:_MOST_ROWS]):
        if row.y0 > _LOWEST:
            break
        if index == joined:
            continue
        found = None
        if index + 1 < len(page.rows):
            found = _broken_title(index, above, page, lexicon)
        if found is not None:
            joined = index + 1
        else:
            found = _judge(index, above, page, lexicon)
        if found is not None and (best is None or found.strength > best.strength + 0.02):
            best = found
        if not _HEADING.match(plain(row.text)) and row.y0 > 0.06:
            above += 1
    if best is None or best.strength < 0.4:
        signed = lexicon.signed(page.text)
        if signed is not None:
            return _by_signs(signed)
    return best


def card_title(lexicon: Lexicon) -> PageTitle | None:
    """The title of an identity card known by its face, for no card bears one there."""
    match = lexicon.match(_CARD)
    return _by_signs(match.title) if match is not None else None


def _by_signs(title: Title) -> PageTitle:
    return PageTitle(
        text=title.name,
        title=title,
        strength=_SIGNED_STRENGTH,
        size=1.0,
        score=_SIGNED_SCORE,
    )


def _judge(index: int, above: int, page: PageText, lexicon: Lexicon) -> PageTitle | None:
    row = page.rows[index]
    text = plain(row.text)
    if not text or text[-1] in ":、" or any(mark in text for mark in ",;。!?"):
        return None
    if _runs_on(page.rows, index):
        return None
    set_like_title = _layout(row, above, page)
    if set_like_title < _HOPELESS:
        return None
    size = row.height / page.body_height if page.body_height else 1.0
    match = _known(row, lexicon)
    if match is not None:
        return PageTitle(
            text=_as_printed(row.text, match.printed),
            title=match.title,
            strength=match.score * set_like_title,
            size=size,
            certain=match.score >= _CERTAIN,
            score=match.score,
            last_row=index,
        )
    # The heads of a table stand in a row of their own, each word over its column.
    columns = len(row.lines) >= _TABLE_HEADS
    score = 0.0 if columns else _unknown(text, above, size, lexicon)
    if not score or abs(row.centre - 0.5) >= _OFF_CENTRE:
        return None
    return PageTitle(
        text=words(text),
        title=None,
        strength=score * set_like_title,
        size=size,
        score=score,
        last_row=index,
    )


def _as_printed(text: str, title: str) -> str:
    """The title with the marks between its words (查封、扣押财产清单)."""
    printed = "".join(text.split())
    return printed if "、" in printed and words(printed) == title else title


def _runs_on(rows: Sequence[Row], index: int) -> bool:
    """Whether a row is the rest of a sentence that fills the row above it."""
    if index == 0:
        return False
    above = rows[index - 1]
    text = plain(above.text)
    if above.x1 < _RIGHT_MARGIN or above.height < _FULL_HEIGHT * rows[index].height:
        return False
    return len(text) >= _FULL_ROW and text[-1] not in "。:;!?" and rows[index].x0 < _LEFT_MARGIN


def _unknown(text: str, above: int, size: float, lexicon: Lexicon) -> float:
    """How much an unknown row may be a title: by its ending, or by its size alone."""
    if lexicon.ends_like_title(text) and size >= 1.25:
        return _UNKNOWN_SCORE
    bare = words(text)
    large = size >= _UNWORDED_SIZE and above == 0 and not _HEADING.match(text)
    if large and 2 < len(bare) <= _UNWORDED_LONGEST and not any(c.isdigit() for c in bare):
        return _UNWORDED_SCORE
    return 0.0


def _known(row: Row, lexicon: Lexicon) -> TitleMatch | None:
    match = lexicon.match(row.text)
    if match is None and len(row.lines) > 1:
        # A stamp or a number beside the title: its tallest line alone.
        tallest, *others = sorted(row.lines, key=lambda line: line.y0 - line.y1)
        if all(tallest.y1 - tallest.y0 >= _TALL * (line.y1 - line.y0) for line in others):
            match = lexicon.match(tallest.text)
    return match


def _broken_title(index: int, above: int, page: PageText, lexicon: Lexicon) -> PageTitle | None:
    """A title set in two rows: 告知合议庭组成 / 人员通知书."""
    row, following = page.rows[index], page.rows[index + 1]
    if not _set_together(row, following, _ROUGHLY_ALIKE):
        return None
    first, second = plain(row.text), plain(following.text)
    if len(first) + len(second) > _LONGEST or any(m in first + second for m in "。::;,"):
        return None
    whole = lexicon.match(first + second)
    if whole is not None and words(whole.text) == words(second):
        whole = None
    if whole is None or whole.score < _CERTAIN or not _spans(whole, first):
        if not _set_together(row, following, _ALIKE_HEIGHT):
            return None
        if min(row.height, following.height) < _TALL * page.body_height:
            return None
        if _HEADING.match(first) or _HEADING.match(second):
            return None
        alone = lexicon.match(second)
        if alone is not None and alone.score >= _CERTAIN and words(second) not in lexicon.generic:
            return None
    score = whole.score if whole is not None else 0.0
    if not score and lexicon.ends_like_title(first + second):
        score = _UNKNOWN_SCORE
    if not score:
        return None
    return PageTitle(
        text=_as_printed(
            row.text + following.text,
            whole.printed if whole is not None else words(first + second),
        ),
        title=whole.title if whole is not None else None,
        strength=score * _layout(row, above, page),
        size=row.height / page.body_height,
        certain=score >= _CERTAIN,
        score=score,
        last_row=index + 1,
    )


def _spans(whole: TitleMatch, first: str) -> bool:
    """Whether a title found in two rows goes on from the first into the second."""
    text, begun = words(whole.text), words(first)
    return text.startswith(begun) and len(text) > len(begun)


def _set_together(row: Row, following: Row, alike: float) -> bool:
    """Whether two rows are set as one heading: of one size, centred, close. How much `alike` the
    boxes must be: they are drawn unevenly, so words that fit exactly make up for it."""
    if min(row.height, following.height) < alike * max(row.height, following.height):
        return False
    if abs(row.centre - 0.5) > _OFF_CENTRE or abs(following.centre - 0.5) > _OFF_CENTRE:
        return False
    return following.y0 - row.y0 < _NEAR_ROWS * max(row.height, following.height)


def _layout(row: Row, above: int, page: PageText) -> float:
    """How much a row is set like a title: taller, centred, at the top, with little above it."""
    ratio = row.height / page.body_height if page.body_height else 1.0
    tall = 1.0 if ratio >= 1.45 else 0.65 if ratio >= 1.2 else 0.2
    off = abs(row.centre - 0.5)
    centred = 1.0 if off <= 0.06 else 0.6 if off <= 0.12 else 0.05
    top = 1.0 if row.y0 < 0.2 else 0.7 if row.y0 < 0.35 else 0.3
    first = 1.0 if above == 0 else 0.8 if above == 1 else 0.5 if above <= 3 else 0.1
    return 0.35 * tall + 0.25 * centred + 0.2 * top + 0.2 * first
