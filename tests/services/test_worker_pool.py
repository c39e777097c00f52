"""The pool of real worker processes: crashes, time limits, bugs, closing."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.jobs import capacity
from app.adapters.jobs.capacity import BACKGROUND_NICENESS, worker_count
from app.adapters.jobs.pool import PebbleWorkerPool, outcome
from app.adapters.jobs.worker_slot import FEWEST_CALLS
from app.kernel.errors import Broken, Fault, Transient
from app.kernel.progress import Cancelled, CancelToken


def renewals() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "worker-renewal"]


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
    os.kill(int(str(worker)), signal.SIGKILL)
    ended(worker)
    assert call(pool, "os:getpid") not in (worker, os.getpid())


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


def ended(worker: object) -> None:
    """Wait until a process of ours that was killed is gone."""
    try:
        watched = os.pidfd_open(int(str(worker)))
    except ProcessLookupError:
        return
    assert select.select([watched], [], [], 10)[0]
    os.close(watched)


def test_closing_waits_for_a_worker_that_is_just_replaced(pool: PebbleWorkerPool) -> None:
    # pebble starts another worker at once; it reads what it needs from this process.
    for _ in range(3):
        future = pool.schedule("os:_exit", (7,), 60)
        assert future.exception(timeout=60) is not None
    pool.close()
    assert renewals() == []


def test_a_killed_worker_costs_only_what_it_was_doing() -> None:
    pool = PebbleWorkerPool(2)
    try:
        hanging = pool.schedule("signal:pause", (), 60)
        other = call(pool, "os:getpid")
        assert call(pool, "os:getpid") == other
        pool.schedule("os:kill", (other, signal.SIGKILL), 60)
        ended(other)
        assert call(pool, "json:loads", "[2]") == [2]
        assert not hanging.done()
    finally:
        pool.close()
    with pytest.raises(Cancelled):
        outcome(hanging, "signal:pause")


def test_a_crash_in_the_middle_of_native_code_is_told(pool: PebbleWorkerPool) -> None:
    with pytest.raises(Broken) as crash:
        call(pool, "os:abort")
    assert (crash.value.code, crash.value.parameters["exit_code"]) == ("JOB-101", -signal.SIGABRT)
    with pytest.raises(Fault) as exhausted:
        call(pool, "builtins:bytearray", 1 << 62)
    assert exhausted.value.code == "JOB-105"
    assert "MemoryError" in str(exhausted.value.parameters["reason"])
    assert call(pool, "json:loads", "[3]") == [3]


def test_a_worker_that_grew_too_large_is_replaced_when_it_has_answered() -> None:
    pool = PebbleWorkerPool(1, largest=1)
    try:
        workers = [call(pool, "os:getpid") for _ in range(2 * FEWEST_CALLS)]
    finally:
        pool.close()
    assert workers[:FEWEST_CALLS] == [workers[0]] * FEWEST_CALLS
    assert workers[FEWEST_CALLS:] == [workers[FEWEST_CALLS]] * FEWEST_CALLS
    assert workers[0] != workers[FEWEST_CALLS]


def test_what_somebody_waits_for_goes_ahead_of_the_line(pool: PebbleWorkerPool) -> None:
    told: list[str] = []
    first = pool.schedule("select:select", ([], [], [], 0.5), 60)
    second = pool.schedule("select:select", ([], [], [], 2.0), 60)
    second.add_done_callback(lambda _: told.append("in line"))
    assert call(pool, "json:loads", "[1]") == [1]
    assert first.done() and not told
    assert outcome(second, "select:select", timeout=20) == ([], [], [])


def test_a_call_that_waits_can_be_taken_back(pool: PebbleWorkerPool) -> None:
    pool.schedule("select:select", ([], [], [], 0.3), 60)
    waiting = pool.schedule("os:_exit", (9,), 60)
    assert waiting.cancel()
    assert call(pool, "json:loads", "[1]") == [1]
    with pytest.raises(Cancelled):
        outcome(waiting, "os:_exit")


def test_every_worker_is_warmed_once_and_a_fault_in_it_harms_nothing(tmp_path: Path) -> None:
    pool = PebbleWorkerPool(2)
    try:
        for _ in range(2):
            pool.warm("tempfile:mkdtemp", ("", "warm-", str(tmp_path)))
        # Both are warmed one after the other, and only then is the pool idle.
        assert call(pool, "os:getpid") != os.getpid()
        wait_for_files(tmp_path, 2)
        pool.warm("os:_exit", (3,))
        assert call(pool, "json:loads", "[1]") == [1]
    finally:
        pool.close()
    assert len(list(tmp_path.iterdir())) == 2


def wait_for_files(folder: Path, count: int) -> None:
    """Wait until a folder holds so many entries."""
    ticks = threading.Event()
    for _ in range(400):
        if len(list(folder.iterdir())) >= count:
            return
        ticks.wait(0.05)
    raise AssertionError(f"{len(list(folder.iterdir()))} of {count}")


def test_background_workers_stand_back() -> None:
    for background, step in ((False, 0), (True, BACKGROUND_NICENESS)):
        pool = PebbleWorkerPool(1, background=background)
        try:
            assert call(pool, "os:nice", 0) == min(19, os.nice(0) + step)
        finally:
            pool.close()


@pytest.mark.parametrize(
    ("cores", "gigabytes", "workers"),
    [(2, 4, 1), (8, 4, 1), (1, 32, 1), (4, 8, 3), (8, 16, 8), (16, 16, 8), (2, 1, 1)],
)
def test_workers_follow_from_cores_and_memory(cores: int, gigabytes: int, workers: int) -> None:
    assert worker_count(cores, gigabytes * 10**9) == workers


def test_this_machine_is_measured() -> None:
    assert 1 <= capacity.cores() <= (os.cpu_count() or 1)
    assert 10**8 < capacity.memory() < 10**15
    assert 10**6 < capacity.resident_bytes() < capacity.memory()
    assert PebbleWorkerPool(7).workers == 7
