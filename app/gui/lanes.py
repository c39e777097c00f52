"""The threads behind the window: one that writes, a few that read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QCoreApplication, QObject

READERS = 4


class Lanes(QObject):
    """One writer, so that commands keep their order; a small pool of readers.

    Owned by the application object; `Lanes.current()` finds or makes it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("lanes")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._running: set[object] = set()

    @staticmethod
    def current() -> Lanes:
        """The lanes of the running application. Raises RuntimeError without an application."""
        application = QCoreApplication.instance()
        if application is None:
            raise RuntimeError("lanes need an application object")
        found = application.findChild(Lanes, "lanes")
        if found is not None:
            return found
        return Lanes(application)

    def submit(self, work: Callable[[], None], *, writes: bool) -> Future[None]:
        """Run `work` on the writing or on a reading thread."""
        return (self._writer if writes else self._readers).submit(work)

    def hold(self, operation: object) -> None:
        """Keep a running operation alive until `release`."""
        self._running.add(operation)

    def release(self, operation: object) -> None:
        """Let go of a finished operation."""
        self._running.discard(operation)

    @property
    def busy(self) -> int:
        """How many operations have not delivered their result yet."""
        return len(self._running)

    def shut_down(self) -> None:
        """Wait for what runs; what has not started is dropped."""
        self._writer.shutdown(wait=True, cancel_futures=True)
        self._readers.shutdown(wait=True, cancel_futures=True)
