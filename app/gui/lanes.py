"""The threads behind the window: one that writes, a few that read, two for long tasks.

A QObject that is deleted on one thread while another delivers an event to it ends the program. So
what runs on a lane is let go of on the main thread alone, and its outcome comes back through the
lanes, which live as long as the application.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from app.gui.collecting import collect_on_main_thread

READERS = 4
LONG = 2
THUMBNAILS = 2
WRITE, READ, TASK, THUMBNAIL = "write", "read", "task", "thumbnail"
LOG = logging.getLogger(__name__)


class Lanes(QObject):
    """One writer, so that short commands keep their order; a small pool of readers; and threads of
    their own for long tasks, so that a verdict never waits for a scan.

    Owned by the application object; `Lanes.current()` finds or makes it.
    """

    _handed = Signal(object)
    _ended = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("lanes")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._tasks = ThreadPoolExecutor(LONG, thread_name_prefix="task")
        self._thumbnails = ThreadPoolExecutor(THUMBNAILS, thread_name_prefix="thumbnail")
        self._running: set[object] = set()
        self._numbers = itertools.count(1)
        self._works: dict[int, Callable[[], None]] = {}
        self._handed.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._let_go, Qt.ConnectionType.QueuedConnection)
        collect_on_main_thread(parent)

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

    def submit(self, work: Callable[[], None], lane: str) -> None:
        """Run `work` on the lane WRITE, READ, TASK or THUMBNAIL; call on the main thread, which is
        also where the last reference to `work` goes. What it raises is logged."""
        pools = {
            WRITE: self._writer,
            READ: self._readers,
            TASK: self._tasks,
            THUMBNAIL: self._thumbnails,
        }
        number = next(self._numbers)
        self._works[number] = work
        pools[lane].submit(self._run, number)

    def hand(self, call: Callable[[], None]) -> None:
        """Call `call` on the main thread, soon; from any thread. It must not own a QObject: the
        thread that hands it over may be the last to let go of it."""
        self._handed.emit(call)

    def _run(self, number: int) -> None:
        try:
            self._works[number]()
        except BaseException as error:
            LOG.error("work off the main thread failed", exc_info=error)
        self._ended.emit(number)

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        call()

    @Slot(int)
    def _let_go(self, number: int) -> None:
        self._works.pop(number, None)

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
        for pool in (self._tasks, self._writer, self._readers, self._thumbnails):
            pool.shutdown(wait=True, cancel_futures=True)
        self._works.clear()
