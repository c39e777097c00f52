"""The reader's window: her cases, the case she reads, the slip, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPixmapCache
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.kiosk.guard import Guard
from app.gui.kiosk.idle_panel import IdlePanel
from app.gui.present import present
from app.gui.reader.case_list import CaseList
from app.gui.reader.countdown import present_moment
from app.gui.reader.looks import dress_reader
from app.gui.reader.reading import ReadingPage
from app.gui.reader.slip_page import SlipPage
from app.gui.reading_pipe.endings import BY_CAP, BY_READER, reason_of
from app.gui.widgets.labels import retint
from app.kernel.clock import timestamp
from app.kernel.errors import Fault, Refused

if TYPE_CHECKING:
    from app.services.reading_views import ReaderSession, ReaderVisit, SessionDesk

VISIT_OVER = ("RDR-112", "RDR-163")


class ReaderWindow(QWidget):
    """Shows one visit over `desk`. `begin` starts it. Emits `ended(why)`, one of `REASONS`, when
    the reader leaves or the visit cannot go on; whoever owns the window ends the visit then.

    It never closes by itself, and knows nothing but what its desk gives.
    """

    ended = Signal(str)
    opened = Signal()

    def __init__(self, desk: SessionDesk, *, now: Callable[[], datetime] = present_moment) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle(_("Reading terminal"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._desk = desk
        self._now = now
        self._may_close = False
        self.visit: ReaderVisit | None = None
        self._until = ""
        self._read: list[str] = []
        self._opening = False
        self.stack = QStackedWidget(self)
        self.cases = CaseList(self.stack)
        self.reading = ReadingPage(desk, self.stack, now=now)
        self.slip = SlipPage(desk, self.stack)
        for page in (self.cases, self.reading, self.slip):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.idle_panel = IdlePanel(self)
        self.guard = Guard(self)
        self.cases.chosen.connect(self.open_case)
        self.cases.left.connect(self.leave)
        self.reading.left.connect(self.leave)
        self.reading.cases_asked.connect(self.show_cases)
        self.reading.ended.connect(self._on_case_over)
        self.reading.time_over.connect(self._on_time_over)
        self.reading.display.looks_chosen.connect(self.change_looks)
        self.slip.done.connect(lambda: self._end(BY_READER))
        self.slip.back.connect(self._read_on)

    def begin(self) -> None:
        """Ask whose visit this is, and open its case when there is only one."""
        desk = self._desk
        ask(self, desk.visit).done(self._on_visit).refused(self._on_refused).start()

    def _on_visit(self, visit: ReaderVisit) -> None:
        self.visit = visit
        self._until = timestamp(self._now() + timedelta(seconds=visit.cap_seconds))
        self.cases.open(visit)
        readable = [case for case in visit.cases if not case.closed]
        if len(readable) == 1 and len(visit.cases) == 1:
            self.open_case(readable[0].grant)
        else:
            self.show_cases()

    def open_case(self, grant: str) -> None:
        """Open one case."""
        if self._opening:
            return
        self._opening = True
        desk = self._desk
        ask(self, lambda: desk.open_case(grant)).done(self._on_case).refused(
            self._on_refused
        ).finally_(self._on_opened).start()

    def _on_opened(self) -> None:
        self._opening = False

    def _on_case(self, session: ReaderSession) -> None:
        if self.visit is None:
            return
        if session.grant not in self._read:
            self._read.append(session.grant)
        self.stack.setCurrentWidget(self.reading)
        self.reading.open(session, self._until, several=len(self.visit.cases) > 1)
        self.opened.emit()

    def show_cases(self) -> None:
        """Back to the list of cases; nothing of the case that was read stays."""
        self.reading.wipe()
        self.stack.setCurrentWidget(self.cases)

    def leave(self) -> None:
        """The reader wants to leave: first her slips, then out."""
        self.reading.sight.rest()
        if not self._read:
            self._end(BY_READER)
            return
        self.stack.setCurrentWidget(self.slip)
        self.slip.open(tuple(self._read))

    def _read_on(self) -> None:
        self.slip.wipe()
        session = self.reading.session
        self.stack.setCurrentWidget(self.cases if session is None else self.reading)
        if self.reading.current is not None:
            self.reading.go_to(self.reading.current)

    def _end(self, why: str) -> None:
        self.wipe()
        self.ended.emit(why)

    def _on_time_over(self) -> None:
        """The longest time of a visit is over, or the time of the case that is read."""
        session = self.reading.session
        if session is None or datetime.fromisoformat(self._until) <= datetime.fromisoformat(
            session.valid_until
        ):
            self._end(BY_CAP)
        else:
            self._on_case_over(Refused("RDR-105"))

    def _on_case_over(self, fault: Fault) -> None:
        """A case that may no longer be read; others of the visit still may."""
        visit, session = self.visit, self.reading.session
        others = visit is not None and len(visit.cases) > 1
        if fault.code in VISIT_OVER or not others or session is None:
            self._end(reason_of(fault.code))
            return
        self.show_cases()
        card = self.cases.buttons.get(session.grant)
        if card is not None:
            card.setEnabled(False)
        self.cases.notice.show_presentation(present(fault))

    def _on_refused(self, fault: Fault) -> None:
        if self.visit is None or fault.code in VISIT_OVER or len(self.visit.cases) == 1:
            self._end(reason_of(fault.code))
        else:
            self.show_cases()
            self.cases.notice.show_presentation(present(fault))

    def warn(self, seconds: float) -> None:
        """Nobody was there for a while: say that the visit ends in `seconds`."""
        self.reading.sight.pause()
        self.idle_panel.warn(seconds)

    def resume(self) -> None:
        """Somebody is there again."""
        self.idle_panel.close_panel()

    def change_looks(self, large: bool, contrast: bool) -> None:
        """Large and simple, high contrast, or both."""
        application = cast("QApplication", QApplication.instance())
        dress_reader(application, large=large, contrast=contrast)
        self.reading.simplify(large)
        retint(self)

    def wipe(self) -> None:
        """Take everything of the reader off the screen and out of memory."""
        self.visit = None
        self._until = ""
        self._read.clear()
        self.idle_panel.close_panel()
        self.reading.wipe()
        self.reading.display.wipe()
        self.slip.wipe()
        self.cases.wipe()
        QPixmapCache.clear()
        QGuiApplication.clipboard().clear()

    def allow_close(self) -> None:
        """Let the window close: its owner, tests and pictures."""
        self._may_close = True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if self._may_close:
            event.accept()
        else:
            event.ignore()
