"""The custody ledger beside real hand-offs at a simulated cabinet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.domain.locker_codes import cell_ticket
from app.domain.slips import volume_ticket
from app.kernel.errors import Refused
from app.services.workstation import Workstation
from tests.services.locker_hall import ARCHIVIST, CLERK, FIRST, SECOND, Hall, LockerHouse

NAMED = (
    {"part": "main", "volume": 1, "pages": 70},
    {"part": "main", "volume": 2, "pages": 50},
)


@pytest.fixture
def house(workstation: Workstation, tmp_path: Path) -> LockerHouse:
    """A workstation with halls."""
    return LockerHouse(workstation, tmp_path / "云柜")


@pytest.fixture
def hall(house: LockerHouse) -> Hall:
    """One cabinet with item sensors."""
    return house.add_hall()


def stands(house: LockerHouse, case_no: str) -> list[tuple[int, str, str]]:
    """Volume, holder and place of every volume, none of them ambiguous."""
    rows = house.workstation.custody_ledger(case_no)
    assert not any(row.ambiguous for row in rows)
    return [(row.volume, row.holder, row.place) for row in rows]


def test_the_ledger_goes_along_with_a_hand_off_and_moves_custody_at_the_count(
    house: LockerHouse, hall: Hall
) -> None:
    work = house.workstation
    row, code = house.offer(hall)
    # Announced is not handed over: of an unscanned dossier one volume is known.
    assert stands(house, row.case_no) == [(1, CLERK.name, CLERK.name)]
    work.deposit(CLERK, row.id, opened=hall.lays_in)
    cell = f"{hall.name}#{row.cell}"
    assert stands(house, row.case_no) == [(n, CLERK.name, cell) for n in (1, 2)]
    seen = work.read_any_code(cell_ticket(hall.name, row.cell))
    assert (seen.handoff, [volume.volume for volume in seen.volumes]) == (row.id, [1, 2])
    work.collect(ARCHIVIST, row.id, code, opened=hall.takes_out)
    assert stands(house, row.case_no) == [(n, CLERK.name, ARCHIVIST.name) for n in (1, 2)]
    work.acknowledge(ARCHIVIST, row.id, volumes=2, pages=120)
    assert stands(house, row.case_no) == [(n, ARCHIVIST.name, ARCHIVIST.name) for n in (1, 2)]
    assert house.holder(row.case_no) == ARCHIVIST.name
    (first, _second) = work.custody_ledger(row.case_no)
    assert [(s["action"], s["volumes"], s["all_pages"]) for s in first.steps] == [
        ("deposited", 2, 120),
        ("collected", 2, 120),
        ("confirmed", 2, 120),
    ]


def test_one_volume_less_moves_only_the_volume_that_was_found(
    house: LockerHouse, hall: Hall
) -> None:
    work = house.workstation
    row, code = house.deposited(hall, counts=NAMED)
    work.collect(ARCHIVIST, row.id, code, opened=hall.takes_out)
    with pytest.raises(Refused):
        work.acknowledge(ARCHIVIST, row.id, volumes=1, pages=70)
    assert [holder for _, holder, _ in stands(house, row.case_no)] == [CLERK.name] * 2
    agreed: dict[str, Any] = {"volumes": 1, "pages": 70, "reason": "第2册还在书记员处"}
    work.settle_dispute(CLERK, row.id, second=ARCHIVIST, counts=NAMED[:1], **agreed)
    holders = [(volume, holder) for volume, holder, _ in stands(house, row.case_no)]
    assert holders == [(1, ARCHIVIST.name), (2, CLERK.name)]
    assert work.custody_ledger(row.case_no)[0].pages == 70


def test_paper_that_administrators_took_out_and_gave_back_is_its_givers(
    house: LockerHouse, hall: Hall
) -> None:
    work = house.workstation
    row, _code = house.deposited(hall)
    work.retrieve(FIRST, row.id, second=SECOND, reason="接收人调离", opened=hall.takes_out)
    assert {holder for _, holder, _ in stands(house, row.case_no)} == {CLERK.name}
    work.give_back(FIRST, row.id, volumes=2, pages=120, reason="交还书记员")
    assert stands(house, row.case_no) == [(n, CLERK.name, CLERK.name) for n in (1, 2)]


def test_cells_are_counted_against_the_hand_offs_in_them(house: LockerHouse, hall: Hall) -> None:
    work = house.workstation
    first, _code = house.deposited(hall, volumes=1, pages=10)
    second, _code = house.deposited(hall, volumes=1, pages=20)
    take = work.begin_stock_take(FIRST, "cells", hall.name)
    assert len(take.expected) == 2
    # The two lie the wrong way round.
    for cell, case_no in ((first.cell, second.case_no), (second.cell, first.case_no)):
        work.count_stock(FIRST, take.id, cell_ticket(hall.name, cell))
        work.count_stock(FIRST, take.id, volume_ticket(case_no, "main", 1))
    closed = work.close_stock_take(FIRST, take.id)
    assert [row["kind"] for row in closed.discrepancies] == ["misplaced", "misplaced"]


def test_the_timeline_of_a_hand_off_names_doors_and_custody(house: LockerHouse, hall: Hall) -> None:
    row, code = house.deposited(hall)
    house.workstation.collect(ARCHIVIST, row.id, code, opened=hall.takes_out)
    house.workstation.acknowledge(ARCHIVIST, row.id, volumes=2, pages=120)
    steps = [
        (step.kind, step.action)
        for step in house.workstation.dossier_timeline(row.case_no)
        if step.kind != "notice"
    ]
    assert steps == [
        ("door", "deposit"),
        ("custody", "deposited"),
        ("door", "collect"),
        ("custody", "collected"),
        ("custody", "confirmed"),
    ]
