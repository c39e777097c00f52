"""One door cycle, from the pulse to the closed door, by the unlock rules of `session`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

from app.kernel.errors import BadInput, Fault, Refused, Transient
from app.kernel.ids import new_id
from cloud_locker import journal as events
from cloud_locker.api import Cell, LockerDriver
from cloud_locker.doors import DoorsFile
from cloud_locker.journal import Entry, UnlockJournal

DEPOSIT = "deposit"
COLLECT = "collect"
RETRIEVE = "retrieve"  # an administrator empties the cell
LOOK = "look"  # somebody looks into it
PULSES = 2
NAG_SECONDS = 60.0
NAG_EVERY_SECONDS = 10.0
LOOK_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorCycle:
    """A finished door cycle: who asked stands in the audit record of `reference`.

    `before`: the cell before its lock was driven. `resumed`: an earlier cycle, interrupted or
    not yet booked by the caller, was brought to its end without a pulse.
    """

    cycle: str
    cell: int
    purpose: str
    reference: str
    occupied: bool | None
    pulses: int
    resumed: bool
    began_at: str
    closed_at: str
    before: Cell


class Waiting(TypedDict, total=False):
    """How a cycle waits at the door, as far as a caller says; the rest is for `session` to say.
    See `Task`."""

    seconds: float
    opened: Callable[[Cell], None]
    nag: Callable[[float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is to be done. `opened` is called when the door is open; `nag` with the seconds it has
    stood open, from a minute on every ten seconds; the cycle waits `seconds` for the door."""

    purpose: str
    number: int
    reference: str
    seconds: float
    opened: Callable[[Cell], None]
    nag: Callable[[float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """The cabinet, its journal, and time."""

    driver: LockerDriver
    journal: UnlockJournal
    doors: DoorsFile
    wait: Callable[[float], None]
    seconds_now: Callable[[], float]
    cool_down: float


class CycleRun:
    """Runs one task. Whoever makes one holds the lock of the cabinet."""

    def __init__(self, around: Surroundings, task: Task) -> None:
        self._around = around
        self._driver = around.driver
        self._journal = around.journal
        self._task = task
        self._number = task.number
        self._before: dict[int, Cell] = {}
        self._others: set[int] = set()
        self._pulses = 0
        self._facts: dict[str, Any] = {
            "cell": task.number,
            "purpose": task.purpose,
            "reference": task.reference,
        }

    def run(self) -> DoorCycle:
        """See `LockerSession` for what it raises."""
        self._before = {cell.number: cell for cell in self._look()}
        if self._number not in self._before:
            raise BadInput("LCK-108", cell=self._number, count=len(self._before))
        cell = self._before[self._number]
        earlier = self._settle_others()
        if earlier is not None:
            self._facts["cycle"] = earlier.cycle
        else:
            done = self._done_before(cell)
            if done is not None:
                return done
            _check_before(self._task.purpose, cell)
            self._facts["cycle"] = new_id("cycle")
            cell = self._open(cell)
        if cell.door_open:
            self._task.opened(cell)
            cell = self._wait_closed()
        elif not as_expected(self._task.purpose, cell):
            self._journal.append(
                events.SETTLED, door_open=False, occupied=cell.occupied, **self._facts
            )
            raise Refused("LCK-112", cell=self._number, reference=self._task.reference)
        return self._finish(cell, resumed=earlier is not None)

    def _finish(self, cell: Cell, *, resumed: bool) -> DoorCycle:
        self._note_others(self._look(), contents=True)
        others = sorted(self._others)
        closed = self._journal.append(
            events.CLOSED,
            occupied=cell.occupied,
            others=others,
            pulses=self._pulses,
            **self._facts,
        )
        _check_after(self._task.purpose, cell, others)
        return self._cycle(closed, cell, pulses=self._pulses, resumed=resumed)

    def _cycle(self, closed: Entry, cell: Cell, *, pulses: int, resumed: bool) -> DoorCycle:
        first = self._journal.first(closed.cycle) or closed
        return DoorCycle(
            cycle=closed.cycle,
            cell=closed.cell,
            purpose=closed.purpose,
            reference=closed.reference,
            occupied=cell.occupied,
            pulses=pulses,
            resumed=resumed,
            began_at=first.at,
            closed_at=closed.at,
            before=Cell(
                number=closed.cell,
                door_open=bool(first.details.get("open_before", False)),
                occupied=first.details.get("occupied_before"),
            ),
        )

    def _look(self) -> list[Cell]:
        """All cells now, for this cycle and for those who look on."""
        cells = self._driver.cells()
        self._around.doors.publish(cells, cell=self._number)
        return cells

    def _note_others(self, cells: list[Cell], *, contents: bool = False) -> list[int]:
        """Remember the cells that opened, or whose content changed, while only one should have;
        gives those that stand open now."""
        opened = [
            cell.number
            for cell in cells
            if cell.number != self._number
            and cell.door_open
            and not self._before[cell.number].door_open
        ]
        self._others.update(opened)
        for cell in cells if contents else ():
            was = self._before[cell.number].occupied
            known = was is not None and cell.occupied is not None
            if cell.number != self._number and known and cell.occupied != was:
                self._others.add(cell.number)
        return opened

    def _settle_others(self) -> Entry | None:
        """The interrupted cycle that this call goes on with, if any.

        Interrupted cycles of other hand-offs in the same cell end here with the facts as they
        are; those in other cells are left to whoever comes back for them.
        """
        resumed = None
        now = self._before[self._number]
        for entry in self._journal.interrupted():
            if entry.cell != self._number:
                continue
            if (entry.purpose, entry.reference) == (self._task.purpose, self._task.reference):
                resumed = entry
                continue
            self._journal.end(entry, events.SETTLED, door_open=now.door_open, occupied=now.occupied)
        return resumed

    def _done_before(self, cell: Cell) -> DoorCycle | None:
        """This very task, when it was finished and the caller died before it was booked: nothing
        happened to the cell since, and its sensor agrees. Opening it again would help nobody."""
        last = self._journal.last(self._number)
        task = self._task
        if (
            last is None
            or last.event != events.CLOSED
            or (last.purpose, last.reference) != (task.purpose, task.reference)
            or last.details.get("others")
            or task.purpose not in (DEPOSIT, COLLECT)
            or cell.door_open
            or cell.occupied is not (task.purpose == DEPOSIT)
        ):
            return None
        return self._cycle(last, cell, pulses=0, resumed=True)

    def _open(self, before: Cell) -> Cell:
        """The cell once its door moved: open, or shut again already."""
        facts = self._facts | {
            "open_before": before.door_open,
            "occupied_before": before.occupied,
        }
        if before.door_open:  # A visit to a door that stands open needs no lock.
            self._journal.append(events.OPENED, pulse=0, **facts)
            return before
        for pulse in range(1, PULSES + 1):
            self._journal.append(events.INTENT, pulse=pulse, **facts)
            self._pulses = pulse
            cell, moved = self._pulse_once()
            if moved:
                self._journal.append(events.OPENED, pulse=pulse, **self._facts)
                return cell
            if self._others:
                break  # The lock of another cell answers to this number: leave it alone.
            if pulse < PULSES:
                self._around.wait(self._around.cool_down)
        others = sorted(self._others)
        self._journal.append(events.NOT_OPENED, pulse=self._pulses, others=others, **self._facts)
        _check_others(self._number, others)
        raise Refused("LCK-102", cell=self._number)

    def _pulse_once(self) -> tuple[Cell, bool]:
        """The cell after one pulse and whether its door moved, asked from the cabinet when the
        pulse was not answered."""
        try:
            return self._drive(), True
        except (Transient, Refused) as fault:
            # What the driver thinks went wrong matters less than what the door says now.
            try:
                cells = self._look()
            except Fault as error:
                self._journal.append(events.UNANSWERED, **self._facts)
                raise Transient("LCK-116", cell=self._number) from error
            self._note_others(cells)
            cell = next(cell for cell in cells if cell.number == self._number)
            return cell, cell.door_open or fault.code == "LCK-120"

    def _drive(self) -> Cell:
        try:
            return self._driver.open_cell(self._number)
        except Transient as fault:
            if fault.code != "LCK-119":
                raise
            # The lock is still warm of the cycle before; nothing was sent.
            self._around.wait(float(fault.parameters["seconds"]))
            return self._driver.open_cell(self._number)

    def _wait_closed(self) -> Cell:
        """Wait in small steps, so that others see the doors and the person is reminded."""
        seconds = self._task.seconds
        began = self._around.seconds_now()
        nag_at = NAG_SECONDS
        while True:
            left = seconds - (self._around.seconds_now() - began)
            try:
                return self._driver.wait_closed(self._number, max(0.0, min(LOOK_SECONDS, left)))
            except Fault as fault:
                if fault.code != "LCK-103":
                    self._left_open(fault.code)
                    raise
            try:
                self._note_others(self._look())
            except Fault as fault:
                self._left_open(fault.code)
                raise
            elapsed = self._around.seconds_now() - began
            if elapsed >= seconds:
                self._left_open("LCK-103")
                raise Refused("LCK-103", cell=self._number, seconds=round(seconds))
            if elapsed >= nag_at:
                self._task.nag(elapsed)
                nag_at += NAG_EVERY_SECONDS

    def _left_open(self, code: str) -> None:
        self._journal.append(
            events.LEFT_OPEN,
            seconds=self._task.seconds,
            code=code,
            others=sorted(self._others),
            **self._facts,
        )


def as_expected(purpose: str, cell: Cell) -> bool:
    """Whether the sensor says that the task of an interrupted cycle took place. A look changes
    nothing, so a shut door is all that is expected of it."""
    if purpose in (DEPOSIT, COLLECT, RETRIEVE):
        return cell.occupied is (purpose == DEPOSIT)
    return True


def _check_before(purpose: str, cell: Cell) -> None:
    if purpose in (RETRIEVE, LOOK):
        return
    if cell.door_open:
        raise Refused("LCK-111", cell=cell.number)
    if purpose == DEPOSIT and cell.occupied is True:
        raise Refused("LCK-105", cell=cell.number)
    if purpose == COLLECT and cell.occupied is False:
        raise Refused("LCK-106", cell=cell.number)


def _check_others(number: int, others: list[int]) -> None:
    if others:
        raise Refused("LCK-107", cell=number, others=", ".join(map(str, others)))


def _check_after(purpose: str, cell: Cell, others: list[int]) -> None:
    _check_others(cell.number, others)
    if purpose == DEPOSIT and cell.occupied is False:
        raise Refused("LCK-109", cell=cell.number)
    if purpose == COLLECT and cell.occupied is True:
        raise Refused("LCK-110", cell=cell.number)
