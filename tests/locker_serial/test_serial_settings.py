"""What the person who wires a cabinet can set, and what she is told when it cannot be."""

from __future__ import annotations

import errno
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest
import serial

from app.adapters.plugins import Cabinet
from app.kernel.errors import BadInput, Broken, Fault
from cloud_locker.codecs.messages import AskDoors, Unlock
from cloud_locker.drivers.serial_board import SerialBoard
from cloud_locker.drivers.wkly import WklyBoard
from cloud_locker.registry import driver_locations, open_cabinet
from cloud_locker.steady import SteadyCabinet
from cloud_locker.wires.serial_line import SerialLine
from tests.locker_serial.bench import FAMILIES, STEADY, bench

BOARDS = {"wkly": (0, 3), "kerong": (2, 0), "kerong48": (5, 6), "relay8a": (1, 32)}


@pytest.mark.parametrize("scheme", FAMILIES)
def test_cells_are_numbered_over_all_boards(scheme: str, tmp_path: Path) -> None:
    boards = BOARDS[scheme]
    with bench(scheme, "pty", tmp_path, cells=20, boards=boards, cells_per_board=12) as at:
        assert [cell.number for cell in at.board.snapshot()] == list(range(1, 21))
        assert at.boards.requests == [AskDoors(board=board) for board in boards]
        for number, board, channel in ((1, 0, 1), (12, 0, 12), (13, 1, 1), (20, 1, 8)):
            at.board.pulse(number, 500)
            assert at.boards.requests[-1] == Unlock(board=boards[board], channel=channel)
            assert at.pulses(number) == 1
        assert [cell.number for cell in at.board.snapshot() if cell.door_open] == [1, 12, 13, 20]
        for number in (0, 21, -1):
            with pytest.raises(BadInput) as caught:
                at.board.pulse(number, 500)
            assert caught.value.parameters == {"cell": number, "count": 20}
        assert at.hardware.total_pulses() == 4


def test_doors_that_move_are_numbered_over_all_boards(tmp_path: Path) -> None:
    with bench("wkly", "pty", tmp_path, cells=8, boards=(7, 1), cells_per_board=6) as at:
        at.board.snapshot()
        at.hardware.force_open(8)
        assert [(change.number) for change in at.board.changes(10.0)] == [8]


def test_one_board_that_is_missing_makes_the_cabinet_unknown(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"cells": 12, "cells_per_board": 6}
    with bench("wkly", "tcp", tmp_path) as at:
        board = WklyBoard("hall", tmp_path, address=at.line.address, boards=[0, 1], **settings)
        with pytest.raises(Fault) as caught:
            board.snapshot()
        assert caught.value.code == "LCK-101"
        board.close()


def test_a_board_with_fewer_locks_than_the_settings_say_is_told(tmp_path: Path) -> None:
    with bench("wkly", "pty", tmp_path, cells=4) as at:
        board = WklyBoard("hall", tmp_path, address=at.line.address, cells=6)
        with pytest.raises(Broken) as caught:
            board.snapshot()
        assert (caught.value.code, caught.value.parameters) == (
            "LCK-202",
            {"cabinet": "hall", "board": 0, "count": 4, "expected": 6},
        )
        board.close()


@pytest.mark.parametrize("scheme", FAMILIES)
def test_polarity_turns_round_what_the_contacts_say(scheme: str, tmp_path: Path) -> None:
    with bench(scheme, "pty", tmp_path, inverted=True) as at:
        assert all(cell.door_open for cell in at.board.snapshot())  # wired the other way round
    (tmp_path / "right").mkdir()
    with bench(scheme, "pty", tmp_path / "right", inverted=True, polarity="inverted") as at:
        assert not any(cell.door_open for cell in at.driver.cells())
        assert at.driver.open_cell(2).door_open
        at.close_door(2)
        assert not at.driver.wait_closed(2, 5.0).door_open
        if at.board.codec.speaks_unasked:
            at.board.changes(0.0)
            at.hardware.force_open(4)
            assert [change.door_open for change in at.board.changes(10.0)] == [True]


def test_only_kerong_boards_report_items_and_only_where_sensors_are_fitted(tmp_path: Path) -> None:
    for scheme in FAMILIES:
        (tmp_path / scheme).mkdir()
        with bench(scheme, "pty", tmp_path / scheme) as at:
            at.hardware.force_open(3)
            at.hardware.put(3)
            expected: list[bool | None] = [None] * 6
            if scheme == "kerong":
                expected = [number == 3 for number in range(1, 7)]
            assert [cell.occupied for cell in at.board.snapshot()] == expected
    (tmp_path / "bare").mkdir()
    with bench("kerong", "pty", tmp_path / "bare", sensor=False) as at:
        assert {cell.occupied for cell in at.board.snapshot()} == {None}


