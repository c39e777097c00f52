"""The paper's pages against the captured sides, one cause reported once (核对).

Evidence is weighed in this order, so that what explains most is named and not its echoes:
foreign pages, repeated pages, how many pages there are, pages beyond them, order, gaps with the
sides that stand in them, rows of the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.catalogue_rows import compare_rows
from app.domain.continuity import lost_between
from app.domain.extent import first_page, last_page, tail_length
from app.domain.gaps import Extent, settle_gaps, without_beyond
from app.domain.ledger import (
    MATCHED,
    MISSING,
    UNNUMBERED,
    CapturedSide,
    Discrepancy,
    Expected,
    LedgerEntry,
    Reconciliation,
    Report,
    Row,
    Tile,
    joined,
)
from app.domain.repeats import BINDING_ROLES, without_repeated
from app.domain.sequence import displaced_groups
from app.domain.strangers import without_strangers

__all__ = [
    "CapturedSide",
    "Discrepancy",
    "Expected",
    "LedgerEntry",
    "Reconciliation",
    "Row",
    "Tile",
    "reconcile",
]

FEWEST_TO_JUDGE = 4
NOTHING_NUMBERED = 0.7


def reconcile(sides: Sequence[CapturedSide], expected: Expected) -> Reconciliation:
    """Hold the captured sides against what is known of the paper."""
    report = Report()
    everything = sorted(sides, key=lambda side: side.position)
    pages = [side for side in everything if side.role == "page"]
    others = [side for side in everything if side.role != "page"]
    binding = [side for side in others if side.role in BINDING_ROLES]
    left = without_strangers(pages, expected, report)
    left = without_repeated(left, binding, report)
    if _nothing_numbered(left, expected, report):
        return _answer(everything, pages, expected.stated_pages, expected, report)
    first = first_page(left, expected)
    tail = tail_length(left, remarks=any(side.role == "remarks" for side in binding))
    last = last_page(left, expected, first, tail, report)
    extent = Extent(first=first, last=last)
    left = without_beyond(left, extent, report)
    _report_order(left, report)
    beginnings = {
        row.first_page: row.title
        for row in (*expected.paper_rows, *expected.stated_rows)
        if row.first_page is not None
    }
    settle_gaps(left, others, extent, beginnings, report)
    present = {side.page_number for side in left if side.page_number is not None}
    compare_rows(expected, present | set(report.taken.values()), last, report)
    return _answer(everything, pages, last, expected, report)


def _nothing_numbered(pages: Sequence[CapturedSide], expected: Expected, report: Report) -> bool:
    """A dossier nobody numbered is one cause, not as many as it has pages."""
    readable = [side for side in pages if side.readable]
    without = [side for side in readable if side.page_number is None]
    if len(readable) < FEWEST_TO_JUDGE or len(without) < NOTHING_NUMBERED * len(readable):
        return False
    report.add("unnumbered_page", without, (), 0.9, "REC-208", state=UNNUMBERED, count=len(without))
    lost = 0
    for before, after, own_numbers in lost_between(pages):
        lost += len(own_numbers)
        shown = {"own": joined(own_numbers)}
        report.add("missing_page", [before, after], (), 0.8, "REC-226", **shown)
    stated = expected.stated_pages or expected.end_note_pages
    if stated is not None and stated != len(pages) + lost:
        report.add("count_mismatch", [], (), 0.8, "REC-209", stated=stated, counted=len(pages))
    return True


def _report_order(pages: Sequence[CapturedSide], report: Report) -> None:
    numbered = [side for side in pages if side.page_number is not None]
    for group in displaced_groups([side.page_number or 0 for side in numbered]):
        moved = [numbered[index] for index in group]
        numbers = sorted(side.page_number for side in moved if side.page_number is not None)
        confidence = max(0.5, min(side.confidence for side in moved))
        report.add("wrong_order", moved, numbers, confidence, "REC-204")


def _answer(
    everything: Sequence[CapturedSide],
    pages: Sequence[CapturedSide],
    last: int | None,
    expected: Expected,
    report: Report,
) -> Reconciliation:
    counts: dict[str, int | None] = {
        "sides": len(everything),
        "numbered": sum(side.page_number is not None for side in everything),
        "blank": sum(side.role == "blank" for side in everything),
        "expected_pages": last if last is not None else expected.stated_pages,
    }
    return Reconciliation(
        consistent=not report.discrepancies,
        counts=counts,
        discrepancies=tuple(report.discrepancies),
        tiles=_tiles(pages, report),
    )


def _tiles(pages: Sequence[CapturedSide], report: Report) -> tuple[Tile, ...]:
    """The sides in scanning order, and missing pages before the first page of a higher number."""
    tiles = []
    for side in pages:
        number = side.page_number or report.taken.get(side.position)
        state = report.states.get(side.position, MATCHED if number is not None else UNNUMBERED)
        tiles.append(Tile(page_number=number, positions=(side.position,), state=state))
    for number in sorted(report.gone):
        place = next(
            (
                index
                for index, tile in enumerate(tiles)
                if tile.page_number is not None
                and tile.page_number > number
                and tile.state in (MATCHED, UNNUMBERED, MISSING)
            ),
            len(tiles),
        )
        tiles.insert(place, Tile(page_number=number, positions=(), state=MISSING))
    return tuple(tiles)
