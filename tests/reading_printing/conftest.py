"""A reader at a terminal whose printer is that of a CUPS of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from app.adapters.printing.spooler import SERVER_ENVIRONMENT, PrintSpooler
from app.domain.reading import PrintJob
from app.services.reading_ports import Spooler
from app.services.reading_room import ReaderDesk
from app.services.reading_views import ReaderSession
from tests.reading.hall import CLERK, Hall, open_hall
from tests.reading_printing.private_cups import PrivateCups, wait_for


@pytest.fixture(scope="module")
def private_cups() -> Iterator[PrivateCups]:
    """cupsd with one queue."""
    cups = PrivateCups()
    yield cups
    cups.close()


@pytest.fixture
def cups(private_cups: PrivateCups, monkeypatch: pytest.MonkeyPatch) -> PrivateCups:
    """The CUPS that this process prints with; its printer prints."""
    monkeypatch.setenv(SERVER_ENVIRONMENT, str(private_cups.socket))
    private_cups.clear()
    return private_cups


@attrs.define
class Counter:
    """A reader who may print, and what the tests turn."""

    hall: Hall
    desk: ReaderDesk
    session: ReaderSession
    cups: PrivateCups

    @property
    def grant(self) -> str:
        return self.session.grant

    def follow(self) -> None:
        self.hall.room.follow_prints()

    def ask(self, *pages: int) -> PrintJob:
        """Ask for pages and have them approved."""
        number = self.desk.ask_print(self.grant, pages).number
        job = self.job(number)
        if job.state == "asked":
            self.hall.work.approve_print(CLERK, job.id)
        return self.job(number)

    def job(self, number: str) -> PrintJob:
        with self.hall.context.storage.read() as tx:
            found = tx.print_jobs.first(number=number)
        assert found is not None
        return found

    def followed(self, job: PrintJob, holds: Callable[[PrintJob], bool]) -> PrintJob:
        """Follow all jobs until it holds for this one."""

        def holds_now() -> bool:
            self.follow()
            return holds(self.job(job.number))

        wait_for(holds_now)
        return self.job(job.number)

    def left(self) -> int:
        with self.hall.context.storage.read() as tx:
            return tx.grants.get(self.grant).prints_left

    def with_spooler(self, open_spooler: Callable[[str], Spooler]) -> None:
        """Another spooler from here on."""
        context = attrs.evolve(self.hall.context, spooler=open_spooler)
        for service in (self.hall.room, self.hall.work, self.desk):
            service._context = context

    def set(self, **changes: Any) -> None:
        self.hall.work.set_reading_settings(CLERK, **changes)


@pytest.fixture
def counter(data_folder: Path, cups: PrivateCups) -> Iterator[Counter]:
    """A reader with four pages before her, of which she may print six."""
    with open_hall(data_folder) as hall:
        desk, session = hall.enter(hall.grant(prints=6))
        made = Counter(hall, desk, session, cups)
        made.set(printer=PrintSpooler().printer)
        yield made
