"""Deposit and collect by the unlock rules, on the simulated cabinet with all its faults."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import BadInput, Broken, Fault, Refused, Transient
from cloud_locker.api import Cell
from cloud_locker.drivers.simulated import SimulatedCabinet
from cloud_locker.journal import UnlockJournal
from cloud_locker.session import LockerSession


class Hall:
    """A cabinet, its journal and the one person in front of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = UnlockJournal(folder / "unlock.jsonl")
        self.pauses: list[float] = []

    def cabinet(self, **options: Any) -> SimulatedCabinet:
        return SimulatedCabinet("hall", self.folder, wait=lambda _seconds: None, **options)

    def session(self, cabinet: SimulatedCabinet) -> LockerSession:
        return LockerSession(cabinet, self.journal, cabinet="hall", wait=self.pauses.append)

    def events(self) -> list[str]:
        return [entry.event for entry in self.journal.entries()]

    def filled(self, number: int) -> None:
        self.session(self.cabinet(obliging=True)).deposit(number, "earlier")
        self.journal.path.unlink()


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


def test_deposit_and_collect(hall: Hall) -> None:
    cabinet = hall.cabinet()

    def lay_in(cell: Cell) -> None:
        assert cell.door_open
        cabinet.put_in(cell.number)
        cabinet.close_door(cell.number)

    cycle = hall.session(cabinet).deposit(5, "handoff-1", opened=lay_in)
    assert (cycle.cell, cycle.purpose, cycle.reference) == (5, "deposit", "handoff-1")
    assert (cycle.occupied, cycle.pulses, cycle.resumed) == (True, 1, False)

    cycle = hall.session(hall.cabinet(obliging=True)).collect(5, "handoff-1")
    assert (cycle.purpose, cycle.occupied, cycle.pulses) == ("collect", False, 1)
    assert hall.events() == ["intent", "opened", "closed"] * 2
    assert hall.journal.interrupted() == []
    assert not any(cell.door_open or cell.occupied for cell in cabinet.cells())


def test_the_intent_is_on_disk_before_the_pulse(hall: Hall) -> None:
    cabinet = hall.cabinet(obliging=True)
    seen: list[tuple[str, int]] = []
    pulse = cabinet.open_cell

    def watched(number: int) -> Cell:
        last = UnlockJournal(hall.journal.path).entries()[-1]
        seen.append((last.event, last.cell))
        return pulse(number)

    cabinet.open_cell = watched  # type: ignore[method-assign]
    hall.session(cabinet).deposit(2, "handoff-1")
    assert seen == [("intent", 2)]


def test_a_journal_that_cannot_be_written_leaves_the_lock_alone(hall: Hall) -> None:
    hall.journal.path.mkdir()
    cabinet = hall.cabinet(obliging=True)
    with pytest.raises(Broken) as caught:
        hall.session(cabinet).deposit(1, "handoff-1")
    assert caught.value.code == "LCK-113"
    assert cabinet.pulses(1) == 0


def test_a_lost_answer_is_cleared_by_asking_not_by_a_second_pulse(hall: Hall) -> None:
    cabinet = hall.cabinet(obliging=True, answer_lost={3})
    cycle = hall.session(cabinet).deposit(3, "handoff-1")
    assert cycle.pulses == cabinet.pulses(3) == 1
    assert hall.pauses == []


@pytest.mark.parametrize("fault", ["deaf", "stuck_shut"])
def test_a_door_that_reports_closed_is_pulsed_twice_with_a_pause_and_no_more(
    hall: Hall, fault: str
) -> None:
    cabinet = hall.cabinet(obliging=True, **{fault: {3}})
    assert code_of(lambda: hall.session(cabinet).deposit(3, "handoff-1")) == "LCK-102"
    assert cabinet.pulses(3) == 2
    assert hall.pauses == [2.0]
    assert hall.events() == ["intent", "intent", "not_opened"]
    assert hall.journal.interrupted() == []


