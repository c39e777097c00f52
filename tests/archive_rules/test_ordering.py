"""Moves into the order of the template: as few as can be, and none on a guess."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from archive_rules.ordering import Move, OrderedItem, propose_moves, row_of
from archive_rules.templates import load_template

TEMPLATE = load_template("civil_first")
OTHER = 25


def items(*rows: int | tuple[int, str] | None) -> list[OrderedItem]:
    return [
        OrderedItem(id=f"i{place}", row=row[0], date=row[1])
        if isinstance(row, tuple)
        else OrderedItem(id=f"i{place}", row=row)
        for place, row in enumerate(rows)
    ]


def moves(*rows: int | tuple[int, str] | None) -> list[tuple[str, str | None, str]]:
    found = propose_moves(items(*rows), TEMPLATE)
    return [(move.item, move.after, move.reason.code) for move in found]


def test_what_is_in_order_stays() -> None:
    assert moves() == []
    assert moves(1, 4, 4, 11, 21, (25, "2019-01-01"), (25, "2019-02-01"), 25) == []


def test_one_document_out_of_order_is_one_move() -> None:
    assert moves(1, 21, 4, 6, 11) == [("i1", "i4", "row_order")]
    assert moves(4, 6, 11, 1) == [("i3", None, "row_first")]
    assert moves(4, 25, 6, 21) == [("i1", "i3", "behind_listed")]


def test_what_is_not_listed_stands_by_its_date() -> None:
    assert moves(4, (25, "2019-05-01"), (25, "2019-07-01"), (25, "2019-03-01")) == [
        ("i3", "i0", "behind_listed")
    ]
    assert moves(
        (25, "2019-05-01"), (25, "2019-09-01"), (25, "2019-06-01"), (25, "2019-07-01")
    ) == [("i1", "i3", "date_order")]
    assert moves((25, "2019-05-01"), (25, "2019-06-01"), (25, "2019-03-01")) == [
        ("i2", None, "date_first")
    ]
    assert moves((25, "2019-05-01"), 25, (25, "2019-03-01"), (25, "2019-04-01")) == [
        ("i0", "i3", "date_order")
    ]


def test_what_is_unknown_or_wanted_where_it_is_moves_nothing() -> None:
    assert moves(21, None, 4) == [("i2", None, "row_first")]
    assert moves(4, None, None, 21) == []
    fixed = OrderedItem(id="x", row=1, fixed=True)
    assert propose_moves([*items(4, 21), fixed], TEMPLATE) == ()


def test_of_equally_many_moves_fewer_sides_move() -> None:
    long, short = OrderedItem(id="long", row=21, sides=40), OrderedItem(id="short", row=4)
    assert [move.item for move in propose_moves([long, short], TEMPLATE)] == ["short"]
    assert [move.item for move in propose_moves([short, long], TEMPLATE)] == []


def test_a_row_is_known_by_its_title() -> None:
    assert row_of(TEMPLATE, "本院法律文书正本") == 21
    assert row_of(TEMPLATE, "没有这一项") is None


def in_order(entries: list[OrderedItem]) -> bool:
    judged = [entry for entry in entries if entry.row is not None and not entry.fixed]
    rows = [entry.row or 0 for entry in judged]
    dates = [entry.date for entry in judged if entry.row == OTHER and entry.date]
    return rows == sorted(rows) and dates == sorted(dates)


def applied(entries: list[OrderedItem], move: Move) -> list[OrderedItem]:
    moved = next(entry for entry in entries if entry.id == move.item)
    rest = [entry for entry in entries if entry is not moved]
    place = 0
    if move.after is not None:
        place = next(at for at, entry in enumerate(rest, 1) if entry.id == move.after)
    return [*rest[:place], moved, *rest[place:]]


LYING = st.lists(
    st.one_of(
        st.none(),
        st.integers(1, 6),
        st.tuples(st.just(OTHER), st.sampled_from(["", "2019-01-01", "2019-02-02", "2019-03-03"])),
    ),
    max_size=8,
)


@given(rows=LYING)
def test_the_moves_are_the_fewest_and_bring_the_order_about(
    rows: list[int | tuple[int, str] | None],
) -> None:
    lying = items(*rows)
    proposed = propose_moves(lying, TEMPLATE)
    # Accepted one after the other, asked anew each time, they come to an end.
    entries, accepted = lying, 0
    while left := propose_moves(entries, TEMPLATE):
        entries = applied(entries, left[0])
        accepted += 1
        assert accepted <= len(proposed)
    assert in_order(entries)
    assert accepted == len(proposed)
    # No smaller set of documents, taken out, leaves the others in order.
    for count in range(len(proposed)):
        for taken in combinations(lying, count):
            assert not in_order([entry for entry in lying if entry not in taken])


@given(rows=LYING, data=st.data())
def test_of_the_fewest_moves_those_of_the_fewest_sides(
    rows: list[int | tuple[int, str] | None], data: st.DataObject
) -> None:
    lying = [replace(item, sides=data.draw(st.integers(1, 3))) for item in items(*rows)]
    moved = {move.item for move in propose_moves(lying, TEMPLATE)}
    sides = sum(item.sides for item in lying if item.id in moved)
    lightest = min(
        sum(item.sides for item in taken)
        for taken in combinations(lying, len(moved))
        if in_order([item for item in lying if item not in taken])
    )
    assert sides == lightest
