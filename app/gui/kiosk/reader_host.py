"""The reader's process as the shell's window sees it: one at work, one kept warm for the next."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Thread

from PySide6.QtCore import QObject, Qt, Signal

from app.gui.kiosk.reader_process import ReaderProcess
from app.gui.reading_pipe.server import SessionServer
from app.services.reading_views import SessionDesk

READY, ALIVE, LEFT, LOST = "ready", "alive", "left", "lost"
LOG = logging.getLogger(__name__)


class _Hosted:
    """A process and the server of its pipe."""

    def __init__(self, command: Sequence[str], heard: Callable[[_Hosted, str, str], None]) -> None:
        self.ready = False
        self.process = ReaderProcess(command)
        self.server = SessionServer(
            self.process.source,
            self.process.sink,
            on_ready=lambda: heard(self, READY, ""),
            on_alive=lambda: heard(self, ALIVE, ""),
            on_leave=lambda why: heard(self, LEFT, why),
            on_lost=self._lost(heard),
        )
        self.server.start()

    def _lost(self, heard: Callable[[_Hosted, str, str], None]) -> Callable[[str], None]:
        def told(reason: str) -> None:
            LOG.warning("the pipe of a reader ended: %s", reason)
            heard(self, LOST, "")

        return told

    def end(self) -> None:
        self.server.close()
        self.process.end()
        # Whoever still writes to the pipe or reads it comes to an end now; the window need not
        # wait for that.
        Thread(target=self._let_go, name="reader-end", daemon=True).start()

    def _let_go(self) -> None:
        self.server.wait()
        self.process.close()


class ReaderHost(QObject):
    """Emits `alive()` when the reader touched something, `left(why)` with one of `REASONS` when
    she wants to leave or her window cannot go on, and `lost()` when her process ended by itself,
    sent what is no call, or does not start."""

    alive = Signal()
    left = Signal(str)
    lost = Signal()
    _heard = Signal(object, str, str)

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._spare: _Hosted | None = None
        self._current: _Hosted | None = None
        self._desk: SessionDesk | None = None
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)

    @property
    def process(self) -> ReaderProcess | None:
        """The process of the reader who is there."""
        return None if self._current is None else self._current.process

    @property
    def spare(self) -> ReaderProcess | None:
        """The process kept warm for the next reader."""
        return None if self._spare is None else self._spare.process

    @property
    def spare_is_ready(self) -> bool:
        """Whether the next reader's window would open at once."""
        return self._spare is not None and self._spare.ready

    def warm(self) -> None:
        """Have a process ready for the next reader; what hinders it is told when she comes."""
        if self._spare is None:
            self._spare = self._started()

    def begin(self, desk: SessionDesk) -> None:
        """Open the reader's window over `desk`."""
        self.end()
        self._current, self._spare = self._spare or self._started(), None
        if self._current is None:
            self.lost.emit()
            return
        self._desk = desk
        if self._current.ready:
            self._open()

    def warn(self, seconds: float) -> None:
        """Show that the visit ends in so many seconds unless somebody is there."""
        if self._current is not None:
            self._current.server.tell("warn", seconds=seconds)

    def resume(self) -> None:
        """Take the warning away."""
        if self._current is not None:
            self._current.server.tell("resume")

    def end(self) -> None:
        """End the reader's process and remove all that it had; nobody there is no error."""
        hosted, self._current, self._desk = self._current, None, None
        if hosted is not None:
            hosted.end()

    def close(self) -> None:
        """End the spare one too."""
        self.end()
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.end()

    def _started(self) -> _Hosted | None:
        try:
            return _Hosted(self._command, self._heard.emit)
        except OSError:
            LOG.exception("the program of a reader does not start")
            return None

    def _open(self) -> None:
        if self._current is not None and self._desk is not None:
            self._current.server.begin(self._desk)

    def _on_heard(self, hosted: _Hosted, what: str, why: str) -> None:
        if what == READY:
            hosted.ready = True
        if hosted is self._spare and what == LOST:
            # It is started anew when it is needed, not in a circle.
            self._spare = None
            hosted.end()
        if hosted is not self._current:
            return
        if what == READY:
            self._open()
        elif what == ALIVE:
            self.alive.emit()
        elif what == LEFT:
            self.left.emit(why)
        elif what == LOST:
            self.lost.emit()
