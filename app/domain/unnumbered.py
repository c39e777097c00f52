"""Papers that nobody numbered (未编页号): what counting, titles and own page numbers can prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from attrs import frozen

from app.domain.catalogue_rows import plain_title
from app.domain.continuity import lost_between
from app.domain.extent import end_of
from app.domain.ledger import STRANGER, UNNUMBERED, CapturedSide, Expected, Report, Row, joined

FEWEST_TO_JUDGE = 4
NOTHING_NUMBERED = 0.7
# Fewer titles that stand where the catalogue has them hold no dossier together.
FEWEST_ANCHORS = 3


def nobody_numbered(pages: Sequence[CapturedSide]) -> bool:
    """Whether the paper bears no page numbers at all, or hardly any."""
    readable = [side for side in pages if side.readable]
    without = sum(side.page_number is None for side in readable)
    return len(readable) >= FEWEST_TO_JUDGE and without >= NOTHING_NUMBERED * len(readable)


def settle_unnumbered(pages: Sequence[CapturedSide], expected: Expected, report: Report) -> None:
    """Report that a paper bears no numbers, as one cause: every written side is to be numbered,
    and a count alone does not tell an exchanged page. Beside that nothing is said where as many
    pages are there as everybody states; else pages lost or added within a document that the
    catalogue has, or what the counts say."""
    without = [side for side in pages if side.readable and side.page_number is None]
    report.add("unnumbered_page", without, (), 0.9, "REC-208", state=UNNUMBERED, count=len(without))
    lost = list(lost_between(pages))
    counts = _stated(expected)
    if counts and not lost and set(counts) == {len(pages)}:
        report.taken.update({side.position: place for place, side in enumerate(pages, start=1)})
        return
    if _settled_by_rows(pages, expected, report):
        return
    for before, after, own_numbers in lost:
        shown = {"own": joined(own_numbers)}
        report.add("missing_page", [before, after], (), 0.8, "REC-226", **shown)
    gone = sum(len(own_numbers) for _, _, own_numbers in lost)
    stated = expected.stated_pages or expected.end_note_pages
    if stated is not None and stated != len(pages) + gone:
        report.add("count_mismatch", [], (), 0.8, "REC-209", stated=stated, counted=len(pages))


def _stated(expected: Expected) -> list[int]:
    known = (
        expected.stated_pages,
        expected.end_note_pages,
        end_of(expected.stated_rows),
        end_of(expected.paper_rows),
    )
    return [count for count in known if count]


@frozen(kw_only=True)
class _Stretch:
    """The pages from one document whose title stands on its first page to the next such one:
    `first` and `last` of the catalogue, and the sides that are there."""

    title: str
    first: int
    last: int
    sides: Sequence[CapturedSide]

    @property
    def surplus(self) -> int:
        return len(self.sides) - (self.last - self.first + 1)


def _settled_by_rows(pages: Sequence[CapturedSide], expected: Expected, report: Report) -> bool:
    """Report what is lost or added between documents whose titles were found; whether that
    explains all that differs."""
    stretches = list(_stretches(pages, expected))
    end = end_of(expected.stated_rows) or end_of(expected.paper_rows)
    if len(stretches) < FEWEST_ANCHORS or end is None:
        return False
    if sum(stretch.surplus for stretch in stretches) != len(pages) - end:
        return False
    for stretch in stretches:
        _report_stretch(stretch, report)
    for name, count in (("stated", expected.stated_pages), ("end_note", expected.end_note_pages)):
        if count is not None and count != end:
            report.add(
                "count_mismatch", [], (), 0.85, "REC-205",
                pages=end, witnesses=str(count), source=name,
            )  # fmt: skip
    return True


def _report_stretch(stretch: _Stretch, report: Report) -> None:
    sides, surplus = stretch.sides, stretch.surplus
    shown: dict[str, Any] = {
        "title": stretch.title,
        "stated": f"{stretch.first}-{stretch.last}",
        "count": abs(surplus),
    }
    if surplus < 0:
        lost = [own for _, _, numbers in lost_between(sides) for own in numbers]
        pages = [stretch.first + own - 1 for own in lost] if len(lost) == -surplus else []
        report.gone |= set(pages)
        report.add("missing_page", sides, pages, 0.8, "REC-228", **shown)
    elif surplus > 0:
        report.add("extra_page", sides, (), 0.7, "REC-229", state=STRANGER, **shown)


def _stretches(pages: Sequence[CapturedSide], expected: Expected) -> Iterator[_Stretch]:
    rows = expected.stated_rows or expected.paper_rows
    place = {side.position: index for index, side in enumerate(pages)}
    anchors = [
        (row, place[found.position])
        for row, found in _in_order(rows, expected.found_rows)
        if found.position in place and row.first_page is not None
    ]
    end = (end_of(rows) or 0) + 1
    marks = [(row.title, row.first_page or 0, index) for row, index in anchors]
    for (title, first, index), (_, following, behind) in pairwise([*marks, ("", end, len(pages))]):
        if following > first:
            sides = pages[index:behind]
            yield _Stretch(title=title, first=first, last=following - 1, sides=sides)


def _in_order(rows: Sequence[Row], found: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Rows with the documents of the same title, both from first to last: the longest such
    alignment."""
    sure = [row for row in found if row.certain]
    table = [[0] * (len(sure) + 1) for _ in range(len(rows) + 1)]
    for left in range(len(rows) - 1, -1, -1):
        for right in range(len(sure) - 1, -1, -1):
            same = plain_title(rows[left].title) == plain_title(sure[right].title)
            table[left][right] = max(
                table[left + 1][right],
                table[left][right + 1],
                table[left + 1][right + 1] + 1 if same else 0,
            )
    left = right = 0
    while left < len(rows) and right < len(sure):
        if plain_title(rows[left].title) == plain_title(sure[right].title):
            yield rows[left], sure[right]
            left, right = left + 1, right + 1
        elif table[left + 1][right] >= table[left][right + 1]:
            left += 1
        else:
            right += 1
