"""The way of arriving sides into the store: bytes ahead in a few threads, rows in order by one.

The thread that listens to the scanner only hands over. Storing bytes (reading, two digests, sync)
runs ahead for several sides at a time; one recording thread commits what is ready in the order of
arrival, several sides together when they pile up. The line is short: when the disk or the
processors cannot keep up, `take` waits, and with it the scanner.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from attrs import frozen

from app.services.ports import StoredBytes
from scanner.api import ScanEvent, ScannedSide

STORING_THREADS = 2
# Sides between their arrival and their commit.
MOST_PENDING = 8
# Only when sides have waited so long are several written in one transaction.
LAG_SECONDS = 0.25
# Without a side for so long the feeder rests, and other work may use the processors.
QUIET_SECONDS = 2.0


@frozen(kw_only=True)
class Arrival:
    """An event on its way; `stored` is there for sides."""

    event: ScanEvent
    stored: Future[StoredBytes] | None
    since: float

    @property
    def ready(self) -> bool:
        """Whether its bytes are durable (or cannot be stored)."""
        return self.stored is None or self.stored.done()


class Intake:
    """Hands arrivals to `record` in order, from one thread of its own.

    `put` makes the bytes of a side durable; `between` is called by the same thread after `wake`;
    `busy` gives what is held while sides come in. What `put`, `record` or `between` raises is
    raised again by the next `take` or `drain`, and nothing is recorded after it.
    """

    def __init__(
        self,
        put: Callable[[ScannedSide], StoredBytes],
        record: Callable[[Sequence[Arrival]], None],
        between: Callable[[], None],
        busy: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._put = put
        self._record = record
        self._between = between
        self._busy = busy
        self._storing = ThreadPoolExecutor(STORING_THREADS, thread_name_prefix="storing")
        self._condition = threading.Condition()
        self._pending: deque[Arrival] = deque()
        self._puts: dict[Path, Future[StoredBytes]] = {}
        self._failure: BaseException | None = None
        self._awake = False
        self._closed = False
        self._recording = False
        self._holding = False
        self._last_arrival = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    @property
    def failed(self) -> bool:
        """Whether recording has stopped at a failure."""
        return self._failure is not None

    def take(self, event: ScanEvent) -> None:
        """Put an event in line; waits while the line is full. Raises what stopped recording."""
        with self._condition:
            self._condition.wait_for(
                lambda: len(self._pending) < MOST_PENDING or self._failure is not None
            )
            self._raise_failure()
            stored = self._stored(event) if isinstance(event, ScannedSide) else None
            self._last_arrival = time.monotonic()
            self._pending.append(Arrival(event=event, stored=stored, since=self._last_arrival))
            self._condition.notify_all()

    def forget(self, path: Path) -> None:
        """The file of a side is recorded and will not come again."""
        with self._condition:
            self._puts.pop(path, None)

    def drain(self) -> None:
        """Wait until everything that was taken is recorded. Raises what stopped recording."""
        with self._condition:
            self._condition.wait_for(
                lambda: self._failure is not None or not (self._pending or self._recording)
            )
            self._raise_failure()

    def wait_until(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Wait for a state that recording brings about, at most `seconds`."""
        with self._condition:
            return self._condition.wait_for(
                lambda: reached() or self._failure is not None, timeout=seconds
            )

    def wake(self) -> None:
        """Let the recording thread call `between`."""
        with self._condition:
            self._awake = True
            self._condition.notify_all()

    def close(self) -> None:
        """End the threads; what is not recorded stays where it came from."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join()
        self._storing.shutdown(wait=True, cancel_futures=True)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _stored(self, side: ScannedSide) -> Future[StoredBytes]:
        # A container (multi-page TIFF, PDF) is one file and many sides.
        stored = self._puts.get(side.path)
        if stored is None:
            stored = self._storing.submit(self._put, side)
            self._puts[side.path] = stored
            stored.add_done_callback(lambda _: self._notify())
        return stored

    def _notify(self) -> None:
        with self._condition:
            self._condition.notify_all()

    def _run(self) -> None:
        held = ExitStack()
        try:
            while not self._closed:
                with self._condition:
                    moved = self._condition.wait_for(self._has_work, timeout=QUIET_SECONDS)
                    arrivals = [] if self._closed else self._take_ready()
                    awake, self._awake = self._awake and not self._closed, False
                    quiet = time.monotonic() - self._last_arrival > QUIET_SECONDS
                if quiet and not moved:
                    held.close()
                    self._holding = False
                self._do(arrivals, awake, held)
        finally:
            held.close()

    def _has_work(self) -> bool:
        ready = self._failure is None and bool(self._pending) and self._pending[0].ready
        return ready or self._awake or self._closed

    def _take_ready(self) -> list[Arrival]:
        ready: list[Arrival] = []
        if self._failure is None:
            lags = (
                time.monotonic() - self._pending[0].since > LAG_SECONDS if self._pending else False
            )
            while self._pending and self._pending[0].ready and (lags or not ready):
                ready.append(self._pending.popleft())
        self._recording = bool(ready)
        return ready

    def _do(self, arrivals: Sequence[Arrival], awake: bool, held: ExitStack) -> None:
        try:
            if arrivals:
                if not self._holding:
                    held.enter_context(self._busy())
                    self._holding = True
                self._record(arrivals)
            if awake:
                self._between()
        except BaseException as failure:  # raised again by the thread that feeds
            with self._condition:
                self._failure = self._failure or failure
        finally:
            with self._condition:
                self._recording = False
                self._condition.notify_all()
