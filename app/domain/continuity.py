"""Whether the text of one page can go on on another (页间文字衔接)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from app.domain.ledger import CapturedSide


def breaks_off(before: CapturedSide, after: CapturedSide, *, may_begin: bool) -> bool:
    """Whether `after` cannot be the page behind `before`: the numbers that a document prints on its
    own pages do not run on, or a sentence is cut at the foot of the one and a document of its own
    begins on the other. `may_begin` says that a catalogue has a document beginning there."""
    if before.printed_page and after.printed_page and before.printed_page[1] > 1:
        (first, total), (second, other_total) = before.printed_page, after.printed_page
        if total == other_total:
            return second != first + 1
    return before.open_end and bool(after.title) and not may_begin


def stands_alone(
    pages: Sequence[CapturedSide], side: CapturedSide, number: int, beginnings: Mapping[int, str]
) -> bool:
    """Whether `side`, which shows no number, cannot be page `number`: the text of a page beside it
    goes on elsewhere. `beginnings` are the titles of documents by the page on which a catalogue
    has them begin. A side behind it that shows no number either may be the stray itself, and tells
    nothing."""
    place = pages.index(side)
    if place and breaks_off(pages[place - 1], side, may_begin=number in beginnings):
        return True
    return any(
        after.page_number is not None
        and breaks_off(side, after, may_begin=after.page_number in beginnings)
        for after in pages[place + 1 : place + 2]
    )


def lost_between(
    pages: Sequence[CapturedSide],
) -> Iterator[tuple[CapturedSide, CapturedSide, list[int]]]:
    """Neighbours between which pages of one document are gone by its own numbers, and which."""
    for before, after in pairwise(pages):
        if before.printed_page is None or after.printed_page is None:
            continue
        (first, total), (second, other_total) = before.printed_page, after.printed_page
        if total == other_total and second > first + 1:
            yield before, after, list(range(first + 1, second))
