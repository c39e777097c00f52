"""Deposit and collect: one door cycle from the pulse to the closed door, by the unlock rules.

1. The intent is on disk before a lock is pulsed, the result after.
2. A time-out is no licence to pulse again: the door is asked first. Only a door that reports
   closed is pulsed a second time, after a pause for the solenoid, and never a third time.
3. One cycle at a time per cabinet, over all processes.
4. An interrupted cycle is ended by what the cabinet reports, never by replaying the unlock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from filelock import FileLock, Timeout

from app.kernel.errors import BadInput, Fault, Refused, Transient
from app.kernel.ids import new_id
from cloud_locker import journal as events
from cloud_locker.api import Cell, LockerDriver
from cloud_locker.journal import Entry, UnlockJournal

DEPOSIT = "deposit"
COLLECT = "collect"
PULSES = 2
COOL_DOWN_SECONDS = 2.0
CLOSE_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorCycle:
    """A finished door cycle: who asked stands in the audit record of `reference`.

    `resumed`: an earlier, interrupted cycle was brought to its end without a pulse.
    """

    cycle: str
    cell: int
    purpose: str
    reference: str
    occupied: bool | None
    pulses: int
    resumed: bool
    closed_at: str


def _nothing(_: Cell) -> None:
    """Nobody wants to know that the door is open."""


class LockerSession:
    """Opens cells for hand-offs. `reference` is the id of the hand-off the door is opened for.

    `wait` stands for time in tests.
    """

    def __init__(
        self,
        driver: LockerDriver,
        journal: UnlockJournal,
        *,
        cabinet: str,
        wait: Callable[[float], None] = time.sleep,
        cool_down: float = COOL_DOWN_SECONDS,
    ) -> None:
        self._driver = driver
        self._journal = journal
        self._cabinet = cabinet
        self._wait = wait
        self._cool_down = cool_down
        self._lock = FileLock(journal.path.with_suffix(".lock"), timeout=0)

    def deposit(
        self,
        number: int,
        reference: str,
        *,
        seconds: float = CLOSE_SECONDS,
        opened: Callable[[Cell], None] = _nothing,
    ) -> DoorCycle:
        """Open an empty cell, call `opened`, wait until it is closed with the dossier in it.

        Raises Refused LCK-105 (occupied), LCK-109 (closed, but empty) and what `_run` raises.
        """
        return self._run(DEPOSIT, number, reference, seconds, opened)

    def collect(
        self,
        number: int,
        reference: str,
        *,
        seconds: float = CLOSE_SECONDS,
        opened: Callable[[Cell], None] = _nothing,
    ) -> DoorCycle:
        """Open an occupied cell, call `opened`, wait until it is closed and empty.

        Raises Refused LCK-106 (empty), LCK-110 (something was left in it) and what `_run` raises.
        """
        return self._run(COLLECT, number, reference, seconds, opened)

    def interrupted(self) -> list[Entry]:
        """The cycles that a power cut or an open door left unfinished, oldest first."""
        return self._journal.interrupted()

    def _run(
        self,
        purpose: str,
        number: int,
        reference: str,
        seconds: float,
        opened: Callable[[Cell], None],
    ) -> DoorCycle:
        """One cycle. Raises

        - BadInput LCK-108: the cabinet has no such cell;
        - Refused LCK-102: the door did not open; LCK-103: it stays open; LCK-107: another cell
          changed meanwhile; LCK-111: the door was open before; LCK-112: an earlier cycle for this
          hand-off was interrupted and its outcome must be looked at;
        - Transient LCK-101, LCK-116: no answer; LCK-104: another cycle is under way;
        - Broken LCK-113: the journal cannot be written, so no lock was pulsed.
        """
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
            return self._cycle(purpose, number, reference, seconds, opened)
        finally:
            self._lock.release()

    def _cycle(
        self,
        purpose: str,
        number: int,
        reference: str,
        seconds: float,
        opened: Callable[[Cell], None],
    ) -> DoorCycle:
        before = {cell.number: cell for cell in self._driver.cells()}
        if number not in before:
            raise BadInput("LCK-108", cell=number, count=len(before))
        cell = before[number]
        earlier = self._settle_others(before, number, purpose, reference)
        facts: dict[str, Any] = {"cell": number, "purpose": purpose, "reference": reference}
        if earlier is None:
            _check_before(purpose, cell)
            facts["cycle"] = new_id("cycle")
            cell, pulses = self._open(number, facts)
        else:
            facts["cycle"], pulses = earlier.cycle, 0
        if cell.door_open:
            opened(cell)
            cell = self._wait_closed(number, seconds, facts)
        elif not _done(purpose, cell):
            self._journal.append(events.SETTLED, door_open=False, occupied=cell.occupied, **facts)
            raise Refused("LCK-112", cell=number, reference=reference)
        others = self._changed_others(before, number)
        closed = self._journal.append(
            events.CLOSED, occupied=cell.occupied, others=others, pulses=pulses, **facts
        )
        _check_after(purpose, cell, others)
        return DoorCycle(
            cycle=facts["cycle"],
            cell=number,
            purpose=purpose,
            reference=reference,
            occupied=cell.occupied,
            pulses=pulses,
            resumed=earlier is not None,
            closed_at=closed.at,
        )

    def _settle_others(
        self, cells: dict[int, Cell], number: int, purpose: str, reference: str
    ) -> Entry | None:
        """The interrupted cycle that this call goes on with, if any.

        Interrupted cycles of other hand-offs in the same cell end here with the facts as they
        are; those in other cells are left to whoever comes back for them.
        """
        resumed = None
        for entry in self._journal.interrupted():
            if entry.cell != number:
                continue
            if (entry.purpose, entry.reference) == (purpose, reference):
                resumed = entry
                continue
            self._journal.append(
                events.SETTLED,
                cycle=entry.cycle,
                cell=entry.cell,
                purpose=entry.purpose,
                reference=entry.reference,
                door_open=cells[number].door_open,
                occupied=cells[number].occupied,
            )
        return resumed

    def _open(self, number: int, facts: dict[str, Any]) -> tuple[Cell, int]:
        for pulse in range(1, PULSES + 1):
            self._journal.append(events.INTENT, pulse=pulse, **facts)
            cell = self._pulse_once(number, facts)
            if cell.door_open:
                self._journal.append(events.OPENED, pulse=pulse, **facts)
                return cell, pulse
            if pulse < PULSES:
                self._wait(self._cool_down)
        self._journal.append(events.NOT_OPENED, pulse=PULSES, **facts)
        raise Refused("LCK-102", cell=number)

    def _pulse_once(self, number: int, facts: dict[str, Any]) -> Cell:
        """The cell after one pulse, asked from the cabinet when the pulse was not answered."""
        try:
            return self._driver.open_cell(number)
        except (Transient, Refused):
            # What the driver thinks went wrong matters less than what the door says now.
            try:
                return _cell(self._driver.cells(), number)
            except Fault as error:
                self._journal.append(events.UNANSWERED, **facts)
                raise Transient("LCK-116", cell=number) from error

    def _wait_closed(self, number: int, seconds: float, facts: dict[str, Any]) -> Cell:
        try:
            return self._driver.wait_closed(number, seconds)
        except Fault:
            self._journal.append(events.LEFT_OPEN, seconds=seconds, **facts)
            raise

    def _changed_others(self, before: dict[int, Cell], number: int) -> list[int]:
        """Cells that opened, or whose content changed, while only `number` should have."""
        return [
            cell.number
            for cell in self._driver.cells()
            if cell.number != number
            and (
                (cell.door_open and not before[cell.number].door_open)
                or cell.occupied != before[cell.number].occupied
            )
        ]


def _cell(cells: list[Cell], number: int) -> Cell:
    return next(cell for cell in cells if cell.number == number)


def _done(purpose: str, cell: Cell) -> bool:
    """Whether the sensor says that the hand-off of an interrupted cycle took place."""
    return cell.occupied is (purpose == DEPOSIT)


def _check_before(purpose: str, cell: Cell) -> None:
    if cell.door_open:
        raise Refused("LCK-111", cell=cell.number)
    if purpose == DEPOSIT and cell.occupied is True:
        raise Refused("LCK-105", cell=cell.number)
    if purpose == COLLECT and cell.occupied is False:
        raise Refused("LCK-106", cell=cell.number)


def _check_after(purpose: str, cell: Cell, others: list[int]) -> None:
    if others:
        raise Refused("LCK-107", cell=cell.number, others=", ".join(map(str, others)))
    if purpose == DEPOSIT and cell.occupied is False:
        raise Refused("LCK-109", cell=cell.number)
    if purpose == COLLECT and cell.occupied is True:
        raise Refused("LCK-110", cell=cell.number)
