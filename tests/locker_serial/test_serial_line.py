"""The driver against ports that are not ours: another program's pair of ports, and a peer that
knows nothing but published bytes."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kernel.errors import Transient
from cloud_locker.api import Cell, DoorChange
from cloud_locker.drivers.kerong import KerongBoard
from cloud_locker.drivers.kerong_cu48 import KerongCu48Board
from cloud_locker.drivers.relay_0x8a import Relay0x8aBoard
from cloud_locker.drivers.serial_board import SerialBoard
from cloud_locker.drivers.wkly import WklyBoard
from cloud_locker.wires.serial_line import LOOK_SECONDS
from tests.locker_serial.bench import WIRES, bench

Talk = dict[str, str]

# Asked, answered: bytes of INTEGRATION 1.1, and frames written down by hand after it.
WKLY: Talk = {
    "574B4C5908008485": "574B4C590E00 84 00 04 01 00 01 01 86",
    "574B4C590900820183": "574B4C590A00 85 01 00 87 574B4C590B00 82 00 01 00 81",
    "574B4C590900820280": "574B4C590B00 82 FF 02 01 7C",
}
KERONG: Talk = {
    "0200300335": "02 00 35 FF FF 01 00 03 39",
    "020431033A": "02 00 35 EF FF 01 00 03 29",
}
CU48: Talk = {"020000600365": "02 00 00 75 06 FB FF FF FF FF FF 73"}
RELAY: Talk = {"80010033B2": "80 01 FF FF FD 33 4F", "8A0101119B": "8A 01 01 00 8A"}


class Peer:
    """Answers the bytes it knows on a pseudo-terminal; anything else is noted as `unknown`."""

    def __init__(self, talk: Talk) -> None:
        self.talk = {bytes.fromhex(asked): bytes.fromhex(told) for asked, told in talk.items()}
        self.unknown = b""
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.path = os.ttyname(self.slave)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while True:
            self.unknown += os.read(self.master, 64)
            if self.unknown == b"end":
                return
            if self.unknown in self.talk:
                os.write(self.master, self.talk[self.unknown])
                self.unknown = b""

    def end(self) -> None:
        os.write(self.slave, b"end")
        self.thread.join(10.0)
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def talk_of(request: pytest.FixtureRequest) -> Iterator[Peer]:
    peer = Peer(request.param)
    yield peer
    peer.end()


def doors(board: SerialBoard) -> list[tuple[bool, bool | None]]:
    return [(cell.door_open, cell.occupied) for cell in board.snapshot()]


@pytest.mark.parametrize("talk_of", [WKLY], indirect=True)
def test_wkly_speaks_published_bytes(talk_of: Peer, tmp_path: Path) -> None:
    board = WklyBoard("hall", tmp_path, address=talk_of.path, cells=4)
    assert doors(board) == [(False, None), (True, None), (False, None), (False, None)]
    board.pulse(1, 500)
    assert board.changes(5.0) == [DoorChange(number=1, door_open=True)]
    with pytest.raises(Exception, match="LCK-102"):
        board.pulse(2, 500)
    assert talk_of.unknown == b""
    board.close()


@pytest.mark.parametrize("talk_of", [KERONG], indirect=True)
def test_kerong_speaks_published_bytes(talk_of: Peer, tmp_path: Path) -> None:
    board = KerongBoard("hall", tmp_path, address=talk_of.path, cells=16)
    assert doors(board) == [(False, number == 1) for number in range(1, 17)]
    board.pulse(5, 500)
    assert board.snapshot()[4] == Cell(number=5, door_open=False, occupied=False)
    board.close()


@pytest.mark.parametrize("talk_of", [CU48], indirect=True)
def test_cu48_speaks_published_bytes(talk_of: Peer, tmp_path: Path) -> None:
    board = KerongCu48Board("hall", tmp_path, address=talk_of.path, cells=48)
    assert doors(board) == [(number == 3, None) for number in range(1, 49)]
    board.close()


@pytest.mark.parametrize("talk_of", [RELAY], indirect=True)
def test_0x8a_speaks_published_bytes(talk_of: Peer, tmp_path: Path) -> None:
    board = Relay0x8aBoard("hall", tmp_path, address=talk_of.path, cells=24)
    assert doors(board) == [(number == 2, None) for number in range(1, 25)]
    board.pulse(1, 500)
    board.close()


@pytest.mark.parametrize("wire", WIRES)
def test_no_answer_is_waited_for_longer_than_it_takes(wire: str, tmp_path: Path) -> None:
    """Asking a port for more bytes than have come costs its whole time-out on each request."""
    with bench("wkly", wire, tmp_path) as at:
        taken = []
        for _ in range(100):
            began = time.monotonic()
            at.board.snapshot()
            taken.append(time.monotonic() - began)
    assert statistics.median(taken) < LOOK_SECONDS


def test_a_port_of_another_program_and_its_sudden_end(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    socat = subprocess.Popen(
        ["socat", "-d", "-d", f"PTY,link={here},rawer", f"PTY,link={there},rawer"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert socat.stderr is not None
        assert any("starting data transfer loop" in line for line in socat.stderr)
        answering = os.open(there, os.O_RDWR | os.O_NOCTTY)
        asked: list[bytes] = []

        def answer() -> None:
            asked.append(os.read(answering, 64))
            os.write(answering, bytes.fromhex("020035FFFF01000339"))

        thread = threading.Thread(target=answer)
        thread.start()
        board = KerongBoard("hall", tmp_path, address=str(here), cells=2)
        assert doors(board) == [(False, True), (False, False)]
        thread.join(10.0)
        assert asked == [bytes.fromhex("0200300335")]
        socat.kill()
        socat.wait(10.0)
        for call in (board.snapshot, lambda: board.pulse(1, 500)):
            with pytest.raises(Transient) as caught:
                call()
            assert caught.value.code in {"LCK-101", "LCK-116"}
        board.close()
        os.close(answering)
    finally:
        socat.kill()
        socat.wait(10.0)
        if socat.stderr is not None:
            socat.stderr.close()
