"""The cabinet behind a simulated controller: doors, springs, items and what goes wrong with them.

It knows no wire. The simulators of this package put one of the real wires in front of it; the
hands of tests and of training close its doors and lay paper into it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedDoor:
    """One cell as it really is, whatever the board reports of it."""

    number: int
    door_open: bool
    occupied: bool
    pulses: int


@dataclass(kw_only=True, slots=True)
class _Cell:
    door_open: bool = False
    occupied: bool = False
    pulses: int = 0


@dataclass(kw_only=True, slots=True)
class Mishaps:
    """What is broken, each for the cells listed; may be changed while the cabinet runs.

    `stuck_shut`: a pulse moves nothing. `stuck_open`: the door does not close. `swapped`: the
    pulse of a cell opens another one (crossed cables). `blind`: the item sensor is always off.
    """

    stuck_shut: set[int] = field(default_factory=set)
    stuck_open: set[int] = field(default_factory=set)
    swapped: dict[int, int] = field(default_factory=dict)
    blind: set[int] = field(default_factory=set)


class CabinetHardware:
    """`count` cells with doors and item sensors. Safe to use from several threads.

    `listeners` are called with (number, door_open) after a door moved, outside the lock: a
    simulated controller that reports changes by itself adds one.
    """

    def __init__(self, count: int, *, occupied: Collection[int] = ()) -> None:
        self.count = count
        self.mishaps = Mishaps()
        self.listeners: list[Callable[[int, bool], None]] = []
        self._lock = threading.Lock()
        self._moved = threading.Condition(self._lock)
        self._cells = {number: _Cell(occupied=number in occupied) for number in self.numbers}

    @property
    def numbers(self) -> range:
        """The numbers on the doors."""
        return range(1, self.count + 1)

    def door(self, number: int) -> SimulatedDoor:
        """How one cell really is. Raises KeyError when there is none."""
        with self._lock:
            cell = self._cells[number]
            return SimulatedDoor(
                number=number,
                door_open=cell.door_open,
                occupied=cell.occupied,
                pulses=cell.pulses,
            )

    def seen_item(self, number: int) -> bool:
        """What the item sensor of a cell says."""
        return self.door(number).occupied and number not in self.mishaps.blind

    def total_pulses(self) -> int:
        """Pulses of all locks together."""
        with self._lock:
            return sum(cell.pulses for cell in self._cells.values())

    # What the controller does.

    def pulse(self, number: int) -> bool:
        """One pulse of a lock; gives whether the door of that very lock stands open afterwards."""
        with self._lock:
            self._cells[number].pulses += 1
        target = self.mishaps.swapped.get(number, number)
        if target not in self.mishaps.stuck_shut:
            self._move(target, door_open=True)
        return self.door(number).door_open

    # What hands do.

    def close_door(self, number: int) -> bool:
        """Push a door shut; False when it springs open again."""
        if number in self.mishaps.stuck_open:
            return False
        self._move(number, door_open=False)
        return True

    def force_open(self, number: int) -> None:
        """Break a door open, without any pulse."""
        self._move(number, door_open=True)

    def put(self, number: int) -> None:
        """Lay something into an open cell. Raises ValueError when the door is shut."""
        self._fill(number, occupied=True)

    def take(self, number: int) -> None:
        """Take everything out of an open cell. Raises ValueError when the door is shut."""
        self._fill(number, occupied=False)

    def wait_open(self, number: int, seconds: float) -> bool:
        """Wait, as somebody in front of the cabinet, until a door springs open."""
        with self._moved:
            return self._moved.wait_for(lambda: self._cells[number].door_open, seconds)

    def _fill(self, number: int, *, occupied: bool) -> None:
        with self._lock:
            cell = self._cells[number]
            if not cell.door_open:
                raise ValueError(f"door {number} is shut")
            cell.occupied = occupied

    def _move(self, number: int, *, door_open: bool) -> None:
        with self._moved:
            cell = self._cells[number]
            if cell.door_open == door_open:
                return
            cell.door_open = door_open
            self._moved.notify_all()
        for listener in list(self.listeners):
            listener(number, door_open)
