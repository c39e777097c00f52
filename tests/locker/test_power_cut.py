"""The program is killed, at every point of a door cycle, on a real serial line. No lock is ever
driven a second time, and what happened is told by the doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import Fault
from tests.locker.serial_station import PATIENCE, Station, heard, kill


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


@pytest.fixture
def stations(tmp_path: Path) -> Iterator[Callable[[str], Station]]:
    made: list[Station] = []

    def make(scheme: str) -> Station:
        made.append(Station(scheme, tmp_path))
        return made[-1]

    yield make
    for station in made:
        station.end()


@pytest.fixture(params=["kerong", "wkly"])
def station(request: pytest.FixtureRequest, stations: Callable[[str], Station]) -> Station:
    return stations(request.param)


@pytest.fixture
def sensing(stations: Callable[[str], Station]) -> Station:
    return stations("kerong")


def test_killed_between_intent_and_pulse(station: Station) -> None:
    child = station.child("deposit", 2, stop="intent")
    assert heard(child) == "intent"
    kill(child)
    with closing(station.cabinet()) as cabinet:
        assert [(one.event, one.cell) for one in cabinet.interrupted()] == [("intent", 2)]
        outcomes = [one.outcome for one in cabinet.settle_interrupted()]
        # Without a sensor nobody can know that nothing was laid in.
        assert outcomes == ["undone" if "kerong" in station.name else "unknown"]
        assert station.pulses() == 0
        assert cabinet.observe().forced == []


def test_killed_between_pulse_and_result_with_the_door_open(station: Station) -> None:
    station.boards.mishaps.mute = True
    station.boards.mishaps.unlocks_only = True
    child = station.child("deposit", 2, stop="opened")
    assert station.hardware.wait_open(2, PATIENCE)
    kill(child)
    station.boards.mishaps.mute = False
    with closing(station.cabinet()) as cabinet:
        assert [one.outcome for one in cabinet.settle_interrupted()] == ["open"]

        def finish(cell: Any) -> None:
            station.hardware.put(cell.number)
            station.hardware.close_door(cell.number)

        cycle = cabinet.deposit(2, "handoff-1", opened=finish)
        assert (cycle.resumed, cycle.pulses, station.pulses()) == (True, 0, 1)
        assert cabinet.interrupted() == []


@pytest.mark.parametrize("laid_in", [True, False])
def test_killed_between_pulse_and_result_and_the_person_went_on(
    station: Station, laid_in: bool
) -> None:
    child = station.child("deposit", 2, stop="opened")
    assert heard(child) == "opened"
    kill(child)
    if laid_in:
        station.hardware.put(2)
    station.hardware.close_door(2)
    with closing(station.cabinet()) as cabinet:
        (settled,) = cabinet.settle_interrupted()
        sure = laid_in and "kerong" in station.name
        assert settled.outcome == ("done" if sure else "unknown")
        assert cabinet.interrupted() == []
        assert cabinet.observe().forced == []
    assert station.pulses() == 1


def test_killed_while_the_door_was_open_for_a_collection(sensing: Station) -> None:
    sensing.hardware.force_open(3)
    sensing.hardware.put(3)
    sensing.hardware.close_door(3)
    child = sensing.child("collect", 3)
    assert heard(child) == "open"
    kill(child)
    sensing.hardware.take(3)
    sensing.hardware.close_door(3)
    with closing(sensing.cabinet()) as cabinet:
        assert not cabinet.busy()
        cycle = cabinet.collect(3, "handoff-1")
        assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, False)
    assert sensing.pulses() == 1


def test_killed_before_the_finished_cycle_was_booked(sensing: Station) -> None:
    child = sensing.child("deposit", 4, stop="booking")
    assert heard(child) == "open"
    sensing.hardware.put(4)
    sensing.hardware.close_door(4)
    assert heard(child) == "booking"
    kill(child)
    with closing(sensing.cabinet()) as cabinet:
        assert cabinet.interrupted() == []
        cycle = cabinet.deposit(4, "handoff-1")
        assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, True)
        assert code_of(lambda: cabinet.deposit(4, "handoff-2")) == "LCK-105"
    assert sensing.pulses() == 1


def test_two_programs_at_once_open_one_door(station: Station) -> None:
    first = station.child("deposit", 1, reference="handoff-1")
    assert heard(first) == "open"
    second = station.child("deposit", 5, reference="handoff-2")
    assert heard(second) == "LCK-104"
    station.hardware.put(1)
    station.hardware.close_door(1)
    assert heard(first) == "done 1"
    assert (station.pulses(), station.hardware.door(5).pulses) == (1, 0)


def test_two_programs_share_one_wire(station: Station) -> None:
    child = station.child("cells", 40)
    assert heard(child) == "ready"
    with closing(station.cabinet()) as cabinet:
        while child.poll() is None:
            assert len(cabinet.cells()) == 6
    assert heard(child) == "done"
