"""What goes wrong on a Modbus bus, over TCP and on a serial port."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymodbus.constants import ExcCodes

from app.kernel.errors import BadInput, Broken, Fault, Transient
from cloud_locker.api import Cell
from cloud_locker.drivers import modbus_relays
from cloud_locker.drivers.modbus_relays import ModbusBoard
from tests.locker_network.modbus_hall import CELLS, RTU, TCP, ModbusHall

SHORT = 0.3  # enough for an answer on this machine, and soon over


@pytest.fixture(params=[TCP, RTU])
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ModbusHall]:
    hall = ModbusHall(tmp_path, request.param)
    yield hall
    hall.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that wait in vain."""
    monkeypatch.setattr(modbus_relays, "ANSWER_SECONDS", SHORT)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


def open_cells(board: ModbusBoard) -> list[int]:
    """The open cells, once an answer comes: a loaded machine may need a second question."""
    for _ in range(10):
        try:
            return [cell.number for cell in board.snapshot() if cell.door_open]
        except Transient:
            continue
    raise AssertionError("no answer")


@pytest.fixture(params=["timed", "flash"])
def board(request: pytest.FixtureRequest, hall: ModbusHall) -> ModbusBoard:
    return hall.board() if request.param == "timed" else hall.flashing()


def test_doors_and_items_of_all_boards_in_the_order_of_the_cells(
    hall: ModbusHall, board: ModbusBoard
) -> None:
    for number in (1, 18, 19):
        board.pulse(number, 500)
        hall.hardware.put(number)
    assert hall.hardware.close_door(18)
    assert board.snapshot() == [
        Cell(number=number, door_open=number in (1, 19), occupied=number in (1, 18, 19))
        for number in range(1, CELLS + 1)
    ]
    assert hall.hardware.total_pulses() == 3
    assert hall.relays.energised == set()
    assert board.changes(0.0) == []


@pytest.mark.usefixtures("hasty")
def test_a_lost_answer_leaves_one_pulse_and_the_question(
    hall: ModbusHall, board: ModbusBoard
) -> None:
    assert open_cells(board) == []
    hall.relays.mishaps.answers_lost = 1
    assert code_of(lambda: board.pulse(2, 500)) == "LCK-116"
    assert open_cells(board) == [2]
    assert hall.pulses(2) == 1
    assert hall.relays.energised == set()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("mishap", ["deaf", "halved", "garbage"])
def test_bytes_that_are_no_answer_are_none(
    hall: ModbusHall, board: ModbusBoard, mishap: str
) -> None:
    spoil(hall, board, mishap)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("hall", [RTU], indirect=True)  # Modbus TCP leaves checksums to TCP
def test_a_wrong_checksum_is_no_answer(hall: ModbusHall, board: ModbusBoard) -> None:
    spoil(hall, board, "spoilt")


def spoil(hall: ModbusHall, board: ModbusBoard, mishap: str) -> None:
    assert open_cells(board) == []
    setattr(hall.relays.mishaps, mishap, True)
    # Noise before a frame may be heard through; it must never be taken for something else.
    for call in (lambda: board.pulse(3, 500), board.snapshot):
        try:
            call()
        except Transient as error:
            assert error.code in ("LCK-116", "LCK-101")
    assert hall.pulses(3) == (0 if mishap == "deaf" else 1)
    setattr(hall.relays.mishaps, mishap, False)
    assert open_cells(board) == ([] if mishap == "deaf" else [3])
    assert hall.relays.energised == set()
    assert hall.hardware.total_pulses() == hall.pulses(3)


def test_doubled_answers_change_nothing(hall: ModbusHall, board: ModbusBoard) -> None:
    hall.relays.mishaps.doubled = True
    for number in range(1, 6):
        board.pulse(number, 500)
        assert open_cells(board) == [*range(1, number + 1)]
    assert hall.hardware.total_pulses() == 5


@pytest.mark.usefixtures("hasty")
def test_late_answers_are_to_nothing(hall: ModbusHall, board: ModbusBoard) -> None:
    assert open_cells(board) == []
    hall.relays.mishaps.late = True
    assert code_of(lambda: board.pulse(4, 500)) == "LCK-116"
    hall.relays.mishaps.late = False
    assert open_cells(board) == [4]
    assert hall.pulses(4) == 1


def test_cable_pulled_and_plugged_in(hall: ModbusHall, board: ModbusBoard) -> None:
    board.pulse(1, 500)
    hall.cut_the_wire()
    for call in (board.snapshot, lambda: board.pulse(2, 500)):
        assert code_of(call) in ("LCK-101", "LCK-116")
    hall.plug_in()
    assert open_cells(board) == [1]
    assert hall.hardware.total_pulses() == 1


