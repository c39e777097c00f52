"""A power cut, or a spooler that dies, at every moment of a print job: never twice on paper in
silence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.printing.spooler import PrintSpooler
from app.kernel.errors import BadInput, Refused, Transient
from app.services.reading_ports import Spooler
from tests.reading.hall import CLERK
from tests.reading_printing.conftest import Counter
from tests.reading_printing.private_cups import wait_for


class Died(BaseException):
    """The power went off: nothing of the program runs any more."""


class DyingSpooler(PrintSpooler):
    """Dies at a moment of its choice, once."""

    def __init__(self, moment: str, error: type[BaseException] = Died) -> None:
        super().__init__()
        self._moment, self._error = moment, error

    def find(self, title: str) -> str:
        self._die("before")
        return super().find(title)

    def submit(self, pdf: bytes, *, copies: int, title: str) -> str:
        self._die("handing")
        spool_id = super().submit(pdf, copies=copies, title=title)
        self._die("handed")
        return spool_id

    def _die(self, moment: str) -> None:
        if self._moment == moment:
            self._moment = ""
            raise self._error("RDR-152")


def cut(counter: Counter, spooler: Spooler) -> None:
    """Follow the prints until the power goes off, and come back ten minutes later."""
    counter.with_spooler(lambda _printer: spooler)
    with pytest.raises(Died):
        counter.follow()
    counter.with_spooler(PrintSpooler)
    counter.hall.clock.moment += timedelta(minutes=10)


def test_before_it_is_handed_over_the_job_is_done_again(counter: Counter) -> None:
    job = counter.ask(1)
    cut(counter, DyingSpooler("before"))
    assert counter.job(job.number).state == "approved"
    assert counter.followed(job, lambda row: bool(row.ended_at)).state == "printed"
    assert len(counter.cups.printed()) == 1


def test_while_it_is_handed_over_the_job_is_in_doubt(counter: Counter) -> None:
    job = counter.ask(1, 2)
    cut(counter, DyingSpooler("handing"))
    counter.follow()
    doubtful = counter.job(job.number)
    assert (doubtful.state, doubtful.reason) == ("doubtful", "spooler_forgot")
    counter.follow()
    assert counter.cups.printed() == []
    assert counter.left() == 4


def test_after_it_was_handed_over_the_spooler_is_asked(counter: Counter) -> None:
    job = counter.ask(1)
    cut(counter, DyingSpooler("handed"))
    assert counter.job(job.number).spool_id == ""
    done = counter.followed(job, lambda row: bool(row.ended_at))
    assert done.state == "printed"
    assert len(counter.cups.printed()) == 1


def test_a_job_somebody_else_prepares_is_left_alone(counter: Counter) -> None:
    job = counter.ask(1)
    counter.with_spooler(lambda _printer: DyingSpooler("before"))
    with pytest.raises(Died):
        counter.follow()
    counter.with_spooler(PrintSpooler)
    # For all that the other one knows, it is still at work.
    counter.follow()
    assert counter.job(job.number).state == "approved"
    assert counter.cups.titles() == []


def test_one_who_was_asleep_prints_nothing_when_another_took_over(counter: Counter) -> None:
    job = counter.ask(1)
    spooler = PrintSpooler()

    class Sleeper(PrintSpooler):
        def find(self, title: str) -> str:
            counter.hall.clock.moment += timedelta(minutes=10)
            counter.with_spooler(lambda _printer: spooler)
            counter.follow()
            return super().find(title + "?")

    counter.with_spooler(lambda _printer: Sleeper())
    counter.follow()
    assert counter.followed(job, lambda row: bool(row.ended_at)).state == "printed"
    assert len(counter.cups.printed()) == 1


@pytest.mark.parametrize("moment", ["handing", "handed"])
def test_an_answer_that_never_came_is_looked_for(counter: Counter, moment: str) -> None:
    job = counter.ask(1)
    counter.with_spooler(lambda _printer: DyingSpooler(moment, Transient))
    counter.follow()
    counter.with_spooler(PrintSpooler)
    ended = counter.followed(job, lambda row: row.state in ("printed", "doubtful"))
    assert ended.state == ("doubtful" if moment == "handing" else "printed")
    assert len(counter.cups.printed()) == (0 if moment == "handing" else 1)


@pytest.mark.parametrize(
    ("printed", "sheets", "left"), [(True, 2, 4), (True, 1, 5), (False, 0, 6), (True, 99, 4)]
)
def test_a_person_settles_what_is_in_doubt(
    counter: Counter, printed: bool, sheets: int, left: int
) -> None:
    job = counter.ask(1, 2)
    cut(counter, DyingSpooler("handing"))
    counter.follow()
    row = counter.hall.work.settle_print(CLERK, job.id, printed, sheets)
    assert row.state == ("printed" if printed else "aborted")
    assert counter.left() == left
    counter.follow()
    assert counter.job(job.number).ended_at
    with pytest.raises(Refused):
        counter.hall.work.settle_print(CLERK, job.id, printed, sheets)


def test_a_spooler_that_forgot_the_job_leaves_it_in_doubt(counter: Counter) -> None:
    counter.cups.printer("wait")
    job = counter.followed(counter.ask(1), lambda row: bool(row.spool_id))

    def forgotten() -> bool:
        PrintSpooler().purge(job.spool_id)
        return PrintSpooler().state(job.spool_id).state == "unknown"

    wait_for(forgotten)
    counter.follow()
    assert counter.job(job.number).state == "doubtful"


def test_an_unknown_job_is_told(counter: Counter) -> None:
    with pytest.raises(BadInput) as told:
        counter.hall.work.approve_print(CLERK, "P999999")
    assert told.value.code == "RDR-156"


_ROOT = Path(__file__).parents[2]
_KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import attrs
from app.adapters.printing.spooler import PrintSpooler
from app.bootstrap import open_reading_room
from tests.reading.hall import Clock, SameProcess

class Killed(PrintSpooler):
    def submit(self, pdf, *, copies, title):
        super().submit(pdf, copies=copies, title=title)
        os.kill(os.getpid(), signal.SIGKILL)

room, work = open_reading_room(Path(sys.argv[1]))
room._context = attrs.evolve(
    room._context, spooler=Killed, station=sys.argv[2], pool=SameProcess(), clock=Clock()
)
room._context.clock.moment = datetime.fromisoformat(sys.argv[3])
room.follow_prints()
"""


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_process_killed_behind_the_spooler_prints_once(
    counter: Counter, data_folder: Path
) -> None:
    job = counter.ask(1)
    now = counter.hall.clock.moment.isoformat()
    command = [sys.executable, "-c", _KILLED, str(data_folder), job.terminal, now]
    child = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, cwd=_ROOT
    )
    assert child.returncode == -signal.SIGKILL, (child.stderr, counter.job(job.number))
    left = counter.job(job.number)
    assert (left.state, left.spool_id) == ("spooled", "")
    counter.hall.clock.moment += timedelta(minutes=10)
    assert counter.followed(job, lambda row: bool(row.ended_at)).state == "printed"
    assert len(counter.cups.printed()) == 1
