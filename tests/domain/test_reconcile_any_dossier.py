"""What holds for every dossier, however long and however broken."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from app.domain.reconciliation import CapturedSide, Expected, Row
from app.domain.reconciliation import reconcile as settle
from tests.domain.ledger_builder import CASE_NO, OTHER, bound, page, pages

KINDS = {
    "missing_page",
    "duplicate_page",
    "wrong_order",
    "foreign_case",
    "extra_page",
    "unnumbered_page",
    "count_mismatch",
    "catalogue_mismatch",
}
COUNTS = st.integers(5, 60)


@st.composite
def rows_of(draw: st.DrawFn, count: int) -> tuple[Row, ...]:
    """A catalogue that covers the pages 1 to `count`."""
    starts = sorted({1, *draw(st.lists(st.integers(1, count), max_size=8))})
    ends = [*(start - 1 for start in starts[1:]), count]
    return tuple(
        Row(title=f"文书{number}", first_page=first, last_page=last)
        for number, (first, last) in enumerate(zip(starts, ends, strict=True))
    )


@st.composite
def expectations(draw: st.DrawFn, count: int) -> Expected:
    """What may be known of a dossier, all of it true."""
    rows = draw(rows_of(count))
    known = Expected(
        case_no=CASE_NO,
        stated_pages=draw(st.sampled_from([None, count])),
        end_note_pages=draw(st.sampled_from([None, count])),
        stated_rows=draw(st.sampled_from([(), rows])),
        paper_rows=draw(st.sampled_from([(), rows])),
        found_rows=rows,
    )
    if draw(st.booleans()):
        opened = tuple(attrs.evolve(row, last_page=None) for row in known.stated_rows)
        return attrs.evolve(known, stated_rows=opened)
    return known


@st.composite
def anything(draw: st.DrawFn) -> CapturedSide:
    """Any side at all."""
    return page(
        draw(st.none() | st.integers(1, 20)),
        role=draw(st.sampled_from(["page", "page", "page", "blank", "cover", "remarks"])),
        candidates=tuple(draw(st.lists(st.integers(1, 20), max_size=2))),
        readable=draw(st.booleans()),
        foreign_case=draw(st.sampled_from(["", "", OTHER])),
        own_case=draw(st.booleans()),
        own_party=draw(st.booleans()),
        other_party=draw(st.booleans()),
        other_court=draw(st.booleans()),
        procedural=draw(st.booleans()),
        ruling=draw(st.booleans()),
        twin=draw(st.none() | st.integers(1, 20)),
    )


@given(st.data(), COUNTS, st.booleans())
def test_a_clean_dossier_never_reports(data: st.DataObject, count: int, backs: bool) -> None:
    expected = data.draw(expectations(count))
    result = settle(bound(pages(range(1, count + 1)), backs=backs), expected)
    assert result.discrepancies == ()
    assert result.counts["expected_pages"] == count


@given(st.data(), COUNTS)
def test_every_removed_page_is_reported_once(data: st.DataObject, count: int) -> None:
    gone = data.draw(st.sets(st.integers(1, count - 1), max_size=3))
    expected = data.draw(expectations(count))
    left = [number for number in range(1, count + 1) if number not in gone]
    result = settle(bound(pages(left)), attrs.evolve(expected, stated_pages=count))
    assert {found.kind for found in result.discrepancies} <= {"missing_page"}
    reported = [number for found in result.discrepancies for number in found.page_numbers]
    assert reported == sorted(gone)
    assert {tile.page_number for tile in result.tiles} == set(range(1, count + 1))


@given(st.data(), st.integers(8, 60))
def test_one_inserted_stray_is_one_cause(data: st.DataObject, count: int) -> None:
    expected = data.draw(expectations(count))
    place = data.draw(st.integers(1, count))
    number = data.draw(st.none() | st.integers(count + 2, count + 90))
    sides = pages(range(1, count + 1))
    sides.insert(place, page(number, foreign_case=OTHER))
    result = settle(bound(sides), expected)
    assert [found.kind for found in result.discrepancies] == ["foreign_case"]
    assert result.discrepancies[0].positions == (place + 3,)


@given(st.data(), COUNTS)
def test_one_page_scanned_again_anywhere_is_one_cause(data: st.DataObject, count: int) -> None:
    expected = data.draw(expectations(count))
    number = data.draw(st.integers(1, count))
    place = data.draw(st.integers(0, count))
    sides = pages(range(1, count + 1))
    sides.insert(place, page(number, own_party=True))
    result = settle(bound(sides), expected)
    assert [found.kind for found in result.discrepancies] == ["duplicate_page"]
    assert result.discrepancies[0].page_numbers == (number,)


@given(st.permutations(range(1, 11)))
def test_any_order_is_only_a_matter_of_order(order: list[int]) -> None:
    result = settle(bound(pages(order)), Expected(case_no=CASE_NO, stated_pages=10))
    assert {found.kind for found in result.discrepancies} <= {"wrong_order"}
    assert result.consistent == (order == sorted(order))


@given(st.lists(anything(), max_size=16), st.data())
def test_whatever_was_scanned_gets_an_answer(
    sides: list[CapturedSide], data: st.DataObject
) -> None:
    expected = data.draw(expectations(12))
    placed = [attrs.evolve(side, position=place) for place, side in enumerate(sides, start=1)]
    result = settle(placed, expected)
    assert {found.kind for found in result.discrepancies} <= KINDS
    known = {side.position for side in placed}
    for found in result.discrepancies:
        assert set(found.positions) <= known
        assert 0 < found.confidence <= 1
    assert result.consistent == (not result.discrepancies)
    assert settle(placed[::-1], expected) == result


@given(st.lists(anything(), max_size=16))
def test_a_side_is_reported_once(sides: list[CapturedSide]) -> None:
    placed = [attrs.evolve(side, position=place) for place, side in enumerate(sides, start=1)]
    result = settle(placed, Expected(case_no=CASE_NO))
    once = [
        position
        for found in result.discrepancies
        if found.kind != "wrong_order"
        for position in found.positions
    ]
    assert len(once) == len(set(once))
