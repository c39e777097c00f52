"""Random hand-offs with random faults at the session, over a real broker and a serial port.

Time limits are shortened, so that an answer of a loaded machine may well come too late: that is
one fault more. Nothing here expects a certain outcome. What must hold, whatever happens: one
pulse for one intent that was written down before; no pulse of a lock whose door is open; what is
called done is done; and every hand-off comes to its end, if need be by a person who looks.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import Fault
from cloud_locker.api import Cell, LockerDriver
from cloud_locker.codecs.kerong import KerongCodec
from cloud_locker.drivers import mqtt_controllers, serial_board
from cloud_locker.journal import INTENT, Entry, UnlockJournal
from cloud_locker.registry import open_cabinet
from cloud_locker.session import LockerSession
from cloud_locker.simulators.hardware import CabinetHardware
from tests.locker_faults.stations import CELLS, MqttStation, SerialStation, Station

# Here a hundred; JUANZONG_HAND_OFFS=250 makes a thousand (some four minutes).
SEEDS = range(1, 3)
HAND_OFFS = int(os.environ.get("JUANZONG_HAND_OFFS", "25"))
FAULTY = 0.3  # the share of door cycles in which something goes wrong
ATTEMPTS = 20
SHORT = 0.1
STEADY = {
    "settle_seconds": 0.0,
    "open_seconds": 0.1,
    "poll_seconds": 0.02,
    "cool_down_seconds": 0.0,
}


class WatchedHardware(CabinetHardware):
    """Knows what was written down last, and notes every pulse that should not have been."""

    def __init__(self) -> None:
        super().__init__(CELLS)
        self.written: Entry | None = None
        self.wrong: list[str] = []
        self._used: set[tuple[str, int]] = set()

    def pulse(self, number: int) -> bool:
        intent = self.written
        if intent is None or (intent.event, intent.cell) != (INTENT, number):
            self.wrong.append(f"cell {number} without an intent: {intent}")
        else:
            once = (intent.cycle, intent.details["pulse"])
            if once in self._used:
                self.wrong.append(f"cell {number} twice for one intent: {intent}")
            self._used.add(once)
        if self.door(number).door_open:
            self.wrong.append(f"cell {number} while its door is open: {intent}")
        return super().pulse(number)


class WatchedJournal(UnlockJournal):
    """Tells the hardware what was written, and dies after an event where chance wants it."""

    def __init__(self, path: Path, hardware: WatchedHardware) -> None:
        super().__init__(path)
        self.dies_after = ""
        self._hardware = hardware

    def append(self, event: str, **facts: Any) -> Entry:
        entry = super().append(event, **facts)
        self._hardware.written = entry
        if event == self.dies_after:
            raise KeyboardInterrupt
        return entry


class World:
    """A station, the program at it, and what chance does to both."""

    def __init__(self, station: Station, hardware: WatchedHardware, seed: int) -> None:
        self.station = station
        self.hardware = hardware
        self.chance = random.Random(seed)
        self.ends: Counter[str] = Counter()
        self._journal = WatchedJournal(station.folder / "hall.journal", hardware)
        self._driver: LockerDriver = self._opened()

    def _opened(self) -> LockerDriver:
        settings = self.station.settings | {"steady": STEADY}
        return open_cabinet(self.station.name, self.station.folder, **settings)

    def session(self) -> LockerSession:
        """What a program has that was started just now."""
        return LockerSession(self._driver, self._journal, cabinet="hall", cool_down=0.0)

    def hand_off(self, reference: str) -> None:
        """From the giver into a cell and from there to the receiver, however often it takes."""
        number = self.chance.randrange(1, CELLS + 1)
        for purpose in ("deposit", "collect"):
            wanted = purpose == "deposit"
            for _ in range(ATTEMPTS):
                if self.cycle(purpose, number, reference):
                    assert self.hardware.door(number).occupied is wanted, (purpose, reference)
                    break
                self.mend()
                # A person looks into the cell, and takes what she sees for what is so.
                if self.hardware.door(number).occupied is wanted:
                    break
            else:
                raise AssertionError(f"{reference} came to no end")

    def cycle(self, purpose: str, number: int, reference: str) -> bool:
        """One door cycle, whatever befalls it; whether the session calls it done."""
        hands = self._hands(purpose)
        if self.chance.random() < FAULTY:
            hands = self.chance.choice(self._faults())(number, hands)
        try:
            getattr(self.session(), purpose)(number, reference, seconds=0.1, opened=hands)
            self.ends["done"] += 1
            return True
        except KeyboardInterrupt:
            self.ends["died"] += 1
            self._driver.close()
            self._driver = self._opened()
        except Fault as fault:
            self.ends[fault.code] += 1
        finally:
            assert self.hardware.wrong == []
        return False

    def mend(self) -> None:
        """Everything is in order again and shut; what was interrupted is settled by fact."""
        mishaps = self.hardware.mishaps
        for broken in (mishaps.stuck_open, mishaps.stuck_shut, mishaps.swapped):
            broken.clear()
        self._journal.dies_after = ""
        del self.hardware.listeners[1:]  # the first one is the board
        self.station.heal()
        self.station.plug_in()
        pulses = self.hardware.total_pulses()
        for number in self.hardware.numbers:
            self.hardware.close_door(number)
        session = self.session()
        self.station.answering(self._driver)
        truth = {number: self.hardware.door(number).occupied for number in self.hardware.numbers}
        for settled in session.settle_interrupted():
            self.ends[settled.outcome] += 1
            wanted = settled.entry.purpose == "deposit"
            if settled.outcome == "done":
                assert truth[settled.entry.cell] is wanted
            if settled.outcome == "undone":
                assert truth[settled.entry.cell] is not wanted
        assert session.interrupted() == []
        assert self.hardware.total_pulses() == pulses

    def _hands(self, purpose: str) -> Callable[[Cell], None]:
        return self.station.put_in if purpose == "deposit" else self.station.take_out

    def _faults(self) -> list[Callable[[int, Callable[[Cell], None]], Callable[[Cell], None]]]:
        return [
            self._sticks,
            self._wire,
            self._silent_with_the_pulse,
            self._dies,
            self._cable,
            self._clumsy,
        ]

    def _sticks(self, number: int, hands: Callable[[Cell], None]) -> Callable[[Cell], None]:
        mishaps = self.hardware.mishaps
        other = number % CELLS + 1
        self.chance.choice(
            (
                lambda: mishaps.stuck_shut.add(number),
                lambda: mishaps.stuck_open.add(number),
                lambda: mishaps.swapped.update({number: other}),
            )
        )()
        return hands

    def _wire(self, number: int, hands: Callable[[Cell], None]) -> Callable[[Cell], None]:
        station = self.station
        self.chance.choice(
            (
                station.babble,
                station.stutter,
                station.delay_unlock_answers,
                station.deafen,
                lambda: station.silence(unlocks_only=True),
            )
        )()
        return hands

    def _silent_with_the_pulse(
        self, number: int, hands: Callable[[Cell], None]
    ) -> Callable[[Cell], None]:
        self.hardware.listeners.append(lambda moved, door_open: self.station.silence())
        if self.chance.random() < 0.5:
            # Nobody was told that the door is open; the person sees it all the same.
            self.hardware.listeners.append(self._act_unasked)
        return hands

    def _act_unasked(self, number: int, opened: bool) -> None:
        if opened:
            door = self.hardware.door(number)
            (self.hardware.take if door.occupied else self.hardware.put)(number)

    def _dies(self, number: int, hands: Callable[[Cell], None]) -> Callable[[Cell], None]:
        self._journal.dies_after = self.chance.choice((INTENT, "opened", "closed", "left_open"))
        return hands

    def _cable(self, number: int, hands: Callable[[Cell], None]) -> Callable[[Cell], None]:
        when = self.chance.random()
        if when < 0.3:
            self.station.pull_cable()
            return hands

        def pulled(cell: Cell) -> None:
            self.station.pull_cable()
            if when < 0.7:
                hands(cell)

        return pulled

    def _clumsy(self, number: int, hands: Callable[[Cell], None]) -> Callable[[Cell], None]:
        other = number % CELLS + 1

        def forces(cell: Cell) -> None:
            self.hardware.force_open(other)
            hands(cell)

        def walks_away(cell: Cell) -> None:
            raise KeyboardInterrupt

        return self.chance.choice((self.station.close, forces, walks_away))


@pytest.fixture(params=[(wire, seed) for seed in SEEDS for wire in ("mqtt", "serial")], ids=str)
def world(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    free_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    monkeypatch.setattr(mqtt_controllers, "ANSWER_SECONDS", SHORT)
    monkeypatch.setattr(serial_board, "ANSWER_SECONDS", SHORT)
    monkeypatch.setattr(serial_board, "SILENCE_SECONDS", SHORT / 2)
    monkeypatch.setattr(KerongCodec, "rest_seconds", 0.0)
    hardware = WatchedHardware()
    station: Station
    wire, seed = request.param
    if wire == "mqtt":
        station = MqttStation(tmp_path, free_port, hardware)
    else:
        station = SerialStation(tmp_path, hardware)
    try:
        yield World(station, hardware, seed=seed)
    finally:
        station.end()


def test_nothing_unlocks_twice_and_every_hand_off_comes_to_its_end(world: World) -> None:
    for turn in range(HAND_OFFS):
        world.hand_off(f"handoff-{turn}")
    assert world.hardware.wrong == []
    assert world.ends["done"] > HAND_OFFS
    assert len(world.ends) >= 5, world.ends
