"""Numbers that no side shows, and sides that show no number (缺页、漏编页号、多余页)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from app.domain.catalogue_rows import OTHER_TITLE, title_likeness
from app.domain.continuity import stands_alone
from app.domain.ledger import STRANGER, UNNUMBERED, CapturedSide, Report, adjacent_runs, joined
from app.domain.sequence import longest_increasing

# From so many sides without a place on, the numbering itself is what is wrong.
MANY = 4
MANY_SHARE = 0.25


@frozen(kw_only=True)
class Extent:
    """The numbers the paper should have. `last` is None when nobody knows."""

    first: int
    last: int | None

    def has(self, number: int) -> bool:
        """Whether the number is one of this paper, as far as is known."""
        return self.first <= number and (self.last is None or number <= self.last)


def without_beyond(pages: list[CapturedSide], extent: Extent, report: Report) -> list[CapturedSide]:
    """Report sides whose number lies beyond the last page, and give the others."""
    last = extent.last
    over = [
        side
        for side in pages
        if last is not None and side.page_number is not None and side.page_number > last
    ]
    for run in adjacent_runs(over, pages):
        numbers = sorted(side.page_number for side in run if side.page_number is not None)
        report.add("extra_page", run, numbers, 0.8, "REC-207", state=STRANGER, pages=last)
    return [side for side in pages if side not in over]


def settle_gaps(
    pages: list[CapturedSide],
    others: Sequence[CapturedSide],
    extent: Extent,
    beginnings: Mapping[int, str],
    report: Report,
) -> None:
    """Report missing numbers and sides without number, each page once.

    `others` are the sides that are no pages; one that shows the number of a gap fills it.
    `beginnings` are titles by the page on which a catalogue has a document begin.
    """
    groups = _Groups(pages)
    missing = _missing(pages, extent, report)
    missing = _fill_in(groups, [*pages, *others], missing, report)
    loose: list[CapturedSide] = []
    for group in groups.unnumbered(report):
        gap = [number for number in missing if group.low < number < group.high]
        placed, strays = _placed(pages, group, gap, beginnings)
        for side, number in placed.items():
            missing.remove(number)
            report.explained.add(number)
            report.taken[side.position] = number
            _report_unnumbered(side, number, beginnings.get(number, ""), report)
        for together in adjacent_runs(strays, pages):
            # They must not stand in for the page that is gone.
            report.add("extra_page", together, (), 0.7, "REC-225", state=STRANGER)
        loose += [side for side in group.sides if side not in placed and side not in strays]
    _report_loose(pages, _without_binding(pages, others, loose), report)
    for run in _runs(missing):
        report.gone |= set(run)
        known = extent.last is not None or run[-1] < max(_numbers(pages), default=0)
        report.add("missing_page", [], run, 0.95 if known else 0.8, "REC-206", pages=joined(run))


def _report_unnumbered(side: CapturedSide, number: int, title: str, report: Report) -> None:
    """A side in the place of a page; `title` is of the document that a catalogue has begin there,
    which a page may word differently."""
    told: dict[str, str | int] = {"page": number, "title": title, "found": side.title}
    code, confidence = ("REC-210" if side.readable else "REC-211"), 0.9
    if title and side.title and title_likeness(title, side.title) < OTHER_TITLE:
        code, confidence = "REC-227", 0.5
    report.add("unnumbered_page", [side], (number,), confidence, code, state=UNNUMBERED, **told)


def _placed(
    pages: list[CapturedSide], group: _Group, gap: Sequence[int], beginnings: Mapping[int, str]
) -> tuple[dict[CapturedSide, int], list[CapturedSide]]:
    """Which side of the group stands for which number of the gap, and which could by their place
    but not by their text."""
    left = list(gap)
    placed: dict[CapturedSide, int] = {}
    strays = []
    for side in group.sides:
        if not left:
            break
        certain = [page for page in pages if page not in strays]
        if stands_alone(certain, side, left[0], beginnings):
            strays.append(side)
        else:
            placed[side] = left.pop(0)
    return placed, strays


def _missing(pages: Sequence[CapturedSide], extent: Extent, report: Report) -> list[int]:
    present = set(_numbers(pages))
    top = max(present | ({extent.last} if extent.last is not None else set()), default=0)
    return [
        number
        for number in range(extent.first, top + 1)
        if number not in present and number not in report.explained
    ]


def _numbers(pages: Sequence[CapturedSide]) -> list[int]:
    return [side.page_number for side in pages if side.page_number is not None]


@frozen(kw_only=True)
class _Group:
    """Sides without number that stand together between the numbers `low` and `high`."""

    sides: list[CapturedSide]
    low: int
    high: int


class _Groups:
    """Where sides stand between the pages that are in order."""

    def __init__(self, pages: Sequence[CapturedSide]) -> None:
        self._pages = pages
        numbered = [side for side in pages if side.page_number is not None]
        chain = longest_increasing(_numbers(numbered))
        self._anchors = [
            (numbered[index].position, numbered[index].page_number or 0) for index in chain
        ]

    def bounds(self, position: int) -> tuple[int, int]:
        """The numbers in order before and after a position."""
        low, high = 0, 10**9
        for place, number in self._anchors:
            if place < position:
                low = number
            elif place > position:
                high = number
                break
        return low, high

    def unnumbered(self, report: Report) -> list[_Group]:
        """The sides that show no number, by the gap they stand in."""
        groups: list[_Group] = []
        for side in self._pages:
            if side.page_number is not None or side.position in report.taken:
                continue
            low, high = self.bounds(side.position)
            if groups and (groups[-1].low, groups[-1].high) == (low, high):
                groups[-1].sides.append(side)
            else:
                groups.append(_Group(sides=[side], low=low, high=high))
        return groups


def _fill_in(
    groups: _Groups, sides: Sequence[CapturedSide], missing: list[int], report: Report
) -> list[int]:
    """A weak reading that is just the number of the gap it stands in proves the page there."""
    left = list(missing)
    for side in sides:
        if side.page_number is not None or not side.candidates:
            continue
        low, high = groups.bounds(side.position)
        number = next((n for n in side.candidates if n in left and low < n < high), None)
        if number is not None:
            left.remove(number)
            report.taken[side.position] = number
    return left


def _without_binding(
    pages: Sequence[CapturedSide],
    others: Sequence[CapturedSide],
    loose: list[CapturedSide],
) -> list[CapturedSide]:
    """The sides that cannot be a cover, catalogue or remarks sheet that was not known as such.

    A dossier has these at its ends; where one was not recognised, a side without number there
    is more likely that sheet than a page too many.
    """
    roles = [side.role for side in others]
    numbered = [side.position for side in pages if side.page_number is not None]
    first, last = min(numbered, default=0), max(numbered, default=0)
    left = list(loose)
    front = [side for side in left if side.position < first]
    for side, role in zip(front, ("cover", "catalogue"), strict=False):
        if role not in roles:
            left.remove(side)
    back = [side for side in left if side.position > last]
    if back and "remarks" not in roles and not back[-1].own_case:
        left.remove(back[-1])
    return left


def _report_loose(pages: list[CapturedSide], loose: list[CapturedSide], report: Report) -> None:
    if len(loose) >= MANY and len(loose) >= MANY_SHARE * len(pages):
        report.add("unnumbered_page", loose, (), 0.8, "REC-208", state=UNNUMBERED, count=len(loose))
        return
    for run in adjacent_runs(loose, pages):
        if any(side.readable for side in run):
            report.add("extra_page", run, (), 0.75, "REC-212", state=STRANGER)
        else:
            report.add("unnumbered_page", run, (), 0.75, "REC-213", state=UNNUMBERED)


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
