"""A cabinet on a real wire with everything that can be done to it: MQTT broker or serial port."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import Counter
from pathlib import Path
from typing import Any

from app.adapters.plugins import Cabinet
from app.kernel.errors import Transient
from cloud_locker.api import Cell, LockerDriver
from cloud_locker.codecs.kerong import KerongCodec
from cloud_locker.journal import INTENT, Entry, UnlockJournal
from cloud_locker.simulators.hardware import CabinetHardware
from cloud_locker.simulators.mqtt_controller import MqttController
from cloud_locker.simulators.serial_boards import SerialBoards
from cloud_locker.simulators.serial_wires import PtyLine
from tests.mqtt_broker import CONTROLLER, CONTROLLER_PASSWORD, PASSWORD, USER, Broker

ROOT = Path(__file__).parents[2]
CELLS = 8
PATIENCE = 60.0
# As at a real board, but faster. A lock still rests, so that whoever comes back at once waits.
STEADY = {
    "settle_seconds": 0.02,
    "open_seconds": 0.6,
    "poll_seconds": 0.05,
    "cool_down_seconds": 0.4,
}


class Station(ABC):
    """The cabinet `name` in `folder`, its hardware, and programs at it."""

    scheme: str

    def __init__(self, folder: Path, hardware: CabinetHardware | None = None) -> None:
        self.hardware = hardware or CabinetHardware(CELLS)
        self.name = f"{self.scheme}:hall"
        self.folder = folder / "cabinets"
        self.folder.mkdir()
        self.settings: dict[str, Any] = {"cells": CELLS, "steady": STEADY}
        self._cabinets: list[Cabinet] = []
        self._children: list[subprocess.Popen[str]] = []

    # The wire.

    @abstractmethod
    def silence(self, *, unlocks_only: bool = False) -> None:
        """Commands are carried out, and nothing is answered."""

    @abstractmethod
    def deafen(self) -> None:
        """Nothing is carried out or answered."""

    @abstractmethod
    def babble(self) -> None:
        """Garbage goes before every answer."""

    @abstractmethod
    def stutter(self) -> None:
        """Everything is said twice."""

    @abstractmethod
    def delay_unlock_answers(self) -> None:
        """What is answered to unlocks comes when it is waited for no more."""

    @abstractmethod
    def say_delayed(self) -> None:
        """It comes now, where it does not come with the next answer by itself."""

    @abstractmethod
    def heal(self) -> None:
        """Nothing is wrong with what is said any more."""

    @abstractmethod
    def pull_cable(self) -> None:
        """The wire is gone."""

    @abstractmethod
    def plug_in(self) -> None:
        """The wire is back."""

    # Programs.

    def cabinet(self) -> Cabinet:
        """A cabinet in use, closed with the station."""
        cabinet = Cabinet(self.name, self.folder, self.settings)
        self._cabinets.append(cabinet)
        return cabinet

    def child(self, act: str, cell: int, *, stop: str) -> subprocess.Popen[str]:
        """A program of its own that stops after a journal event, to be killed."""
        order = {
            "name": self.name,
            "folder": str(self.folder),
            "settings": self.settings,
            "act": act,
            "cell": cell,
            "reference": "handoff-1",
            "stop": stop,
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.locker.cabinet_child", json.dumps(order)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._children.append(child)
        return child

    def answering(self, cabinet: Cabinet | LockerDriver) -> None:
        """Wait until the cabinet answers again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                cabinet.cells()
                return
            except Transient:
                assert time.monotonic() < deadline
                time.sleep(0.05)

    # The person in front of it.

    def put_in(self, cell: Cell) -> None:
        """Lay the dossier in and close the door."""
        self.hardware.put(cell.number)
        self.hardware.close_door(cell.number)

    def take_out(self, cell: Cell) -> None:
        """Take the dossier and close the door."""
        self.hardware.take(cell.number)
        self.hardware.close_door(cell.number)

    def close(self, cell: Cell) -> None:
        """Close the door and change nothing."""
        self.hardware.close_door(cell.number)

    def pulses(self, number: int) -> int:
        """How often a lock was driven."""
        return self.hardware.door(number).pulses

    # What must hold whatever happened.

    def journal(self) -> list[Entry]:
        """All that was written down."""
        return UnlockJournal(self.folder / f"{self.scheme}-hall.journal").entries()

    def verify(self) -> None:
        """No lock was driven that was not written down before; no cycle is left in the dark; and
        once everything is mended and shut, the next person is served."""
        self.hardware.mishaps.stuck_open.clear()
        self.hardware.mishaps.stuck_shut.clear()
        self.hardware.mishaps.swapped.clear()
        self.heal()
        for number in self.hardware.numbers:
            self.hardware.close_door(number)
        cabinet = self.cabinet()
        self.answering(cabinet)
        outcomes = {settled.outcome for settled in cabinet.settle_interrupted()}
        assert outcomes <= {"done", "undone", "unknown"}
        assert cabinet.interrupted() == []
        cycle = cabinet.deposit(CELLS, "next", opened=self.put_in)
        assert (cycle.pulses, cycle.occupied) == (1, True)
        intents = Counter(entry.cell for entry in self.journal() if entry.event == INTENT)
        for number in self.hardware.numbers:
            assert self.pulses(number) <= intents[number], number

    def end(self) -> None:
        """Let go of everything."""
        for child in self._children:
            child.kill()
            child.wait(PATIENCE)
            assert child.stdout is not None
            child.stdout.close()
        for cabinet in self._cabinets:
            cabinet.close()


