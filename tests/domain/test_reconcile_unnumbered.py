"""Papers that nobody numbered: what counts, titles and own page numbers can prove."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from app.domain.reconciliation import CapturedSide, Discrepancy, Expected, Reconciliation
from tests.domain.ledger_builder import (
    LAST,
    OTHER,
    ROWS,
    at,
    knowing,
    page,
    pages,
    reconcile,
)


def expected_of(sides: list[CapturedSide], starts: dict[str, int], **changes: Any) -> Expected:
    """Everything known; `starts` are the places at which titles were found, from 0."""
    found = [
        attrs.evolve(row, first_page=None, last_page=None, position=at(starts[row.title])[0])
        for row in ROWS
        if row.title in starts
    ]
    return knowing(found_rows=tuple(found), **changes)


def starts_without(gone: int | None = None) -> dict[str, int]:
    """Where the documents begin when one page of the paper is not there."""
    return {
        row.title: (row.first_page or 1) - 1 - (gone is not None and gone < (row.first_page or 1))
        for row in ROWS
    }


def settled(sides: list[CapturedSide], gone: int | None = None, **changes: Any) -> Reconciliation:
    return reconcile(sides, expected_of(sides, starts_without(gone), **changes))


def beside_the_numbers(result: Reconciliation) -> list[Discrepancy]:
    """What is said besides that the paper bears no numbers, which is said once."""
    first, *others = result.discrepancies
    assert (first.kind, first.code) == ("unnumbered_page", "REC-208")
    return others


def test_of_a_complete_paper_only_the_missing_numbers_are_said() -> None:
    assert beside_the_numbers(settled(pages([None] * LAST))) == []


def test_a_lost_page_is_told_by_the_document_it_belongs_to() -> None:
    gone = (ROWS[1].first_page or 0) + 1
    (found,) = beside_the_numbers(settled(pages([None] * (LAST - 1)), gone))
    assert (found.kind, found.code) == ("missing_page", "REC-228")
    assert found.parameters["title"] == ROWS[1].title
    assert found.positions == at(
        *range((ROWS[1].first_page or 0) - 1, (ROWS[1].last_page or 0) - 1)
    )


def test_a_lost_page_is_named_where_the_document_counts_its_own() -> None:
    first, last = ROWS[1].first_page or 0, ROWS[1].last_page or 0
    sides = pages([None] * LAST)
    for own, number in enumerate(range(first, last + 1), start=1):
        sides[number - 1] = attrs.evolve(sides[number - 1], printed_page=(own, last - first + 1))
    del sides[first]
    (found,) = beside_the_numbers(settled(sides, first + 1))
    assert (found.kind, found.page_numbers) == ("missing_page", (first + 1,))


def test_a_page_too_many_is_told_by_the_document_it_lies_in() -> None:
    place = ROWS[1].first_page or 0
    sides = pages([None] * LAST)
    sides.insert(place, page(None, own_party=True))
    starts = {title: index + (index >= place) for title, index in starts_without().items()}
    (found,) = beside_the_numbers(reconcile(sides, expected_of(sides, starts)))
    assert (found.kind, found.code, found.parameters["count"]) == ("extra_page", "REC-229", 1)


def test_a_wrong_count_in_the_record() -> None:
    (found,) = beside_the_numbers(settled(pages([None] * LAST), stated_pages=LAST + 2))
    assert (found.kind, found.parameters["witnesses"]) == ("count_mismatch", str(LAST + 2))


@pytest.mark.parametrize("ruling", [True, False])
def test_only_a_ruling_may_name_another_case(ruling: bool) -> None:
    sides = pages([None] * LAST)
    changes: dict[str, Any] = {
        "foreign_case": OTHER,
        "other_party": True,
        "own_party": False,
        "ruling": ruling,
    }
    sides[5] = attrs.evolve(sides[5], **changes)
    kinds = {found.kind for found in settled(sides).discrepancies}
    assert ("foreign_case" in kinds) is not ruling


def test_the_last_lines_of_a_document_are_no_stranger() -> None:
    """ "答辩人：…" alone on a page names somebody, and nobody of this case as registered."""
    sides = pages([None] * LAST)
    sides[5] = attrs.evolve(sides[5], own_party=False, other_party=True)
    assert beside_the_numbers(settled(sides)) == []
