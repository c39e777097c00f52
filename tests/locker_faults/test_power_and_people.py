"""Programs that die in the middle, and people who come at the same moment."""

from __future__ import annotations

import subprocess
import threading

from cloud_locker.api import Cell
from cloud_locker.door_cycle import DoorCycle
from tests.locker_faults.stations import PATIENCE, Station
from tests.locker_faults.told import code_of, fault_of


def heard(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def kill(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.wait(PATIENCE)


def test_power_cut_between_intent_and_pulse(station: Station) -> None:
    child = station.child("deposit", 2, stop="intent")
    assert heard(child) == "intent"
    kill(child)
    cabinet = station.cabinet()
    assert [(entry.event, entry.cell) for entry in cabinet.interrupted()] == [("intent", 2)]
    assert [one.outcome for one in cabinet.settle_interrupted()] == ["undone"]
    assert station.hardware.total_pulses() == 0
    cycle = cabinet.deposit(2, "handoff-1", opened=station.put_in)
    assert (cycle.resumed, cycle.pulses) == (False, 1)


def test_power_cut_between_pulse_and_result(station: Station) -> None:
    station.silence(unlocks_only=True)
    child = station.child("deposit", 2, stop="opened")
    assert station.hardware.wait_open(2, PATIENCE)
    kill(child)
    station.heal()
    cabinet = station.cabinet()
    assert [one.outcome for one in cabinet.settle_interrupted()] == ["open"]
    assert cabinet.observe().forced == []  # it is known who opened it
    cycle = cabinet.deposit(2, "handoff-1", opened=station.put_in)
    assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, True)
    assert station.pulses(2) == 1


def test_power_cut_with_the_door_open_and_the_person_goes_on(station: Station) -> None:
    child = station.child("deposit", 2, stop="opened")
    assert heard(child) == "opened"
    kill(child)
    station.put_in(Cell(number=2, door_open=True))
    cabinet = station.cabinet()
    assert [one.outcome for one in cabinet.settle_interrupted()] == ["done"]
    assert cabinet.interrupted() == []
    assert station.pulses(2) == 1
    assert code_of(lambda: cabinet.deposit(2, "handoff-2")) == "LCK-105"


def test_power_cut_with_the_door_open_and_the_person_walks_away(station: Station) -> None:
    child = station.child("deposit", 2, stop="opened")
    assert heard(child) == "opened"
    kill(child)
    station.close(Cell(number=2, door_open=True))
    cabinet = station.cabinet()
    assert [one.outcome for one in cabinet.settle_interrupted()] == ["unknown"]
    assert station.pulses(2) == 1


def test_two_people_at_two_programs(station: Station) -> None:
    child = station.child("deposit", 2, stop="opened")
    assert heard(child) == "opened"
    cabinet = station.cabinet()
    fault = fault_of(lambda: cabinet.deposit(3, "handoff-2"))
    assert (fault.code, fault.parameters) == ("LCK-104", {"cabinet": station.name})
    assert (station.pulses(2), station.pulses(3)) == (1, 0)
    kill(child)
    # The lock died with the program; the next person is served, and the open door is told of.
    assert cabinet.deposit(3, "handoff-2", opened=station.put_in).pulses == 1
    assert [(one.entry.cell, one.outcome) for one in cabinet.settle_interrupted()] == [(2, "open")]


def test_two_people_for_one_cell_at_the_same_moment(station: Station) -> None:
    both = threading.Barrier(2)
    cycles: list[DoorCycle] = []
    codes: list[str] = []

    def come(reference: str) -> None:
        cabinet = station.cabinet()
        both.wait(PATIENCE)
        try:
            cycles.append(cabinet.deposit(2, reference, opened=station.put_in))
        except Exception as error:
            codes.append(getattr(error, "code", repr(error)))

    people = [threading.Thread(target=come, args=(f"handoff-{one}",)) for one in (1, 2)]
    for person in people:
        person.start()
    for person in people:
        person.join(PATIENCE)
    # Either is turned away at once, or finds the cell occupied when her turn has come.
    assert len(cycles) == 1
    assert codes in (["LCK-104"], ["LCK-105"])
    assert station.pulses(2) == 1
    assert {entry.reference for entry in station.journal()} == {cycles[0].reference}
