"""A simulated lock controller on a real MQTT broker, with the cabinet's hardware behind it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from app.kernel.ids import new_id
from cloud_locker.cell_numbers import CellNumbers
from cloud_locker.codecs import mqtt_json
from cloud_locker.codecs.mqtt_json import (
    AskDoors,
    BoardDoors,
    DoorMoved,
    Doors,
    Message,
    Opened,
    OpenLock,
    Status,
)
from cloud_locker.simulators.hardware import CabinetHardware

COMMANDS_REMEMBERED = 256
STATUS_SECONDS = 30.0
RETRY_SECONDS = 0.2


@dataclass(kw_only=True, slots=True)
class WireMishaps:
    """What goes wrong between controller and broker; may be changed while it runs.

    `deaf`: commands are not carried out. `mute`: they are, but nothing is answered. `answers_lost`:
    so many of the next answers are. `doubled`: everything is said twice. `garbage`: bytes that
    are no message go before each answer. `held`: answers wait for `say_held`. `no_events`: doors
    move without a word. `clock_ahead`: seconds by which its clock is wrong. `unlocks_only`: what
    befalls commands and answers befalls unlocks alone.
    """

    deaf: bool = False
    mute: bool = False
    answers_lost: int = 0
    doubled: bool = False
    garbage: bool = False
    held: bool = False
    no_events: bool = False
    clock_ahead: float = 0.0
    unlocks_only: bool = False


class MqttController:
    """Connects to a broker as `device` and carries out commands on `hardware`.

    A command that was carried out once is answered from memory when it comes again; one that has
    expired, or that the broker kept from before, is not carried out. `sensor`: whether the cells
    report items. Connects at once and again by itself, until `stop`. `seconds_now`: its clock.
    """

    def __init__(
        self,
        hardware: CabinetHardware,
        *,
        host: str,
        port: int,
        device: str,
        user: str = "",
        password: str = "",
        boards: Sequence[int] = (0,),
        cells_per_board: int = mqtt_json.LOCKS[-1],
        sensor: bool = True,
        seconds_now: Callable[[], float] = time.time,
    ) -> None:
        self.hardware = hardware
        self.mishaps = WireMishaps()
        self.device = device
        self.refused: list[str] = []  # commands that came too late
        self._where = (host, port)
        self._login = (user, password)
        self._sensor = sensor
        self._seconds_now = seconds_now
        self._numbers = CellNumbers.of(
            device,
            cells=hardware.count,
            boards=boards,
            cells_per_board=cells_per_board,
            addresses=mqtt_json.ADDRESSES,
            locks=mqtt_json.LOCKS,
        )
        self._lock = threading.Lock()
        self._done: OrderedDict[str, Opened] = OrderedDict()
        self._held: list[bytes] = []
        self.boot = ""
        self._sequence = 0
        self._client: mqtt.Client | None = None
        self._plugged = True
        self._ended = False
        self._woken = threading.Condition()
        self.listening = threading.Event()  # set while commands reach it
        hardware.listeners.append(self._door_moved)
        self._life = threading.Thread(target=self._live, daemon=True)
        self._life.start()

    def pull_cable(self) -> None:
        """The connection is gone without a goodbye, and what was remembered with the power."""
        with self._woken:
            self._plugged = False
            self._woken.notify_all()
        if self._client is not None:
            _cut(self._client)
            self._client = None

    def plug_in(self) -> None:
        """Cable and power are back."""
        with self._woken:
            self._plugged = True
            self._woken.notify_all()

    def stop(self) -> None:
        """Say goodbye, as a controller that is switched off in order. May be said twice."""
        if self._door_moved in self.hardware.listeners:
            self.hardware.listeners.remove(self._door_moved)
        with self._woken:
            self._ended = True
            self._woken.notify_all()
        self._life.join()
        client, self._client = self._client, None
        if client is not None:
            client.publish(self._topic("status"), self._status(online=False), retain=True)
            client.disconnect()
            client.loop_stop()

    def say_held(self) -> None:
        """Send the answers that were held back."""
        with self._lock:
            held, self._held = self._held, []
        for payload in held:
            self._publish("answer", payload)

    def _live(self) -> None:
        """Stay connected while the cable is in, and tell the status now and then."""
        while True:
            with self._woken:
                if self._ended:
                    return
                plugged = self._plugged
            connected = plugged and self._keep_connected()
            with self._woken:
                if not self._ended and self._plugged == plugged:
                    self._woken.wait(STATUS_SECONDS if connected or not plugged else RETRY_SECONDS)
            if connected:
                self._publish("status", self._status(online=True), retain=True)

    def _keep_connected(self) -> bool:
        if self._client is not None:
            if self._client.is_connected():
                return True
            _cut(self._client)
            self._client = None
        self.boot, self._sequence = new_id("boot"), 0
        self._done.clear()
        client = self._made()
        try:
            client.connect(*self._where, keepalive=5)
        except OSError:
            return False
        client.loop_start()
        self._client = client
        if not self._plugged:  # pulled out meanwhile
            _cut(client)
        return True

    def _made(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"controller-{self.device}",
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
        )
        if self._login[0]:
            client.username_pw_set(*self._login)
        client.will_set(self._topic("status"), self._status(online=False), qos=1, retain=True)
        client.on_socket_open = self._on_socket_open
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _on_socket_open(self, client: mqtt.Client, data: Any, connection: Any) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _on_connect(
        self, client: mqtt.Client, data: Any, flags: Any, reason: ReasonCode, properties: Any
    ) -> None:
        if not reason.is_failure:
            client.subscribe(self.device, qos=1)

    def _on_subscribe(
        self, client: mqtt.Client, data: Any, number: int, reasons: Any, properties: Any
    ) -> None:
        # Only now, so that whoever sees it online is heard.
        client.publish(self._topic("status"), self._status(online=True), qos=1, retain=True)
        self.listening.set()

    def _on_disconnect(
        self, client: mqtt.Client, data: Any, flags: Any, reason: ReasonCode, properties: Any
    ) -> None:
        self.listening.clear()
        with self._woken:
            self._woken.notify_all()

    def _on_message(self, client: mqtt.Client, data: Any, message: mqtt.MQTTMessage) -> None:
        command = mqtt_json.decode(bytes(message.payload))
        spared = self.mishaps.unlocks_only and not isinstance(command, OpenLock)
        if message.retain or (self.mishaps.deaf and not spared):
            return
        if isinstance(command, OpenLock):
            self._answer(self._opened(command))
        elif isinstance(command, AskDoors):
            self._answer(self._doors(command))

    def _opened(self, command: OpenLock) -> Opened:
        known = self._done.get(command.command)
        if known is None:
            known = Opened(
                message=command.message,
                command=command.command,
                code=self._carried_out(command),
                at=self._now(),
            )
            self._done[command.command] = known
            if len(self._done) > COMMANDS_REMEMBERED:
                self._done.popitem(last=False)
        return known

    def _carried_out(self, command: OpenLock) -> str:
        number = self._numbers.number(command.board, command.lock)
        if self._now() > command.expires_at:
            self.refused.append(command.command)
            return mqtt_json.CODE_EXPIRED
        if number is None:
            return mqtt_json.CODE_PARAMETER
        self.hardware.pulse(number)
        return mqtt_json.CODE_DONE

    def _doors(self, command: AskDoors) -> Doors:
        boards = []
        for board in self._numbers.boards:
            locks = range(1, self._numbers.on_board(board) + 1)
            numbers = [self._numbers.number(board, lock) or 0 for lock in locks]
            items = tuple(self.hardware.seen_item(number) for number in numbers)
            boards.append(
                BoardDoors(
                    board=board,
                    doors=tuple(self.hardware.door(number).door_open for number in numbers),
                    items=items if self._sensor else None,
                )
            )
        return Doors(
            message=command.message,
            command=command.command,
            code=mqtt_json.CODE_DONE,
            at=self._now(),
            boards=tuple(boards),
        )

    def _answer(self, answer: Message) -> None:
        payload = mqtt_json.encode(answer)
        if self.mishaps.unlocks_only and not isinstance(answer, Opened):
            self._publish("answer", payload)
            return
        if self.mishaps.mute:
            return
        if self.mishaps.answers_lost > 0:
            self.mishaps.answers_lost -= 1
            return
        if self.mishaps.held:
            with self._lock:
                self._held.append(payload)
            return
        if self.mishaps.garbage:
            for noise in (b"", b"\x00\xff{", payload[:-1], b"[" * 9000, b"null"):
                self._publish("answer", noise)
        self._publish("answer", payload)

    def _door_moved(self, number: int, door_open: bool) -> None:
        if self.mishaps.no_events:
            return
        board, lock = self._numbers.place(number)
        with self._lock:
            self._sequence += 1
            event = DoorMoved(
                boot=self.boot,
                sequence=self._sequence,
                board=board,
                lock=lock,
                door_open=door_open,
                at=self._now(),
            )
        self._publish("event", mqtt_json.encode(event))

    def _publish(self, part: str, payload: bytes, *, retain: bool = False) -> None:
        client = self._client
        if client is None:
            return
        for _ in range(2 if self.mishaps.doubled else 1):
            client.publish(self._topic(part), payload, qos=0, retain=retain)

    def _status(self, *, online: bool) -> bytes:
        return mqtt_json.encode(Status(online=online, boot=self.boot, at=self._now()))

    def _topic(self, part: str) -> str:
        return f"{self.device}/{part}"

    def _now(self) -> float:
        return self._seconds_now() + self.mishaps.clock_ahead


def _cut(client: mqtt.Client) -> None:
    connection = client.socket()
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    client.loop_stop()
