"""Where documents begin: the evidence of titles, of how pages follow one another, of printed page
marks and of declared catalogues."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive_rules.api import Reason
from archive_rules.continuation import PageShape, is_record, same_heads
from archive_rules.declared import (
    Declaration,
    DeclaredStart,
    contradicts,
    corrected_title,
    declared_kind,
    same_document,
)
from archive_rules.lexicon import Title
from archive_rules.templates import Template
from archive_rules.text import distance, words
from archive_rules.titles import PageTitle

# Weights in log-odds: +1 makes a beginning about three times as likely.
_PRIOR = -1.5
_TITLE = 4.0
_PRINTED_FIRST = 1.5
_PRINTED_LATER = -4.5
_PREVIOUS_ENDED = 0.8
_PREVIOUS_COMPLETE = 1.5
_PREVIOUS_INCOMPLETE = -1.5
_OWN_NUMBER_RUNS_ON = -4.5
_OWN_NUMBER_FIRST = 1.2
_OWN_NUMBER_LATER = -2.5
# The page before closes its document: a date below a signature, and the like.
_CLOSED_UNTITLED = 4.2
_CLOSED_TITLED = 1.0
_OPEN_SENTENCE = -3.0
_OPEN_BEFORE_TITLE = -1.2
_ANNEX = -5.0
_LETTERHEAD = 2.2
_FIRST_UNTITLED = 1.5
_INNER_ROWS = 12
_NEARLY = -1.6
_OTHER_FACE = -6.0
_PART = -5.0
_FEWEST_ROWS = 3
_SURELY_CLOSED = 0.75
_RUNNING_SIZE = 1.1
_LARGE = 1.4
_LISTED_CLOSED = 0.8
_LISTED_ONLY = 0.7
_WITHOUT_DOUBT = 0.9
_LISTED_AGAIN = -1.0
_LISTINGS = (
    "流水", "明细", "清单", "目录", "账单", "反馈表", "汇总表", "日志", "报告", "工资表",
    "记录", "台账", "名册", "结算表", "发放表", "考勤表", "查询单", "一览表", "打印件",
)  # fmt: skip
_DECLARED = 2.6
_DECLARED_AGAIN = 1.2
_DECLARED_MIDWAY = -2.0
_DECLARED_CONTINUED = -1.6
_COVERED = -3.5
_RUNNING_HEAD = -4.5
_UNTITLED = -2.0
_STRONG = 0.55
# A separator sheet, or a count, is the operator's word; a title between two of them is not.
_CUT = 30.0
_BETWEEN_CUTS = -2.5
_CUT_CONFIDENCE = 0.97


@dataclass(frozen=True, kw_only=True, slots=True)
class PageFacts:
    """What is known of one page in logical order. `index` is its place among the given sides,
    `number` its page number, filled from its neighbours where it has none of its own. `cut`
    tells that the operator cut the stack here, `own_number` what the document prints at its foot,
    `record_closed` that a 笔录 is said to be over here, `first_row` the words of the first row."""

    index: int
    number: int | None
    title: PageTitle | None
    printed_page: tuple[int, int] | None
    written: bool
    shape: PageShape
    own_number: int | None = None
    record_closed: bool = False
    first_row: str = ""
    stray: bool = False
    cut: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """A document begins here: its title, what it is, and how sure that is (0 to 1). `title_row`
    and `title_score` tell where its title stands and how near it comes to a known one, `doubtful`
    is the index of a page inside that nearly began another document (-1: none)."""

    page: int
    title: str
    known: Title | None
    declaration: Declaration | None
    confidence: float
    reason: Reason
    title_row: int = -1
    title_score: float = 0.0
    doubtful: int = -1


def find_beginnings(
    pages: Sequence[PageFacts],
    sources: Sequence[dict[int, DeclaredStart]],
    template: Template,
) -> tuple[Beginning, ...]:
    """The beginnings of documents, by index into `pages`. The first page always begins one."""
    found: list[Beginning] = []
    cuts = any(page.cut for page in pages)
    for place, page in enumerate(pages):
        starts = [source[place] for source in sources if place in source]
        current = found[-1] if found else None
        score = _score(pages, place, current, starts, sources, template)
        if cuts:
            score += _CUT if page.cut else _BETWEEN_CUTS
        if found and score <= 0:
            if score > _NEARLY and found[-1].doubtful < 0:
                found[-1] = replace(found[-1], doubtful=place)
            continue
        confidence = 1 / (1 + math.exp(-max(score, 0.1) - 0.4))
        if page.cut:
            confidence = min(confidence, _CUT_CONFIDENCE)
        before = pages[place - 1] if place else None
        found.append(_beginning(place, page, before, starts, confidence, template))
    return tuple(found)


def _score(
    pages: Sequence[PageFacts],
    place: int,
    current: Beginning | None,
    starts: Sequence[DeclaredStart],
    sources: Sequence[dict[int, DeclaredStart]],
    template: Template,
) -> float:
    page = pages[place]
    score = _PRIOR
    if page.title is not None:
        score += _TITLE * page.title.strength
    elif not starts:
        score += _UNTITLED
    score += _printed(pages, place)
    score += _declared(page, starts, sources, place)
    if current is not None and starts and page.title is None:
        score += _DECLARED_MIDWAY if pages[place - 1].shape.open else 0.0
    if current is not None and not starts:
        score += _following(pages, place, current)
        if page.title is not None:
            score += _within_current(pages, place, page.title, current, template)
    return score


def _printed(pages: Sequence[PageFacts], place: int) -> float:
    """What printed page marks say: "第 2 页 共 3 页", or "- 2 -" at the foot."""
    page = pages[place]
    before = pages[place - 1] if place else None
    score = 0.0
    printed = page.printed_page
    if printed is not None:
        score += _PRINTED_FIRST if printed[0] == 1 else _PRINTED_LATER
    elif page.own_number is not None:
        previous = _own(before)
        if page.own_number == 1:
            score += _OWN_NUMBER_FIRST
        elif previous is not None and 0 < page.own_number - previous <= 2:
            score += _OWN_NUMBER_RUNS_ON
        else:
            score += _OWN_NUMBER_LATER
    told = before.printed_page if before is not None else None
    if told is not None:
        unmarked = printed is None and page.own_number is None
        if told[0] == told[1] and (printed is None or printed[0] == 1):
            score += _PREVIOUS_ENDED
            if told[1] > 1 and unmarked and page.title is None:
                score += _PREVIOUS_COMPLETE
        elif told[0] < told[1] and unmarked:
            score += _PREVIOUS_INCOMPLETE
    return score


def _own(page: PageFacts | None) -> int | None:
    if page is None:
        return None
    return page.printed_page[0] if page.printed_page is not None else page.own_number


def _following(pages: Sequence[PageFacts], place: int, current: Beginning) -> float:
    """What the foot of the page before and the head of this one say."""
    before, page = pages[place - 1], pages[place]
    score = 0.0
    closed = _closed(before, current)
    title = page.title
    if title is not None and title.strength >= _STRONG:
        score += _CLOSED_TITLED * closed
        if before.shape.open and closed < _SURELY_CLOSED:
            score += _OPEN_BEFORE_TITLE if title.title is not None else _OPEN_SENTENCE
    else:
        if page.shape.rows >= _FEWEST_ROWS and not page.stray and not before.stray:
            score += _CLOSED_UNTITLED * closed
            score += _LETTERHEAD if page.shape.letterhead else 0.0
            score += _FIRST_UNTITLED if _own(page) == 1 else 0.0
        if before.shape.open and closed < _SURELY_CLOSED:
            score += _OPEN_SENTENCE
        if page.shape.annex or (page.shape.dialogue and _is_record(current)):
            score += _ANNEX
    if current.known is not None and any(
        page.first_row.startswith(part) or (title is not None and title.text == part)
        for part in current.known.parts
    ):
        score += _PART
    faces = {before.shape.face, page.shape.face}
    card = current.known is not None and "identity" in current.known.classes
    if card and faces == {"front", "back"} and current.page == place - 1:
        score += _OTHER_FACE
    return score


def _is_record(current: Beginning) -> bool:
    return is_record(current.title)


def _closed(before: PageFacts, current: Beginning) -> float:
    """How surely the document ends with the page before this one. A record is signed and dated on
    every page, so only its closing words count."""
    if _is_record(current) and not before.record_closed:
        return min(before.shape.ended, 0.3)
    return before.shape.ended


def _declared(
    page: PageFacts,
    starts: Sequence[DeclaredStart],
    sources: Sequence[dict[int, DeclaredStart]],
    place: int,
) -> float:
    if starts:
        return _DECLARED + _DECLARED_AGAIN * (len(starts) - 1)
    if page.number is None or page.stray:
        return 0.0
    covering = [source for source in sources if _covering(source, place, page.number)]
    return _DECLARED_CONTINUED if covering else 0.0


def _covering(source: dict[int, DeclaredStart], place: int, number: int) -> DeclaredStart | None:
    """The declared document this page lies in, by its declared pages."""
    earlier = [index for index in source if index <= place]
    if not earlier:
        return None
    start = source[max(earlier)]
    last = start.declaration.last_page
    if last is None:
        return start if max(earlier) == max(source) else None
    return start if number <= last else None


def _within_current(
    pages: Sequence[PageFacts],
    place: int,
    title: PageTitle,
    current: Beginning,
    template: Template,
) -> float:
    """Against a beginning: the title of the document already begun, or of a part of it."""
    page = pages[place]
    declaration = current.declaration
    if declaration is not None and page.number is not None:
        last = declaration.last_page
        inside = last is not None and page.number <= last and not declaration.may_hide
        if inside and (
            same_document(declaration, title, template) or _same_classes(current.known, title.title)
        ):
            return _COVERED
    same = (current.known is not None and current.known == title.title) and (
        title.text == current.title or title.title is None or title.title.form
    )
    if not same and _nearly_same(title.text, current.title):
        same = title.title is None or same_heads(pages[place - 1].shape, page.shape)
    if not same:
        return 0.0
    return _again(pages, place, title, current)


def _again(pages: Sequence[PageFacts], place: int, title: PageTitle, current: Beginning) -> float:
    """The title of the document already begun stands on this page too: a running head, the inner
    title behind a cover leaf, or the next document of the same kind."""
    page, before = pages[place], pages[place - 1]
    mark = _own(page)
    if mark is not None:
        return 0.0 if mark == 1 else _RUNNING_HEAD
    if title.title is not None and title.title.form:
        return 0.0
    if before.shape.cover and current.page == place - 1 and page.shape.rows >= _INNER_ROWS:
        return _RUNNING_HEAD
    # Tables print their heads anew on each page, but nobody signs them in the middle.
    if _closed(before, current) >= _SURELY_CLOSED:
        return 0.0
    listing = title.text.endswith(_LISTINGS)
    if listing and same_heads(before.shape, page.shape):
        return _RUNNING_HEAD
    if title.strength >= _WITHOUT_DOUBT and title.size >= _LARGE and not listing:
        return 0.0
    if before.shape.open or title.size < _RUNNING_SIZE:
        return _RUNNING_HEAD
    # Tables print their heads again on each page; other papers bear their title once.
    return _LISTED_AGAIN if listing else 0.0


def _nearly_same(first: str, second: str) -> bool:
    allowed = max(1, len(second) // 4)
    return len(second) > 2 and distance(words(first), words(second), allowed) <= allowed


def _same_classes(first: Title | None, second: Title | None) -> bool:
    return first is not None and second is not None and first.classes == second.classes


def _by_list_alone(before: PageFacts | None) -> float:
    """How sure a beginning is that only a catalogue tells of: more so where the page before
    closes a document."""
    closed = before is None or before.shape.ended >= _SURELY_CLOSED
    return _LISTED_CLOSED if closed else _LISTED_ONLY


def _says_otherwise(start: DeclaredStart, title: PageTitle | None, template: Template) -> bool:
    """Whether the page has a title of its own that is not the declared one. A row of a paper table
    in words that no title has was hardly read, so the page is believed."""
    if title is None:
        return False
    unread = start.declaration.recognised and start.declaration.known is None
    clear = title.title is not None and title.certain and title.strength >= _STRONG
    return contradicts(start.declaration, title, template) or (
        unread and clear and not start.titled
    )


def _beginning(
    place: int,
    page: PageFacts,
    before: PageFacts | None,
    starts: Sequence[DeclaredStart],
    confidence: float,
    template: Template,
) -> Beginning:
    start = starts[0] if starts else None
    title = page.title
    if start is not None and not _says_otherwise(start, title, template):
        return Beginning(
            page=place,
            title=corrected_title(start.declaration, title),
            known=declared_kind(start.declaration, title),
            declaration=start.declaration,
            confidence=confidence if start.titled else min(confidence, _by_list_alone(before)),
            title_row=title.last_row if title is not None else -1,
            reason=Reason(
                code="declared_and_title" if start.titled else "declared",
                parameters={"title": start.declaration.row.title},
            ),
        )
    if title is not None:
        return Beginning(
            page=place,
            title=title.text,
            known=title.title,
            declaration=None,
            confidence=min(confidence, 0.6) if start is not None else confidence,
            title_row=title.last_row,
            title_score=title.score,
            reason=Reason(
                code="title_differs" if start is not None else "title_line",
                parameters={
                    "title": title.text,
                    "strength": round(title.strength, 3),
                    **({"declared": start.declaration.row.title} if start is not None else {}),
                },
            ),
        )
    return Beginning(
        page=place,
        title="",
        known=None,
        declaration=None,
        confidence=0.3,
        reason=Reason(code="no_title"),
    )
