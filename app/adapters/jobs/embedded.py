"""The embedded dispatcher: takes jobs from the table, runs them in the pool, applies results.

One dispatcher per data folder, held by a file lock that dies with its process; whoever comes
second waits and takes over when the first one goes. Jobs a dead dispatcher left running go back
to the queue first, and applying is idempotent, so a kill costs time and nothing else. While a
scanner feeds, no job is begun: the processors belong to the capture and to live inspection.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from app.adapters.jobs.pool import outcome
from app.kernel.errors import Broken, Fault, Transient
from app.kernel.progress import Cancelled, CancelToken
from app.services.ports import Job, Storage
from app.services.tasks import BackgroundTask

DISPATCHER_LOCK = "dispatcher.lock"
# Held by the program whose scanner is feeding; dies with it.
REST_LOCK = "feeding.lock"
IDLE_SECONDS = 0.1
REST_WAIT_SECONDS = 1.0
# A page that has ended its worker so often is not tried again. One end may be that of the program
# or of a neighbour, so two are not enough.
MOST_ATTEMPTS = 3
# So often may the whole program have died over a job (it was running then, among others) before
# the job itself is suspected.
MOST_BEGINNINGS = 6
# What is wrong with one side or its worker, not with the machine: crash, time limit, bug.
OF_ONE_JOB = ("JOB-101", "JOB-102", "JOB-105")

log = logging.getLogger(__name__)


class SchedulingPool(Protocol):
    """What the dispatcher needs of a pool: calls that run side by side."""

    workers: int

    def schedule(self, function: str, arguments: Sequence[Any], seconds: float) -> Any:
        """A future that `outcome` understands."""
        ...


class EmbeddedDispatcher:
    """`Dispatcher` over the job table of one data folder."""

    def __init__(
        self,
        storage: Storage,
        pool: SchedulingPool,
        tasks: Mapping[str, BackgroundTask],
        folder: Path,
    ) -> None:
        self._storage = storage
        self._pool = pool
        self._tasks = tasks
        self._file_lock = folder / DISPATCHER_LOCK
        self._rest_lock = folder / REST_LOCK
        self._thread_lock = threading.Lock()

    def run_until_idle(
        self, dossier_id: str | None, tick: Callable[[], None], cancel: CancelToken
    ) -> None:
        """See `Dispatcher.run_until_idle`."""
        while not cancel.cancelled:
            if self._held(lambda: self._work(dossier_id, tick, cancel, forever=False)):
                return
            if self._open_jobs(dossier_id) == 0:
                return
            tick()
            time.sleep(IDLE_SECONDS * 2)
        raise Cancelled

    def run_forever(self, cancel: CancelToken, tick: Callable[[], None]) -> None:
        """Work until told to stop. Raises Transient JOB-201 when another process dispatches."""
        if not self._held(lambda: self._work(None, tick, cancel, forever=True)):
            raise Transient("JOB-201")

    @contextmanager
    def resting(self) -> Iterator[None]:
        """See `Dispatcher.resting`."""
        lock = FileLock(self._rest_lock)
        try:
            # Somebody may just be looking whether it is held.
            lock.acquire(timeout=REST_WAIT_SECONDS, poll_interval=IDLE_SECONDS / 10)
        except Timeout:
            log.info("another scanner of this data folder is feeding")
        try:
            yield
        finally:
            lock.release()

    def _at_rest(self) -> bool:
        try:
            with FileLock(self._rest_lock).acquire(timeout=0):
                return False
        except Timeout:
            return True

    def _held(self, work: Callable[[], None]) -> bool:
        if not self._thread_lock.acquire(blocking=False):
            return False
        try:
            with FileLock(self._file_lock).acquire(timeout=0):
                work()
                return True
        except Timeout:
            return False
        finally:
            self._thread_lock.release()

    def _open_jobs(self, dossier_id: str | None) -> int:
        with self._storage.read() as tx:
            counts = tx.jobs.counts(dossier_id)
        return counts["queued"] + counts["running"]

    def _work(
        self,
        dossier_id: str | None,
        tick: Callable[[], None],
        cancel: CancelToken,
        *,
        forever: bool,
    ) -> None:
        with self._storage.write() as tx:
            tx.jobs.release_running()
            tx.commit()
        running: list[tuple[Job, Any]] = []
        try:
            while not cancel.cancelled:
                at_rest = self._at_rest()
                if not at_rest:
                    self._fill(running, dossier_id)
                if not running and not forever and not at_rest:
                    tick()
                    return
                self._collect(running)
                tick()
            raise Cancelled
        finally:
            for job, future in running:
                future.cancel()
                self._settle(job, Transient("JOB-103"))

    def _fill(self, running: list[tuple[Job, Any]], dossier_id: str | None) -> None:
        # One job more than workers keeps every worker busy while a result is being applied.
        while len(running) <= self._pool.workers:
            with self._storage.write() as tx:
                job = tx.jobs.claim(dossier_id)
                call = None
                suspect = job is not None and job.attempts > MOST_BEGINNINGS
                if job is not None and not suspect:
                    call = self._tasks[job.task].prepare(tx, job.arguments)
                    if call is None:
                        tx.jobs.finish(job)
                tx.commit()
            if job is None:
                return
            if suspect:
                self._settle(job, Broken("JOB-101", function=job.task, exit_code=""))
            if call is not None:
                seconds = self._tasks[job.task].seconds
                running.append((job, self._pool.schedule(call.function, call.arguments, seconds)))

    def _collect(self, running: list[tuple[Job, Any]]) -> None:
        if not running:
            time.sleep(IDLE_SECONDS)
            return
        futures = [future for _job, future in running]
        wait(futures, timeout=IDLE_SECONDS, return_when=FIRST_COMPLETED)
        for entry in [entry for entry in running if entry[1].done()]:
            self._finish(*entry)
            running.remove(entry)

    def _finish(self, job: Job, future: Any) -> None:
        try:
            result = outcome(future, job.task)
            self._tasks[job.task].apply(job.arguments, result)
        except Cancelled:
            self._settle(job, Transient("JOB-103"))
        except Fault as fault:
            self._settle(job, fault)
        else:
            with self._storage.write() as tx:
                tx.jobs.finish(job)
                tx.commit()

    def _settle(self, job: Job, fault: Fault) -> None:
        """Put a job back or on the failed list. A broken set-up (disk full, language pack
        missing) is no fault of the side: the job waits, and the fault stops the dispatcher."""
        of_one_job = fault.code in OF_ONE_JOB
        broken = isinstance(fault, Broken) and not of_one_job
        again = isinstance(fault, Transient) or (of_one_job and job.attempts < MOST_ATTEMPTS)
        if not again and not broken:
            log.warning("job %s failed: %s", job.id, fault.code)
            self._tasks[job.task].failed(job.arguments, fault)
        with self._storage.write() as tx:
            tx.jobs.fail(job, fault.as_record(), retry=again or broken, blameless=not of_one_job)
            tx.commit()
        if broken:
            raise fault
