"""Worker processes that can be killed: a hung or crashed worker costs one job, never the program.

pebble kills a worker at its time limit and replaces a crashed one; concurrent.futures breaks the
whole pool on the first crash. Workers are spawned (a fork of a Qt process is not safe) and never
open the database.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from pebble import ProcessExpired, ProcessPool

from app.adapters.jobs.calling import call_by_name
from app.kernel.errors import Broken, fault_from_record
from app.kernel.progress import Cancelled, CancelToken

BYTES_PER_WORKER = 2 * 1024**3  # a recognition worker was measured at 1.3 to 1.7 GB
POLL_SECONDS = 0.1


def worker_count() -> int:
    """As many workers as cores and memory allow, at least one."""
    cores = os.cpu_count() or 1
    if not hasattr(os, "sysconf"):
        return max(1, min(cores, 4))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores, memory // BYTES_PER_WORKER))


class PebbleWorkerPool:
    """`WorkerPool` over pebble. The processes start with the first call."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or worker_count()
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None

    def schedule(self, function: str, arguments: Sequence[Any], seconds: float) -> Any:
        """A future of `call_by_name` in a worker, killed after `seconds`."""
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self.workers, context=multiprocessing.get_context("spawn")
                )
            pool = self._pool
        return pool.schedule(call_by_name, args=[function, list(arguments)], timeout=seconds)

    def call(
        self,
        function: str,
        arguments: Sequence[Any],
        *,
        seconds: float,
        cancel: CancelToken | None = None,
    ) -> Any:
        """See `WorkerPool.call`."""
        future = self.schedule(function, arguments, seconds)
        while True:
            try:
                return outcome(future, function, timeout=POLL_SECONDS)
            except FutureTimeout:
                if cancel is not None and cancel.cancelled:
                    future.cancel()
                    raise Cancelled from None

    def close(self) -> None:
        """Stop all workers now."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def outcome(future: Any, function: str, timeout: float | None = 0) -> Any:
    """The result of a scheduled call. Raises its fault, Broken JOB-101 (crashed), JOB-102 (over
    time) or, when it still runs after `timeout`, `concurrent.futures.TimeoutError`."""
    try:
        answer = future.result(timeout=timeout)
    except FutureTimeout:
        if future.done():
            raise Broken("JOB-102", function=function) from None
        raise
    except ProcessExpired as expired:
        raise Broken("JOB-101", function=function, exit_code=expired.exitcode) from None
    except CancelledError:
        raise Cancelled from None
    if "fault" in answer:
        raise fault_from_record(answer["fault"])
    return answer["result"]
