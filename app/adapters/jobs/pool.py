"""Worker processes that can be killed: a hung or crashed worker costs one job, never the program.

Workers are spawned (a fork of a Qt process is not safe) and never open the database. What somebody
waits for goes ahead of what the dispatcher has put in line.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

from attrs import define, field
from pebble import ProcessExpired

from app.adapters.jobs import capacity
from app.adapters.jobs.worker_slot import WorkerSlot
from app.kernel.errors import Broken, Transient, fault_from_record
from app.kernel.progress import Cancelled, CancelToken

POLL_SECONDS = 0.1
WARMING_SECONDS = 60.0
# A worker that dies before it has begun a call says nothing about the call.
MOST_BEGINNINGS = 3

log = logging.getLogger(__name__)


class CallFuture(Future[dict[str, Any]]):
    """The answer of a worker to come. Cancelling ends the worker when it has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.running_call: Any = None

    def cancel(self) -> bool:
        """See `Future.cancel`; a call that runs is ended too."""
        if super().cancel():
            return True
        call = self.running_call
        return bool(call is not None and call.cancel())


@define(eq=False)
class _Call:
    function: str
    arguments: Sequence[Any]
    seconds: float
    future: CallFuture = field(factory=CallFuture)
    beginnings: int = 0


class PebbleWorkerPool:
    """`WorkerPool` over pebble. A process starts when there is a call and no other is free.

    `background` workers stand back behind everything else on the machine. `largest` is how many
    bytes a worker may hold before it is replaced.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        background: bool = False,
        largest: int = capacity.BYTES_TO_REPLACE_AT,
    ) -> None:
        self.workers = workers or capacity.worker_count(capacity.cores(), capacity.memory())
        # Callbacks of pebble may come while the lock is held by the same thread.
        self._lock = threading.RLock()
        self._slots = [
            WorkerSlot(background=background, largest=largest) for _ in range(self.workers)
        ]
        self._line: deque[_Call] = deque()
        self._running: dict[WorkerSlot, _Call] = {}
        self._warming: tuple[str, tuple[Any, ...]] | None = None
        self._renewals: list[threading.Thread] = []
        self._closed = False

    def schedule(self, function: str, arguments: Sequence[Any], seconds: float) -> CallFuture:
        """A future of `call_by_name` in a worker, killed after `seconds`; in line behind the
        others.

        Raises Transient JOB-103 when the pool is closed.
        """
        return self._put(_Call(function, arguments, seconds), ahead=False)

    def call(
        self,
        function: str,
        arguments: Sequence[Any],
        *,
        seconds: float,
        cancel: CancelToken | None = None,
    ) -> Any:
        """See `WorkerPool.call`."""
        future = self._put(_Call(function, arguments, seconds), ahead=True)
        while True:
            try:
                return outcome(future, function, timeout=POLL_SECONDS)
            except FutureTimeout:
                if cancel is not None and cancel.cancelled:
                    future.cancel()
                    raise Cancelled from None

    def warm(self, function: str, arguments: Sequence[Any]) -> None:
        """See `WorkerPool.warm`."""
        with self._lock:
            self._warming = (function, tuple(arguments))
            self._advance()

    def close(self) -> None:
        """Stop all workers now; later calls raise Transient JOB-103."""
        with self._lock:
            self._closed = True
            waiting, self._line = list(self._line), deque()
            running = list(self._running.values())
        for call in waiting:
            call.future.cancel()
        # Before the workers end, which looks like a crash to whoever is told first.
        for call in running:
            self._settle(call, {}, CancelledError())
        for slot in self._slots:
            slot.drop()
        # A worker that is just being replaced may be starting: it reads what it needs from this
        # process, and would say that it found nothing.
        while renewals := self._renewing():
            renewals[0].join()

    def _renewing(self) -> list[threading.Thread]:
        with self._lock:
            return [thread for thread in self._renewals if thread.is_alive()]

    def _put(self, call: _Call, *, ahead: bool) -> CallFuture:
        with self._lock:
            if self._closed:
                raise Transient("JOB-103")
            if ahead:
                self._line.appendleft(call)
            else:
                self._line.append(call)
            self._advance()
        return call.future

    def _advance(self) -> None:
        """Give what is in line to free workers, running ones first. With nothing in line, one
        worker at a time is warmed: the others stay free for what comes."""
        if self._closed:
            return
        free = [slot for slot in self._slots if not slot.busy]
        free.sort(key=lambda slot: (not slot.warmed, not slot.started))
        while free and self._line:
            call = self._line.popleft()
            if not call.beginnings and not call.future.set_running_or_notify_cancel():
                continue
            self._begin(free.pop(0), call)
        cold = next((slot for slot in free if not slot.warmed), None)
        if self._warming is not None and cold is not None and not self._line:
            if any(slot.busy for slot in self._slots):
                return
            function, arguments = self._warming
            call = _Call(function, arguments, WARMING_SECONDS)
            call.future.set_running_or_notify_cancel()
            cold.warmed = True
            self._begin(cold, call)

    def _begin(self, slot: WorkerSlot, call: _Call) -> None:
        slot.busy = True
        call.beginnings += 1
        try:
            running = slot.begin(call.function, call.arguments, call.seconds)
        except (RuntimeError, BrokenProcessPool) as error:
            self._again(slot, call, error)
            return
        self._running[slot] = call
        call.future.running_call = running
        running.add_done_callback(lambda done: self._ended(slot, call, done))

    def _ended(self, slot: WorkerSlot, call: _Call, done: Any) -> None:
        """A worker has answered or died. Runs in a thread of pebble's."""
        error = CancelledError() if done.cancelled() else done.exception()
        with self._lock:
            self._running.pop(slot, None)
            if isinstance(error, BrokenProcessPool):
                self._again(slot, call, error)
                return
        answer = {} if error is not None else done.result()
        resident = int(answer.pop("resident", 0))
        self._settle(call, answer, error)
        with self._lock:
            if error is not None or slot.outgrown(resident):
                log.info("a worker is replaced: %s", error or f"it holds {resident} bytes")
                self._renew(slot)
                return
            slot.busy = False
            self._advance()

    def _again(self, slot: WorkerSlot, call: _Call, error: Exception) -> None:
        """The worker was gone before it began the call."""
        if not self._closed:
            log.warning("a worker is started again: %r", error)
        if call.beginnings < MOST_BEGINNINGS and not self._closed:
            self._line.appendleft(call)
        else:
            self._settle(call, {}, error)
        self._renew(slot)

    @staticmethod
    def _settle(call: _Call, answer: dict[str, Any], error: BaseException | None) -> None:
        # Closing may have been faster.
        with suppress(InvalidStateError):
            if error is None:
                call.future.set_result(answer)
            else:
                call.future.set_exception(error)

    def _renew(self, slot: WorkerSlot) -> None:
        """Replace the process of a slot; call with the lock. The threads that pebble calls back
        from are among those to be ended, so this takes one of its own."""

        def replace() -> None:
            slot.drop()
            with self._lock:
                slot.busy = False
                self._advance()

        thread = threading.Thread(target=replace, name="worker-renewal", daemon=True)
        thread.start()
        self._renewals = [one for one in self._renewals if one.is_alive()] + [thread]


def outcome(future: Any, function: str, timeout: float | None = 0) -> Any:
    """The result of a scheduled call. Raises its fault, Broken JOB-101 (crashed), JOB-102 (over
    time), Fault JOB-105 (a bug in the function) or, when it still runs after `timeout`,
    `concurrent.futures.TimeoutError`."""
    try:
        answer = future.result(timeout=timeout)
    except FutureTimeout:
        if not future.done():
            raise
        if future.exception() is not None:
            raise Broken("JOB-102", function=function) from None
        # It came just after the wait for it had ended.
        answer = future.result()
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
