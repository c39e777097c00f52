"""Simulated lock boards on a serial bus: bytes in, bytes out, the cabinet's hardware behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cloud_locker.cell_numbers import CellNumbers
from cloud_locker.codecs.framing import FrameDecoder
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
from cloud_locker.simulators.hardware import CabinetHardware


@dataclass(kw_only=True, slots=True)
class LineMishaps:
    """What goes wrong between boards and workstation; may be changed while they run.

    `deaf`: nothing is carried out or answered. `mute`: it is carried out, and not answered.
    `damaged`: the checksum of answers is wrong. `half`: answers break off in the middle.
    `garbage`: these bytes come before each answer. `doubled`: everything is said twice. `late`:
    an answer comes when the next request does. `echo`: the adapter hears what it sends.
    `no_events`: doors move without a word. `refused`: cells whose unlock the board declines.
    `unlocks_only`: all but `refused`, `echo` and `no_events` happen to unlocks alone.
    """

    deaf: bool = False
    mute: bool = False
    damaged: bool = False
    half: bool = False
    garbage: bytes = b""
    doubled: bool = False
    late: bool = False
    echo: bool = False
    no_events: bool = False
    refused: set[int] = field(default_factory=set)
    unlocks_only: bool = False


class SerialBoards:
    """All boards of one bus. They know no wire: `serial_wires` puts a pty or TCP before them.

    `sensor`: whether infra-red sensors are fitted (for families that have them). `inverted`: the
    door contacts are wired the other way round. `listeners` get bytes that are said unasked.
    """

    def __init__(
        self,
        codec: SerialCodec,
        hardware: CabinetHardware,
        *,
        boards: Sequence[int] = (),
        cells_per_board: int = 0,
        sensor: bool = True,
        inverted: bool = False,
    ) -> None:
        boards = tuple(boards) or (codec.boards[0],)
        self.codec = codec
        self.hardware = hardware
        self.mishaps = LineMishaps()
        self.listeners: list[Callable[[bytes], None]] = []
        self.requests: list[Request] = []  # all that reached the boards
        self._numbers = CellNumbers.of(
            "simulated",
            cells=hardware.count,
            boards=boards,
            cells_per_board=cells_per_board or hardware.count,
            addresses=codec.boards,
            locks=range(1, codec.channels + 1),
        )
        self._sensor = sensor
        self._inverted = inverted
        self._late = b""
        self._lock = threading.Lock()
        hardware.listeners.append(self._door_moved)

    def decoder(self) -> FrameDecoder[Request]:
        """A fresh decoder for one connection."""
        return self.codec.requests()

    def received(self, decoder: FrameDecoder[Request], data: bytes) -> bytes:
        """Carry out what became whole with `data`; what goes back over the same connection."""
        answers = data if self.mishaps.echo else b""
        for request in decoder.feed(data):
            with self._lock:
                self.requests.append(request)
            answers += self._answer(request)
        return answers

    def _answer(self, request: Request) -> bytes:
        mishaps = self.mishaps
        well = mishaps.unlocks_only and not isinstance(request, Unlock)
        if mishaps.deaf and not well:
            return b""
        reply = self._carried_out(request)
        if reply is None:
            return b""
        answer = self.codec.reply(reply)
        return answer if well else self._disturbed(answer)

    def _disturbed(self, answer: bytes) -> bytes:
        mishaps = self.mishaps
        if mishaps.mute:
            return b""
        if mishaps.damaged:
            answer = answer[:-1] + bytes([answer[-1] ^ 0x5A])
        if mishaps.half:
            answer = answer[: len(answer) // 2]
        answer = mishaps.garbage + answer
        if mishaps.doubled:
            answer += answer
        with self._lock:
            before, self._late = self._late, b""
            if mishaps.late:
                answer, self._late = b"", answer
        return before + answer

    def _carried_out(self, request: Request) -> Reply | None:
        """What the board that is meant says; None when there is no such board."""
        if isinstance(request, AskDoors):
            return self._doors(request.board)
        number = self._numbers.number(request.board, request.channel)
        if number is None:
            return None
        done = number not in self.mishaps.refused
        door_open = self.hardware.pulse(number) if done else self.hardware.door(number).door_open
        if self.codec.confirms_with_doors:
            return self._doors(request.board)
        return Unlocked(
            board=request.board,
            channel=request.channel,
            done=done,
            door_open=door_open is not self._inverted,
        )

    def _doors(self, board: int) -> Doors | None:
        numbers = [
            number for number in self.hardware.numbers if self._numbers.place(number)[0] == board
        ]
        if not numbers:
            return None
        return Doors(
            board=board,
            doors_open=tuple(
                self.hardware.door(number).door_open is not self._inverted for number in numbers
            ),
            items=tuple(self._sensor and self.hardware.seen_item(number) for number in numbers),
        )

    def _door_moved(self, number: int, door_open: bool) -> None:
        if not self.codec.speaks_unasked or self.mishaps.no_events or self.mishaps.deaf:
            return
        board, channel = self._numbers.place(number)
        moved = DoorMoved(board=board, channel=channel, door_open=door_open is not self._inverted)
        said = self.codec.reply(moved) * (2 if self.mishaps.doubled else 1)
        for listener in list(self.listeners):
            listener(said)