@pytest.mark.parametrize(
    ("scheme", "wrong"),
    [
        ("wkly", {"address": ""}),
        ("wkly", {"address": "socket://gateway"}),
        ("wkly", {"address": "socket://gateway:none"}),
        ("wkly", {"address": "tcp://gateway:5000"}),
        ("wkly", {"cells": 0}),
        ("wkly", {"cells": 65}),
        ("wkly", {"boards": [32]}),
        ("wkly", {"boards": [0, 0], "cells_per_board": 12}),
        ("wkly", {"boards": [0, 1]}),  # which cell would be on which board?
        ("wkly", {"boards": [0, 1], "cells_per_board": 11}),
        ("wkly", {"polarity": "reverse"}),
        ("kerong", {"cells": 17}),
        ("kerong", {"boards": [15]}),  # would be the address of all boards
        ("kerong48", {"cells": 49}),
        ("relay8a", {"boards": [0]}),
        ("relay8a", {"cells": 25}),
        ("relay8a", {"adress": "/dev/ttyS1"}),
        ("relay8a", {"cells": "12"}),
        ("relay8a", {"steady": {"patience": 3}}),
    ],
)
def test_settings_that_cannot_be_are_told_at_once(
    scheme: str, wrong: dict[str, Any], tmp_path: Path
) -> None:
    settings: dict[str, Any] = {
        "address": "/dev/ttyS99",
        "cells": 12 if "boards" not in wrong else 23,
    }
    if "cells_per_board" not in wrong and len(wrong.get("boards", [])) == 1:
        settings["cells"] = 12
    with pytest.raises(Broken) as caught:
        open_cabinet(f"{scheme}:hall", tmp_path, **(settings | wrong))
    assert caught.value.code == "LCK-251"
    assert caught.value.parameters["cabinet"] == "hall"


def test_a_port_this_account_may_not_use_is_a_broken_set_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(self: serial.Serial) -> None:
        raise serial.SerialException(errno.EACCES, "Permission denied")

    monkeypatch.setattr(serial.Serial, "open", refuse)
    board = WklyBoard("hall", tmp_path, address="/dev/ttyS99", cells=12)
    for call in (board.snapshot, lambda: board.pulse(1, 500), lambda: board.changes(0.0)):
        with pytest.raises(Broken) as caught:
            call()
        assert caught.value.code == "LCK-201"
        assert caught.value.parameters["address"] == "/dev/ttyS99"


def test_a_rate_that_is_none_is_a_broken_set_up(tmp_path: Path) -> None:
    line = SerialLine(str(tmp_path / "tty"), baud_rate=-1, cabinet="hall")
    with pytest.raises(Broken) as caught:
        line.open()
    assert caught.value.code == "LCK-201"


@pytest.mark.parametrize("address", ["/dev/ttyS99", "/dev/null", "socket://127.0.0.1:1"])
def test_a_port_that_is_not_there_is_transient(address: str, tmp_path: Path) -> None:
    board = WklyBoard("hall", tmp_path, address=address, cells=12)
    for call in (board.snapshot, lambda: board.pulse(1, 500), lambda: board.changes(0.0)):
        with pytest.raises(Fault) as caught:
            call()
        assert caught.value.code == "LCK-101"  # nothing was sent, so nothing is unknown
    board.close()


def test_a_table_of_the_settings_makes_a_cabinet(tmp_path: Path) -> None:
    with bench("kerong", "tcp", tmp_path) as at:
        table = tomllib.loads(
            f'''
            address = "{at.line.address}"
            cells = 6
            boards = [0]
            bus = "cellar"

            [steady]
            settle_seconds = 0.01
            '''
        )
        cabinet = Cabinet("kerong:hall", tmp_path, table)
        at.hardware.force_open(4)
        assert [cell.number for cell in cabinet.cells() if cell.door_open] == [4]
        cabinet.close()


@pytest.mark.parametrize("scheme", FAMILIES)
def test_the_registry_knows_every_family(scheme: str, tmp_path: Path) -> None:
    assert scheme in driver_locations()
    cabinet = open_cabinet(
        f"{scheme}:hall", tmp_path, address="/dev/ttyS99", cells=4, steady={"poll_seconds": 1.0}
    )
    assert isinstance(cabinet, SteadyCabinet)
    assert isinstance(cabinet.board, SerialBoard)
    assert (cabinet.scheme, cabinet.name) == (scheme, "hall")
    assert FAMILIES[scheme].__doc__ is not None
    assert f'[lockers."{scheme}:' in FAMILIES[scheme].__doc__


def test_programs_on_one_port_take_turns(tmp_path: Path) -> None:
    """Window, touch screen and command line each have the port open; none hears the others'."""
    with bench("wkly", "pty", tmp_path) as at:
        at.hardware.force_open(2)
        wrong: list[object] = []

        def poll() -> None:
            own = open_cabinet(
                "wkly:hall", tmp_path, address=at.line.address, cells=6, steady=STEADY
            )
            try:
                for _ in range(10):
                    if [cell.number for cell in own.cells() if cell.door_open] != [2]:
                        wrong.append(own)
            except Fault as fault:
                wrong.append(fault)
            finally:
                own.close()

        threads = [threading.Thread(target=poll) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60.0)
        assert wrong == []
