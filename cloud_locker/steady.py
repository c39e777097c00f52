"""One way to open, watch and wait for all lock boards: debounced, cooled down, one request at a
time (INTEGRATION 1.2). A board says what it sees; here it is decided what that means."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import cast

from filelock import FileLock, Timeout

from app.kernel.errors import BadInput, Broken, Refused, Transient
from cloud_locker.api import Cell, DoorChange, LockBoard
from cloud_locker.cool_down import CoolDown

LONGEST_PULSE_MILLISECONDS = 1000
# A reading that differs from the one before is asked for again this often, then the door counts
# as open: a door that cannot be told to be shut must neither be pulsed nor believed shut.
READINGS = 5
FAULTS_IN_A_ROW = 3
OPENING_POLL_SECONDS = 0.1
BUS_SECONDS = 5.0


class SteadyCabinet:
    """A `LockerDriver` made of any `LockBoard`.

    `name`: of the cabinet, for people. `pulse_milliseconds`: how long a lock is driven, at most
    one second. `settle_seconds`: two equal readings this far apart are a fact. `poll_seconds`:
    how often a door that is waited for is asked, beside the events of boards that have them.
    `cool_down_seconds`: how long a lock rests between two pulses. `open_seconds`: how long a door
    may take until it reports open. `wait` and `seconds_now` stand for time in tests.

    Safe to use from several threads; after `share_bus` from several processes as well. Raises
    BadInput LCK-122 for a pulse that would burn a solenoid.
    """

    def __init__(
        self,
        board: LockBoard,
        *,
        name: str,
        pulse_milliseconds: int = 500,
        settle_seconds: float = 0.05,
        poll_seconds: float = 0.5,
        cool_down_seconds: float = 2.0,
        open_seconds: float = 3.0,
        wait: Callable[[float], None] = time.sleep,
        seconds_now: Callable[[], float] = time.monotonic,
    ) -> None:
        if not 0 < pulse_milliseconds <= LONGEST_PULSE_MILLISECONDS:
            raise BadInput(
                "LCK-122", milliseconds=pulse_milliseconds, most=LONGEST_PULSE_MILLISECONDS
            )
        self.board = board
        self.name = name
        self._pulse_milliseconds = pulse_milliseconds
        self._settle_seconds = settle_seconds
        self._poll_seconds = poll_seconds
        self._cool_down = CoolDown(cool_down_seconds, seconds_now)
        self._open_seconds = open_seconds
        self._wait = wait
        self._seconds_now = seconds_now
        self._count = 0
        self._lock = threading.Lock()
        self._shared: FileLock | None = None

    @property
    def scheme(self) -> str:
        """The kind of wire, as its name begins."""
        return self.board.scheme

    def share_bus(self, path: Path) -> None:
        """From now on take the file lock `path` around each request, so that other programs on
        this machine can use the same wire in between."""
        self._shared = FileLock(path)
        self._cool_down.share(path.with_suffix(".hot.json"))

    def cells(self) -> list[Cell]:
        """All cells, each read twice alike. Raises Transient LCK-101, LCK-121 (wire in use)."""
        last = self._snapshot()
        for _ in range(READINGS - 1):
            self._wait(self._settle_seconds)
            now = self._snapshot()
            if now == last:
                return now
            before, last = last, now
        return [_doubtful(one, other) for one, other in zip(before, last, strict=True)]

    def open_cell(self, number: int) -> Cell:
        """Pulse one lock once and return the cell when its door reported open twice.

        Raises BadInput LCK-108 (no such cell); Transient LCK-119 (pulsed a moment ago: not
        pulsed now), LCK-116 (nobody knows what the pulse did), LCK-101 and LCK-121 (not sent);
        Refused LCK-102 (did not open), LCK-120 (moved, but reports closed again).
        """
        self._check(number)
        answered = self._pulse(number)
        deadline = self._seconds_now() + self._open_seconds
        moved = False
        faults = 0
        while True:
            try:
                readings = self._readings(number, door_open=True)
                if _all(readings, door_open=True):
                    return readings[-1]
                faults = 0
                moved = moved or any(cell.door_open for cell in readings)
            except Transient:
                faults += 1
            left = deadline - self._seconds_now()
            if left <= 0 or faults >= FAULTS_IN_A_ROW:
                break
            moved = self._told_open(number, min(OPENING_POLL_SECONDS, left)) or moved
        if faults or not (answered or moved):
            raise Transient("LCK-116", cell=number)
        raise Refused("LCK-120" if moved else "LCK-102", cell=number)

    def wait_closed(self, number: int, seconds: float) -> Cell:
        """Return the cell when its door reported closed twice.

        Raises BadInput LCK-108, Refused LCK-103 (still open after `seconds`), Transient LCK-101
        and LCK-121 (asked in vain several times in a row).
        """
        self._check(number)
        deadline = self._seconds_now() + seconds
        faults = 0
        while True:
            left = deadline - self._seconds_now()
            try:
                readings = self._readings(number, door_open=False)
                if _all(readings, door_open=False):
                    return readings[-1]
                faults = 0
                if left <= 0:
                    raise Refused("LCK-103", cell=number, seconds=round(seconds))
            except Transient:
                faults += 1
                if left <= 0 or faults >= FAULTS_IN_A_ROW:
                    raise
            self._told_open(number, max(0.0, min(self._poll_seconds, left)))

    def clock_drift(self) -> float | None:
        """Seconds the controller's own clock is ahead of ours; None when it has none or did not
        say."""
        drift = getattr(self.board, "clock_drift", None)
        return None if drift is None else cast("float | None", drift())

    def changes(self, seconds: float) -> list[DoorChange]:
        """What the board said by itself, waited for up to `seconds`. Raises as `LockBoard`."""
        with self._bus():
            return self.board.changes(seconds)

    def close(self) -> None:
        """Let go of the wire; the next call takes it up again."""
        self.board.close()

    def _check(self, number: int) -> None:
        """Never trust a board to refuse cell 0: on some of them it means all locks."""
        if not self._count:
            self._snapshot()
        if not 1 <= number <= self._count:
            raise BadInput("LCK-108", cell=number, count=self._count)

    def _pulse(self, number: int) -> bool:
        """Whether the board took the pulse; False when it was sent and not answered."""
        with self._bus():
            left = self._cool_down.left(number)
            if left > 0:
                raise Transient("LCK-119", cell=number, seconds=ceil(left * 100) / 100)
            try:
                self.board.pulse(number, self._pulse_milliseconds)
            except Transient as error:
                if error.code != "LCK-116":
                    raise
                return False
            finally:
                self._cool_down.driven(number)
        return True

    def _snapshot(self) -> list[Cell]:
        with self._bus():
            found = self.board.snapshot()
        self._count = len(found)
        return found

    def _readings(self, number: int, *, door_open: bool) -> list[Cell]:
        """The cell as it is; where the door stands as wished, twice, `settle_seconds` apart."""
        first = self._snapshot()[number - 1]
        if first.door_open != door_open:
            return [first]
        self._wait(self._settle_seconds)
        second = self._snapshot()[number - 1]
        if first.occupied != second.occupied:
            second = Cell(number=number, door_open=second.door_open)
        return [first, second]

    def _told_open(self, number: int, seconds: float) -> bool:
        """Wait for a board that speaks by itself, or just wait; whether this door was said to
        have opened. Any word of the board ends the wait, because it is a reason to ask."""
        if seconds <= 0:
            return False
        deadline = self._seconds_now() + seconds
        try:
            said = self.changes(seconds)
        except Transient:
            said = []
        left = deadline - self._seconds_now()
        if not said and left > 0:
            self._wait(left)
        return any(change.number == number and change.door_open for change in said)

    @contextmanager
    def _bus(self) -> Iterator[None]:
        """One request at a time, over threads and, where shared, over processes."""
        if not self._lock.acquire(timeout=BUS_SECONDS):
            raise Transient("LCK-121", cabinet=self.name)
        try:
            if self._shared is None:
                yield
                return
            try:
                self._shared.acquire(timeout=BUS_SECONDS)
            except Timeout as error:
                raise Transient("LCK-121", cabinet=self.name) from error
            except OSError as error:
                path = str(self._shared.lock_file)
                reason = error.strerror or str(error)
                raise Broken("LCK-123", path=path, reason=reason) from error
            try:
                yield
            finally:
                self._shared.release()
        finally:
            self._lock.release()


def _all(readings: list[Cell], *, door_open: bool) -> bool:
    return len(readings) > 1 and all(cell.door_open == door_open for cell in readings)


def _doubtful(one: Cell, other: Cell) -> Cell:
    """A cell that was read differently time and again."""
    return Cell(
        number=other.number,
        door_open=one.door_open or other.door_open,
        occupied=other.occupied if one.occupied == other.occupied else None,
    )
