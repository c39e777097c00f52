"""One worker process with its place: started when needed, replaced when it died or grew too large.

pebble kills a worker at its time limit and replaces a crashed one. Each worker has a pool of its
own, because pebble gives up a whole pool when an idle worker dies, and cannot replace one by
choice.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from typing import Any

from pebble import ProcessPool

from app.adapters.jobs.calling import begin_worker, call_by_name
from app.adapters.jobs.capacity import BYTES_TO_REPLACE_AT

# A fresh worker that is as large again after so few calls needs the memory: it is left alone.
FEWEST_CALLS = 8


class WorkerSlot:
    """The place of one worker. Not safe to be called from several threads at once."""

    def __init__(self, *, background: bool, largest: int = BYTES_TO_REPLACE_AT) -> None:
        self.busy = False
        self.warmed = False
        self._background = background
        self._largest = largest
        self._calls = 0
        self._pool: ProcessPool | None = None

    @property
    def started(self) -> bool:
        """Whether there is a process."""
        return self._pool is not None

    def begin(self, function: str, arguments: Sequence[Any], seconds: float) -> Any:
        """pebble's future of `call_by_name` in the worker, killed after `seconds`.

        Raises RuntimeError or BrokenProcessPool when the worker died while it was idle: `drop` it
        and begin again.
        """
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1,
                initializer=begin_worker,
                initargs=[self._background],
                context=multiprocessing.get_context("spawn"),
            )
        self._calls += 1
        with _interrupts_held():
            return self._pool.schedule(
                call_by_name, args=[function, list(arguments)], timeout=seconds
            )

    def outgrown(self, resident: int) -> bool:
        """Whether a worker that holds so many bytes is to be replaced."""
        return resident > self._largest and self._calls >= FEWEST_CALLS

    def drop(self) -> None:
        """End the process now; the next call starts another. Waits for its end."""
        pool, self._pool = self._pool, None
        self._calls, self.warmed = 0, False
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes and threads started inside never see Ctrl-C: it is the program's to answer.

    The mask is inherited by a new process, so that a worker which is just starting does not
    answer Ctrl-C with a traceback of its own.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)
