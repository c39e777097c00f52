"""Calls off the main thread: `Op(parent, call).done(...).refused(...).progress(...).start()`.

The call runs on the writing lane (a reading one, one for long tasks); what it gives, or raises,
comes back to the main thread by a queued signal. A widget that was closed meanwhile hears nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.gui.lanes import READ, TASK, WRITE, Lanes
from app.gui.present import show_error
from app.kernel.errors import Fault
from app.kernel.progress import Cancelled, CancelToken, Progress, Report

Result = TypeVar("Result")
LOG = logging.getLogger(__name__)


class _Courier(QObject):
    """Lives on the main thread; signals emitted by a worker are delivered there."""

    finished = Signal(object)
    failed = Signal(object)
    progressed = Signal(object)


class Op(QObject, Generic[Result]):
    """One call off the main thread. Emits `settled` once, whatever the outcome.

    Without a `refused` callback a fault opens the standard dialog; a bug always does.
    """

    settled = Signal()

    def __init__(self, parent: QWidget, call: Callable[[], Result]) -> None:
        super().__init__()
        self._parent = parent
        self._call: Callable[[Report, CancelToken], Result] = lambda _report, _cancel: call()
        self._lane = WRITE
        self._done: Callable[[Result], None] | None = None
        self._refused: Callable[[Fault], None] | None = None
        self._progress: Callable[[Progress], None] | None = None
        self._cancelled: Callable[[], None] | None = None
        self._settled: Callable[[], None] | None = None
        self._safe = ""
        self._token = CancelToken()
        self._courier = _Courier()
        queued = Qt.ConnectionType.QueuedConnection
        self._courier.finished.connect(self._on_finished, queued)
        self._courier.failed.connect(self._on_failed, queued)
        self._courier.progressed.connect(self._on_progress, queued)

    @classmethod
    def long(cls, parent: QWidget, call: Callable[[Report, CancelToken], Result]) -> Op[Result]:
        """An operation whose call reports progress and asks its cancel token."""
        operation: Op[Result] = Op(parent, _never)
        operation._call = call
        operation._lane = TASK
        return operation

    def reads(self) -> Op[Result]:
        """Run on a reading thread, beside the writer."""
        self._lane = READ
        return self

    def done(self, callback: Callable[[Result], None]) -> Op[Result]:
        """Called on the main thread with the result."""
        self._done = callback
        return self

    def refused(self, callback: Callable[[Fault], None]) -> Op[Result]:
        """Called on the main thread with the fault, instead of the standard dialog."""
        self._refused = callback
        return self

    def progress(self, callback: Callable[[Progress], None]) -> Op[Result]:
        """Called on the main thread with each report."""
        self._progress = callback
        return self

    def cancelled(self, callback: Callable[[], None]) -> Op[Result]:
        """Called on the main thread when the person's wish to stop was obeyed."""
        self._cancelled = callback
        return self

    def finally_(self, callback: Callable[[], None]) -> Op[Result]:
        """Called on the main thread last, whatever the outcome."""
        self._settled = callback
        return self

    def safe(self, sentence: str) -> Op[Result]:
        """What is safe when this fails: the second line of the error dialog."""
        self._safe = sentence
        return self

    @property
    def token(self) -> CancelToken:
        """The token that the call asks between units of work."""
        return self._token

    def cancel(self) -> None:
        """Ask the call to stop at its next safe point."""
        self._token.cancel()

    def start(self) -> Op[Result]:
        """Queue the call and return at once."""
        lanes = Lanes.current()
        lanes.hold(self)
        lanes.submit(self._work, self._lane)
        return self

    def _work(self) -> None:
        try:
            result = self._call(self._courier.progressed.emit, self._token)
        except BaseException as error:
            self._courier.failed.emit(error)
        else:
            self._courier.finished.emit(result)

    def _listening(self) -> bool:
        return shiboken6.isValid(self._parent)

    @Slot(object)
    def _on_progress(self, progress: Any) -> None:
        if self._progress is not None and self._listening():
            self._progress(progress)

    @Slot(object)
    def _on_finished(self, result: Any) -> None:
        try:
            if self._done is not None and self._listening():
                self._done(result)
        finally:
            self._settle()

    @Slot(object)
    def _on_failed(self, error: BaseException) -> None:
        try:
            self._report(error)
        finally:
            self._settle()

    def _report(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            if self._cancelled is not None and self._listening():
                self._cancelled()
            return
        if not isinstance(error, Fault):
            LOG.error("operation failed", exc_info=error)
        if not self._listening():
            return
        if isinstance(error, Fault) and self._refused is not None:
            self._refused(error)
        else:
            show_error(self._parent, error, safe=self._safe)

    def _settle(self) -> None:
        Lanes.current().release(self)
        if self._settled is not None and self._listening():
            self._settled()
        self.settled.emit()


def _never() -> Any:
    raise AssertionError("replaced by Op.long")
