"""Lock controllers that speak JSON over an MQTT broker (INTEGRATION 1.1 F)."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from app.kernel.errors import Broken, Refused, Transient
from cloud_locker.api import Cell, DoorChange
from cloud_locker.cabinet_settings import steady_cabinet
from cloud_locker.cell_numbers import CellNumbers
from cloud_locker.codecs import mqtt_json
from cloud_locker.codecs.mqtt_json import AskDoors, DoorMoved, Doors, Opened, OpenLock, Status
from cloud_locker.steady import SteadyCabinet
from cloud_locker.wires.mqtt_link import Broker, LinkDown, MqttLink

ANSWER_SECONDS = 0.8
CONNECT_SECONDS = 1.5
VALID_SECONDS = 1.0
EVENTS_KEPT = 256
BOOTS_KEPT = 16

STATUS, ANSWERS, EVENTS = "status", "answer", "event"


class MqttBoard:
    """A `LockBoard` behind a broker. Safe to use from several threads.

    In the settings of the station:

        [lockers."mqtt:hall"]
        address = "mqtts://broker.court:8883"   # or "mqtt://broker.court:1883"
        device = "W751-0042"           # serial number, which is its topic; else the name: "hall"
        user = "workstation"
        password_file = "broker.password"       # in the folder of the cabinets; or `password`
        authority = "broker-ca.pem"    # where the machine does not know the broker's certificate
        cells = 60
        boards = [0, 1]                # 0 to 7
        cells_per_board = 36           # at most 36

    `seconds_now`: wall clock in seconds since the epoch. Raises Broken LCK-251 for settings that
    cannot be. Beyond the faults of `LockBoard`: Broken LCK-252 (broker and workstation do not
    accept each other) and LCK-253 (the controller does not know what it is asked, or has other
    boards).
    """

    scheme: str = "mqtt"

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        address: str = "",
        cells: int = 0,
        boards: Sequence[int] = (0,),
        cells_per_board: int = mqtt_json.LOCKS[-1],
        device: str = "",
        user: str = "",
        password: str = "",
        password_file: str = "",
        authority: str = "",
        seconds_now: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self._device = device or name
        self._numbers = CellNumbers.of(
            name,
            cells=cells,
            boards=boards,
            cells_per_board=cells_per_board,
            addresses=mqtt_json.ADDRESSES,
            locks=mqtt_json.LOCKS,
        )
        try:
            if password_file:
                password = (folder / password_file).read_text(encoding="utf-8").strip()
            self._broker = Broker.at(
                address,
                user=user,
                password=password,
                authority=str(folder / authority) if authority else "",
            )
            if set("+#") & set(self._device):
                raise ValueError(f"device={self._device}")
        except (OSError, ValueError) as error:
            raise Broken("LCK-251", cabinet=name, reason=str(error)) from error
        self._seconds_now = seconds_now
        self._turn = threading.RLock()  # one request in flight
        self._link: MqttLink | None = None
        self._message_numbers = count(1)
        self._news = threading.Condition()  # guards all below, which the network's thread fills
        self._awaited = ""
        self._answer: Opened | Doors | None = None
        self._status: Status | None = None
        self._events: deque[DoorChange] = deque(maxlen=EVENTS_KEPT)
        self._sequence = -1
        self._old_boots: deque[str] = deque(maxlen=BOOTS_KEPT)
        self._boot = ""
        self._drift: float | None = None

    def snapshot(self) -> list[Cell]:
        """All cells in order, asked now."""
        ask = AskDoors(message=next(self._message_numbers), command=_new_command())
        answer = self._exchange(ask)
        if not isinstance(answer, Doors) or answer.code == mqtt_json.CODE_TIMEOUT:
            raise Transient("LCK-101", cabinet=self.name)
        if answer.code != mqtt_json.CODE_DONE:
            raise Broken("LCK-253", cabinet=self.name, reason=f"query_all: {answer.code}")
        return self._cells(answer)

    def pulse(self, number: int, milliseconds: int) -> None:
        """Send one unlock, which ends by itself when it comes too late."""
        board, lock = self._numbers.place(number)
        command = OpenLock(
            message=next(self._message_numbers),
            command=_new_command(),
            board=board,
            lock=lock,
            tenths=max(1, round(milliseconds / 100)),
            expires_at=self._seconds_now() + (self.clock_drift() or 0.0) + VALID_SECONDS,
        )
        answer = self._exchange(command)
        if not isinstance(answer, Opened) or answer.code == mqtt_json.CODE_TIMEOUT:
            raise Transient("LCK-116", cell=number)
        if answer.code == mqtt_json.CODE_EXPIRED:
            # It came too late and nothing was unlocked: the wire is too slow for now.
            raise Transient("LCK-101", cabinet=self.name)
        if answer.code == mqtt_json.CODE_FAILED:
            raise Refused("LCK-102", cell=number)
        if answer.code != mqtt_json.CODE_DONE:
            raise Broken("LCK-253", cabinet=self.name, reason=f"open_lock: {answer.code}")

    def changes(self, seconds: float) -> list[DoorChange]:
        """What the controller said by itself since the last call."""
        with self._turn:
            link = self._connected()
        with self._news:
            self._news.wait_for(lambda: self._events or link.down or self._gone(), seconds)
            said = list(self._events)
            self._events.clear()
            if not said and (link.down or self._gone()):
                raise Transient("LCK-101", cabinet=self.name)
        return said

    def close(self) -> None:
        """Let go of the broker."""
        with self._turn:
            link, self._link = self._link, None
            if link is not None:
                link.close()

    def clock_drift(self) -> float | None:
        """Seconds by which the controller's clock was ahead of ours at its last answer."""
        with self._news:
            return self._drift

    def _exchange(self, command: OpenLock | AskDoors) -> Opened | Doors | None:
        """Send a command once and wait for its answer; None when it was sent and none came.
        Raises Transient LCK-101 when it was not sent."""
        with self._turn:
            link = self._connected()
            with self._news:
                if self._gone():
                    raise Transient("LCK-101", cabinet=self.name)
                self._awaited, self._answer = command.command, None
            sent_at = self._seconds_now()
            if not link.send(self._device, mqtt_json.encode(command)):
                self._let_go(link)
                raise Transient("LCK-101", cabinet=self.name)
            with self._news:
                self._news.wait_for(
                    lambda: self._answer or link.down or self._gone(), ANSWER_SECONDS
                )
                answer, self._awaited, self._answer = self._answer, "", None
                if answer is not None:
                    self._drift = answer.at - (sent_at + self._seconds_now()) / 2
                gone = self._gone()
            if answer is None and not gone:
                # A cable that was pulled says nothing: only a new connection can tell.
                self._let_go(link)
            return answer

    def _connected(self) -> MqttLink:
        """The connection, made anew where it was lost. Raises Transient LCK-101, Broken LCK-252."""
        if self._link is not None and not self._link.down:
            return self._link
        if self._link is not None:
            self._let_go(self._link)
        with self._news:
            # What was retained comes again; what was not is no longer known.
            self._status = None
        topics = [f"{self._device}/{part}" for part in (STATUS, ANSWERS, EVENTS)]
        try:
            self._link = MqttLink(
                self._broker, topics, seconds=CONNECT_SECONDS, heard=self._heard, lost=self._lost
            )
        except LinkDown as error:
            if error.refused:
                raise Broken("LCK-252", cabinet=self.name, reason=error.reason) from error
            raise Transient("LCK-101", cabinet=self.name) from error
        return self._link

    def _let_go(self, link: MqttLink) -> None:
        link.cut()
        self._link = None

    def _gone(self) -> bool:
        return self._status is not None and not self._status.online

    # In the thread of the network.

    def _heard(self, topic: str, payload: bytes) -> None:
        message = mqtt_json.decode(payload)
        part = topic.rpartition("/")[2]
        with self._news:
            if part == ANSWERS and isinstance(message, Opened | Doors):
                # Answers that are late, doubled or somebody else's are to other commands.
                if message.command == self._awaited and self._answer is None:
                    self._answer = message
            elif part == STATUS and isinstance(message, Status):
                self._status = message
                self._booted(message.boot)
            elif part == EVENTS and isinstance(message, DoorMoved):
                self._note(message)
            self._news.notify_all()

    def _lost(self) -> None:
        with self._news:
            self._news.notify_all()

    def _booted(self, boot: str) -> bool:
        """Whether this is the controller's present run; events of runs before it are late ones."""
        if boot in self._old_boots:
            return False
        if boot != self._boot:
            self._old_boots.append(self._boot)
            self._boot, self._sequence = boot, -1
        return True

    def _note(self, event: DoorMoved) -> None:
        number = self._numbers.number(event.board, event.lock)
        if not self._booted(event.boot) or event.sequence <= self._sequence or number is None:
            return
        self._sequence = event.sequence
        self._events.append(DoorChange(number=number, door_open=event.door_open))

    def _cells(self, answer: Doors) -> list[Cell]:
        found = {board.board: board for board in answer.boards}
        cells: list[Cell] = []
        for board in self._numbers.boards:
            wired = self._numbers.on_board(board)
            if wired and (board not in found or len(found[board].doors) < wired):
                raise Broken("LCK-253", cabinet=self.name, reason=f"board {board}")
            for place in range(wired):
                items = found[board].items
                cells.append(
                    Cell(
                        number=len(cells) + 1,
                        door_open=found[board].doors[place],
                        occupied=items[place] if items is not None else None,
                    )
                )
        return cells


def make_cabinet(name: str, folder: Path, **settings: Any) -> SteadyCabinet:
    """A cabinet with an MQTT controller, made of the settings in its table."""
    return steady_cabinet(MqttBoard, name, folder, settings)


def _new_command() -> str:
    return secrets.token_hex(8)
