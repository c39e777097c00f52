"""Doors that stick, items that are not where they should be, hands that were not asked."""

from __future__ import annotations

from tests.locker_faults.stations import Station
from tests.locker_faults.told import code_of, fault_of


def test_all_is_well(station: Station) -> None:
    cabinet = station.cabinet()
    laid_in = cabinet.deposit(3, "handoff-1", opened=station.put_in)
    taken = cabinet.collect(3, "handoff-1", opened=station.take_out)
    assert [(one.pulses, one.occupied, one.resumed) for one in (laid_in, taken)] == [
        (1, True, False),
        (1, False, False),
    ]
    assert station.pulses(3) == 2


def test_door_never_opens(station: Station) -> None:
    station.hardware.mishaps.stuck_shut.add(2)
    cabinet = station.cabinet()
    fault = fault_of(lambda: cabinet.deposit(2, "handoff-1"))
    assert (fault.code, fault.parameters) == ("LCK-102", {"cell": 2})
    # Asked in between, and pulsed once more because it reported shut; then never again.
    assert station.pulses(2) == 2
    assert cabinet.interrupted() == []
    assert cabinet.deposit(4, "handoff-1", opened=station.put_in).pulses == 1


def test_door_never_closes(station: Station) -> None:
    station.hardware.mishaps.stuck_open.add(2)
    cabinet = station.cabinet()
    deposit = lambda: cabinet.deposit(2, "handoff-1", seconds=0.3, opened=station.put_in)  # noqa: E731
    assert code_of(deposit) == "LCK-103"
    assert [(entry.event, entry.cell) for entry in cabinet.interrupted()] == [("left_open", 2)]
    assert [one.outcome for one in cabinet.settle_interrupted()] == ["open"]
    # Others are served meanwhile, and whoever comes back goes on without a pulse.
    assert cabinet.deposit(3, "handoff-2", opened=station.put_in).pulses == 1
    station.hardware.mishaps.stuck_open.clear()
    cycle = cabinet.deposit(2, "handoff-1", opened=station.close)
    assert (cycle.resumed, cycle.pulses, cycle.occupied) == (True, 0, True)
    assert station.pulses(2) == 1


def test_closed_but_empty(station: Station) -> None:
    cabinet = station.cabinet()
    deposit = lambda: cabinet.deposit(2, "handoff-1", opened=station.close)  # noqa: E731
    assert code_of(deposit) == "LCK-109"
    assert cabinet.interrupted() == []
    cycle = cabinet.deposit(2, "handoff-1", opened=station.put_in)
    assert (cycle.pulses, cycle.occupied) == (1, True)


def test_item_left_inside(station: Station) -> None:
    cabinet = station.cabinet()
    cabinet.deposit(2, "handoff-1", opened=station.put_in)
    collect = lambda: cabinet.collect(2, "handoff-1", opened=station.close)  # noqa: E731
    assert code_of(collect) == "LCK-110"
    assert cabinet.interrupted() == []
    assert cabinet.cells()[1].occupied
    cycle = cabinet.collect(2, "handoff-1", opened=station.take_out)
    assert (cycle.pulses, cycle.occupied) == (1, False)


def test_forced_open(station: Station) -> None:
    cabinet = station.cabinet()
    cabinet.deposit(5, "handoff-1", opened=station.put_in)
    assert cabinet.observe().forced == []
    station.hardware.force_open(5)
    assert cabinet.observe().forced == [5]
    assert cabinet.observe().forced == []  # told once
    assert code_of(lambda: cabinet.collect(5, "handoff-1")) == "LCK-111"
    assert station.pulses(5) == 1


def test_forced_emptied_and_shut_between_two_looks(station: Station) -> None:
    cabinet = station.cabinet()
    cabinet.deposit(5, "handoff-1", opened=station.put_in)
    assert cabinet.observe().forced == []
    station.hardware.force_open(5)
    station.hardware.take(5)
    station.hardware.close_door(5)
    assert cabinet.observe().forced == [5]
    assert code_of(lambda: cabinet.collect(5, "handoff-1")) == "LCK-106"
    assert station.pulses(5) == 1


def test_wrong_cell_opens(station: Station) -> None:
    station.hardware.mishaps.swapped[3] = 4
    cabinet = station.cabinet()
    fault = fault_of(lambda: cabinet.deposit(3, "handoff-1", opened=station.put_in))
    assert (fault.code, fault.parameters) == ("LCK-107", {"cell": 3, "others": "4"})
    assert (station.pulses(3), station.pulses(4)) == (1, 0)
    assert cabinet.interrupted() == []


def test_somebody_uses_another_cell_meanwhile(station: Station) -> None:
    cabinet = station.cabinet()

    def confused(cell: object) -> None:
        station.hardware.force_open(6)
        station.hardware.put(6)
        station.hardware.close_door(6)
        station.hardware.close_door(2)

    fault = fault_of(lambda: cabinet.deposit(2, "handoff-1", opened=confused))
    assert (fault.code, fault.parameters) == ("LCK-107", {"cell": 2, "others": "6"})
    assert station.hardware.total_pulses() == 1
