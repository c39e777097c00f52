"""A cabinet as the services use it: looked at from several sides, and watched for force."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.adapters.plugins import Cabinet, Cabinets
from app.kernel.clock import SystemClock
from app.kernel.errors import Fault, Transient
from cloud_locker.api import Cell, DoorChange
from cloud_locker.cool_down import CoolDown
from cloud_locker.doors import DoorsFile
from cloud_locker.drivers.simulated import SimulatedCabinet
from tests.locker.scripted_board import ScriptedBoard


@pytest.fixture
def hands(tmp_path: Path) -> SimulatedCabinet:
    return SimulatedCabinet("hall", tmp_path)


def cabinet(folder: Path, **settings: Any) -> Cabinet:
    return Cabinet("simulated:hall", folder, settings)


def scripted(board: ScriptedBoard, folder: Path) -> Cabinet:
    """A cabinet in use whose board is the test's own."""
    found = cabinet(folder)
    driver = board.cabinet()
    found._driver = driver
    found._session._around = type(found._session._around)(
        driver=driver,
        journal=found._session._journal,
        doors=found._doors,
        wait=board.wait,
        seconds_now=lambda: board.clock,
        cool_down=2.0,
    )
    return found


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


def test_deposit_visit_and_collect(tmp_path: Path) -> None:
    use = cabinet(tmp_path)
    assert use.deposit(3, "handoff-1").occupied is True
    seen: list[Cell] = []
    assert use.visit(3, "handoff-1", "look", opened=seen.append).occupied is False  # obliging
    assert [cell.door_open for cell in seen] == [True]
    assert use.deposit(3, "handoff-2", nag=lambda _elapsed: None).pulses == 1
    assert use.collect(3, "handoff-2").occupied is False
    assert use.interrupted() == use.settle_interrupted() == []
    assert use.clock_drift() is None
    use.close()


def test_others_see_the_doors_and_that_the_cabinet_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[tuple[bool, bool]] = []

    def look(_cell: Cell) -> None:
        other = cabinet(tmp_path)
        # The wire belongs to the cycle: nobody else may ask it now.
        monkeypatch.setattr(other._driver, "cells", lambda: pytest.fail("asked the wire"))
        thread = threading.Thread(
            target=lambda: looked.append((other.busy(), other.cells()[1].number == 2))
        )
        thread.start()
        thread.join()

    use = cabinet(tmp_path)
    assert not use.busy()
    use.deposit(2, "handoff-1", opened=look)
    assert looked == [(True, True)]
    assert not use.busy()


def test_another_program_sees_that_the_cabinet_is_busy(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from app.adapters.plugins import Cabinet; "
        "c = Cabinet('simulated:hall', Path(sys.argv[1])); "
        "print(c.busy(), c.observe().forced, len(c.cells()))"
    )
    said: list[str] = []

    def ask(_cell: Cell) -> None:
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            check=True,
            capture_output=True,
            text=True,
        )
        said.append(done.stdout.strip())

    cabinet(tmp_path).deposit(2, "handoff-1", opened=ask)
    assert said == ["True [] 12"]


def test_what_was_seen_of_the_doors_is_soon_out_of_date(tmp_path: Path) -> None:
    class Later(SystemClock):
        def now(self) -> Any:
            from datetime import timedelta

            return super().now() + timedelta(seconds=4)

    cells = [Cell(number=1, door_open=True, occupied=None), Cell(number=2, door_open=False)]
    doors = DoorsFile(tmp_path / "doors.json")
    assert doors.fresh() is None
    doors.publish(cells, cell=1)
    seen = doors.fresh()
    assert seen is not None
    assert (seen.cell, seen.cells) == (1, cells)
    assert DoorsFile(tmp_path / "doors.json", Later()).fresh() is None
    for text in ("", "{", "[]", '{"at": "soon"}'):
        (tmp_path / "doors.json").write_text(text, encoding="utf-8")
        assert doors.fresh() is None


def test_a_disk_that_takes_no_picture_of_the_doors_stops_no_cycle(tmp_path: Path) -> None:
    (tmp_path / "simulated-hall.doors.json").mkdir()
    assert cabinet(tmp_path).deposit(1, "handoff-1").occupied is True


# What nobody opened.


def test_a_forced_door_is_told_once_over_restarts(tmp_path: Path, hands: SimulatedCabinet) -> None:
    assert cabinet(tmp_path).observe().forced == []
    hands.force_open(9)
    found = cabinet(tmp_path).observe()
    assert (found.forced, found.answering, found.fault) == ([9], True, None)
    assert cabinet(tmp_path).observe().forced == []
    hands.close_door(9)
    assert cabinet(tmp_path).observe().forced == []
    hands.force_open(9)
    assert cabinet(tmp_path).observe().forced == [9]


def test_a_door_that_stands_open_at_the_first_look_is_news(
    tmp_path: Path, hands: SimulatedCabinet
) -> None:
    hands.force_open(4)
    assert cabinet(tmp_path).observe().forced == [4]


def test_cycles_are_no_force(tmp_path: Path, hands: SimulatedCabinet) -> None:
    use = cabinet(tmp_path)
    use.observe()
    use.deposit(1, "handoff-1")
    assert use.observe().forced == []
    use.collect(1, "handoff-1")
    assert use.observe().forced == []
    use.open_all("fire")
    found = use.observe()
    assert (found.forced, sum(cell.door_open for cell in found.cells)) == ([], 12)
    for number in range(1, 13):
        hands.close_door(number)
    assert use.observe().forced == []
    hands.force_open(1)
    assert use.observe().forced == [1]


