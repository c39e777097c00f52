"""A leafing through as the window hears it: pictures, looks and progress in small groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.gui.i18n import _
from app.gui.scan.live import Feed
from app.kernel.errors import Fault
from app.kernel.progress import CancelToken, Progress, Report
from app.services.leafing_views import FlipView

if TYPE_CHECKING:
    from app.gui.ops import Op
    from app.gui.page import Page


class LeafingRun(QObject):
    """Runs on a thread of its own as the long task of a page, so that closing the program asks.

    Emits `arrived(list)` with steps, pictures and progress in their order; then one of
    `ended(view)`, `refused(fault)` and `stopped()` (given up before anything was watched), and
    after each of them, or after a bug, `over()`.
    """

    arrived = Signal(object)
    ended = Signal(object)
    refused = Signal(object)
    stopped = Signal()
    over = Signal()

    def __init__(self, page: Page, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._operation: Op[FlipView] | None = None
        self._feed = Feed(self)
        self._feed.arrived.connect(self.arrived)

    @property
    def running(self) -> bool:
        """Whether leaves are being watched, or sides prepared for it."""
        return self._operation is not None

    @property
    def ending(self) -> bool:
        """Whether it was asked to end and has not ended yet."""
        return self._operation is not None and self._operation.token.cancelled

    def start(self, case_no: str, source: str) -> None:
        """Watch `source` (a video or `camera:N`)."""
        actor, workstation = self._page.desk.actor, self._page.desk.workstation

        def call(report: Report, cancel: CancelToken) -> FlipView:
            def tell(progress: Progress) -> None:
                report(progress)
                self._hear(progress)

            return workstation.leaf_through(
                actor,
                case_no,
                source,
                listen=self._hear,
                show=self._hear,
                report=tell,
                cancel=cancel,
            )

        self._operation = self._page.run_long(
            _("Paper leafed through under the camera"),
            call,
            self._done,
            safe=_("What was seen before is kept."),
        )
        self._operation.refused(self._refused).cancelled(self._stopped)
        self._operation.settled.connect(self._settled)

    def end(self) -> None:
        """End it; what was seen is kept."""
        if self._operation is not None:
            self._operation.cancel()

    def _hear(self, something: object) -> None:
        try:
            self._feed.hear(something)
        except RuntimeError:
            # The window was closed for good; what was seen is kept all the same.
            return

    def _done(self, view: FlipView) -> None:
        self._feed.flush()
        self.ended.emit(view)

    def _refused(self, fault: Fault) -> None:
        self._feed.flush()
        self.refused.emit(fault)

    def _stopped(self) -> None:
        self.stopped.emit()

    def _settled(self) -> None:
        self._operation = None
        self.over.emit()
