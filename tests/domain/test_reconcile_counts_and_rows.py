"""Counts and catalogue rows that do not agree with the pages."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from app.domain.reconciliation import Expected, Row
from tests.domain.ledger_builder import CASE_NO, LAST, ROWS, knowing, only, page, pages, reconcile


def changed(index: int, **changes: Any) -> tuple[Row, ...]:
    """The rows with one changed."""
    return tuple(
        attrs.evolve(row, **changes) if place == index else row for place, row in enumerate(ROWS)
    )


@pytest.mark.parametrize("claimed", [8, 10, 11, 13, 14, 36])
@pytest.mark.parametrize("witness", [("stated_pages",), ("end_note_pages",), None])
def test_a_wrong_count(claimed: int, witness: tuple[str, ...] | None) -> None:
    names = witness or ("stated_pages", "end_note_pages")
    found = only(reconcile(pages(), knowing(**dict.fromkeys(names, claimed))))
    assert (found.kind, found.page_numbers, found.positions) == ("count_mismatch", (), ())
    assert found.parameters["pages"] == LAST
    assert found.parameters["witnesses"] == str(claimed)


def test_a_wrong_count_in_record_and_end_note_without_the_paper_catalogue() -> None:
    expected = knowing(stated_pages=13, end_note_pages=13, paper_rows=())
    assert only(reconcile(pages(), expected)).kind == "count_mismatch"


def test_a_wrong_count_when_nothing_else_is_known() -> None:
    expected = Expected(case_no=CASE_NO, stated_pages=36)
    assert only(reconcile(pages(), expected)).kind == "count_mismatch"


def test_photographs_in_the_end_note_are_no_pages() -> None:
    assert reconcile(pages(), knowing(end_note_pages=3)).consistent


@pytest.mark.parametrize("claimed", [LAST - 1, LAST + 1, LAST + 2])
def test_a_wrong_count_and_a_last_page_without_its_number(claimed: int) -> None:
    sides = pages([*range(1, LAST), None])
    result = reconcile(sides, knowing(stated_pages=claimed, end_note_pages=claimed))
    kinds = {found.kind: found.page_numbers for found in result.discrepancies}
    assert kinds == {"count_mismatch": (), "unnumbered_page": (LAST,)}


def test_a_wrong_count_and_a_missing_page() -> None:
    numbers = [n for n in range(1, LAST + 1) if n != 5]
    result = reconcile(pages(numbers), knowing(stated_pages=15, end_note_pages=15))
    kinds = {found.kind: found.page_numbers for found in result.discrepancies}
    assert kinds == {"count_mismatch": (), "missing_page": (5,)}


@pytest.mark.parametrize(
    ("index", "change"),
    [(1, {"last_page": 5}), (2, {"first_page": 4}), (3, {"first_page": 11}), (0, {"last_page": 2})],
)
@pytest.mark.parametrize("where", ["stated_rows", "paper_rows", "both"])
def test_a_row_with_other_pages(index: int, change: dict[str, int], where: str) -> None:
    rows = changed(index, **change)
    names = ("stated_rows", "paper_rows") if where == "both" else (where,)
    found = only(reconcile(pages(), knowing(**dict.fromkeys(names, rows))))
    assert found.kind == "catalogue_mismatch"
    assert set(change.values()) <= set(found.page_numbers)
    assert found.parameters["title"] == ROWS[index].title


def test_a_wrong_end_of_the_last_row_is_a_row_not_a_count() -> None:
    rows = changed(3, last_page=13)
    assert only(reconcile(pages(), knowing(stated_rows=rows))).kind == "catalogue_mismatch"


def test_rows_that_name_only_their_first_page() -> None:
    rows = tuple(attrs.evolve(row, last_page=None) for row in ROWS)
    assert reconcile(pages(), knowing(stated_rows=rows)).consistent
    assert reconcile(pages(), knowing(stated_rows=rows, paper_rows=())).consistent


@pytest.mark.parametrize("where", ["stated_rows", "paper_rows"])
def test_a_row_whose_pages_could_not_be_read_differs_from_nothing(where: str) -> None:
    rows = changed(1, first_page=None, last_page=None)
    assert reconcile(pages(), knowing(**{where: rows})).consistent


def test_forms_listed_as_one_and_parted_by_a_stray_sheet_differ_in_nothing() -> None:
    first = attrs.evolve(ROWS[1], last_page=3)
    second = attrs.evolve(ROWS[1], first_page=4)
    assert reconcile(pages(), knowing(found_rows=(ROWS[0], first, second, *ROWS[2:]))).consistent
    other = attrs.evolve(second, title="答辩状")
    found = only(reconcile(pages(), knowing(found_rows=(ROWS[0], first, other, *ROWS[2:]))))
    assert found.kind == "catalogue_mismatch"


def test_what_was_not_found_by_its_title_proves_nothing() -> None:
    unsure = tuple(attrs.evolve(row, certain=False) for row in changed(2, first_page=6))
    assert reconcile(pages(), knowing(found_rows=unsure)).consistent


def test_a_missing_first_page_of_a_document_is_no_row_of_its_own() -> None:
    sides = pages([n for n in range(1, LAST + 1) if n != 5])
    rows = changed(2, first_page=6)
    assert only(reconcile(sides, knowing(found_rows=rows))).kind == "missing_page"


def test_misread_titles_pair_off() -> None:
    rows = changed(1, title="民亊起诉状")
    assert reconcile(pages(), knowing(paper_rows=rows)).consistent


def test_another_title_in_the_paper_catalogue() -> None:
    rows = changed(0, title="送达地址确认单")
    found = only(reconcile(pages(), knowing(stated_rows=rows)))
    assert (found.kind, found.page_numbers) == ("catalogue_mismatch", (1,))


def test_repeated_titles_do_not_shift() -> None:
    rows = (
        Row(title="送达回证", first_page=1, last_page=2),
        Row(title="民事判决书", first_page=3, last_page=10),
        Row(title="送达回证", first_page=11, last_page=12),
    )
    expected = knowing(stated_rows=rows, paper_rows=rows[::-1], found_rows=rows)
    assert reconcile(pages(), expected).consistent
    without_first = knowing(stated_rows=rows, paper_rows=rows, found_rows=rows[1:])
    assert reconcile(pages(), without_first).consistent


def test_a_row_apart_from_another_cause_is_still_reported() -> None:
    sides = pages()
    sides.insert(11, page(None, own_party=True))
    rows = changed(1, last_page=5)
    kinds = {
        found.kind
        for found in reconcile(sides, knowing(stated_rows=rows, paper_rows=rows)).discrepancies
    }
    assert kinds == {"extra_page", "catalogue_mismatch"}


def test_the_title_of_a_stray_sheet_is_no_row() -> None:
    """An inserted sheet with a title tears the document it lies in."""
    sides = pages()
    sides.insert(7, page(None, own_party=True))
    torn = (
        *ROWS[:2],
        Row(title="证据", first_page=5, last_page=7, position=7),
        Row(title="说明", first_page=8, last_page=9, position=10),
        ROWS[3],
    )
    assert only(reconcile(sides, knowing(found_rows=torn))).kind == "extra_page"


BARE = {"paper_rows": (), "found_rows": ()}


@pytest.mark.parametrize(
    ("rows", "code", "numbers"),
    [
        (changed(1, first_page=4, last_page=2), "REC-222", (2, 4)),
        (changed(1, last_page=7), "REC-223", (5, 6, 7)),
        ((*ROWS, *ROWS), "REC-221", ()),
    ],
)
def test_a_record_that_contradicts_itself_is_one_cause(
    rows: tuple[Row, ...], code: str, numbers: tuple[int, ...]
) -> None:
    found = only(reconcile(pages(), knowing(stated_rows=rows, **BARE)))
    assert (found.kind, found.code, found.page_numbers) == ("catalogue_mismatch", code, numbers)


def test_a_whole_and_its_parts_and_a_shared_page_contradict_nothing() -> None:
    part = Row(title="合同", first_page=5, last_page=7)
    assert reconcile(pages(), knowing(stated_rows=(*ROWS, part), **BARE)).consistent
    shared = changed(1, last_page=5)
    assert reconcile(pages(), knowing(stated_rows=shared, **BARE)).consistent


@pytest.mark.parametrize("known", [{}, {"paper_rows": ()}])
def test_a_document_that_the_record_leaves_out(known: dict[str, Any]) -> None:
    rows = tuple(row for row in ROWS if row.title != "民事起诉状")
    found = only(reconcile(pages(), knowing(stated_rows=rows, **known)))
    assert (found.code, found.page_numbers) == ("REC-224", (2, 3, 4))
    assert found.parameters["title"] == "民事起诉状"


def test_a_document_left_out_of_the_record_whose_pages_are_gone_is_told_by_them() -> None:
    rows = tuple(row for row in ROWS if row.title != "民事起诉状")
    numbers = [number for number in range(1, LAST + 1) if number not in (2, 3, 4)]
    assert only(reconcile(pages(numbers), knowing(stated_rows=rows))).kind == "missing_page"


def test_a_record_that_is_shifted_as_a_whole_is_one_cause() -> None:
    shifted = tuple(
        attrs.evolve(row, first_page=(row.first_page or 0) + 1, last_page=(row.last_page or 0) + 1)
        for row in ROWS
    )
    found = only(reconcile(pages(), knowing(stated_rows=shifted)))
    assert (found.kind, found.code, found.page_numbers) == ("catalogue_mismatch", "REC-230", ())
    assert found.parameters["count"] == len(ROWS)


def test_of_a_range_on_paper_perhaps_only_its_end_was_read() -> None:
    paper = (attrs.evolve(ROWS[1], first_page=ROWS[1].last_page, last_page=None), *ROWS[2:])
    assert reconcile(pages(), knowing(paper_rows=(ROWS[0], *paper))).consistent
