"""Pages of another case, and pages that only speak of one."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from app.domain.reconciliation import CapturedSide, Expected, Row
from tests.domain.ledger_builder import (
    CASE_NO,
    KNOWN,
    LAST,
    OTHER,
    ROWS,
    at,
    knowing,
    only,
    page,
    pages,
    reconcile,
)


@pytest.fixture(params=list(KNOWN))
def known(request: pytest.FixtureRequest) -> Expected:
    """What may be known of the paper, from everything to nothing."""
    return KNOWN[request.param]


def stray(number: int | None = None, **changes: Any) -> CapturedSide:
    """A page with the number of another case in its head."""
    return page(number, **({"foreign_case": OTHER, "other_party": True} | changes))


@pytest.mark.parametrize("after", [1, 6, 11, 12])
@pytest.mark.parametrize("number", [None, 3, 78])
def test_an_inserted_page(after: int, number: int | None, known: Expected) -> None:
    sides = pages()
    sides.insert(after, stray(number))
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers, found.positions) == ("foreign_case", (), at(after))
    assert found.parameters["case_no"] == OTHER


@pytest.mark.parametrize("number", [1, 6, 12])
def test_a_page_in_place_of_another_under_its_number(number: int, known: Expected) -> None:
    sides = pages()
    sides[number - 1] = stray(number)
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers) == ("foreign_case", (number,))
    assert found.positions == at(number - 1)


def test_a_page_without_number_in_place_of_another(known: Expected) -> None:
    sides = pages()
    sides[5] = stray()
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers, found.positions) == ("foreign_case", (6,), at(5))


def test_several_pages_are_one_cause(known: Expected) -> None:
    sides = pages()
    sides[6:6] = [stray(), page(None), page(None)]
    found = only(reconcile(sides, known))
    assert (found.kind, found.positions) == ("foreign_case", at(6, 7, 8))


def test_pages_of_two_other_cases_are_two() -> None:
    sides = pages()
    sides[6:6] = [stray(), stray(foreign_case="（2021）京0105民初7号")]
    result = reconcile(sides)
    assert [found.kind for found in result.discrepancies] == ["foreign_case"] * 2


def test_a_page_known_by_its_parties_alone(known: Expected) -> None:
    sides = pages()
    sides.insert(6, page(None, other_party=True))
    found = only(reconcile(sides, known))
    assert (found.kind, found.positions, found.code) == ("foreign_case", at(6), "REC-216")


def test_a_notice_of_another_court_under_the_number_of_a_page(known: Expected) -> None:
    sides = pages()
    sides[5] = page(6, other_party=True, other_court=True)
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers) == ("foreign_case", (6,))


def test_a_proxy_between_others_under_the_number_of_a_page(known: Expected) -> None:
    sides = pages()
    sides[1] = page(2, other_party=True, procedural=True)
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers) == ("foreign_case", (2,))


def test_a_stray_of_the_same_bank(known: Expected) -> None:
    """Its party is one of this case too; it has no place among the numbers."""
    sides = pages()
    sides.insert(6, stray(own_party=True, other_party=False))
    assert only(reconcile(sides, known)).kind == "foreign_case"


@pytest.mark.parametrize("number", [1, 6, 12])
def test_an_annexed_judgment_between_the_parties(number: int, known: Expected) -> None:
    sides = pages()
    sides[number - 1] = stray(number, own_party=True, other_party=False)
    assert reconcile(sides, known).consistent


def test_an_annexed_judgment_of_others_as_evidence() -> None:
    sides = pages()
    sides[5] = stray(6, ruling=True)
    assert reconcile(sides).consistent
    sides[5] = stray(6, ruling=False)
    assert only(reconcile(sides)).kind == "foreign_case"


def test_an_annexed_judgment_that_was_scanned_twice(known: Expected) -> None:
    sides = pages()
    annex = stray(6, own_party=True, other_party=False)
    sides[5] = annex
    sides.insert(6, attrs.evolve(annex, twin=at(5)[0]))
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers) == ("duplicate_page", (6,))


def test_an_annexed_judgment_out_of_order() -> None:
    sides = pages([1, 2, 3, 6, 5, 4, 7, 8, 9, 10, 11, 12])
    sides[3] = stray(6, own_party=True, other_party=False)
    assert only(reconcile(sides)).kind == "wrong_order"


def test_an_annex_without_its_stamp() -> None:
    sides = pages()
    sides[5] = stray(own_party=True, other_party=False)
    found = only(reconcile(sides))
    assert (found.kind, found.page_numbers) == ("unnumbered_page", (6,))


def test_a_page_that_names_its_own_case_too(known: Expected) -> None:
    sides = pages()
    sides[5] = stray(6, own_case=True)
    assert reconcile(sides, known).consistent


def test_a_misread_figure_in_the_own_number(known: Expected) -> None:
    sides = pages()
    sides[5] = stray(6, near_case=True, other_party=False)
    assert reconcile(sides, known).consistent


def test_evidence_of_others_between_stamped_pages(known: Expected) -> None:
    sides = pages()
    sides[5] = page(6, other_party=True)
    assert reconcile(sides, known).consistent


def test_a_stray_and_a_missing_page() -> None:
    sides = pages([n for n in range(1, LAST + 1) if n != 9])
    sides.insert(3, stray())
    kinds = {found.kind: found.page_numbers for found in reconcile(sides).discrepancies}
    assert kinds == {"foreign_case": (), "missing_page": (9,)}


def test_a_stray_beside_an_unstamped_page() -> None:
    sides = pages()
    sides[6] = page(None, own_party=True)
    sides.insert(6, stray(78))
    kinds = {found.kind: found.page_numbers for found in reconcile(sides).discrepancies}
    assert kinds == {"foreign_case": (), "unnumbered_page": (7,)}


def test_an_annex_row_covers_its_pages_only() -> None:
    rows = (*ROWS[:3], Row(title="另案判决书", first_page=10, last_page=12))
    sides = pages()
    sides[10] = stray(11, ruling=True)
    expected = knowing(stated_rows=rows, paper_rows=rows, found_rows=())
    assert reconcile(sides, expected).consistent
    sides[10], sides[1] = page(11, own_party=True), stray(2, ruling=True)
    assert only(reconcile(sides, expected)).positions == at(1)
    assert only(reconcile(sides, Expected(case_no=CASE_NO))).positions == at(1)


def test_an_annexed_judgment_with_its_case_in_the_head_of_every_page() -> None:
    rows = (*ROWS[:3], Row(title="另案判决书", first_page=10, last_page=12))
    sides = pages()
    sides[9:12] = [stray(10, ruling=True), stray(11), stray(12)]
    assert reconcile(sides, knowing(stated_rows=rows, paper_rows=rows, found_rows=())).consistent


@pytest.mark.parametrize("lost", [5, 6])
def test_an_annexed_judgment_of_which_a_page_lost_its_stamp(lost: int) -> None:
    sides = pages()
    sides[4:7] = [
        stray(None if number == lost else number, ruling=number == 5) for number in (5, 6, 7)
    ]
    found = only(reconcile(sides))
    assert (found.kind, found.page_numbers) == ("unnumbered_page", (lost,))


def test_a_judgment_of_others_in_the_gap_of_a_lost_page_is_foreign() -> None:
    sides = pages()
    sides[4] = stray(ruling=True)
    assert only(reconcile(sides)).kind == "foreign_case"


def test_an_annexed_judgment_over_numbered_pages_where_nothing_is_known() -> None:
    sides = pages()
    sides[4:6] = [stray(5, ruling=True), page(6)]
    assert reconcile(sides, Expected(case_no=CASE_NO)).consistent
