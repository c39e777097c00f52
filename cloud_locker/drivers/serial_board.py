"""All lock boards on a serial bus: one request, one answer. What differs is in their codecs."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from app.kernel.errors import Broken, Refused, Transient
from cloud_locker.api import Cell, DoorChange
from cloud_locker.cell_numbers import CellNumbers
from cloud_locker.codecs.messages import (
    AskDoors,
    DoorMoved,
    Doors,
    Reply,
    Request,
    SerialCodec,
    Unlock,
    Unlocked,
)
from cloud_locker.wires.serial_line import SerialLine, is_address

ANSWER_SECONDS = 0.8
# A frame whose bytes stop coming for this long is none: what lies behind its head is looked at.
SILENCE_SECONDS = 0.4
EVENTS_KEPT = 256
STALE_READS = 100  # a bus that never falls silent is not waited for

NORMAL, INVERTED = "normal", "inverted"


class SerialBoard:
    """A `LockBoard`: one bus with boards of one family. Safe to use from several threads.

    Settings of every family, as in the table `[lockers."scheme:name"]`:

    - `address`: the port (`/dev/ttyUSB0`, `COM3`), or `socket://host:port` of a TCP gateway;
    - `cells`: how many cells the cabinet has;
    - `boards`: addresses of the boards, in the order of the cell numbers;
    - `cells_per_board`: locks wired to each board; needed with more than one board;
    - `polarity`: "inverted" when the door contacts are wired the other way round, so that the
      commissioning shows open doors as closed; otherwise "normal";
    - `sensor`: false where a board could have item sensors and none are fitted;
    - `baud_rate`: when it is not that of the factory;
    - `steady`: a table with options of `SteadyCabinet`;
    - `bus`: cabinets that hang on one wire name the same one (`cloud_locker.registry`).

    The length of a pulse is set on these boards themselves and does not travel over the wire.
    `snapshot` asks each board once. `folder` is not used. Raises Broken LCK-251 for settings that
    cannot be; beyond the faults of `LockBoard`, Broken LCK-201 (the port cannot be had) and
    LCK-202 (a board has fewer locks than the settings say).
    """

    scheme: str
    codec: ClassVar[SerialCodec]

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        address: str = "",
        cells: int = 0,
        boards: Sequence[int] = (),
        cells_per_board: int = 0,
        polarity: str = NORMAL,
        sensor: bool = True,
        baud_rate: int = 0,
    ) -> None:
        boards = tuple(boards) or (self.codec.boards[0],)
        self.name = name
        self._numbers = CellNumbers.of(
            name,
            cells=cells,
            boards=boards,
            cells_per_board=cells_per_board or (cells if len(boards) == 1 else 0),
            addresses=self.codec.boards,
            locks=range(1, self.codec.channels + 1),
        )
        if not isinstance(address, str) or not is_address(address):
            raise Broken("LCK-251", cabinet=name, reason=f"address={address}")
        if polarity not in (NORMAL, INVERTED):
            raise Broken("LCK-251", cabinet=name, reason=f"polarity={polarity}")
        self._inverted = polarity == INVERTED
        self._sensor = sensor
        rate = baud_rate or self.codec.baud_rate
        self._line = SerialLine(address, baud_rate=rate, cabinet=name)
        self._turn = threading.RLock()  # one request in flight
        self._decoder = self.codec.replies()
        self._events: deque[DoorChange] = deque(maxlen=EVENTS_KEPT)
        self._rests_until = 0.0

    def snapshot(self) -> list[Cell]:
        """All cells in order, each board asked once."""
        cells: list[Cell] = []
        with self._turn:
            for board in self._numbers.boards:
                wired = self._numbers.on_board(board)
                if wired:
                    doors = self._doors(board)
                    cells += self._cells(doors, wired, first=len(cells) + 1)
        return cells

    def pulse(self, number: int, milliseconds: int) -> None:
        """Send one unlock; how long the solenoid is driven is set on the board."""
        board, channel = self._numbers.place(number)
        with self._turn:
            self._prepare()
            try:
                answer = self._exchange(
                    Unlock(board=board, channel=channel),
                    lambda reply: self._answers_unlock(reply, board, channel),
                )
            except Transient as error:
                # It was sent, as far as anybody can tell, and nobody said what became of it.
                raise Transient("LCK-116", cell=number) from error
            finally:
                self._rests_until = time.monotonic() + self.codec.rest_seconds
        if isinstance(answer, Unlocked) and not answer.done:
            raise Refused("LCK-102", cell=number)

    def changes(self, seconds: float) -> list[DoorChange]:
        """What the boards said by themselves since the last call; nothing, and at once, for
        families that only answer."""
        if not self.codec.speaks_unasked:
            return []
        deadline = time.monotonic() + seconds
        with self._turn:
            self._take_up()
            while True:
                left = max(0.0, deadline - time.monotonic())
                self._hear(self._line.read(0.0 if self._events else left))
                if self._events or not left:
                    said = list(self._events)
                    self._events.clear()
                    return said

    def close(self) -> None:
        """Let go of the wire; the next call takes it up again."""
        with self._turn:
            self._line.close()

    def _doors(self, board: int) -> Doors:
        self._prepare()

        def is_answer(reply: Reply) -> bool:
            return isinstance(reply, Doors) and reply.board == board

        answer = self._exchange(AskDoors(board=board), is_answer)
        assert isinstance(answer, Doors)
        return answer

    def _cells(self, doors: Doors, wired: int, *, first: int) -> list[Cell]:
        if len(doors.doors_open) < wired:
            raise Broken(
                "LCK-202",
                cabinet=self.name,
                board=doors.board,
                count=len(doors.doors_open),
                expected=wired,
            )
        items = doors.items if self._sensor else None
        return [
            Cell(
                number=first + place,
                door_open=doors.doors_open[place] is not self._inverted,
                occupied=items[place] if items is not None else None,
            )
            for place in range(wired)
        ]

    def _answers_unlock(self, reply: Reply, board: int, channel: int) -> bool:
        if isinstance(reply, Doors):
            return self.codec.confirms_with_doors and reply.board == board
        return (
            isinstance(reply, Unlocked)
            and reply.board == board
            and reply.channel in (channel, None)
        )

    def _take_up(self) -> None:
        """The line; what had come of a frame is forgotten together with the line before."""
        if self._line.open():
            self._decoder = self.codec.replies()

    def _prepare(self) -> None:
        """An open line on which nothing waits: what came unasked is heard, and answers that came
        too late are dropped, or each answer would be taken for the next one's for good."""
        self._take_up()
        rest = self._rests_until - time.monotonic()
        if rest > 0:
            time.sleep(rest)
        for _ in range(STALE_READS):
            data = self._line.read(0.0)
            if not data:
                break
            self._hear(data)

    def _exchange(self, request: Request, is_answer: Callable[[Reply], bool]) -> Reply:
        """Send one request and wait for its answer. Raises Transient LCK-101 when none came."""
        self._line.write(self.codec.request(request))
        deadline = time.monotonic() + ANSWER_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            data = self._line.read(min(left, SILENCE_SECONDS))
            replies = self._hear(data) if data else self._note(self._decoder.silence())
            answers = [reply for reply in replies if is_answer(reply)]
            if answers:
                return answers[-1]  # where a late one came along with it, it came before
        # With the connection, an answer that is still under way is let go of too.
        self.close()
        raise Transient("LCK-101", cabinet=self.name)

    def _hear(self, data: bytes) -> list[Reply]:
        return self._note(self._decoder.feed(data))

    def _note(self, replies: list[Reply]) -> list[Reply]:
        """The same replies; what was said unasked among them is kept for `changes`."""
        for reply in replies:
            if isinstance(reply, DoorMoved):
                number = self._numbers.number(reply.board, reply.channel)
                if number is not None:
                    door_open = reply.door_open is not self._inverted
                    self._events.append(DoorChange(number=number, door_open=door_open))
        return replies
