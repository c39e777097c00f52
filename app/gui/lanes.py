"""The threads behind the window: one that writes, a few that read, two for long tasks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QCoreApplication, QObject

READERS = 4
LONG = 2
WRITE, READ, TASK = "write", "read", "task"


class Lanes(QObject):
    """One writer, so that short commands keep their order; a small pool of readers; and threads of
    their own for long tasks, so that a verdict never waits for a scan.

    Owned by the application object; `Lanes.current()` finds or makes it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("lanes")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._tasks = ThreadPoolExecutor(LONG, thread_name_prefix="task")
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

    def submit(self, work: Callable[[], None], lane: str) -> Future[None]:
        """Run `work` on the lane WRITE, READ or TASK."""
        pools = {WRITE: self._writer, READ: self._readers, TASK: self._tasks}
        return pools[lane].submit(work)

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
        """Wait for what runs; what has not started is dropped. `current` then makes new lanes."""
        self.setObjectName("")
        for pool in (self._tasks, self._writer, self._readers):
            pool.shutdown(wait=True, cancel_futures=True)
