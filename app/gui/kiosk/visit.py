"""One visit from signing in to the end: who may read, for how long, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from app.gui.kiosk.calls import ask
from app.gui.reading_pipe.endings import (
    BY_CAP,
    BY_CLOCK,
    BY_DOSSIER,
    BY_FAULT,
    BY_GRANT,
    BY_ROOM,
    reason_of,
)
from app.kernel.clock import SystemClock
from app.kernel.errors import Fault
from app.services.reading_views import ReaderVisit, ReadingDesk, SessionDesk

# What ends a visit beside what the reader's window says.
BY_IDLE, BY_STAFF, LOST = "idle", "staff", "lost"
# The record of the service knows fewer endings than the reader is told.
_RECORDED = {BY_DOSSIER: BY_GRANT, BY_ROOM: BY_GRANT, BY_CLOCK: BY_GRANT, BY_FAULT: LOST}
# How often a grant that was taken back is looked for while its page is on the screen.
WATCH_SECONDS = 10.0
LONGEST_TIMER = 2**31 - 1


class Host(Protocol):
    """What shows the pages of a visit: `ReaderHost`, or another in tests."""

    alive: SignalInstance
    left: SignalInstance
    lost: SignalInstance

    def warm(self) -> None:
        """See `ReaderHost.warm`; so with all that follow."""
        ...

    def begin(self, desk: SessionDesk) -> None:
        """Open the reader's window."""
        ...

    def warn(self, seconds: float) -> None:
        """Show the warning."""
        ...

    def resume(self) -> None:
        """Take it away."""
        ...

    def end(self) -> None:
        """End the reader's process."""
        ...

    def close(self) -> None:
        """End all processes."""
        ...


class VisitKeeper(QObject):
    """Keeps one visit at a time. Emits `over(why)` when it has to end; whoever hears that calls
    `end`. `ended()` tells that the service has it on record."""

    over = Signal(str)
    ended = Signal()

    def __init__(
        self,
        room: ReadingDesk,
        host: Host,
        owner: QWidget,
        *,
        watch: float = WATCH_SECONDS,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(owner)
        self._room = room
        self._host = host
        self._owner = owner
        self._now = now or SystemClock().now
        self._visit: ReaderVisit | None = None
        self._desk: SessionDesk | None = None
        self._why_last = BY_CAP
        self._last = QTimer(self, singleShot=True)
        self._last.timeout.connect(lambda: self.over.emit(self._why_last))
        self._watch = QTimer(self, interval=round(watch * 1000))
        self._watch.timeout.connect(self._look)
        host.left.connect(self._end_by)
        host.lost.connect(lambda: self._end_by(LOST))

    @property
    def visit(self) -> ReaderVisit | None:
        """Who reads now."""
        return self._visit

    def begin(self, visit: ReaderVisit) -> None:
        """Fetch the desk of this visit and open the reader's window over it."""
        self._visit = visit
        seconds, self._why_last = self._longest(visit)
        self._last.start(min(LONGEST_TIMER, max(0, round(seconds * 1000))))
        room, number = self._room, visit.id
        ask(self._owner, lambda: room.session_desk(number)).done(
            lambda desk: self._on_desk(visit, desk)
        ).refused(lambda fault: self._on_refused(visit, fault)).start()

    def end(self, why: str) -> None:
        """End the reader's process, then the visit; nobody there is no error."""
        visit, self._visit, self._desk = self._visit, None, None
        self._last.stop()
        self._watch.stop()
        self._host.end()
        if visit is not None:
            self.sign_out(visit, why)

    def sign_out(self, visit: ReaderVisit, why: str) -> None:
        """End a visit in the service, also one whose window never opened."""
        room, number, recorded = self._room, visit.id, _RECORDED.get(why, why)
        ask(self._owner, lambda: room.sign_out(number, recorded)).refused(
            lambda _fault: None
        ).finally_(self.ended.emit).start()

    def _longest(self, visit: ReaderVisit) -> tuple[float, str]:
        """For how many seconds the visit lasts at most, and what ends it then."""
        ends = [datetime.fromisoformat(case.valid_until) for case in visit.cases]
        left = max(((end - self._now()).total_seconds() for end in ends), default=0.0)
        return (left, BY_GRANT) if left < visit.cap_seconds else (visit.cap_seconds, BY_CAP)

    def _on_desk(self, visit: ReaderVisit, desk: SessionDesk) -> None:
        if visit is not self._visit:
            return
        self._desk = desk
        self._watch.start()
        self._host.begin(desk)

    def _look(self) -> None:
        """Whether the visit still holds: a grant may be taken back while its page is in sight."""
        visit, desk, room = self._visit, self._desk, self._room
        if visit is None or desk is None:
            return
        ask(self._owner, desk.visit).done(lambda now: self._on_looked(visit, now)).refused(
            lambda fault: self._on_refused(visit, fault)
        ).start()
        ask(self._owner, room.follow_prints).refused(lambda _fault: None).start()

    def _on_looked(self, visit: ReaderVisit, now: ReaderVisit) -> None:
        if visit is self._visit and now.cases and all(case.closed for case in now.cases):
            self.over.emit(reason_of(now.cases[0].closed))

    def _on_refused(self, visit: ReaderVisit, fault: Fault) -> None:
        if visit is self._visit and fault.code != "RDR-110":
            self.over.emit(reason_of(fault.code))

    def _end_by(self, why: str) -> None:
        if self._visit is not None:
            self.over.emit(why)
