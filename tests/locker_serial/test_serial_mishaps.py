"""What goes wrong on a serial bus, on the real wires: one call is one request, and a door is
never said to stand otherwise than it does."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import Fault, Refused, Transient
from cloud_locker.api import DoorChange
from cloud_locker.codecs.messages import Unlock
from cloud_locker.drivers.serial_board import ANSWER_SECONDS
from tests.locker_serial.bench import FAMILIES, WIRES, Bench, bench

SPEAKING = [scheme for scheme, board in FAMILIES.items() if board.codec.speaks_unasked]
# An unlock that is answered by a status does not tell which lock it was.
NAMING = [scheme for scheme, board in FAMILIES.items() if not board.codec.confirms_with_doors]
# The contract goes over all of them; here each family has one, and waits for real time-outs.
WIRE_OF = dict(zip(FAMILIES, cycle(WIRES), strict=False))


@pytest.fixture(params=FAMILIES)
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def at(scheme: str, tmp_path: Path) -> Iterator[Bench]:
    with bench(scheme, WIRE_OF[scheme], tmp_path) as made:
        yield made


def fault_of(call: Callable[[], Any]) -> Fault:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value


def unlocks(at: Bench) -> list[Unlock]:
    return [request for request in at.boards.requests if isinstance(request, Unlock)]


def open_doors(at: Bench) -> list[int]:
    return [cell.number for cell in at.board.snapshot() if cell.door_open]


def test_a_silent_board_is_a_fault_in_time_and_works_again_later(at: Bench) -> None:
    at.mishaps.deaf = True
    began = time.monotonic()
    fault = fault_of(at.board.snapshot)
    assert (type(fault), fault.code, fault.parameters) == (
        Transient,
        "LCK-101",
        {"cabinet": "hall"},
    )
    assert time.monotonic() - began >= ANSWER_SECONDS
    fault = fault_of(lambda: at.board.pulse(1, 500))
    assert (type(fault), fault.code, fault.parameters) == (Transient, "LCK-116", {"cell": 1})
    assert at.hardware.total_pulses() == 0
    at.mishaps.deaf = False
    at.board.pulse(1, 500)
    assert open_doors(at) == [1]


@pytest.mark.parametrize(
    ("scheme", "mishap"),
    [
        ("wkly", "mute"),
        ("wkly", "half"),
        ("kerong", "damaged"),
        ("kerong48", "half"),
        ("relay8a", "mute"),
        ("relay8a", "damaged"),
    ],
    indirect=["scheme"],
)
def test_an_unlock_without_a_good_answer_is_sent_once_and_left_unknown(
    at: Bench, mishap: str
) -> None:
    at.mishaps.unlocks_only = True
    setattr(at.mishaps, mishap, True)
    assert fault_of(lambda: at.board.pulse(3, 500)).code == "LCK-116"
    assert open_doors(at) == [3]
    assert [request.channel for request in unlocks(at)] == [3]
    assert at.pulses(3) == at.hardware.total_pulses() == 1


@pytest.mark.parametrize("scheme", ["wkly", "kerong"], indirect=True)
def test_the_cabinet_asks_the_door_when_the_answer_was_lost(at: Bench) -> None:
    at.mishaps.unlocks_only = at.mishaps.mute = True
    assert at.driver.open_cell(2).door_open
    assert at.hardware.total_pulses() == 1


def test_garbage_before_each_answer_hides_nothing(at: Bench) -> None:
    codec = at.board.codec
    head = codec.request(Unlock(board=codec.boards[0], channel=1))
    rng = random.Random(3)
    for noise in (b"\x00\xff" * 20, head[:1], head[:3], head[:-1], rng.randbytes(200)):
        at.mishaps.garbage = noise
        before = at.hardware.total_pulses()
        at.board.pulse(4, 500)
        assert at.hardware.total_pulses() == before + 1
        assert open_doors(at) == [4]
        at.close_door(4)
        assert open_doors(at) == []


def test_doubled_answers_are_not_taken_for_the_next_ones(at: Bench) -> None:
    at.mishaps.doubled = True
    for number in (1, 2, 3):
        at.driver.open_cell(number)
        assert at.driver.cells()[number - 1].door_open
        at.close_door(number)
        assert not at.driver.wait_closed(number, 5.0).door_open
    assert [cell for cell in at.driver.cells() if cell.door_open] == []
    assert at.hardware.total_pulses() == len(unlocks(at)) == 3


@pytest.mark.parametrize("scheme", NAMING, indirect=True)
def test_a_late_answer_is_none_for_another_lock(at: Bench) -> None:
    at.mishaps.late = True
    assert fault_of(lambda: at.board.pulse(1, 500)).code == "LCK-116"
    assert fault_of(lambda: at.board.pulse(2, 500)).code == "LCK-116"
    assert at.hardware.total_pulses() == 2


def test_a_late_report_of_the_doors_does_not_stay_in_the_way(at: Bench) -> None:
    at.mishaps.late = True
    assert fault_of(at.board.snapshot).code == "LCK-101"  # all shut, said too late
    at.hardware.force_open(5)
    at.mishaps.late = False
    assert [cell.number for cell in at.driver.cells() if cell.door_open] == [5]
    at.close_door(5)
    assert open_doors(at) == []


def test_an_adapter_that_hears_itself_does_not_matter(at: Bench) -> None:
    at.mishaps.echo = True
    at.driver.open_cell(2)
    assert open_doors(at) == [2]
    at.close_door(2)
    assert not at.driver.wait_closed(2, 5.0).door_open
    assert at.hardware.total_pulses() == 1


@pytest.mark.parametrize("scheme", ["wkly", "kerong48"], indirect=True)
def test_a_board_that_declines_is_believed(at: Bench) -> None:
    at.mishaps.refused = {6}
    fault = fault_of(lambda: at.board.pulse(6, 500))
    assert (type(fault), fault.code, fault.parameters) == (Refused, "LCK-102", {"cell": 6})
    assert at.hardware.total_pulses() == 0


def test_a_pulled_cable_is_told_and_one_that_is_back_is_used(at: Bench) -> None:
    at.driver.open_cell(1)
    at.line.pull_cable()
    for _ in range(2):
        assert fault_of(at.board.snapshot).code == "LCK-101"
        assert fault_of(lambda: at.board.pulse(2, 500)).code in {"LCK-101", "LCK-116"}
    at.line.plug_in()
    assert open_doors(at) == [1]
    at.board.pulse(2, 500)
    assert open_doors(at) == [1, 2]
    assert at.hardware.total_pulses() == 2


def test_a_cable_pulled_between_unlock_and_answer_leaves_it_unknown(at: Bench) -> None:
    at.mishaps.unlocks_only = at.mishaps.mute = True
    faults: list[Fault] = []
    thread = threading.Thread(
        target=lambda: faults.append(fault_of(lambda: at.board.pulse(2, 500)))
    )
    thread.start()
    assert at.hardware.wait_open(2, 10.0)
    at.line.pull_cable()
    thread.join(10.0)
    assert [(fault.code, fault.parameters) for fault in faults] == [("LCK-116", {"cell": 2})]
    at.line.plug_in()
    assert open_doors(at) == [2]
    assert at.hardware.total_pulses() == 1


def test_a_bus_that_never_falls_silent_tells_the_truth_or_nothing(at: Bench) -> None:
    at.hardware.force_open(3)
    ended = threading.Event()
    rng = random.Random(11)

    def babble() -> None:
        while not ended.is_set():
            for listener in at.boards.listeners:
                listener(rng.randbytes(64))

    noise = threading.Thread(target=babble)
    noise.start()
    try:
        for _ in range(2):
            assert told_truly(at, [3]) in (True, False)
    finally:
        ended.set()
        noise.join()
    # What is left of the noise is let go of with the line at the latest.
    assert told_truly(at, [3]) or told_truly(at, [3])


def told_truly(at: Bench, numbers: list[int]) -> bool:
    """Whether the board said how its doors stand; it may say nothing, but nothing else."""
    try:
        assert open_doors(at) == numbers
    except Transient as fault:
        assert fault.code == "LCK-101"
        return False
    return True


@pytest.mark.parametrize("scheme", SPEAKING, indirect=True)
def test_doors_that_move_are_told_by_boards_that_speak(at: Bench) -> None:
    at.board.snapshot()  # a gateway tells nobody who is not there
    at.hardware.force_open(4)
    assert at.board.changes(10.0) == [DoorChange(number=4, door_open=True)]
    at.close_door(4)
    assert at.board.changes(10.0) == [DoorChange(number=4, door_open=False)]
    at.board.pulse(2, 500)  # said in the middle of the exchange
    assert at.board.changes(10.0) == [DoorChange(number=2, door_open=True)]
    assert at.board.changes(0.0) == []


@pytest.mark.parametrize("scheme", SPEAKING, indirect=True)
def test_a_door_that_closes_is_known_at_once_where_the_board_speaks(
    scheme: str, tmp_path: Path
) -> None:
    steady = {"settle_seconds": 0.01, "poll_seconds": 60.0}
    with bench(scheme, WIRE_OF[scheme], tmp_path, steady=steady) as at:
        at.driver.open_cell(1)
        shut: list[bool] = []
        thread = threading.Thread(
            target=lambda: shut.append(not at.driver.wait_closed(1, 50.0).door_open)
        )
        thread.start()
        at.close_door(1)
        thread.join(20.0)
        assert shut == [True]


@pytest.mark.parametrize("scheme", ["kerong", "kerong48"], indirect=True)
def test_boards_that_only_answer_have_nothing_to_tell(at: Bench) -> None:
    at.hardware.force_open(4)
    assert at.board.changes(60.0) == []
    assert open_doors(at) == [4]


@pytest.mark.parametrize("scheme", SPEAKING, indirect=True)
def test_listening_on_a_line_that_is_gone_is_a_fault(at: Bench) -> None:
    at.board.snapshot()
    at.line.pull_cable()
    assert fault_of(lambda: at.board.changes(10.0)).code == "LCK-101"


def test_many_at_once_take_turns(at: Bench) -> None:
    at.hardware.force_open(6)
    wrong: list[object] = []

    def poll() -> None:
        for _ in range(15):
            try:
                if open_doors(at) != [6]:
                    wrong.append(at)
                at.board.changes(0.0)
            except Fault as fault:
                wrong.append(fault)

    threads = [threading.Thread(target=poll) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60.0)
    assert wrong == []