def test_an_interrupted_cycle_is_no_force(tmp_path: Path, hands: SimulatedCabinet) -> None:
    use = cabinet(tmp_path, obliging=False)
    use.observe()
    assert code_of(lambda: use.deposit(1, "handoff-1", seconds=0)) == "LCK-103"
    assert use.observe().forced == []
    hands.put_in(1)
    hands.close_door(1)
    assert [one.outcome for one in use.settle_interrupted()] == ["done"]
    assert use.observe().forced == []


def test_content_that_changes_behind_a_shut_door_is_force(
    tmp_path: Path, hands: SimulatedCabinet
) -> None:
    use = cabinet(tmp_path)
    use.deposit(5, "handoff-1")
    use.observe()
    hands.force_open(5)  # between two looks: opened, emptied, shut
    hands.take_out(5)
    hands.close_door(5)
    assert use.observe().forced == [5]
    assert use.observe().forced == []


def test_a_door_of_which_the_board_spoke_is_force_though_it_is_shut_again(tmp_path: Path) -> None:
    board = ScriptedBoard(speaks=True)
    use = scripted(board, tmp_path)
    use.observe()
    board.said.append(DoorChange(number=2, door_open=True))
    assert use.observe().forced == [2]

    def hand(cell: Cell) -> None:
        board.items[1] = True
        board.shut(cell.number)

    use.deposit(1, "handoff-1", opened=hand)
    board.said.append(DoorChange(number=1, door_open=True))  # of the cycle, and late
    assert use.observe().forced == []


def test_a_cabinet_that_does_not_answer_is_observed_as_such(tmp_path: Path) -> None:
    found = cabinet(tmp_path, offline=True).observe()
    assert (found.cells, found.forced, found.answering) == ([], [], False)
    assert isinstance(found.fault, Transient)
    assert found.fault.code == "LCK-101"


def test_nothing_is_forgotten_while_a_cabinet_does_not_answer(
    tmp_path: Path, hands: SimulatedCabinet
) -> None:
    cabinet(tmp_path).observe()
    cabinet(tmp_path, offline=True).observe()
    hands.force_open(7)
    cabinet(tmp_path, offline=True).observe()
    assert cabinet(tmp_path).observe().forced == [7]


def test_the_clock_of_a_controller_is_passed_on(tmp_path: Path) -> None:
    board = ScriptedBoard()
    use = scripted(board, tmp_path)
    assert use.clock_drift() is None
    board.clock_drift = lambda: 41.5  # type: ignore[attr-defined]
    assert use.clock_drift() == 41.5


# Locks that another program drove.


def test_a_lock_that_another_program_drove_is_warm_here_as_well(tmp_path: Path) -> None:
    wall = [1000.0]

    def cool_down() -> CoolDown:
        made = CoolDown(2.0, lambda: 0.0, lambda: wall[0])
        made.share(tmp_path / "hot.json")
        return made

    cool_down().driven(3)
    wall[0] = 1000.5
    assert cool_down().left(3) == pytest.approx(1.5)
    assert cool_down().left(4) == 0
    cool_down().driven(4)
    wall[0] = 1002.0
    assert cool_down().left(3) == 0
    assert cool_down().left(4) == pytest.approx(0.5)
    wall[0] = 5.0  # a clock that was put back locks no cell
    assert cool_down().left(4) == 0
    (tmp_path / "hot.json").write_text("[", encoding="utf-8")
    assert cool_down().left(4) == 0


def test_cabinets_keep_their_wires_from_one_use_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    monkeypatch.setattr(SimulatedCabinet, "close", lambda self: closed.append(self.name))
    kept = Cabinets(tmp_path, {"simulated:cellar": {"offline": True}})
    first = kept.open("simulated:hall")
    assert first.deposit(1, "handoff-1").occupied is True
    first.close()
    assert kept.open("simulated:hall") is first
    assert not kept.open("simulated:cellar").observe().answering
    assert code_of(lambda: kept.open("nothing:hall")) == "LCK-115"
    assert closed == []
    kept.close()
    kept.close()
    assert sorted(closed) == ["cellar", "hall"]
    assert kept.open("simulated:hall") is not first


def test_how_long_a_door_may_stand_open_is_a_setting(tmp_path: Path) -> None:
    use = cabinet(tmp_path, obliging=False, close_seconds=0)
    assert code_of(lambda: use.deposit(1, "handoff-1")) == "LCK-103"
    for value in (-1, 3601, "60", True, None):
        assert code_of(lambda value=value: cabinet(tmp_path, close_seconds=value)) == "LCK-127"  # type: ignore[misc]


def test_a_door_is_waited_for_until_the_alarm(tmp_path: Path) -> None:
    board = ScriptedBoard()
    reminded: list[float] = []
    use = scripted(board, tmp_path)
    assert code_of(lambda: use.deposit(1, "handoff-1", nag=reminded.append)) == "LCK-103"
    assert 180 <= board.clock < 185
    assert 60 <= reminded[0] < 65
    assert len(reminded) == 12
