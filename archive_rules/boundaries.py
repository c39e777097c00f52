"""Where documents begin: the evidence of titles, printed page marks and declared catalogues."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.api import Reason
from archive_rules.declared import Declaration, DeclaredStart, same_document
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
_DECLARED = 2.6
_DECLARED_AGAIN = 1.2
_DECLARED_CONTINUED = -1.6
_COVERED = -3.5
_RUNNING_HEAD = -4.5
_UNTITLED = -2.0
_STRONG = 0.55
# A separator sheet, or a count, is the operator's word; a title between two of them is not.
_CUT = 9.0
_BETWEEN_CUTS = -2.5
_CUT_CONFIDENCE = 0.97


@dataclass(frozen=True, kw_only=True, slots=True)
class PageFacts:
    """What is known of one page in logical order. `index` is its place among the given sides,
    `number` its page number, filled from its neighbours where it has none of its own. `cut`
    tells that the operator cut the stack here."""

    index: int
    number: int | None
    title: PageTitle | None
    printed_page: tuple[int, int] | None
    written: bool
    stray: bool = False
    cut: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """A document begins here: its title, what it is, and how sure that is (0 to 1)."""

    page: int
    title: str
    known: Title | None
    declaration: Declaration | None
    confidence: float
    reason: Reason


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
            continue
        confidence = 1 / (1 + math.exp(-max(score, 0.1) - 0.4))
        if page.cut:
            confidence = min(confidence, _CUT_CONFIDENCE)
        found.append(_beginning(place, page, starts, confidence, template))
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
    if current is not None and page.title is not None and not starts:
        score += _within_current(page, page.title, current, template)
    return score


def _printed(pages: Sequence[PageFacts], place: int) -> float:
    score = 0.0
    printed = pages[place].printed_page
    if printed is not None:
        score += _PRINTED_FIRST if printed[0] == 1 else _PRINTED_LATER
    before = pages[place - 1].printed_page if place else None
    if before is not None and before[0] == before[1] and (printed is None or printed[0] == 1):
        score += _PREVIOUS_ENDED
    return score


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
    return start if last is None or number <= last else None


def _within_current(
    page: PageFacts, title: PageTitle, current: Beginning, template: Template
) -> float:
    """Against a beginning: the title of the document already begun, or of a part of it."""
    declaration = current.declaration
    if declaration is not None and page.number is not None:
        last = declaration.last_page
        inside = last is None or page.number <= last
        if inside and (
            same_document(declaration, title, template) or _same_classes(current.known, title.title)
        ):
            return _COVERED
    same = (current.known is not None and current.known == title.title) and (
        title.text == current.title or title.title is None or title.title.form
    )
    if not same:
        return 0.0
    form = title.title is not None and title.title.form
    if form and page.printed_page is None:
        return 0.0
    if page.printed_page is not None and page.printed_page[0] == 1:
        return 0.0
    return _RUNNING_HEAD if title.size < 1.35 else -1.0


def _same_classes(first: Title | None, second: Title | None) -> bool:
    return first is not None and second is not None and first.classes == second.classes


def _contradicts(start: DeclaredStart, title: PageTitle, template: Template) -> bool:
    """Whether the page names another document than the catalogue. A declared title that the
    lexicon does not know cannot be contradicted: the catalogue has its own words for it."""
    if title.strength < _STRONG or title.title is None or start.declaration.known is None:
        return False
    return not same_document(start.declaration, title, template)


def _corrected(declaration: Declaration, title: PageTitle | None) -> str:
    """The declared title, its misread characters mended by the title on the page."""
    if title is not None and title.certain:
        declared, own = words(declaration.row.title), words(title.text)
        if len(declared) == len(own) and 0 < distance(declared, own, 2) <= len(own) // 4:
            return title.text
    return declaration.row.title


def _beginning(
    place: int,
    page: PageFacts,
    starts: Sequence[DeclaredStart],
    confidence: float,
    template: Template,
) -> Beginning:
    start = starts[0] if starts else None
    title = page.title
    if start is not None and (title is None or not _contradicts(start, title, template)):
        return Beginning(
            page=place,
            title=_corrected(start.declaration, title),
            known=start.declaration.known or (title.title if title is not None else None),
            declaration=start.declaration,
            confidence=confidence if start.titled else min(confidence, 0.8),
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
