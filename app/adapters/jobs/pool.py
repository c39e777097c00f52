"""Worker processes that can be killed: a hung or crashed worker costs one job, never the program.

pebble kills a worker at its time limit and replaces a crashed one; concurrent.futures breaks the
whole pool on the first crash. Workers are spawned (a fork of a Qt process is not safe) and never
open the database.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from pebble import ProcessExpired, ProcessPool

from app.adapters.jobs.calling import begin_worker, call_by_name
from app.kernel.errors import Broken, Transient, fault_from_record
from app.kernel.progress import Cancelled, CancelToken

BYTES_PER_WORKER = 2 * 1024**3  # a recognition worker was measured at 1.3 to 1.7 GB
POLL_SECONDS = 0.1

log = logging.getLogger(__name__)


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
        self._closed = False

    def schedule(self, function: str, arguments: Sequence[Any], seconds: float) -> Any:
        """A future of `call_by_name` in a worker, killed after `seconds`.

        Raises Transient JOB-103 when the pool is closed.
        """
        with self._lock:
            if self._closed:
                raise Transient("JOB-103")
            try:
                return self._schedule(function, arguments, seconds)
            except (RuntimeError, BrokenProcessPool) as error:
                # Idle workers that die (out of memory, an administrator) break the whole pool of
                # pebble; nothing of ours was running, so a new pool takes the call.
                log.warning("worker pool is started again: %s", error)
                self._drop()
                return self._schedule(function, arguments, seconds)

    def _schedule(self, function: str, arguments: Sequence[Any], seconds: float) -> Any:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self.workers,
                initializer=begin_worker,
                context=multiprocessing.get_context("spawn"),
            )
        with _interrupts_held():
            return self._pool.schedule(
                call_by_name, args=[function, list(arguments)], timeout=seconds
            )

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
        """Stop all workers now; later calls raise Transient JOB-103."""
        with self._lock:
            self._closed = True
            self._drop()

    def _drop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def outcome(future: Any, function: str, timeout: float | None = 0) -> Any:
    """The result of a scheduled call. Raises its fault, Broken JOB-101 (crashed), JOB-102 (over
    time), Fault JOB-105 (a bug in the function) or, when it still runs after `timeout`,
    `concurrent.futures.TimeoutError`."""
    try:
        answer = future.result(timeout=timeout)
    except FutureTimeout:
        if future.done():
            raise Broken("JOB-102", function=function) from None
        raise
    except ProcessExpired as expired:
        raise Broken("JOB-101", function=function, exit_code=expired.exitcode) from None
    except BrokenProcessPool:
        raise Broken("JOB-101", function=function, exit_code="") from None
    except CancelledError:
        raise Cancelled from None
    if "fault" in answer:
        if "trace" in answer:
            log.error("bug in worker function %s\n%s", function, answer["trace"])
        raise fault_from_record(answer["fault"])
    return answer["result"]


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
