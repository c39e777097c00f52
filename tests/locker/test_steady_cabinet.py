"""When a door counts as open or shut, and when a lock may be driven."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from app.kernel.errors import BadInput, Broken, Fault, Refused, Transient
from cloud_locker import steady
from cloud_locker.api import Cell, DoorChange
from tests.locker.locker_contract import LockerDriverContract
from tests.locker.scripted_board import ScriptedBoard


class Hands:
    """A person at the scripted board."""

    def __init__(self, board: ScriptedBoard) -> None:
        self.board = board

    def close_door(self, number: int) -> None:
        self.board.shut(number)

    def cut_the_wire(self) -> None:
        self.board.fault = Transient("LCK-101", cabinet="hall")

    def jam_lock(self, number: int) -> None:
        self.board.on_pulse = lambda pulsed: None if pulsed == number else self.board.open(pulsed)

    def pulses(self, number: int) -> int:
        return [pulsed for pulsed, _ in self.board.pulses].count(number)


@pytest.fixture
def board() -> ScriptedBoard:
    return ScriptedBoard()


class TestContract(LockerDriverContract):
    @pytest.fixture
    def driver(self, board: ScriptedBoard) -> steady.SteadyCabinet:
        return board.cabinet()

    @pytest.fixture
    def person(self, board: ScriptedBoard) -> Hands:
        return Hands(board)


def fault_of(call: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value


def test_an_open_door_is_read_twice_fifty_milliseconds_apart(board: ScriptedBoard) -> None:
    cabinet = board.cabinet()
    cabinet.cells()
    before = board.readings
    assert cabinet.open_cell(3).door_open
    assert board.pulses == [(3, 500)]
    assert board.readings == before + 2
    assert board.waits[-1:] == [0.05]


def test_a_single_open_reading_is_no_open_door(board: ScriptedBoard) -> None:
    cabinet = board.cabinet()
    cabinet.cells()  # readings 1 and 2
    board.script[4] = lambda: board.shut(1)
    board.later.append((1.0, lambda: board.open(1)))
    assert cabinet.open_cell(1).door_open
    assert board.clock >= 1.0
    assert board.pulses == [(1, 500)]


def test_a_door_that_opened_and_was_shut_at_once_is_neither_open_nor_unmoved(
    board: ScriptedBoard,
) -> None:
    cabinet = board.cabinet()
    cabinet.cells()
    board.script[4] = lambda: board.shut(1)
    fault = fault_of(lambda: cabinet.open_cell(1))
    assert (fault.kind, fault.code) == ("refused", "LCK-120")
    assert board.pulses == [(1, 500)]


def test_a_slow_door_is_waited_for_and_a_jammed_one_refused(board: ScriptedBoard) -> None:
    cabinet = board.cabinet(open_seconds=3.0)
    board.on_pulse = lambda number: board.later.append((2.5, lambda: board.open(number)))
    assert cabinet.open_cell(1).door_open
    board.on_pulse = lambda _number: None
    began = board.clock
    assert fault_of(lambda: cabinet.open_cell(2)).code == "LCK-102"
    assert board.clock - began == pytest.approx(3.0)
    assert len(board.pulses) == 2


def test_a_lock_rests_between_two_pulses(board: ScriptedBoard) -> None:
    cabinet = board.cabinet(cool_down_seconds=2.0)
    cabinet.open_cell(1)
    board.shut(1)
    fault = fault_of(lambda: cabinet.open_cell(1))
    assert (fault.kind, fault.code) == ("transient", "LCK-119")
    assert 0 < fault.parameters["seconds"] <= 2.0
    assert len(board.pulses) == 1
    assert cabinet.open_cell(2).door_open  # another lock is not hot
    board.pass_time(2.0)
    assert cabinet.open_cell(1).door_open


def test_a_pulse_that_was_not_answered_heats_the_lock_as_well(board: ScriptedBoard) -> None:
    cabinet = board.cabinet(open_seconds=0.0)

    def lost(_number: int) -> None:
        raise Transient("LCK-116", cell=1)

    board.on_pulse = lost
    assert fault_of(lambda: cabinet.open_cell(1)).code == "LCK-116"
    assert fault_of(lambda: cabinet.open_cell(1)).code == "LCK-119"
    assert len(board.pulses) == 1


def test_after_a_lost_answer_the_door_is_asked(board: ScriptedBoard) -> None:
    def lost(number: int) -> None:
        board.open(number)
        raise Transient("LCK-116", cell=number)

    board.on_pulse = lost
    assert board.cabinet().open_cell(2).door_open
    assert len(board.pulses) == 1


def test_a_board_that_says_no_is_believed_at_once(board: ScriptedBoard) -> None:
    def jammed(number: int) -> None:
        raise Refused("LCK-102", cell=number)

    board.on_pulse = jammed
    assert fault_of(lambda: board.cabinet().open_cell(2)).code == "LCK-102"
    assert board.clock == 0


def test_a_board_that_falls_silent_after_the_pulse_leaves_the_door_unknown(
    board: ScriptedBoard,
) -> None:
    cabinet = board.cabinet()
    cabinet.cells()
    board.on_pulse = lambda _number: Hands(board).cut_the_wire()
    assert fault_of(lambda: cabinet.open_cell(2)).code == "LCK-116"
    assert len(board.pulses) == 1


def test_one_lost_answer_ends_no_wait(board: ScriptedBoard) -> None:
    cabinet = board.cabinet()
    cabinet.open_cell(1)
    silent = board.readings + 2

    def mend() -> None:
        board.fault = None
        board.shut(1)

    board.script[silent] = Hands(board).cut_the_wire
    board.script[silent + 2] = mend
    assert not cabinet.wait_closed(1, 60.0).door_open
    assert fault_of(lambda: board.cabinet().open_cell(9)).code == "LCK-108"


def test_a_board_that_stays_silent_ends_the_wait_early(board: ScriptedBoard) -> None:
    cabinet = board.cabinet()
    cabinet.open_cell(1)
    Hands(board).cut_the_wire()
    began = board.clock
    assert fault_of(lambda: cabinet.wait_closed(1, 60.0)).code == "LCK-101"
    assert board.clock - began < 5


def test_a_door_that_bounces_is_not_closed(board: ScriptedBoard) -> None:
    cabinet = board.cabinet()
    cabinet.open_cell(1)
    first = board.readings + 1
    board.script[first] = lambda: board.shut(1)
    board.script[first + 1] = lambda: board.open(1)
    fault = fault_of(lambda: cabinet.wait_closed(1, 2.0))
    assert (fault.code, fault.parameters) == ("LCK-103", {"cell": 1, "seconds": 2})


def test_waiting_polls_at_the_pace_it_was_given(board: ScriptedBoard) -> None:
    cabinet = board.cabinet(poll_seconds=0.5)
    cabinet.open_cell(1)
    board.waits.clear()
    board.later.append((board.clock + 1.7, lambda: board.shut(1)))
    assert not cabinet.wait_closed(1, 60.0).door_open
    assert board.waits == pytest.approx([0.5, 0.5, 0.5, 0.5, 0.05])


def test_the_word_of_a_board_ends_the_wait_at_once() -> None:
    board = ScriptedBoard(speaks=True)
    cabinet = board.cabinet(poll_seconds=0.5)
    cabinet.open_cell(1)

    def shut_and_say() -> None:
        board.shut(1)
        board.said.append(DoorChange(number=1, door_open=False))

    board.later.append((board.clock + 0.2, shut_and_say))
    began = board.clock
    assert not cabinet.wait_closed(1, 60.0).door_open
    assert board.clock - began == pytest.approx(0.25)


def test_the_word_of_a_board_is_no_proof() -> None:
    board = ScriptedBoard(speaks=True)
    cabinet = board.cabinet()
    cabinet.open_cell(1)
    board.said.append(DoorChange(number=1, door_open=False))
    assert fault_of(lambda: cabinet.wait_closed(1, 1.0)).code == "LCK-103"


def test_cells_that_change_while_they_are_read_are_read_again(board: ScriptedBoard) -> None:
    board.script[2] = lambda: board.open(4)
    assert board.cabinet().cells()[3].door_open
    assert board.readings == 3


def test_a_door_that_flickers_counts_as_open_and_an_item_as_unknown(board: ScriptedBoard) -> None:
    def flicker() -> None:
        board.doors[2] = not board.doors[2]
        board.items[3] = not board.items[3]

    board.script = dict.fromkeys(range(1, 20), flicker)
    cells = board.cabinet().cells()
    assert [cell.door_open for cell in cells] == [False, True, False, False]
    assert [cell.occupied for cell in cells] == [False, False, None, False]
    assert board.readings == steady.READINGS


@pytest.mark.parametrize("milliseconds", [0, -1, 1001])
def test_a_pulse_that_would_burn_a_lock_is_bad_input(
    board: ScriptedBoard, milliseconds: int
) -> None:
    with pytest.raises(BadInput) as caught:
        board.cabinet(pulse_milliseconds=milliseconds)
    assert caught.value.code == "LCK-122"


def test_a_cell_number_is_checked_before_the_board_sees_it(board: ScriptedBoard) -> None:
    cabinet = board.cabinet()
    for number in (0, -1, 5):
        assert fault_of(lambda number=number: cabinet.open_cell(number)).code == "LCK-108"  # type: ignore[misc]
    assert board.pulses == []


def test_one_request_at_a_time_over_threads(board: ScriptedBoard) -> None:
    cabinet = board.cabinet()
    inside = threading.Semaphore(1)
    clashes: list[int] = []
    started = threading.Event()
    real = board.snapshot

    def watched() -> list[Cell]:
        if not inside.acquire(blocking=False):
            clashes.append(1)
        started.set()
        try:
            return real()
        finally:
            inside.release()

    board.snapshot = watched  # type: ignore[method-assign]
    threads = [threading.Thread(target=cabinet.cells) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert started.is_set()
    assert clashes == []


def test_a_wire_that_another_program_uses_is_left_alone(
    board: ScriptedBoard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady, "BUS_SECONDS", 0.01)
    cabinet = board.cabinet()
    cabinet.share_bus(tmp_path / "bus.lock")
    with FileLock(tmp_path / "bus.lock"):
        fault = fault_of(cabinet.cells)
    assert (fault.kind, fault.code) == ("transient", "LCK-121")
    assert board.readings == 0
    assert len(cabinet.cells()) == 4


def test_a_lock_file_that_cannot_be_made_sends_nothing(
    board: ScriptedBoard, tmp_path: Path
) -> None:
    cabinet = board.cabinet()
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    cabinet.share_bus(tmp_path / "file" / "bus.lock")
    with pytest.raises(Broken) as caught:
        cabinet.cells()
    assert caught.value.code == "LCK-123"
    assert board.readings == 0
