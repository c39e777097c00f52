"""Missing, repeated, misplaced, extra and unnumbered pages: one discrepancy each."""

from __future__ import annotations

import attrs
import pytest

from app.domain.reconciliation import CapturedSide, Expected
from app.domain.reconciliation import reconcile as settle
from tests.domain.ledger_builder import (
    CASE_NO,
    KNOWN,
    LAST,
    NOTHING,
    at,
    bound,
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


KNOWING_THE_END = [name for name in KNOWN if name != "nothing"]


def test_a_clean_dossier_has_no_discrepancy(known: Expected) -> None:
    result = reconcile(pages(), known)
    assert result.discrepancies == ()
    assert result.consistent
    assert result.counts["numbered"] == LAST
    assert [tile.page_number for tile in result.tiles] == list(range(1, LAST + 1))


def test_backs_do_not_count(known: Expected) -> None:
    result = settle(bound(pages(), backs=True), known)
    assert result.discrepancies == ()
    assert result.counts["blank"] == LAST


@pytest.mark.parametrize("gone", [[1], [6], [11], [6, 7], [1, 2], [4, 5, 6]])
def test_missing_pages(gone: list[int], known: Expected) -> None:
    found = only(reconcile(pages([n for n in range(1, LAST + 1) if n not in gone]), known))
    assert (found.kind, list(found.page_numbers)) == ("missing_page", gone)
    assert found.positions == ()


@pytest.mark.parametrize("name", KNOWING_THE_END)
@pytest.mark.parametrize("gone", [[12], [11, 12]])
def test_pages_missing_at_the_end(name: str, gone: list[int]) -> None:
    found = only(reconcile(pages(range(1, gone[0])), KNOWN[name]))
    assert (found.kind, list(found.page_numbers)) == ("missing_page", gone)


def test_nobody_can_know_of_a_page_missing_at_the_end_unasked() -> None:
    assert reconcile(pages(range(1, LAST)), NOTHING).consistent


def test_missing_pages_apart_are_two() -> None:
    result = reconcile(pages([1, 2, 4, 5, 6, 7, 8, 10, 11, 12]))
    assert [found.page_numbers for found in result.discrepancies] == [(3,), (9,)]
    missing = [tile.page_number for tile in result.tiles if tile.state == "missing"]
    assert missing == [3, 9]
    assert [tile.page_number for tile in result.tiles] == list(range(1, LAST + 1))


@pytest.mark.parametrize("twin", [True, False])
@pytest.mark.parametrize("again", [1, 6, 12])
def test_a_page_scanned_twice_in_a_row(again: int, twin: bool, known: Expected) -> None:
    sides = pages()
    copy = page(again, own_party=True, twin=at(again - 1)[0] if twin else None)
    sides.insert(again, copy)
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers) == ("duplicate_page", (again,))
    assert found.positions == at(again)


@pytest.mark.parametrize("place", [0, 3, 12])
def test_a_page_scanned_again_elsewhere(place: int, known: Expected) -> None:
    sides = pages()
    sides.insert(place, page(6, own_party=True))
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers) == ("duplicate_page", (6,))
    assert found.positions == at(place)


def test_a_copy_without_a_number_is_known_by_its_picture(known: Expected) -> None:
    sides = pages()
    sides.insert(6, page(None, own_party=True, twin=at(5)[0]))
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers, found.positions) == ("duplicate_page", (6,), at(6))