def test_no_answer_to_the_question_either_means_no_second_pulse(hall: Hall) -> None:
    cabinet = hall.cabinet(obliging=True)
    pulse = cabinet.open_cell

    def cable_falls_out(number: int) -> Cell:
        pulse(number)
        cabinet.offline = True
        raise Transient("LCK-116", cell=number)

    cabinet.open_cell = cable_falls_out  # type: ignore[method-assign]
    session = hall.session(cabinet)
    assert code_of(lambda: session.deposit(3, "handoff-1")) == "LCK-116"
    assert cabinet.pulses(3) == 1
    assert hall.events() == ["intent", "unanswered"]
    assert [entry.cell for entry in session.interrupted()] == [3]

    cycle = hall.session(hall.cabinet(obliging=True)).deposit(3, "handoff-1")
    assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, True)
    assert cabinet.pulses(3) == 1
    assert hall.journal.interrupted() == []


def test_an_offline_cabinet_is_found_out_before_anything_is_journalled(hall: Hall) -> None:
    cabinet = hall.cabinet(offline=True)
    assert code_of(lambda: hall.session(cabinet).deposit(1, "handoff-1")) == "LCK-101"
    assert hall.events() == []


def test_a_door_left_open_is_gone_on_with_once_it_is_closed(hall: Hall) -> None:
    stuck = hall.cabinet(obliging=True, stuck_open={4})
    assert code_of(lambda: hall.session(stuck).deposit(4, "handoff-1", seconds=0)) == "LCK-103"
    assert hall.events() == ["intent", "opened", "left_open"]
    stuck.take_out(4)  # nobody leaves a dossier in an open cell

    cycle = hall.session(hall.cabinet(obliging=True)).deposit(4, "handoff-1")
    assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, True)
    assert stuck.pulses(4) == 1


def power_cut_after_opening(hall: Hall, number: int, purpose: str) -> SimulatedCabinet:
    """The program dies while the door is open; the person then finishes or walks away."""
    cabinet = hall.cabinet()

    def dies(_cell: Cell) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        getattr(hall.session(cabinet), purpose)(number, "handoff-1", opened=dies)
    return cabinet


def test_after_a_power_cut_a_finished_deposit_is_recognised_by_the_sensor(hall: Hall) -> None:
    cabinet = power_cut_after_opening(hall, 6, "deposit")
    cabinet.put_in(6)
    cabinet.close_door(6)
    cycle = hall.session(hall.cabinet()).deposit(6, "handoff-1")
    assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, True)
    assert cabinet.pulses(6) == 1


def test_after_a_power_cut_a_finished_collection_is_recognised_by_the_sensor(hall: Hall) -> None:
    hall.filled(6)
    cabinet = power_cut_after_opening(hall, 6, "collect")
    cabinet.take_out(6)
    cabinet.close_door(6)
    cycle = hall.session(hall.cabinet()).collect(6, "handoff-1")
    assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, False)


@pytest.mark.parametrize("sensor", [True, False])
def test_after_a_power_cut_an_unclear_outcome_goes_to_a_person_first(
    hall: Hall, sensor: bool
) -> None:
    cabinet = power_cut_after_opening(hall, 6, "deposit")
    cabinet.close_door(6)
    again = hall.cabinet(obliging=True, sensor=sensor)
    assert code_of(lambda: hall.session(again).deposit(6, "handoff-1")) == "LCK-112"
    assert cabinet.pulses(6) == 1
    assert hall.session(again).deposit(6, "handoff-1").pulses == 1
    assert hall.journal.interrupted() == []


def test_the_door_left_open_by_one_hand_off_is_not_used_for_another(hall: Hall) -> None:
    power_cut_after_opening(hall, 6, "deposit")
    again = hall.cabinet(obliging=True)
    assert code_of(lambda: hall.session(again).deposit(6, "handoff-2")) == "LCK-111"
    assert hall.events()[-1] == "settled"
    assert hall.journal.interrupted() == []


