"""One request and what may come instead of, before and after its answer, byte by byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.kernel.errors import Transient
from cloud_locker.api import DoorChange
from cloud_locker.codecs import wkly
from cloud_locker.codecs.messages import DoorMoved, Doors, Reply
from cloud_locker.drivers.wkly import WklyBoard
from cloud_locker.wires.serial_line import SerialLine

CODEC = WklyBoard.codec


class CannedLine(SerialLine):
    """Gives these bytes, one piece per read; a piece of no bytes is a time-out, and the marker
    `ASKED` holds the rest back until the next request was sent."""

    def __init__(self, *pieces: bytes | None) -> None:
        super().__init__("canned", baud_rate=9600, cabinet="hall")
        self.pieces = list(pieces)
        self.sent: list[bytes] = []
        self.closed = 0

    def open(self) -> bool:
        return False

    def write(self, data: bytes) -> None:
        self.sent.append(data)
        if self.pieces and self.pieces[0] is ASKED:
            self.pieces.pop(0)

    def read(self, seconds: float) -> bytes:
        if not self.pieces or self.pieces[0] is ASKED:
            return b""
        return self.pieces.pop(0) or b""

    def close(self) -> None:
        self.closed += 1


ASKED = None
NOTHING = b""


def said(*doors_open: bool, board: int = 0) -> bytes:
    return CODEC.reply(Doors(board=board, doors_open=doors_open))


def at(tmp_path: Path, *pieces: bytes | None) -> tuple[WklyBoard, CannedLine]:
    board = WklyBoard("hall", tmp_path, address="COM1", cells=2)
    line = CannedLine(*pieces)
    board._line = line
    return board, line


def doors(board: WklyBoard) -> list[bool]:
    return [cell.door_open for cell in board.snapshot()]


OLD, NEW = said(False, False), said(True, False)


def test_what_waits_before_the_request_is_no_answer(tmp_path: Path) -> None:
    board, _ = at(tmp_path, OLD, OLD, ASKED, NEW)
    assert doors(board) == [True, False]


def test_of_two_answers_at_once_the_later_one_counts(tmp_path: Path) -> None:
    board, _ = at(tmp_path, ASKED, OLD + NEW)
    assert doors(board) == [True, False]


def test_an_answer_may_come_in_pieces(tmp_path: Path) -> None:
    pieces = [NEW[place : place + 1] for place in range(len(NEW))]
    board, _ = at(tmp_path, ASKED, *pieces)
    assert doors(board) == [True, False]


def test_an_answer_behind_the_head_of_a_long_frame_is_found_after_a_silence(
    tmp_path: Path,
) -> None:
    board, _ = at(tmp_path, ASKED, wkly.HEADER + b"\x40\x00" + NEW, NOTHING)
    assert doors(board) == [True, False]


def test_another_board_does_not_answer_for_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cloud_locker.drivers.serial_board.ANSWER_SECONDS", 0.01)
    board, line = at(tmp_path, ASKED, said(True, True, board=1))
    with pytest.raises(Transient) as caught:
        doors(board)
    assert caught.value.code == "LCK-101"
    assert (len(line.sent), line.closed) == (1, 1)


def test_what_is_said_in_between_is_kept(tmp_path: Path) -> None:
    def moved(channel: int) -> Reply:
        return DoorMoved(board=0, channel=channel, door_open=True)

    board, _ = at(
        tmp_path, CODEC.reply(moved(1)), ASKED, CODEC.reply(moved(2)) + NEW, CODEC.reply(moved(1))
    )
    assert doors(board) == [True, False]
    assert board.changes(0.0) == [DoorChange(number=number, door_open=True) for number in (1, 2, 1)]
    assert board.changes(0.0) == []


def test_a_bus_that_always_has_something_to_say_is_asked_nevertheless(tmp_path: Path) -> None:
    board, line = at(tmp_path, *([b"\xaa"] * 500), NEW)
    assert doors(board) == [True, False]
    assert len(line.sent) == 1