class MqttStation(Station):
    """Behind a broker of its own."""

    scheme = "mqtt"

    def __init__(self, folder: Path, port: int, hardware: CabinetHardware | None = None) -> None:
        super().__init__(folder, hardware)
        self.broker = Broker(folder / "broker", port)
        self.settings |= {
            "address": self.broker.address,
            "device": "W751-1",
            "user": USER,
            "password": PASSWORD,
        }
        self.controller = MqttController(
            self.hardware,
            host="127.0.0.1",
            port=port,
            device="W751-1",
            user=CONTROLLER,
            password=CONTROLLER_PASSWORD,
        )
        self.mishaps = self.controller.mishaps
        assert self.controller.listening.wait(PATIENCE)

    def silence(self, *, unlocks_only: bool = False) -> None:
        self.mishaps.mute, self.mishaps.unlocks_only = True, unlocks_only

    def deafen(self) -> None:
        self.mishaps.deaf = True

    def babble(self) -> None:
        self.mishaps.garbage = True

    def stutter(self) -> None:
        self.mishaps.doubled = True

    def delay_unlock_answers(self) -> None:
        self.mishaps.held = self.mishaps.unlocks_only = True

    def say_delayed(self) -> None:
        self.controller.say_held()

    def heal(self) -> None:
        for mishap in ("mute", "deaf", "garbage", "doubled", "held", "unlocks_only"):
            setattr(self.mishaps, mishap, False)

    def pull_cable(self) -> None:
        self.controller.pull_cable()

    def plug_in(self) -> None:
        self.controller.plug_in()

    def end(self) -> None:
        super().end()
        self.controller.stop()
        self.broker.stop()


class SerialStation(Station):
    """Kerong boards with item sensors on a pseudo-terminal."""

    scheme = "kerong"

    def __init__(self, folder: Path, hardware: CabinetHardware | None = None) -> None:
        super().__init__(folder, hardware)
        self.boards = SerialBoards(KerongCodec(), self.hardware)
        self.mishaps = self.boards.mishaps
        self.line = PtyLine(self.boards, folder / "tty")
        self.settings |= {"address": self.line.address}
        self._plugged = True

    def silence(self, *, unlocks_only: bool = False) -> None:
        self.mishaps.mute, self.mishaps.unlocks_only = True, unlocks_only

    def deafen(self) -> None:
        self.mishaps.deaf = True

    def babble(self) -> None:
        # Two beginnings of a frame and noise between them.
        self.mishaps.garbage = b"\x02\x00\x35\x13\xff\x02"

    def stutter(self) -> None:
        self.mishaps.doubled = True

    def delay_unlock_answers(self) -> None:
        self.mishaps.late = self.mishaps.unlocks_only = True

    def say_delayed(self) -> None:
        """It comes with the next answer."""

    def heal(self) -> None:
        for mishap in ("mute", "deaf", "doubled", "late", "unlocks_only"):
            setattr(self.mishaps, mishap, False)
        self.mishaps.garbage = b""

    def pull_cable(self) -> None:
        self.line.pull_cable()
        self._plugged = False

    def plug_in(self) -> None:
        if not self._plugged:
            self.line.plug_in()
        self._plugged = True

    def end(self) -> None:
        super().end()
        self.line.stop()
