"""The simulated cabinet: the contract of every driver, and what it adds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.kernel.errors import BadInput, Broken, Refused, Transient
from cloud_locker.drivers import simulated
from cloud_locker.drivers.simulated import CELLS, SimulatedCabinet
from cloud_locker.registry import open_cabinet
from tests.locker.locker_contract import LockerDriverContract


class HandsOnSimulated:
    """A person at a simulated cabinet."""

    def __init__(self, cabinet: SimulatedCabinet) -> None:
        self.cabinet = cabinet

    def close_door(self, number: int) -> None:
        self.cabinet.close_door(number)

    def cut_the_wire(self) -> None:
        self.cabinet.offline = True

    def jam_lock(self, number: int) -> None:
        self.cabinet.stuck_shut.add(number)

    def pulses(self, number: int) -> int:
        return self.cabinet.pulses(number)


class TestContract(LockerDriverContract):
    @pytest.fixture
    def driver(self, tmp_path: Path) -> SimulatedCabinet:
        return SimulatedCabinet("大厅", tmp_path)

    @pytest.fixture
    def person(self, driver: SimulatedCabinet) -> HandsOnSimulated:
        return HandsOnSimulated(driver)


def test_the_cabinet_stands_as_it_stood_after_a_restart(tmp_path: Path) -> None:
    first = SimulatedCabinet("hall", tmp_path)
    first.open_cell(3)
    first.put_in(3)
    second = SimulatedCabinet("hall", tmp_path)
    assert len(second.cells()) == CELLS == 12
    assert (second.cells()[2].door_open, second.cells()[2].occupied) == (True, True)
    assert second.pulses(3) == 1


def test_two_cabinets_in_one_folder_do_not_share_doors(tmp_path: Path) -> None:
    SimulatedCabinet("hall", tmp_path).open_cell(1)
    assert not SimulatedCabinet("cellar", tmp_path).cells()[0].door_open


def test_another_process_closes_the_door_that_is_waited_for(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; "
        "from cloud_locker.drivers.simulated import SimulatedCabinet; "
        "SimulatedCabinet('hall', Path(sys.argv[1])).close_door(4)"
    )

    def other_process(_seconds: float) -> None:
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)

    cabinet = SimulatedCabinet("hall", tmp_path, wait=other_process)
    cabinet.open_cell(4)
    assert cabinet.wait_closed(4, 30.0).door_open is False


def test_waiting_asks_at_least_twice_a_second_and_stops_at_the_limit(tmp_path: Path) -> None:
    waits: list[float] = []
    cabinet = SimulatedCabinet(
        "hall", tmp_path, wait=waits.append, seconds_now=lambda: sum(waits), stuck_open={1}
    )
    cabinet.open_cell(1)
    cabinet.close_door(1)
    with pytest.raises(Refused) as caught:
        cabinet.wait_closed(1, 1.0)
    assert (caught.value.code, caught.value.parameters["seconds"]) == ("LCK-103", 1)
    assert max(waits) <= 0.5
    assert sum(waits) == pytest.approx(1.0)


def test_deaf_lock_stays_shut_and_lost_answer_does_not(tmp_path: Path) -> None:
    cabinet = SimulatedCabinet("hall", tmp_path, deaf={1}, answer_lost={2})
    for number, opens in ((1, False), (2, True)):
        with pytest.raises(Transient) as caught:
            cabinet.open_cell(number)
        assert (caught.value.code, caught.value.parameters) == ("LCK-116", {"cell": number})
        assert cabinet.cells()[number - 1].door_open is opens
        assert cabinet.pulses(number) == 1


def test_without_a_sensor_the_content_is_unknown(tmp_path: Path) -> None:
    cabinet = SimulatedCabinet("hall", tmp_path, sensor=False)
    cabinet.open_cell(1)
    cabinet.put_in(1)
    assert {cell.occupied for cell in cabinet.cells()} == {None}


def test_hands_need_an_open_door(tmp_path: Path) -> None:
    cabinet = SimulatedCabinet("hall", tmp_path)
    for act in (cabinet.put_in, cabinet.take_out):
        with pytest.raises(Refused) as caught:
            act(1)
        assert caught.value.code == "LCK-117"


def test_forced_door_opens_without_a_pulse(tmp_path: Path) -> None:
    cabinet = SimulatedCabinet("hall", tmp_path)
    cabinet.force_open(9)
    assert cabinet.cells()[8].door_open
    assert cabinet.pulses(9) == 0


@pytest.mark.parametrize("text", ["", "{", '{"cells": {}}', "[]", '{"cells": null}'])
def test_a_damaged_state_is_never_taken_for_an_empty_cabinet(tmp_path: Path, text: str) -> None:
    (tmp_path / "hall.cabinet.json").write_text(text, encoding="utf-8")
    cabinet = SimulatedCabinet("hall", tmp_path)
    for call in (cabinet.cells, lambda: cabinet.open_cell(1)):
        with pytest.raises(Broken) as caught:
            call()
        assert caught.value.code == "LCK-114"
    assert (tmp_path / "hall.cabinet.json").read_text(encoding="utf-8") == text


def test_state_on_disk_is_whole_after_every_change(tmp_path: Path) -> None:
    cabinet = SimulatedCabinet("hall", tmp_path)
    for number in range(1, CELLS + 1):
        cabinet.open_cell(number)
        rows = json.loads((tmp_path / "hall.cabinet.json").read_text(encoding="utf-8"))["cells"]
        assert sum(row["door_open"] for row in rows.values()) == number
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".lock"]


def test_cabinets_are_found_by_name(tmp_path: Path) -> None:
    cabinet = open_cabinet("simulated:大厅1", tmp_path / "locker", sensor=False)
    assert cabinet.scheme == "simulated"
    assert cabinet.cells()[0].occupied is None


@pytest.mark.parametrize(
    "name", ["hall", "unheard:hall", "simulated:", "simulated:../hall", "simulated:a b", ""]
)
def test_unknown_or_unusable_names_are_bad_input(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_cabinet(name, tmp_path)
    assert caught.value.code == "LCK-115"
    assert "simulated" in caught.value.parameters["known"]


def test_a_folder_that_cannot_be_made_is_a_broken_set_up(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(Broken) as caught:
        SimulatedCabinet("hall", tmp_path / "file" / "locker")
    assert caught.value.code == "LCK-114"


def test_doors_left_open_are_shut_by_the_obliging_person_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    obliging = SimulatedCabinet("hall", tmp_path, obliging=True, stuck_open={3})
    for number in (1, 2, 3):
        obliging.open_cell(number)
    obliging.left_open([1, 3])
    assert [cell.number for cell in obliging.cells() if cell.door_open] == [1, 2, 3]
    monkeypatch.setattr(simulated, "LEFT_OPEN_SECONDS", -1.0)
    alone = SimulatedCabinet("hall", tmp_path)
    assert [cell.number for cell in alone.cells() if cell.door_open] == [1, 2, 3]
    assert [cell.number for cell in obliging.cells() if cell.door_open] == [2, 3]


def test_a_state_of_an_earlier_program_is_read(tmp_path: Path) -> None:
    rows = {str(n): {"door_open": n == 2, "occupied": False, "pulses": n} for n in range(1, 13)}
    (tmp_path / "hall.cabinet.json").write_text(json.dumps({"cells": rows}), encoding="utf-8")
    cabinet = SimulatedCabinet("hall", tmp_path, obliging=True)
    assert [cell.number for cell in cabinet.cells() if cell.door_open] == [2]
    assert cabinet.pulses(7) == 7
