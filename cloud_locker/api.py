"""The port of every cloud locker (云柜): cells that open on command and report their doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell (柜格) as the board reports it. `occupied` is None without an item sensor."""

    number: int
    door_open: bool
    occupied: bool | None = None


class LockerDriver(Protocol):
    """What a cabinet offers. It raises the faults of `app.kernel.errors` with LCK codes.

    A driver never pulses a lock twice for one call: after a time-out it asks for the door's state.
    """

    scheme: str

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
