"""Boards that say nothing, nonsense, everything twice or too late; cables and brokers gone."""

from __future__ import annotations

import threading

import pytest

from cloud_locker.api import Cell
from tests.locker_faults.stations import PATIENCE, MqttStation, Station
from tests.locker_faults.told import code_of, fault_of


def test_board_silent_from_the_start(station: Station) -> None:
    station.deafen()
    cabinet = station.cabinet()
    assert code_of(lambda: cabinet.deposit(2, "handoff-1")) == "LCK-101"
    assert (station.journal(), station.hardware.total_pulses()) == ([], 0)
    observation = cabinet.observe()
    assert not observation.answering and observation.fault is not None


def test_answer_to_the_unlock_is_lost(station: Station) -> None:
    station.silence(unlocks_only=True)
    cycle = station.cabinet().deposit(2, "handoff-1", opened=station.put_in)
    assert (cycle.pulses, station.pulses(2)) == (1, 1)


def test_board_falls_silent_with_the_unlock(station: Station) -> None:
    """Nobody knows what the unlock did, and nobody may try again before a door was seen."""
    cabinet = station.cabinet()
    cabinet.cells()
    # The door moves before the board answers.
    station.hardware.listeners.append(lambda number, door_open: station.silence())
    fault = fault_of(lambda: cabinet.deposit(2, "handoff-1"))
    station.hardware.listeners.pop()
    assert (fault.code, fault.parameters) == ("LCK-116", {"cell": 2})
    assert [entry.event for entry in cabinet.interrupted()] == ["unanswered"]
    assert code_of(lambda: cabinet.deposit(2, "handoff-1")) == "LCK-101"
    station.heal()
    station.answering(cabinet)
    cycle = cabinet.deposit(2, "handoff-1", opened=station.put_in)
    assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, True)
    assert station.pulses(2) == 1


def test_garbage_on_the_bus(station: Station) -> None:
    station.babble()
    cabinet = station.cabinet()
    assert cabinet.deposit(2, "handoff-1", opened=station.put_in).occupied is True
    assert cabinet.collect(2, "handoff-1", opened=station.take_out).occupied is False
    assert station.hardware.total_pulses() == 2


def test_everything_is_said_twice(station: Station) -> None:
    station.stutter()
    cabinet = station.cabinet()
    for number in (1, 2, 3):
        assert cabinet.deposit(number, f"handoff-{number}", opened=station.put_in).pulses == 1
    assert station.hardware.total_pulses() == 3
    assert cabinet.observe().forced == []


def test_answers_come_too_late(station: Station) -> None:
    station.delay_unlock_answers()
    cabinet = station.cabinet()

    def late(cell: Cell) -> None:
        station.say_delayed()
        station.put_in(cell)

    for number in (1, 2):
        assert cabinet.deposit(number, f"handoff-{number}", opened=late).pulses == 1
    assert station.hardware.total_pulses() == 2


def test_cable_pulled_before(station: Station) -> None:
    cabinet = station.cabinet()
    cabinet.cells()
    station.pull_cable()
    assert code_of(lambda: cabinet.deposit(2, "handoff-1")) == "LCK-101"
    assert (station.journal(), station.hardware.total_pulses()) == ([], 0)
    station.plug_in()


def test_cable_pulled_while_the_door_is_open(station: Station) -> None:
    cabinet = station.cabinet()
    deposit = lambda: cabinet.deposit(2, "handoff-1", opened=lambda _: station.pull_cable())  # noqa: E731
    assert code_of(deposit) == "LCK-101"
    assert [(entry.event, entry.cell) for entry in cabinet.interrupted()] == [("left_open", 2)]
    station.put_in(Cell(number=2, door_open=True))
    station.plug_in()
    station.answering(cabinet)
    cycle = cabinet.deposit(2, "handoff-1")
    assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, True)
    assert station.pulses(2) == 1


def test_cable_pulled_with_the_unlock_on_its_way(station: Station) -> None:
    cabinet = station.cabinet()
    # The door moves before the board answers.
    station.hardware.listeners.append(lambda number, door_open: station.silence())

    def pull() -> None:
        assert station.hardware.wait_open(2, PATIENCE)
        station.pull_cable()

    watcher = threading.Thread(target=pull)
    watcher.start()
    assert code_of(lambda: cabinet.deposit(2, "handoff-1")) == "LCK-116"
    watcher.join()
    station.hardware.listeners.pop()
    station.heal()
    station.plug_in()
    station.answering(cabinet)
    assert [one.outcome for one in cabinet.settle_interrupted()] == ["open"]
    cycle = cabinet.deposit(2, "handoff-1", opened=station.put_in)
    assert (cycle.resumed, cycle.pulses, station.pulses(2)) == (True, 0, 1)


def test_broker_down_and_back(hall: MqttStation) -> None:
    cabinet = hall.cabinet()
    deposit = lambda: cabinet.deposit(2, "handoff-1", opened=lambda _: hall.broker.stop())  # noqa: E731
    assert code_of(deposit) == "LCK-101"
    assert code_of(lambda: cabinet.deposit(3, "handoff-2")) == "LCK-101"
    hall.put_in(Cell(number=2, door_open=True))
    hall.broker.start()
    hall.answering(cabinet)
    cycle = cabinet.deposit(2, "handoff-1")
    assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, True)
    assert hall.hardware.total_pulses() == hall.pulses(2) == 1


def test_broker_swallows_the_unlock_and_gives_it_back_later(hall: MqttStation) -> None:
    """The unlock that comes after everybody went away opens nothing."""
    cabinet = hall.cabinet()
    cabinet.cells()
    cells = cabinet._driver.cells  # type: ignore[attr-defined]
    frozen: list[int] = []

    def then_freeze() -> list[Cell]:
        found: list[Cell] = cells()
        if not frozen:
            frozen.append(1)
            hall.broker.freeze()
        return found

    cabinet._driver.cells = then_freeze  # type: ignore[attr-defined]
    assert code_of(lambda: cabinet.deposit(2, "handoff-1")) == "LCK-116"
    hall.mishaps.clock_ahead = 3.0  # as if it were that much later
    hall.broker.thaw()
    hall.answering(cabinet)
    assert hall.hardware.total_pulses() == 0
    assert [one.outcome for one in cabinet.settle_interrupted()] == ["unknown"]


@pytest.mark.parametrize("ahead", [-3600.0, 45.0])
def test_the_clock_of_the_controller_is_wrong(hall: MqttStation, ahead: float) -> None:
    cabinet = hall.cabinet()
    cabinet.cells()
    hall.mishaps.clock_ahead = ahead
    cycle = cabinet.deposit(2, "handoff-1", opened=hall.put_in)
    assert (cycle.pulses, hall.pulses(2)) == (1, 1)
    drift = cabinet.clock_drift()
    assert drift is not None and abs(drift - ahead) < 5
