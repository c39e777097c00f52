"""A cabinet without a cabinet: for the demo, for training and for tests.

It keeps its doors in a JSON file, so that it stands as it stood after a restart, and several
processes see the same doors: the window opens one, the command line closes it. Faults of a real
cabinet happen on request.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from filelock import FileLock

from app.kernel.errors import BadInput, Broken, Refused, Transient
from cloud_locker.api import Cell
from cloud_locker.whole_files import write_whole

CELLS = 12
POLL_SECONDS = 0.2
# How long the obliging person looks at a door that was left open before she shuts it.
LEFT_OPEN_SECONDS = 20.0

_State = dict[int, dict[str, Any]]


class SimulatedCabinet:
    """Twelve cells whose doors open on a pulse and are closed by a person (`close_door`).

    `folder` receives the state. `sensor`: whether the cells report an item. `obliging`: a person
    stands by, who puts the dossier in (or takes it out) and closes the door when it is waited
    for, shuts after a while what was left open, and does what a trial asks for.

    Faults, each for the cells listed: `stuck_shut` pulse without effect; `stuck_open` closing
    without effect; `deaf` the pulse is neither answered nor carried out; `answer_lost` the door
    opens, but the answer is lost. `offline`: nothing answers at all. `offline` and `stuck_shut`
    may be changed while it runs. `wait` and `seconds_now` stand for time in tests.
    """

    scheme: ClassVar[str] = "simulated"

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        sensor: bool = True,
        obliging: bool = False,
        stuck_shut: Collection[int] = (),
        stuck_open: Collection[int] = (),
        deaf: Collection[int] = (),
        answer_lost: Collection[int] = (),
        offline: bool = False,
        wait: Callable[[float], None] = time.sleep,
        seconds_now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.offline = offline
        self._path = folder / f"{name}.cabinet.json"
        self._sensor = sensor
        self._obliging = obliging
        self._obliged: set[int] = set()
        self.stuck_shut = set(stuck_shut)
        self._stuck_open = frozenset(stuck_open)
        self._deaf = frozenset(deaf)
        self._answer_lost = frozenset(answer_lost)
        self._wait = wait
        self._seconds_now = seconds_now
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(self._path, error) from error
        self._lock = FileLock(folder / f"{name}.cabinet.lock")

    def cells(self) -> list[Cell]:
        """All cells as they stand now. Raises Transient LCK-101 when the cabinet is offline."""
        if self.offline:
            raise Transient("LCK-101", cabinet=self.name)
        with self._lock:
            state = self._read()
        if self._obliging and any(self._forgotten(number, state[number]) for number in state):
            with self._changed() as state:
                for number, row in state.items():
                    if self._forgotten(number, row):
                        row |= {"door_open": False, "left_at": 0.0}
        return [self._cell(number, row) for number, row in sorted(state.items())]

    def open_cell(self, number: int) -> Cell:
        """Pulse one lock once and return the cell with its door open.

        Raises BadInput LCK-108 (no such cell), Refused LCK-102 (the door did not open) and
        Transient LCK-116 (no answer: what the door did is unknown until it is asked).
        """
        _check_number(number)
        if self.offline:
            raise Transient("LCK-116", cell=number)
        with self._changed() as state:
            row = state[number]
            row["pulses"] += 1
            row["left_at"] = 0.0
            self._obliged.discard(number)
            if number not in self.stuck_shut | self._deaf:
                row["door_open"] = True
            cell = self._cell(number, row)
        if number in self._deaf | self._answer_lost:
            raise Transient("LCK-116", cell=number)
        if not cell.door_open:
            raise Refused("LCK-102", cell=number)
        return cell

    def wait_closed(self, number: int, seconds: float) -> Cell:
        """Return the cell once its door is closed.

        Raises Refused LCK-103 when it is still open after `seconds`, Transient LCK-101 when the
        cabinet is offline.
        """
        _check_number(number)
        deadline = self._seconds_now() + seconds
        if self._obliging:
            self._oblige(number)
        while True:
            cell = self.cells()[number - 1]
            if not cell.door_open:
                return cell
            left = deadline - self._seconds_now()
            if left <= 0:
                raise Refused("LCK-103", cell=number, seconds=round(seconds))
            self._wait(min(POLL_SECONDS, left))

    def close(self) -> None:
        """Nothing is held between calls, so there is nothing to let go of."""

    # What the obliging person does besides.

    def left_open(self, numbers: Collection[int]) -> None:
        """These doors were opened and nobody waits for them."""
        if self._obliging:
            with self._changed() as state:
                for number in numbers:
                    state[number]["left_at"] = time.time()

    def stand_in(self, step: str, number: int) -> None:
        """Do what a step of a trial asks for: "lay_in", "take_out" or "shut"."""
        if not self._obliging:
            return
        if step == "shut":
            self.close_door(number)
        elif step in ("lay_in", "take_out"):
            with self._changed() as state:
                state[number]["occupied"] = step == "lay_in"

    # What a person does at the cabinet. None of it passes over the wire.

    def close_door(self, number: int) -> None:
        """The person pushes the door shut; a door that is stuck stays open."""
        _check_number(number)
        with self._changed() as state:
            state[number]["door_open"] = number in self._stuck_open and state[number]["door_open"]

    def force_open(self, number: int) -> None:
        """Somebody opens the door without a pulse (key, crowbar)."""
        _check_number(number)
        with self._changed() as state:
            state[number]["door_open"] = True

    def put_in(self, number: int) -> None:
        """The person lays something into the cell. Raises Refused LCK-117 at a closed door."""
        self._move(number, occupied=True)

    def take_out(self, number: int) -> None:
        """The person empties the cell. Raises Refused LCK-117 at a closed door."""
        self._move(number, occupied=False)

    def pulses(self, number: int) -> int:
        """How often this lock was pulsed since the cabinet was made."""
        _check_number(number)
        with self._lock:
            return int(self._read()[number]["pulses"])

    def _move(self, number: int, *, occupied: bool) -> None:
        _check_number(number)
        with self._changed() as state:
            if not state[number]["door_open"]:
                raise Refused("LCK-117", cell=number)
            state[number]["occupied"] = occupied

    def _oblige(self, number: int) -> None:
        """What the person standing by does, once for each opening."""
        if number in self._obliged:
            return
        self._obliged.add(number)
        with self._changed() as state:
            row = state[number]
            if row["door_open"]:
                row["occupied"] = not row["occupied"]
                row["door_open"] = number in self._stuck_open

    def _forgotten(self, number: int, row: dict[str, Any]) -> bool:
        """Whether this door was left open long enough for somebody to shut it."""
        left = time.time() - row["left_at"] > LEFT_OPEN_SECONDS
        return bool(row["door_open"] and row["left_at"] and left and number not in self._stuck_open)

    def _cell(self, number: int, row: dict[str, Any]) -> Cell:
        occupied = bool(row["occupied"]) if self._sensor else None
        return Cell(number=number, door_open=bool(row["door_open"]), occupied=occupied)

    @contextmanager
    def _changed(self) -> Iterator[_State]:
        """The state for a change; written back whole, unless the block raises."""
        with self._lock:
            state = self._read()
            yield state
            self._write(state)

    def _read(self) -> _State:
        try:
            rows = json.loads(self._path.read_text(encoding="utf-8"))["cells"]
            return {
                number: {
                    "door_open": bool(rows[str(number)]["door_open"]),
                    "occupied": bool(rows[str(number)]["occupied"]),
                    "pulses": int(rows[str(number)]["pulses"]),
                    "left_at": float(rows[str(number)].get("left_at", 0.0)),
                }
                for number in range(1, CELLS + 1)
            }
        except FileNotFoundError:
            blank = {"door_open": False, "occupied": False, "pulses": 0, "left_at": 0.0}
            return {number: dict(blank) for number in range(1, CELLS + 1)}
        except (OSError, ValueError, KeyError, TypeError) as error:
            # Guessing that all doors are shut would be a lie about a cabinet full of dossiers.
            raise _unusable(self._path, error) from error

    def _write(self, state: _State) -> None:
        rows = {str(number): row for number, row in state.items()}
        try:
            write_whole(self._path, {"cells": rows}, durable=True)
        except OSError as error:
            raise _unusable(self._path, error) from error


def _check_number(number: int) -> None:
    if not 1 <= number <= CELLS:
        raise BadInput("LCK-108", cell=number, count=CELLS)


def _unusable(path: Path, error: Exception) -> Broken:
    return Broken("LCK-114", path=str(path), reason=str(error))
