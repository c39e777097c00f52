"""Builds captured sides as reconciliation gets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from app.domain.reconciliation import CapturedSide, Discrepancy, Expected, Reconciliation, Row
from app.domain.reconciliation import reconcile as settle

CASE_NO = "（2019）辽0882民初4866号"
OTHER = "（2020）皖1999民初5035号"
ROWS = (
    Row(title="立案审批表", first_page=1, last_page=1),
    Row(title="民事起诉状", first_page=2, last_page=4),
    Row(title="证据", first_page=5, last_page=9),
    Row(title="民事判决书", first_page=10, last_page=12),
)
LAST = 12


def page(number: int | None, **changes: Any) -> CapturedSide:
    """One page; positions are given when the dossier is put together."""
    side = CapturedSide(position=0, role="page", page_number=number, confidence=0.95)
    return attrs.evolve(side, **changes)


def pages(numbers: Sequence[int | None] = range(1, LAST + 1)) -> list[CapturedSide]:
    """Pages of the given numbers that speak of this case."""
    return [page(number, own_party=True) for number in numbers]


def bound(sides: Sequence[CapturedSide], *, backs: bool = False) -> list[CapturedSide]:
    """The pages between cover, catalogue and remarks; `backs` puts a blank side behind each."""
    blank = CapturedSide(position=0, role="blank")
    inner = [entry for side in sides for entry in ((side, blank) if backs else (side,))]
    ends = [
        CapturedSide(position=0, role="cover", own_case=True),
        CapturedSide(position=0, role="catalogue", own_case=True),
        *inner,
        CapturedSide(position=0, role="remarks"),
    ]
    return [attrs.evolve(side, position=place) for place, side in enumerate(ends, start=1)]


def knowing(**changes: Any) -> Expected:
    """Everything known and in agreement; changes say what is not."""
    known: dict[str, Any] = {
        "case_no": CASE_NO,
        "stated_pages": LAST,
        "end_note_pages": LAST,
        "stated_rows": ROWS,
        "paper_rows": ROWS,
        "found_rows": ROWS,
    }
    return Expected(**(known | changes))


NOTHING = Expected(case_no=CASE_NO)
KNOWN = {
    "everything": knowing(),
    "stated count alone": Expected(case_no=CASE_NO, stated_pages=LAST),
    "end note alone": Expected(case_no=CASE_NO, end_note_pages=LAST),
    "stated rows alone": Expected(case_no=CASE_NO, stated_rows=ROWS),
    "open rows and count": Expected(
        case_no=CASE_NO,
        stated_pages=LAST,
        stated_rows=tuple(attrs.evolve(row, last_page=None) for row in ROWS),
    ),
    "nothing": NOTHING,
}


def reconcile(sides: Sequence[CapturedSide], expected: Expected | None = None) -> Reconciliation:
    """Bind the pages and reconcile them."""
    return settle(bound(sides), knowing() if expected is None else expected)


def only(result: Reconciliation) -> Discrepancy:
    """The one discrepancy of the answer."""
    shown = [(found.kind, found.positions, found.page_numbers) for found in result.discrepancies]
    assert len(shown) == 1, shown
    assert not result.consistent
    return result.discrepancies[0]


def at(*indexes: int) -> tuple[int, ...]:
    """The positions of the pages at these indexes (from 0) in a bound dossier without backs."""
    return tuple(index + 3 for index in indexes)
