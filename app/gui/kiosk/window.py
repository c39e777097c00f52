"""The window of the terminal: welcome, sign-in, reader, and back to a clean welcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QPixmapCache, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.kiosk.guard import Guard
from app.gui.kiosk.idle import WARN_SECONDS, WIPE_SECONDS, IdleWatch
from app.gui.kiosk.idle_panel import IdlePanel
from app.gui.kiosk.sign_in import PAUSE_SECONDS, SignInPage
from app.gui.kiosk.staff_panel import StaffPanel
from app.gui.kiosk.welcome import WelcomePage
from app.gui.present import present
from app.gui.reader.countdown import present_moment
from app.gui.reader.reader import ReaderPage
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_room import ReadingRoom
    from app.services.reading_views import ReaderSession

STAFF_KEYS = "Ctrl+Alt+Q"


class KioskWindow(QWidget):
    """Emits `closing()` when a member of staff may close the program. `prepared()` tells that the
    first page will come at once."""

    closing = Signal()
    prepared = Signal()
    signed_out = Signal()

    def __init__(
        self,
        room: ReadingRoom,
        *,
        warn: float = WARN_SECONDS,
        wipe: float = WIPE_SECONDS,
        pause: float = PAUSE_SECONDS,
        now: Callable[[], datetime] = present_moment,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle(_("Reading terminal"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._room = room
        self._may_close = False
        self.welcome = WelcomePage()
        self.sign_in = SignInPage(room, pause=pause)
        self.reader = ReaderPage(room, now=now)
        self.stack = QStackedWidget()
        for page in (self.welcome, self.sign_in, self.reader):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.staff = StaffPanel(room, self)
        self.idle_panel = IdlePanel(self)
        self.guard = Guard(self)
        self.idle = IdleWatch(self, warn=warn, wipe=wipe)
        self.idle.warned.connect(self.idle_panel.warn)
        self.idle.resumed.connect(self.idle_panel.close_panel)
        self.idle.expired.connect(self._on_idle)
        self.welcome.started.connect(self._on_started)
        self.sign_in.signed_in.connect(self._on_signed_in)
        self.sign_in.left.connect(lambda: self.leave(""))
        self.reader.left.connect(
            lambda: self.leave(_("You have left. Everything on the screen has been wiped."))
        )
        self.reader.ended.connect(self._on_ended)
        self.staff.confirmed.connect(self._on_confirmed)
        self._staff_keys = QShortcut(QKeySequence(STAFF_KEYS), self)
        self._staff_keys.activated.connect(self.ask_staff)
        self._prepare()

    def _prepare(self) -> None:
        """Start the workers before the first reader comes; say when pages cannot be shown."""
        self.welcome.start.setEnabled(False)
        ask(self, self._room.prepare).done(lambda _none: self._on_prepared()).refused(
            self._on_unprepared
        ).start()

    def _on_prepared(self) -> None:
        self.welcome.start.setEnabled(True)
        self.prepared.emit()

    def _on_unprepared(self, fault: Fault) -> None:
        shown = present(fault)
        self.welcome.say(f"{shown.message}{shown.remedy}", "bad")

    def _on_started(self) -> None:
        self.welcome.say("")
        self.stack.setCurrentWidget(self.sign_in)
        self.idle.start()

    def _on_signed_in(self, session: ReaderSession) -> None:
        self.stack.setCurrentWidget(self.reader)
        self.reader.open(session)

    def _on_ended(self, text: str) -> None:
        self.leave(_("{text} Everything on the screen has been wiped.").format(text=text), "warn")

    def _on_idle(self) -> None:
        self.leave(
            _("Nobody was there for a while. Everything on the screen has been wiped."), "warn"
        )

    def leave(self, text: str, tone: str = "good") -> None:
        """Sign out, wipe everything and go back to the welcome, which says `text`."""
        session = self.reader.session
        self.idle.stop()
        self.idle_panel.close_panel()
        self.staff.close_panel()
        self.reader.wipe()
        self.sign_in.wipe()
        QPixmapCache.clear()
        QGuiApplication.clipboard().clear()
        self.stack.setCurrentWidget(self.welcome)
        self.welcome.say(text, tone)
        if session is not None:
            room = self._room
            ask(self, lambda: room.sign_out(session)).refused(
                lambda fault: self.welcome.say(present(fault).message, "bad")
            ).finally_(self.signed_out.emit).start()

    def ask_staff(self) -> None:
        """Ask a member of staff before the terminal closes."""
        if not self.idle.running:
            self.idle.start()
        self.staff.ask_staff()

    def _on_confirmed(self) -> None:
        self.leave("")
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