def test_a_relay_that_could_not_be_switched_off_is_before_anything_else(hall: ModbusHall) -> None:
    def nobody_answers(_seconds: float) -> None:
        hall.relays.mishaps.refusal = ExcCodes.DEVICE_FAILURE

    board = hall.board(wait=nobody_answers)
    board.pulse(5, 500)
    assert hall.relays.energised == {5}
    assert code_of(board.snapshot) == "LCK-101"
    hall.relays.mishaps.refusal = None
    assert open_cells(board) == [5]
    assert hall.relays.energised == set()
    assert hall.pulses(5) == 1


def test_a_program_that_died_while_a_relay_was_on_is_tidied_up_after(hall: ModbusHall) -> None:
    def dies(_seconds: float) -> None:
        hall.relays.mishaps.deaf = True
        raise KeyboardInterrupt

    board = hall.board(wait=dies)
    with pytest.raises(KeyboardInterrupt):
        board.pulse(5, 500)
    board.close()
    assert hall.relays.energised == {5}
    hall.relays.mishaps.deaf = False
    assert open_cells(hall.board()) == [5]
    assert hall.relays.energised == set()
    assert hall.pulses(5) == 1


@pytest.mark.parametrize("hall", [RTU], indirect=True)
def test_rtu_frames_through_a_gateway(hall: ModbusHall) -> None:
    assert hall.relays.address.startswith("rtu://127.0.0.1:")
    board = hall.board(address=hall.relays.address)
    board.pulse(19, 500)
    assert open_cells(board) == [19]


@pytest.mark.parametrize(
    ("refusal", "pulse", "snapshot"),
    [
        (ExcCodes.DEVICE_FAILURE, "LCK-102", "LCK-101"),
        (ExcCodes.DEVICE_BUSY, "LCK-101", "LCK-101"),
        (ExcCodes.GATEWAY_NO_RESPONSE, "LCK-116", "LCK-101"),
        (ExcCodes.ILLEGAL_ADDRESS, "LCK-253", "LCK-253"),
        (ExcCodes.ILLEGAL_FUNCTION, "LCK-253", "LCK-253"),
    ],
)
def test_what_boards_refuse(
    hall: ModbusHall, board: ModbusBoard, refusal: ExcCodes, pulse: str, snapshot: str
) -> None:
    assert open_cells(board) == []
    hall.relays.mishaps.refusal = refusal
    assert code_of(lambda: board.pulse(1, 500)) == pulse
    assert code_of(board.snapshot) == snapshot
    assert hall.hardware.total_pulses() == 0


def test_boards_without_the_inputs_of_the_settings(hall: ModbusHall) -> None:
    with pytest.raises(Broken) as caught:
        hall.board(first_item=1900).snapshot()
    assert caught.value.code == "LCK-253"
    assert caught.value.parameters["reason"] == "Modbus 02/02"


@pytest.mark.parametrize("number", [0, -1, CELLS + 1])
def test_there_is_no_such_cell(hall: ModbusHall, board: ModbusBoard, number: int) -> None:
    with pytest.raises(BadInput) as caught:
        board.pulse(number, 500)
    assert caught.value.code == "LCK-108"


@pytest.mark.parametrize(
    "wrong",
    [
        {"cells": 0},
        {"cells": 37},
        {"boards": ()},
        {"boards": (1, 248)},
        {"boards": (0, 1)},
        {"address": ""},
        {"address": "http://board"},
        {"address": "tcp://board:none"},
        {"address": "tcp://"},
        {"polarity": "upside down"},
        {"item_polarity": ""},
        {"first_item": 5},
        {"first_coil": -1},
        {"flash_base": 65536},
        {"baud_rate": 0},
        {"parity": "X"},
    ],
)
def test_settings_that_cannot_be(tmp_path: Path, wrong: dict[str, Any]) -> None:
    options = {"address": "tcp://127.0.0.1", "cells": 20, "boards": (1, 7), "cells_per_board": 18}
    with pytest.raises(Broken) as caught:
        ModbusBoard("hall", tmp_path, **(options | wrong))
    assert caught.value.code == "LCK-251"


def test_nobody_there_at_all(tmp_path: Path, free_port: int) -> None:
    for address in (f"tcp://127.0.0.1:{free_port}", str(tmp_path / "no-port")):
        board = ModbusBoard("hall", tmp_path, address=address, cells=4)
        for call in (board.snapshot, lambda it=board: it.pulse(1, 500)):
            assert code_of(call) == "LCK-101"
        board.close()
        board.close()


def test_the_library_keeps_its_complaints_to_itself(hall: ModbusHall) -> None:
    hall.board()
    assert not logging.getLogger("pymodbus").isEnabledFor(logging.ERROR)
