"""The pool of real worker processes: crashes, time limits, bugs, closing."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator

import pytest

from app.adapters.jobs.pool import PebbleWorkerPool
from app.kernel.errors import Broken, Fault, Transient
from app.kernel.progress import Cancelled, CancelToken


@pytest.fixture
def pool() -> Iterator[PebbleWorkerPool]:
    pool = PebbleWorkerPool(1)
    yield pool
    pool.close()


def call(pool: PebbleWorkerPool, function: str, *arguments: object, seconds: float = 60) -> object:
    return pool.call(function, arguments, seconds=seconds)


def test_an_idle_worker_that_dies_is_replaced(pool: PebbleWorkerPool) -> None:
    worker = call(pool, "os:getpid")
    assert worker != os.getpid()
    watched = os.pidfd_open(int(str(worker)))
    os.kill(int(str(worker)), signal.SIGKILL)
    assert select.select([watched], [], [], 10)[0]
    os.close(watched)
    # The pool may notice before or during the next call, which then is tried again as a crash.
    try:
        other = call(pool, "os:getpid")
    except Broken as fault:
        assert fault.code == "JOB-101"
        other = call(pool, "os:getpid")
    assert other not in (worker, os.getpid())


def test_crash_time_limit_and_bug_cost_one_call(pool: PebbleWorkerPool) -> None:
    with pytest.raises(Broken) as crash:
        call(pool, "os:_exit", 7)
    assert (crash.value.code, crash.value.parameters["exit_code"]) == ("JOB-101", 7)
    with pytest.raises(Broken) as late:
        call(pool, "signal:pause", seconds=0.5)
    assert late.value.code == "JOB-102"
    with pytest.raises(Fault) as bug:
        call(pool, "json:loads", "{")
    assert (bug.value.code, bug.value.exit_status) == ("JOB-105", 70)
    assert call(pool, "json:loads", "[1]") == [1]


def test_cancelling_ends_a_call_at_once_and_closing_ends_all(pool: PebbleWorkerPool) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        pool.call("signal:pause", (), seconds=60, cancel=token)
    pool.close()
    with pytest.raises(Transient) as closed:
        call(pool, "os:getpid")
    assert closed.value.code == "JOB-103"
