"""The ports of every cloud locker (云柜): cells that open on command and report their doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell (柜格) as the board reports it. `occupied` is None without an item sensor."""

    number: int
    door_open: bool
    occupied: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorChange:
    """A door of which the board said by itself that it changed. A hint, never proof: boards miss
    openings and repeat themselves, so whoever hears it asks for a snapshot."""

    number: int
    door_open: bool


class LockBoard(Protocol):
    """What one kind of controller adds: its own wire, and nothing about when to do what.

    `pulse`, `snapshot` and `changes` each send at most one request and wait for its answer for at
    most 0.8 s (INTEGRATION 1.2). None of them repeats a request, debounces, or remembers. Cells
    are numbered from 1 over all boards of the cabinet. They raise

    - Transient LCK-101 (cabinet): no answer, garbage instead of one, wire or broker gone;
    - Transient LCK-116 (cell): a pulse was sent and not answered, so nobody knows what it did;
    - Refused LCK-102 (cell): the board says that it did not open the lock;
    - BadInput LCK-108 (cell, count): there is no such cell.

    After a fault the next call begins afresh: the wire is opened again when it was lost.
    """

    @property
    def scheme(self) -> str:
        """The kind of wire, as the name of the cabinet begins."""
        ...

    def snapshot(self) -> list[Cell]:
        """All cells in order, asked now. Raises Transient LCK-101."""
        ...

    def pulse(self, number: int, milliseconds: int) -> None:
        """Send one unlock; returns when the board took it. The door may not have moved yet."""
        ...

    def changes(self, seconds: float) -> list[DoorChange]:
        """What the board said by itself since the last call; waits up to `seconds` for the first.
        Empty for boards that only answer. Raises Transient LCK-101 when the wire is gone."""
        ...

    def close(self) -> None:
        """Let go of the wire. May be said twice."""
        ...


class LockerDriver(Protocol):
    """What a cabinet offers. It raises the faults of `app.kernel.errors` with LCK codes.

    A driver never pulses a lock twice for one call: after a time-out it asks for the door's state.
    `cloud_locker.steady.SteadyCabinet` makes one of any `LockBoard`.
    """

    @property
    def scheme(self) -> str:
        """The kind of wire, as the name of the cabinet begins."""
        ...

    def cells(self) -> list[Cell]:
        """All cells with the state of their doors, asked from the board now."""
        ...

    def open_cell(self, number: int) -> Cell:
        """Pulse one lock and return the cell once its door reports open."""
        ...

    def wait_closed(self, number: int, seconds: float) -> Cell:
        """Return once the door reports closed; raises Refused LCK-103 when it stays open."""
        ...

    def close(self) -> None:
        """Let go of the wire."""
        ...