def test_occupied_cells_take_nothing_and_empty_cells_give_nothing(hall: Hall) -> None:
    hall.filled(1)
    cabinet = hall.cabinet(obliging=True)
    session = hall.session(cabinet)
    before = [cabinet.pulses(1), cabinet.pulses(2)]
    assert code_of(lambda: session.deposit(1, "handoff-2")) == "LCK-105"
    assert code_of(lambda: session.collect(2, "handoff-2")) == "LCK-106"
    assert [cabinet.pulses(1), cabinet.pulses(2)] == before


def test_a_closed_but_empty_cell_is_no_deposit(hall: Hall) -> None:
    cabinet = hall.cabinet()
    session = hall.session(cabinet)
    close = lambda cell: cabinet.close_door(cell.number)  # noqa: E731
    assert code_of(lambda: session.deposit(1, "handoff-1", opened=close)) == "LCK-109"
    assert session.interrupted() == []


def test_something_left_in_the_cell_is_no_collection(hall: Hall) -> None:
    hall.filled(1)
    cabinet = hall.cabinet()
    session = hall.session(cabinet)
    close = lambda cell: cabinet.close_door(cell.number)  # noqa: E731
    assert code_of(lambda: session.collect(1, "handoff-1", opened=close)) == "LCK-110"


def test_without_a_sensor_the_closed_door_is_what_counts(hall: Hall) -> None:
    cycle = hall.session(hall.cabinet(obliging=True, sensor=False)).deposit(1, "handoff-1")
    assert cycle.occupied is None


def test_a_change_in_another_cell_is_an_incident(hall: Hall) -> None:
    cabinet = hall.cabinet()

    def wrong_cell(cell: Cell) -> None:
        cabinet.force_open(8)
        cabinet.put_in(8)
        cabinet.close_door(8)
        cabinet.close_door(cell.number)

    with pytest.raises(Refused) as caught:
        hall.session(cabinet).deposit(7, "handoff-1", opened=wrong_cell)
    assert caught.value.code == "LCK-107"
    assert caught.value.parameters == {"cell": 7, "others": "8"}
    assert hall.journal.entries()[-1].details["others"] == [8]


def test_closing_a_door_that_stood_open_before_is_no_incident(hall: Hall) -> None:
    cabinet = hall.cabinet(obliging=True)
    cabinet.force_open(8)
    cycle = hall.session(cabinet).deposit(7, "handoff-1", opened=lambda _: cabinet.close_door(8))
    assert cycle.occupied is True


def test_a_cell_that_is_not_there(hall: Hall) -> None:
    with pytest.raises(BadInput) as caught:
        hall.session(hall.cabinet()).deposit(13, "handoff-1")
    assert caught.value.code == "LCK-108"
    assert caught.value.parameters == {"cell": 13, "count": 12}


def test_one_cycle_at_a_time(hall: Hall) -> None:
    cabinet = hall.cabinet(obliging=True)
    session = hall.session(cabinet)
    codes: list[str] = []

    def meanwhile(_cell: Cell) -> None:
        codes.append(code_of(lambda: session.deposit(2, "handoff-2")))
        other = threading.Thread(
            target=lambda: codes.append(
                code_of(lambda: hall.session(cabinet).deposit(2, "handoff-2"))
            )
        )
        other.start()
        other.join()

    session.deposit(1, "handoff-1", opened=meanwhile)
    assert codes == ["LCK-104", "LCK-104"]
    assert cabinet.pulses(2) == 0
    assert session.deposit(2, "handoff-2").pulses == 1


def test_a_torn_last_line_hides_nothing_and_spoils_nothing(hall: Hall) -> None:
    session = hall.session(hall.cabinet(obliging=True))
    session.deposit(1, "handoff-1")
    whole = hall.journal.path.read_bytes()
    hall.journal.path.write_bytes(whole + '{"at": "2026", "cycle": "半'.encode()[:-1])
    session.collect(1, "handoff-1")
    assert hall.events() == ["intent", "opened", "closed"] * 2
    assert hall.journal.path.read_bytes().startswith(whole)
