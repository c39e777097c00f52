"""The paper's pages against the captured sides, one cause reported once (核对).

Evidence is weighed in this order, so that what explains most is named and not its echoes:
foreign pages, repeated pages, how many pages there are, pages beyond them, order, gaps with the
sides that stand in them, rows of the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.catalogue_rows import compare_rows
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
)
from app.domain.numbered_sheets import without_backs
from app.domain.repeats import BINDING_ROLES, without_repeated
from app.domain.sequence import displaced_groups
from app.domain.strangers import without_strangers
from app.domain.unnumbered import nobody_numbered, settle_unnumbered

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


def reconcile(sides: Sequence[CapturedSide], expected: Expected) -> Reconciliation:
    """Hold the captured sides against what is known of the paper."""
    report = Report()
    everything = sorted(sides, key=lambda side: side.position)
    pages = [side for side in everything if side.role == "page"]
    others = [side for side in everything if side.role != "page"]
    binding = [side for side in others if side.role in BINDING_ROLES]
    left, expected = without_backs(pages, expected, report)
    left = without_strangers(left, expected, report)
    left = without_repeated(left, binding, report)
    if nobody_numbered(left):
        settle_unnumbered(left, expected, report)
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
