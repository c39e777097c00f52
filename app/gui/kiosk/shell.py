"""The window of the terminal's shell: welcome, query, sign-in; a reader's pages open above it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.at_work import AtWorkPage
from app.gui.kiosk.calls import ask
from app.gui.kiosk.clean import wipe_shared
from app.gui.kiosk.guard import STAFF_KEYS, Guard
from app.gui.kiosk.idle import WARN_SECONDS, WIPE_SECONDS, IdleWatch
from app.gui.kiosk.idle_panel import IdlePanel
from app.gui.kiosk.prove import ProvePage, is_pass
from app.gui.kiosk.query import QueryPage
from app.gui.kiosk.staff_panel import StaffPanel
from app.gui.kiosk.visit import BY_IDLE, BY_STAFF, LOST, WATCH_SECONDS, Host, VisitKeeper
from app.gui.kiosk.wall import WallPage
from app.gui.kiosk.welcome import WelcomePage
from app.gui.present import present
from app.gui.reading_pipe.endings import (
    BY_CAP,
    BY_CLOCK,
    BY_DOSSIER,
    BY_FAULT,
    BY_GRANT,
    BY_READER,
    BY_ROOM,
)
from app.gui.slips.listening import SlipListener
from app.kernel.errors import Fault
from app.services.reading_views import NoticeRow, ReaderVisit, ReadingDesk


class ShellWindow(QWidget):
    """Emits `closing()` when a member of staff may close the program, `prepared()` when the first
    page will come at once, `signed_out()` when the end of a visit is on record."""

    closing = Signal()
    prepared = Signal()
    signed_out = Signal()

    def __init__(
        self,
        room: ReadingDesk,
        host: Host,
        *,
        warn: float = WARN_SECONDS,
        wipe: float = WIPE_SECONDS,
        watch: float = WATCH_SECONDS,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle(_("Reading terminal"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._room = room
        self._host = host
        self._may_close = False
        self.stack = QStackedWidget(self)
        self.welcome = WelcomePage(self.stack)
        self.prove = ProvePage(room, self.stack)
        self.query = QueryPage(room, self.stack)
        self.wall = WallPage(self.stack)
        self.at_work = AtWorkPage(self.stack)
        for page in (self.welcome, self.prove, self.query, self.wall, self.at_work):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.staff = StaffPanel(room, self)
        self.idle_panel = IdlePanel(self)
        self.guard = Guard(self)
        self.scanner = SlipListener(self, wanted=is_pass)
        self.idle = IdleWatch(self, warn=warn, wipe=wipe)
        self.keeper = VisitKeeper(room, host, self, watch=watch, now=now)
        self._staff_keys = QShortcut(QKeySequence(STAFF_KEYS), self)
        self._connect()
        self._prepare()

    def _connect(self) -> None:
        self.idle.warned.connect(self._on_warned)
        self.idle.resumed.connect(self._on_resumed)
        self.idle.expired.connect(lambda: self.leave(BY_IDLE))
        self._host.alive.connect(self.idle.touch)
        self.keeper.over.connect(self.leave)
        self.keeper.ended.connect(self.signed_out)
        self.welcome.started.connect(lambda: self._open(self.prove))
        self.welcome.asked.connect(lambda: self._open(self.query))
        self.welcome.looked.connect(lambda: self._open(self.wall))
        self.prove.proved.connect(self._on_proved)
        self.prove.stray.connect(lambda visit: self.keeper.sign_out(visit, BY_READER))
        for page in (self.prove, self.query, self.wall):
            page.left.connect(lambda: self.leave(""))
        self.at_work.left.connect(lambda: self.leave(BY_READER))
        self.scanner.scanned.connect(self._on_scanned)
        self.staff.confirmed.connect(self._on_confirmed)
        self._staff_keys.activated.connect(self.ask_staff)

    def _prepare(self) -> None:
        """Start the workers before the first reader comes; say when pages cannot be shown."""
        self.welcome.start.setEnabled(False)
        ask(self, self._room.prepare).done(lambda _none: self._on_prepared()).refused(
            self._on_unprepared
        ).start()
        self._fetch_notices()

    def _on_prepared(self) -> None:
        self.welcome.start.setEnabled(True)
        self._host.warm()
        self.prepared.emit()

    def _on_unprepared(self, fault: Fault) -> None:
        shown = present(fault)
        self.welcome.say(f"{shown.message}{shown.remedy}", "bad")

    def _fetch_notices(self) -> None:
        ask(self, self._room.notices).done(self._on_notices).refused(lambda _fault: None).start()

    def _on_notices(self, notices: tuple[NoticeRow, ...]) -> None:
        self.welcome.show_notices(notices)
        self.wall.show_notices(notices)

    def _open(self, page: QWidget) -> None:
        self.welcome.say("")
        self.stack.setCurrentWidget(page)
        page.setFocus()
        self.idle.start()

    def _on_scanned(self, text: str) -> None:
        """A pass under the scanner signs in from the welcome, too; elsewhere it does nothing."""
        if self.staff.isVisible() or not self.welcome.start.isEnabled():
            return
        if self.stack.currentWidget() is self.welcome:
            self._open(self.prove)
        if self.stack.currentWidget() is self.prove:
            self.prove.scan(text)

    def _on_proved(self, visit: ReaderVisit) -> None:
        self.stack.setCurrentWidget(self.at_work)
        self.idle.start()
        self.keeper.begin(visit)

    def _on_warned(self, seconds: float) -> None:
        self.idle_panel.warn(seconds)
        if self.keeper.visit is not None:
            self._host.warn(seconds)

    def _on_resumed(self) -> None:
        self.idle_panel.close_panel()
        if self.keeper.visit is not None:
            self._host.resume()

    def leave(self, why: str) -> None:
        """End what there is, wipe everything and go back to a clean welcome, which says why."""
        self.idle.stop()
        self.keeper.end(why)
        self.idle_panel.close_panel()
        self.staff.close_panel()
        self.prove.wipe()
        self.query.wipe()
        wipe_shared()
        self.stack.setCurrentWidget(self.welcome)
        text, tone = ending_words(why)
        self.welcome.say(text, tone)
        if self.isVisible():
            self.activateWindow()
        if self.welcome.start.isEnabled():
            self._host.warm()
        self._fetch_notices()

    def ask_staff(self) -> None:
        """Ask a member of staff before the terminal closes."""
        if not self.idle.running:
            self.idle.start()
        self.staff.ask_staff()

    def _on_confirmed(self) -> None:
        self.leave(BY_STAFF)
        self._host.close()
        self._may_close = True
        self.close()
        self.closing.emit()

    def allow_close(self) -> None:
        """Let the window close without staff: tests and pictures."""
        self._may_close = True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if self._may_close:
            event.accept()
        else:
            event.ignore()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.scanner.listen(self, self.windowHandle())

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        if not self._may_close and event.spontaneous():
            # Minimised by a window manager that should not be there.
            self.showNormal() if not self.isFullScreen() else self.showFullScreen()


def ending_words(why: str) -> tuple[str, str]:
    """What the welcome says after a visit that ended so, and its tone; ("", …) for nothing."""
    sentences = {
        BY_READER: (_("You have left."), "good"),
        BY_STAFF: (_("The staff has closed this terminal."), "warn"),
        BY_IDLE: (_("Nobody was there for a while."), "warn"),
        BY_CAP: (_("The longest time of a visit is over."), "warn"),
        BY_GRANT: (_("The grant has ended."), "warn"),
        BY_DOSSIER: (_("The dossier cannot be read now; please ask at the counter."), "warn"),
        BY_ROOM: (_("The visit was ended: its time is over, or you signed in elsewhere."), "warn"),
        BY_CLOCK: (
            _("The clock of this terminal is not right; please ask at the counter."),
            "warn",
        ),
        BY_FAULT: (_("The reading window cannot go on; please sign in again."), "warn"),
        LOST: (_("The reading window ended by itself; please sign in again."), "warn"),
    }
    sentence, tone = sentences.get(why, ("", "good"))
    if not sentence:
        return "", tone
    return _("{text} Everything on the screen has been wiped.").format(text=sentence), tone
