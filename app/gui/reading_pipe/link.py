"""The pipe as the reader's window sees it: Qt signals, and the signs of life of whoever reads."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal

from app.gui.reading_pipe.client import Connection, RemoteDesk
from app.gui.reading_pipe.life_signs import SIGNS_OF_LIFE, WAKING


class ReaderLink(QObject):
    """Emits, on the thread of the window: `begun()` when the shell has a visit for this process
    (`desk` may be called from then on), `warned(seconds)` and `resumed()` around an idle warning,
    `ended()` when the shell is gone: the process must end at once.

    From `begun` on, every touch, key and wheel in this process tells the shell that somebody is
    there. While a warning stands, what wakes the screen does nothing else.
    """

    begun = Signal()
    warned = Signal(float)
    resumed = Signal()
    ended = Signal()
    _heard = Signal(str, object)

    def __init__(self, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.connection = connection
        self.desk = RemoteDesk(connection)
        self._warned = False
        queued = Qt.ConnectionType.QueuedConnection
        self._heard.connect(self._on_heard, queued)
        connection.on_event = self._heard.emit
        connection.on_ended = lambda: self._heard.emit("ended", {})

    def start(self) -> None:
        """Listen, and say that the process is ready."""
        self.connection.start()

    def leave(self, why: str) -> None:
        """Ask the shell to end the visit, for one of `REASONS`; it ends this process."""
        self.connection.leave(why)

    def _on_heard(self, event: str, facts: dict[str, Any]) -> None:
        if event == "begin":
            application = QCoreApplication.instance()
            if application is not None:
                application.installEventFilter(self)
            self.begun.emit()
        elif event == "warn":
            self._warned = True
            self.warned.emit(float(facts.get("seconds", 0)))
        elif event == "resume":
            self._warned = False
            self.resumed.emit()
        elif event == "ended":
            self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kind = event.type()
        if kind not in SIGNS_OF_LIFE:
            return False
        self.connection.alive(at_once=self._warned)
        return self._warned and kind in WAKING
