"""A workstation with a simulated cabinet of its own, people in front of it, and time to turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from app.adapters.plugins import Cabinet
from app.domain.access import Actor
from app.domain.custody import HandOff
from app.kernel.errors import Refused
from app.services.handoff_records import paper_holder
from app.services.locker_views import HandOffRow
from app.services.ports import Transaction
from app.services.workstation import Workstation
from cloud_locker.api import Cell
from cloud_locker.doors import DoorsFile
from cloud_locker.drivers.simulated import SimulatedCabinet
from cloud_locker.journal import INTENT, UnlockJournal
from cloud_locker.observing import Watch
from cloud_locker.session import LockerSession

CELLS = 12
CLERK = Actor(name="书记员 赵敏", role="clerk")
ARCHIVIST = Actor(name="档案员 陈静", role="archivist")
FIRST = Actor(name="管理员 孙立", role="administrator")
SECOND = Actor(name="管理员 吴桐", role="administrator")


class PowerCut(BaseException):
    """The program ends here, at once."""


class Time:
    """A clock that is turned by hand, and seconds that pass when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._begin = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment."""
        # Every look at the clock takes a moment, as in life.
        self.seconds += 0.002
        return self._begin + timedelta(seconds=self.seconds)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += max(seconds, 0.01)

    def pass_hours(self, hours: float) -> None:
        """Let much time pass."""
        self.seconds += 3600 * hours


class _Board(SimulatedCabinet):
    """A simulated cabinet in which two locks may be swapped and the power may go."""

    hall: Hall

    def open_cell(self, number: int) -> Cell:
        """One pulse, with the mishaps of the hall."""
        if self.hall.mishap == "cut_before_pulse":
            raise PowerCut
        if self.hall.mishap == "swapped":
            self.hall.swapped_pulses[number] = self.hall.swapped_pulses.get(number, 0) + 1
            self.force_open(number % CELLS + 1)
            raise Refused("LCK-102", cell=number)
        cell = super().open_cell(number)
        if self.hall.mishap == "cut_after_pulse":
            raise PowerCut
        return cell


class _HallCabinet(Cabinet):
    """The cabinet of the product over a board of the hall, with time of the hall."""

    def __init__(self, hall: Hall) -> None:
        self._close_seconds = 60.0
        self._driver = hall.board()
        journal = hall.journal()
        self._doors = DoorsFile(hall.folder / f"{hall.stem}.doors.json", hall.time)
        self._session = LockerSession(
            self._driver,
            journal,
            cabinet=hall.name,
            doors=self._doors,
            wait=hall.time.wait,
            seconds_now=lambda: hall.time.seconds,
        )
        self._watch = Watch(hall.folder / f"{hall.stem}.observed.json", journal)

    def clock_drift(self) -> float | None:
        """It has no clock."""
        return None


class Hall:
    """One cabinet. `mishap` is what goes wrong at it now; `sensor` whether it sees items."""

    def __init__(self, folder: Path, stem: str, time: Time, *, sensor: bool = True) -> None:
        self.folder = folder
        self.stem = stem
        self.name = f"simulated:{stem}"
        self.time = time
        self.sensor = sensor
        self.mishap = ""
        self.swapped_pulses: dict[int, int] = {}

    def board(self) -> SimulatedCabinet:
        """The board as it is now."""
        every = range(1, CELLS + 1)
        board = _Board(
            self.stem,
            self.folder,
            sensor=self.sensor,
            stuck_shut=every if self.mishap == "stuck_shut" else (),
            stuck_open=every if self.mishap == "stuck_open" else (),
            deaf=every if self.mishap == "deaf" else (),
            answer_lost=every if self.mishap == "answer_lost" else (),
            offline=self.mishap == "offline",
            wait=self.time.wait,
            seconds_now=lambda: self.time.seconds,
        )
        board.hall = self
        return board

    def journal(self) -> UnlockJournal:
        """What was intended at this cabinet."""
        return UnlockJournal(self.folder / f"{self.stem}.journal", self.time)

    def cabinet(self) -> Cabinet:
        """The cabinet for one use."""
        return _HallCabinet(self)

    def healthy(self) -> SimulatedCabinet:
        """The board without mishaps, for hands and eyes in front of it."""
        mishap, self.mishap = self.mishap, ""
        try:
            return self.board()
        finally:
            self.mishap = mishap

    def shut_all(self) -> None:
        """Somebody pushes every door shut."""
        board = self.healthy()
        for cell in board.cells():
            if cell.door_open:
                board.close_door(cell.number)

    def seen(self, number: int) -> tuple[bool, bool]:
        """Whether the door is really open and something really inside."""
        row = SimulatedCabinet(self.stem, self.folder).cells()[number - 1]
        return row.door_open, bool(row.occupied)

    def unlocked_without_intent(self) -> list[int]:
        """Cells whose lock was driven more often than the journal intended."""
        intents: dict[int, int] = {}
        for entry in self.journal().entries():
            if entry.event == INTENT:
                intents[entry.cell] = intents.get(entry.cell, 0) + 1
        board = self.healthy()
        return [
            number
            for number in range(1, CELLS + 1)
            if board.pulses(number) + self.swapped_pulses.get(number, 0) > intents.get(number, 0)
        ]

    def lays_in(self, cell: Cell) -> None:
        """The person lays paper in and shuts the door."""
        board = self.board()
        board.put_in(cell.number)
        board.close_door(cell.number)

    def takes_out(self, cell: Cell) -> None:
        """The person takes everything and shuts the door."""
        board = self.board()
        board.take_out(cell.number)
        board.close_door(cell.number)

    def only_shuts(self, cell: Cell) -> None:
        """The person shuts the door and does nothing else."""
        self.board().close_door(cell.number)

    def walks_away(self, cell: Cell) -> None:
        """The door stays open."""

    def power_fails(self, cell: Cell) -> None:
        """The program ends while the door is open."""
        raise PowerCut


class LockerHouse:
    """A workstation whose cabinets are halls that a test adds."""

    def __init__(self, opened: Workstation, folder: Path) -> None:
        self.time = Time()
        self.halls: dict[str, Hall] = {}
        self._folder = folder
        self._opened = opened
        self._context = opened._context
        self.workstation = self._made()
        self._cases = 0
        self._made_halls = 0

    def add_hall(self, *, sensor: bool = True) -> Hall:
        """Another cabinet."""
        self._made_halls += 1
        hall = Hall(self._folder, f"hall{self._made_halls}", self.time, sensor=sensor)
        self.halls[hall.name] = hall
        self.workstation = self._made()
        return hall

    def forget(self, hall: Hall) -> None:
        """No more rounds at this cabinet."""
        del self.halls[hall.name]
        self.workstation = self._made()

    def case(self) -> str:
        """Another registered case whose paper the clerk holds."""
        self._cases += 1
        view = self.workstation.register_case(
            FIRST, {"case_no": f"（2026）辽0899民初{self._cases}号", "clerk": CLERK.name}
        )
        return view.case_no

    def offer(self, hall: Hall, **more: Any) -> tuple[HandOffRow, str]:
        """Paper of another case from the clerk to the archivist, two volumes of 120 pages."""
        return self.workstation.offer(
            CLERK, self.case(), ARCHIVIST.name, hall.name, **{"volumes": 2, "pages": 120} | more
        )

    def deposited(self, hall: Hall, **more: Any) -> tuple[HandOffRow, str]:
        """The same, laid in."""
        row, code = self.offer(hall, **more)
        return self.workstation.deposit(CLERK, row.id, opened=hall.lays_in), code

    @contextmanager
    def records(self) -> Iterator[Transaction]:
        """What is written down."""
        with self._context.storage.read() as tx:
            yield tx

    def hand_off(self, handoff_id: str) -> HandOff:
        """A hand-off as it is written down."""
        with self.records() as tx:
            return tx.hand_offs.get(handoff_id)

    def cell_state(self, hall: Hall, number: int) -> str:
        """The state of a cell."""
        with self.records() as tx:
            found = tx.locker_cells.first(cabinet=hall.name, number=number)
            return found.state if found is not None else ""

    def holder(self, case_no: str) -> str:
        """Who answers for the paper of a case."""
        with self.records() as tx:
            dossier = tx.dossiers.first(case_no=case_no)
            assert dossier is not None
            return paper_holder(tx, dossier)

    def _made(self) -> Workstation:
        context = attrs.evolve(
            self._context,
            cabinets=tuple(self.halls),
            open_cabinet=lambda name: self.halls[name].cabinet(),
            clock=self.time,
        )
        return Workstation(context, lambda: None)