def test_a_sheet_of_two_pages_scanned_twice(known: Expected) -> None:
    sides = pages([1, 2, 3, 4, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers, found.positions) == (
        "duplicate_page",
        (3, 4),
        at(4, 5),
    )


def test_like_forms_with_two_numbers_are_two_pages() -> None:
    sides = pages()
    sides[6] = attrs.evolve(sides[6], twin=at(5)[0])
    assert reconcile(sides).consistent


@pytest.mark.parametrize(("proposed", "lost"), [(True, True), (False, False)])
def test_a_proposed_number_does_not_hide_a_lost_page_behind_a_copy(
    proposed: bool, lost: bool
) -> None:
    """Page 6 is gone and 7 scanned twice: its weakly read first picture seems to be the 6."""
    sides = pages()
    weak = attrs.evolve(sides[5], proposed=proposed, candidates=(7,), confidence=0.6)
    sides[5:7] = [weak, attrs.evolve(sides[6], twin=at(5)[0])]
    found = {(row.kind, row.page_numbers) for row in reconcile(sides).discrepancies}
    assert found == ({("missing_page", (6,)), ("duplicate_page", (7,))} if lost else set())


def test_a_catalogue_scanned_twice() -> None:
    sides = bound(pages())
    sides.insert(2, attrs.evolve(sides[1], twin=2))
    sides = [attrs.evolve(side, position=place) for place, side in enumerate(sides, start=1)]
    found = only(settle(sides, knowing()))
    assert (found.kind, found.page_numbers, found.positions) == ("duplicate_page", (), (3,))


def test_a_number_stamped_twice_leaves_no_gap_of_its_own() -> None:
    """5, 6, 6, 8 on different contents: the stamp did not move on; no page is lost."""
    found = only(reconcile(pages([1, 2, 3, 4, 5, 6, 6, 8, 9, 10, 11, 12])))
    assert (found.kind, found.page_numbers) == ("duplicate_page", (6,))


def test_a_page_scanned_twice_in_place_of_the_next_is_two_causes() -> None:
    sides = pages([1, 2, 3, 4, 5, 6, 6, 8, 9, 10, 11, 12])
    sides[6] = attrs.evolve(sides[6], twin=at(5)[0])
    kinds = {found.kind: found.page_numbers for found in reconcile(sides).discrepancies}
    assert kinds == {"duplicate_page": (6,), "missing_page": (7,)}


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ([1, 2, 4, 3, 5, 6, 7, 8, 9, 10, 11, 12], (3, 4)),
        ([1, 2, 9, 4, 5, 6, 7, 8, 3, 10, 11, 12], (3, 9)),
        ([12, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1], (1, 12)),
        ([1, 2, 5, 6, 3, 4, 7, 8, 9, 10, 11, 12], (3, 4, 5, 6)),
        ([1, 2, 4, 5, 6, 7, 8, 9, 3, 10, 11, 12], (3,)),
    ],
)
def test_wrong_order(order: list[int], numbers: tuple[int, ...], known: Expected) -> None:
    found = only(reconcile(pages(order), known))
    assert (found.kind, found.page_numbers) == ("wrong_order", numbers)
    assert found.positions == at(*[i for i, number in enumerate(order) if number in numbers])


@pytest.mark.parametrize("after", [1, 6, 11])
def test_an_extra_sheet_without_number(after: int, known: Expected) -> None:
    sides = pages()
    sides.insert(after, page(None, own_party=True))
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers, found.positions) == ("extra_page", (), at(after))


def test_an_extra_sheet_after_the_last_page() -> None:
    found = only(reconcile([*pages(), page(None, own_party=True)]))
    assert (found.kind, found.positions) == ("extra_page", at(12))


@pytest.mark.parametrize("place", [5, 12])
def test_an_extra_sheet_with_a_number_beyond_the_last(place: int) -> None:
    sides = pages()
    sides.insert(place, page(13, own_party=True))
    found = only(reconcile(sides))
    assert (found.kind, found.page_numbers, found.positions) == ("extra_page", (13,), at(place))


@pytest.mark.parametrize("number", [1, 6, 11])
@pytest.mark.parametrize("readable", [True, False])
def test_a_page_without_its_stamp(number: int, readable: bool, known: Expected) -> None:
    sides = pages()
    sides[number - 1] = page(None, own_party=readable, readable=readable, has_text=readable)
    found = only(reconcile(sides, known))
    assert (found.kind, found.page_numbers) == ("unnumbered_page", (number,))
    assert found.positions == at(number - 1)


@pytest.mark.parametrize("name", KNOWING_THE_END)
def test_the_last_page_without_its_stamp(name: str) -> None:
    found = only(reconcile([*pages(range(1, LAST)), page(None, own_party=True)], KNOWN[name]))
    assert (found.kind, found.page_numbers, found.positions) == ("unnumbered_page", (12,), at(11))


def test_a_weak_reading_that_fits_its_gap_is_enough(known: Expected) -> None:
    sides = pages()
    sides[5] = page(None, own_party=True, candidates=(8, 6))
    assert reconcile(sides, known).consistent


