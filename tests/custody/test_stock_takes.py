"""Counting cells and shelves through the real service."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from app.domain.access import Actor
from app.domain.locker_codes import cell_text, cell_ticket, shelf_ticket
from app.domain.slips import slip_text, ticket_of, volume_text, volume_ticket
from app.kernel.errors import Fault
from app.services import stock_takes
from app.services.workstation import Workstation
from tests.custody.conftest import ARCHIVIST, CABINET, Paper
from tests.replay import CASE_NO

OTHER = "（2021）辽0899民初1号"
THIRD = "（2022）辽0899民初2号"
SHELF = "A库-03列-02节-4层-07盒-01"
CLERK = Actor(name="吴书记", role="clerk")


def fault_of(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        call()
    return raised.value.code


def kinds(rows: tuple[dict[str, object], ...]) -> list[tuple[object, object, object]]:
    return [(row["kind"], row["case_no"], row["volume"]) for row in rows]


@pytest.fixture
def shelved(workstation: Workstation) -> Workstation:
    """Two cases on one rack, with two volumes and one."""
    workstation.register_case(ARCHIVIST, {"case_no": OTHER})
    workstation.register_case(ARCHIVIST, {"case_no": THIRD, "clerk": "吴书记"})
    workstation.shelve(ARCHIVIST, CASE_NO, "A库/3/2/4/7/1", volumes=2, pages=90)
    workstation.shelve(ARCHIVIST, OTHER, "A库/3/2/4/7/2", volumes=1, pages=30)
    return workstation


def test_a_shelf_in_order_has_no_discrepancies(shelved: Workstation) -> None:
    take = shelved.begin_stock_take(ARCHIVIST, "shelf", "A库/3")
    assert (take.place, take.state, len(take.expected)) == ("A库-03列", "open", 3)
    for code in (
        shelf_ticket(SHELF),
        volume_ticket(CASE_NO, "main", 1),
        volume_text(CASE_NO, "main", 2),
        volume_text(CASE_NO, "main", 2),
        shelf_ticket("A库-03列-02节-4层-07盒-02"),
        # One volume alone is named by the code of its dossier, too.
        ticket_of(OTHER),
    ):
        take = shelved.count_stock(ARCHIVIST, take.id, f" {code}\n")
    assert [line["kind"] for line in take.lines].count("volume") == 3
    closed = shelved.close_stock_take(ARCHIVIST, take.id, " 无误 ")
    assert (closed.state, closed.discrepancies) == ("closed", ())
    assert shelved.stock_take(take.id) == closed
    assert shelved.stock_takes(open_only=True) == []
    assert shelved.stock_takes() == [closed]


def test_what_differs_is_told_and_stands_in_the_history_of_the_case(
    shelved: Workstation,
) -> None:
    take = shelved.begin_stock_take(ARCHIVIST, "shelf", "A库-03列")
    count = shelved.count_stock
    count(ARCHIVIST, take.id, shelf_ticket("A库-03列-02节-4层-07盒-02"))
    count(ARCHIVIST, take.id, volume_ticket(CASE_NO, "main", 1))
    count(ARCHIVIST, take.id, volume_ticket(THIRD, "main", 1))
    count(ARCHIVIST, take.id, volume_text("（2009）京0105民初9号", "main", 1))
    count(ARCHIVIST, take.id, "封面撕破的一册", unreadable=True)
    closed = shelved.close_stock_take(ARCHIVIST, take.id)
    assert kinds(closed.discrepancies) == [
        ("missing", CASE_NO, 2),
        ("missing", OTHER, 1),
        ("misplaced", CASE_NO, 1),
        ("unexpected", THIRD, 1),
        ("unexpected", "（2009）京0105民初9号", 1),
        ("unreadable", "", 0),
    ]
    by_kind = {row["kind"]: row for row in closed.discrepancies}
    assert by_kind["misplaced"]["expected_place"] == SHELF
    assert by_kind["unexpected"]["place"] == "A库-03列-02节-4层-07盒-02"
    last = shelved.history(CASE_NO)[-1]
    assert last.action == "stock_discrepancy"
    assert [row["kind"] for row in last.details["discrepancies"]] == ["missing", "misplaced"]


def test_a_volume_with_one_label_in_two_places_is_told(shelved: Workstation) -> None:
    take = shelved.begin_stock_take(ARCHIVIST, "shelf", "A库")
    label = volume_ticket(OTHER, "main", 1)
    shelved.count_stock(ARCHIVIST, take.id, label, "A库-03列-02节-4层-07盒-02")
    shelved.count_stock(ARCHIVIST, take.id, label, "A库-05列")
    for volume in (1, 2):
        code = volume_ticket(CASE_NO, "main", volume)
        shelved.count_stock(ARCHIVIST, take.id, code, shelf_ticket(SHELF))
    closed = shelved.close_stock_take(ARCHIVIST, take.id)
    assert kinds(closed.discrepancies) == [("twice", OTHER, 1)]


def test_what_moves_while_it_is_counted_is_no_discrepancy(
    shelved: Workstation, paper: Paper
) -> None:
    take = shelved.begin_stock_take(ARCHIVIST, "shelf", "A库-03列")
    shelved.count_stock(ARCHIVIST, take.id, volume_ticket(CASE_NO, "main", 1), SHELF)
    shelved.count_stock(ARCHIVIST, take.id, volume_ticket(CASE_NO, "main", 2), SHELF)
    # Counted, then fetched; fetched before it was met; and put here after the count began.
    paper.moved("confirmed", volumes=2, place="法官")
    paper.moved("confirmed", case_no=OTHER, place="法官")
    shelved.shelve(ARCHIVIST, THIRD, "A库/3/2/4/7/3", volumes=1, pages=5)
    assert shelved.close_stock_take(ARCHIVIST, take.id).discrepancies == ()


def test_cells_are_counted_against_what_was_put_in(workstation: Workstation, paper: Paper) -> None:
    paper.moved("deposited", volumes=2, place=f"{CABINET}#3")
    take = workstation.begin_stock_take(CLERK, "cells", CABINET)
    assert [row["place"] for row in take.expected] == [f"{CABINET}#3"] * 2
    count = workstation.count_stock
    count(CLERK, take.id, cell_ticket(CABINET, 3))
    count(CLERK, take.id, volume_ticket(CASE_NO, "main", 1))
    # A number is a cell of this cabinet.
    count(CLERK, take.id, volume_ticket(CASE_NO, "main", 2), "5")
    closed = workstation.close_stock_take(CLERK, take.id)
    assert kinds(closed.discrepancies) == [("misplaced", CASE_NO, 2)]
    assert closed.discrepancies[0]["place"] == f"{CABINET}#5"


def test_what_is_counted_while_the_count_is_weighed_is_not_lost(
    shelved: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = shelved.begin_stock_take(ARCHIVIST, "shelf", "A库-03列")
    for volume in (1, 2):
        shelved.count_stock(ARCHIVIST, take.id, volume_ticket(CASE_NO, "main", volume))
    weighed = stock_takes.discrepancies
    late = iter([volume_ticket(OTHER, "main", 1)])

    def weighing(*given: object) -> object:
        for code in late:
            shelved.count_stock(CLERK, take.id, code)
        return weighed(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(stock_takes, "discrepancies", weighing)
    closed = shelved.close_stock_take(ARCHIVIST, take.id)
    assert (len(closed.lines), closed.discrepancies) == (3, ())


def test_two_people_count_side_by_side(shelved: Workstation) -> None:
    take = shelved.begin_stock_take(ARCHIVIST, "shelf", "A库-03列")
    count = shelved.count_stock
    count(ARCHIVIST, take.id, shelf_ticket(SHELF))
    count(CLERK, take.id, shelf_ticket("A库-03列-02节-4层-07盒-02"))
    count(ARCHIVIST, take.id, volume_ticket(CASE_NO, "main", 1))
    count(CLERK, take.id, volume_ticket(OTHER, "main", 1))
    count(ARCHIVIST, take.id, volume_ticket(CASE_NO, "main", 2))
    assert shelved.close_stock_take(CLERK, take.id).discrepancies == ()


def test_a_count_refuses_what_would_make_it_doubtful(shelved: Workstation) -> None:
    begin, count = shelved.begin_stock_take, shelved.count_stock
    take = begin(ARCHIVIST, "shelf", "A库-03列")
    refused = {
        "STK-103": lambda: begin(ARCHIVIST, "shelf", "A库"),
        "STK-105": lambda: count(ARCHIVIST, take.id, slip_text(CASE_NO)),
        "STK-106": lambda: count(ARCHIVIST, take.id, cell_text(CABINET, 3)),
        "CST-101": lambda: count(ARCHIVIST, take.id, "EMS123"),
        "STK-102": lambda: count(ARCHIVIST, "stocktake_none", ticket_of(OTHER)),
        "STK-101": lambda: begin(ARCHIVIST, "cells", "wkly:nowhere"),
        "ACC-101": lambda: begin(Actor(name="法官", role="judge"), "shelf", "B库"),
    }
    for code, call in refused.items():
        assert fault_of(call) == code
    for place in ("A库-04列", shelf_ticket("A库"), cell_ticket(CABINET, 3)):
        assert fault_of(partial(count, ARCHIVIST, take.id, ticket_of(OTHER), place)) == "STK-106"
    for place in ("", "A库/1-3", "A:B"):
        assert fault_of(partial(begin, ARCHIVIST, "shelf", place)) == "STK-101"
    assert shelved.stock_take(take.id).lines == ()
    begin(ARCHIVIST, "shelf", "B库")
    shelved.close_stock_take(ARCHIVIST, take.id)
    assert fault_of(lambda: shelved.close_stock_take(ARCHIVIST, take.id)) == "STK-104"
    assert fault_of(lambda: count(ARCHIVIST, take.id, ticket_of(OTHER))) == "STK-104"
