"""Deposit, collect and visit by the unlock rules, one at a time per cabinet.

1. The intent is on disk before a lock is pulsed, the result after.
2. A time-out is no licence to pulse again: the door is asked first. Only a door that reports
   closed is pulsed a second time, after a pause for the solenoid, and never a third time.
3. One cycle at a time per cabinet, over all processes.
4. An interrupted cycle is ended by what the cabinet reports, never by replaying the unlock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Unpack

from filelock import FileLock, Timeout

from app.kernel.errors import BadInput, Fault, Refused, Transient
from app.kernel.ids import new_id
from cloud_locker import journal as events
from cloud_locker.api import Cell, LockerDriver
from cloud_locker.door_cycle import (
    COLLECT,
    DEPOSIT,
    LOOK,
    NAG_SECONDS,
    RETRIEVE,
    CycleRun,
    DoorCycle,
    Surroundings,
    Task,
    Waiting,
)
from cloud_locker.doors import DoorsFile
from cloud_locker.journal import Entry, UnlockJournal
from cloud_locker.settling import OPEN, Settled, judge

__all__ = [
    "ALARM_SECONDS",
    "COLLECT",
    "DEPOSIT",
    "LOOK",
    "NAG_SECONDS",
    "RETRIEVE",
    "DoorCycle",
    "LockerSession",
    "Settled",
    "Waiting",
]

OPEN_ALL = "open_all"
TRIAL = "trial"
COOL_DOWN_SECONDS = 2.0
# A door that stands open this long is no longer waited for, but told to the officer on duty.
ALARM_SECONDS = 180.0
# Somebody who only asks whether the cabinet is busy holds the lock for a moment.
_LOCK_SECONDS = 0.5


def _no_one(_: Cell) -> None:
    """Nobody wants to know that the door is open."""


def _silent(_: float) -> None:
    """Nobody wants to be reminded."""


class LockerSession:
    """Opens cells for hand-offs. `reference` is the id of the hand-off the door is opened for.

    `doors` receives what the cycle sees, for others. `wait` and `seconds_now` stand for time in
    tests. `deposit`, `collect` and `visit` call `opened` once the door is open and `nag` with the
    seconds it has stood open, from a minute on every ten seconds, and wait `seconds` for the door
    (ALARM_SECONDS when nothing is said). All three raise

    - BadInput LCK-108: the cabinet has no such cell;
    - Refused LCK-102: the door did not open; LCK-103: it stays open, and the same call goes on
      with it later; LCK-107: another cell changed meanwhile, or opened instead; LCK-112: an
      earlier cycle for this hand-off was interrupted and its outcome must be looked at;
    - Transient LCK-101, LCK-116: no answer; LCK-104: another cycle is under way;
    - Broken LCK-113: the journal cannot be written, so no lock was pulsed.
    """

    def __init__(
        self,
        driver: LockerDriver,
        journal: UnlockJournal,
        *,
        cabinet: str,
        doors: DoorsFile | None = None,
        wait: Callable[[float], None] = time.sleep,
        seconds_now: Callable[[], float] = time.monotonic,
        cool_down: float = COOL_DOWN_SECONDS,
    ) -> None:
        self._journal = journal
        self._cabinet = cabinet
        self._around = Surroundings(
            driver=driver,
            journal=journal,
            doors=doors or DoorsFile(journal.path.with_suffix(".doors.json")),
            wait=wait,
            seconds_now=seconds_now,
            cool_down=cool_down,
        )
        self._lock = FileLock(journal.path.with_suffix(".lock"), timeout=_LOCK_SECONDS)

    def deposit(self, number: int, reference: str, **waiting: Unpack[Waiting]) -> DoorCycle:
        """Open an empty cell and wait until it is closed with the dossier in it.

        Raises also Refused LCK-105 (occupied), LCK-109 (closed, but empty), LCK-111 (was open).
        """
        return self._run(DEPOSIT, number, reference, **waiting)

    def collect(self, number: int, reference: str, **waiting: Unpack[Waiting]) -> DoorCycle:
        """Open an occupied cell and wait until it is closed and empty.

        Raises also Refused LCK-106 (empty), LCK-110 (something was left in it), LCK-111 (was
        open).
        """
        return self._run(COLLECT, number, reference, **waiting)

    def visit(
        self, number: int, reference: str, purpose: str, **waiting: Unpack[Waiting]
    ) -> DoorCycle:
        """Open a cell whatever is in it, or go on with a door that stands open, and wait until it
        is closed; what is in it then stands in the cycle. `purpose`: RETRIEVE or LOOK."""
        return self._run(purpose, number, reference, **waiting)

    def open_all(self, reference: str) -> list[Cell]:
        """Open one cell after the other, each with its own intent and one pulse, and give all
        cells as they stand then. A door that does not open stays shut and stops nothing.

        Raises Transient LCK-101, LCK-104, LCK-116 (no answer: no further lock was driven) and
        Broken LCK-113.
        """
        with self._alone():
            for cell in self._around.driver.cells():
                if not cell.door_open:
                    self._release(cell, reference, OPEN_ALL)
            cells = self._around.driver.cells()
            self._around.doors.publish(cells, cell=0)
            return cells

    def open_one(self, number: int, reference: str) -> Cell:
        """Drive one lock once, for the trial of a cabinet, and give the cell as it then is: the
        board may report it shut. Raises BadInput LCK-108 and as `open_all`."""
        with self._alone():
            cells = self._around.driver.cells()
            if not 1 <= number <= len(cells):
                raise BadInput("LCK-108", cell=number, count=len(cells))
            return self._release(cells[number - 1], reference, TRIAL)

    def interrupted(self) -> list[Entry]:
        """The cycles that a power cut or an open door left unfinished, oldest first."""
        return self._journal.interrupted()

    def settle_interrupted(self, tell: Callable[[Settled], None] | None = None) -> list[Settled]:
        """Look at all doors, then end every interrupted cycle by fact; no lock is driven.

        A cycle whose door stands open is left for the same task to go on with. `tell` is called
        for each before its end is written down: a caller that books there hears of it again when
        it dies in between. Raises Transient LCK-101, LCK-104 and Broken LCK-113.
        """
        with self._alone():
            entries = self._journal.interrupted()
            if not entries:
                return []
            cells = {cell.number: cell for cell in self._around.driver.cells()}
            found = []
            for entry in entries:
                cell = cells.get(entry.cell)
                if cell is None:  # The cabinet has become smaller: nobody can open that cell.
                    cell = Cell(number=entry.cell, door_open=False)
                first = self._journal.first(entry.cycle) or entry
                settled = Settled(entry=entry, outcome=judge(entry, first, cell), cell=cell)
                if tell is not None:
                    tell(settled)
                if settled.outcome != OPEN:
                    self._journal.end(
                        entry,
                        events.SETTLED,
                        door_open=False,
                        occupied=cell.occupied,
                        outcome=settled.outcome,
                    )
                found.append(settled)
            return found

    def busy(self) -> bool:
        """Whether a cycle is under way, in this program or another."""
        if self._lock.is_locked:
            return True
        probe = FileLock(self._lock.lock_file, timeout=0)
        try:
            probe.acquire()
        except Timeout:
            return True
        except OSError:
            return False  # Where no lock can be made, no cycle can begin.
        probe.release()
        return False

    def _run(
        self,
        purpose: str,
        number: int,
        reference: str,
        *,
        seconds: float = ALARM_SECONDS,
        opened: Callable[[Cell], None] = _no_one,
        nag: Callable[[float], None] = _silent,
    ) -> DoorCycle:
        task = Task(
            purpose=purpose,
            number=number,
            reference=reference,
            seconds=seconds,
            opened=opened,
            nag=nag,
        )
        with self._alone():
            self._journal.lay_aside()
            return CycleRun(self._around, task).run()

    def _release(self, cell: Cell, reference: str, purpose: str) -> Cell:
        """Open a door and leave it to the people in front of it; the cell as it then is."""
        facts: dict[str, Any] = {
            "cycle": new_id("cycle"),
            "cell": cell.number,
            "purpose": purpose,
            "reference": reference,
        }
        before = {"open_before": cell.door_open, "occupied_before": cell.occupied}
        self._journal.append(events.INTENT, pulse=1, **(facts | before))
        now = None
        with suppress(Refused, Transient):
            now = self._around.driver.open_cell(cell.number)
        if now is None:
            try:
                now = self._around.driver.cells()[cell.number - 1]
            except Fault as error:
                self._journal.append(events.UNANSWERED, **facts)
                raise Transient("LCK-116", cell=cell.number) from error
        self._journal.append(events.RELEASED if now.door_open else events.NOT_OPENED, **facts)
        return now

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else has a cycle at this cabinet. Raises Transient LCK-104, Broken LCK-113."""
        if self._lock.is_locked:  # The lock is re-entrant, a cabinet is not.
            raise Transient("LCK-104", cabinet=self._cabinet)
        try:
            self._journal.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise Transient("LCK-104", cabinet=self._cabinet) from error
        except OSError as error:
            raise self._journal.unusable(error) from error
        try:
            yield
        finally:
            self._lock.release()