def test_a_page_taken_for_a_catalogue_shows_its_number() -> None:
    sides = pages()
    sides[5] = CapturedSide(position=0, role="catalogue", candidates=(6,))
    assert reconcile(sides).consistent


def test_a_sheet_that_was_not_known_as_cover_is_no_page_too_many() -> None:
    sides = bound(pages())
    sides[0] = attrs.evolve(sides[0], role="page")
    sides[-1] = attrs.evolve(sides[-1], role="page")
    assert settle(sides, knowing()).consistent


@pytest.mark.parametrize("known", [knowing(), NOTHING])
def test_a_dossier_that_nobody_numbered_is_one_cause(known: Expected) -> None:
    found = only(reconcile(pages([None] * LAST), known))
    assert (found.kind, found.page_numbers) == ("unnumbered_page", ())
    assert found.positions == at(*range(LAST))


def test_a_paper_numbered_by_sheets_is_consistent() -> None:
    numbers = [n for front in range(1, LAST + 1) for n in (front, None)]
    sides_counted = Expected(case_no=CASE_NO, stated_pages=2 * LAST)
    for expected in (knowing(), NOTHING, sides_counted):
        result = reconcile(pages(numbers), expected)
        assert result.consistent
        assert {tile.state for tile in result.tiles} == {"matched"}


def test_a_few_backs_without_number_are_named() -> None:
    sides = pages()
    for index in (3, 7):
        sides[index] = attrs.evolve(sides[index], page_number=None)
    kinds = [(found.kind, found.page_numbers) for found in reconcile(sides).discrepancies]
    assert kinds == [("unnumbered_page", (4,)), ("unnumbered_page", (8,))]


def test_a_loss_in_a_paper_numbered_by_sheets() -> None:
    numbers = [n for front in range(1, LAST + 1) for n in (front, None)]
    found = only(reconcile(pages([*numbers[:8], *numbers[10:]])))
    assert (found.kind, found.page_numbers) == ("missing_page", (5,))
    sides = pages(numbers)
    sides[8] = attrs.evolve(sides[8], page_number=None)
    found = only(reconcile(sides))
    assert (found.kind, found.page_numbers) == ("unnumbered_page", (5,))


def test_an_unnumbered_dossier_with_another_count() -> None:
    result = reconcile(pages([None] * (LAST - 1)))
    assert [found.kind for found in result.discrepancies] == ["unnumbered_page", "count_mismatch"]


def test_a_second_volume_goes_on_from_the_first() -> None:
    expected = Expected(case_no=NOTHING.case_no, stated_pages=12)
    assert reconcile(pages(range(37, 49)), expected).consistent
    found = only(reconcile(pages([n for n in range(37, 49) if n != 40]), expected))
    assert (found.kind, found.page_numbers) == ("missing_page", (40,))


def test_an_empty_dossier_is_all_missing() -> None:
    found = only(reconcile([]))
    assert (found.kind, found.page_numbers) == ("missing_page", tuple(range(1, LAST + 1)))
    assert settle([], NOTHING).consistent


def test_two_causes_are_two_discrepancies() -> None:
    sides = pages([1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 11])
    sides.insert(2, page(2, own_party=True, twin=at(1)[0]))
    kinds = {found.kind: found.page_numbers for found in reconcile(sides).discrepancies}
    assert kinds == {"missing_page": (6,), "duplicate_page": (2,), "wrong_order": (11, 12)}


def test_a_missing_page_beside_an_unstamped_one() -> None:
    sides = pages([1, 2, 3, 4, 5, None, 8, 9, 10, 11, 12])
    kinds = {found.kind for found in reconcile(sides).discrepancies}
    assert kinds == {"missing_page", "unnumbered_page"}


def test_pages_of_two_places_scanned_again_at_the_end_are_two_causes() -> None:
    again = [page(number, own_party=True, twin=at(number - 1)[0]) for number in (3, 8, 9)]
    result = reconcile([*pages(), *again])
    assert [(found.kind, found.page_numbers) for found in result.discrepancies] == [
        ("duplicate_page", (3,)),
        ("duplicate_page", (8, 9)),
    ]
