"""A lock board in memory: readings, pulses and faults by script, and its own clock."""

from __future__ import annotations

from collections.abc import Callable

from app.kernel.errors import BadInput, Fault
from cloud_locker.api import Cell, DoorChange
from cloud_locker.steady import SteadyCabinet


class ScriptedBoard:
    """`doors` and `items` are what it reports; `script` maps the number of a reading (from 1) to
    what is done just before it, `on_pulse` what a pulse does. Time passes only by waiting."""

    scheme = "scripted"

    def __init__(self, count: int = 4, *, speaks: bool = False) -> None:
        self.doors = dict.fromkeys(range(1, count + 1), False)
        self.items: dict[int, bool | None] = dict.fromkeys(range(1, count + 1), False)
        self.script: dict[int, Callable[[], None]] = {}
        self.on_pulse: Callable[[int], None] = self.open
        self.fault: Fault | None = None
        self.speaks = speaks
        self.said: list[DoorChange] = []
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.readings = 0
        self.pulses: list[tuple[int, int]] = []
        self.waits: list[float] = []
        self.clock = 0.0
        self.closed = 0

    def cabinet(self, **options: object) -> SteadyCabinet:
        return SteadyCabinet(
            self,
            name="hall",
            wait=self.wait,
            seconds_now=lambda: self.clock,
            **options,  # type: ignore[arg-type]
        )

    # Time.

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        self.clock += seconds
        for due in [entry for entry in self.later if entry[0] <= self.clock]:
            self.later.remove(due)
            due[1]()

    # The door.

    def open(self, number: int) -> None:
        self.doors[number] = True

    def shut(self, number: int) -> None:
        self.doors[number] = False

    # The board.

    def snapshot(self) -> list[Cell]:
        self.readings += 1
        self.script.pop(self.readings, lambda: None)()
        if self.fault is not None:
            raise self.fault
        return [
            Cell(number=number, door_open=door_open, occupied=self.items[number])
            for number, door_open in self.doors.items()
        ]

    def pulse(self, number: int, milliseconds: int) -> None:
        if number not in self.doors:
            raise BadInput("LCK-108", cell=number, count=len(self.doors))
        self.pulses.append((number, milliseconds))
        self.on_pulse(number)

    def changes(self, seconds: float) -> list[DoorChange]:
        if not self.speaks:
            return []
        due = min((at for at, _ in self.later), default=self.clock + seconds)
        self.pass_time(max(0.0, min(seconds, due - self.clock)))
        said, self.said = self.said, []
        return said

    def close(self) -> None:
        self.closed += 1
