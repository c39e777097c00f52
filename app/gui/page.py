"""The base of every page of the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.ops import Op
from app.gui.widgets.next_action import NextActionBar
from app.gui.widgets.notice import Notice
from app.gui.widgets.progress_panel import ProgressPanel
from app.kernel.progress import CancelToken, Report
from app.services.views import CaseView

Result = TypeVar("Result")


class Page(QWidget):
    """A page: notice on top, body, progress when something runs, next action at the bottom.

    Subclasses fill `body`, and override `show_case` and `refresh`.
    """

    name = ""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.desk = desk
        self.notice = Notice()
        self.progress = ProgressPanel()
        self.next_action = NextActionBar()
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        above, below = QHBoxLayout(), QHBoxLayout()
        above.setContentsMargins(0, 0, 0, 0)
        below.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self.notice)
        below.addWidget(self.progress)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(above)
        column.addLayout(self.body, 1)
        column.addLayout(below)
        column.addWidget(self.next_action)
        self._running: Op[object] | None = None
        self._asked = 0
        self._answered = 0
        self.progress.stop_asked.connect(self.stop)
        desk.case_changed.connect(self._on_case)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        # A page is as large as the window; asking it would measure all its parts, also unseen.
        return False

    @property
    def busy(self) -> bool:
        """Whether a long task of this page runs."""
        return self._running is not None

    @property
    def running(self) -> Op[object] | None:
        """The long task of this page, while it runs."""
        return self._running

    def _on_case(self, case: CaseView | None) -> None:
        if self.isVisible() or case is None:
            self.show_case(case)

    def show_case(self, case: CaseView | None) -> None:
        """The open case changed, or this page came into sight."""

    def step_back(self) -> bool:
        """Esc was pressed; tells whether the page took it. Else it leads to Today."""
        return False

    def refresh(self) -> None:
        """Read again what is shown."""
        self.show_case(self.desk.case)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.show_case(self.desk.case)

    def read(self, call: Callable[[], Result], done: Callable[[Result], None]) -> None:
        """Read off the main thread. An answer for a case that was closed meanwhile is dropped, and
        so is one that a later question has overtaken, for readers run side by side."""
        asked_for = self.desk.case_no
        self._asked += 1
        ticket = self._asked

        def deliver(result: Result) -> None:
            if self.desk.case_no == asked_for and ticket > self._answered:
                self._answered = ticket
                done(result)

        Op(self, call).reads().done(deliver).start()

    def write(self, call: Callable[[], object], *, said: str = "", safe: str = "") -> None:
        """Give a short command; afterwards the case is read again and `said` is told.

        The big button rests until then, so that a double press gives one command.
        """
        given: list[object] = []

        def done(result: object) -> None:
            given.append(result)
            if said:
                self.desk.said.emit(said)
            self.written(result)
            self.desk.reread(self)

        def settled() -> None:
            if not given:
                self.next_action.release()
                self.unwritten()

        self.next_action.hold()
        Op(self, call).done(done).safe(safe).finally_(settled).start()

    def written(self, result: object) -> None:
        """A command of this page was obeyed; `result` is what its call gave."""

    def unwritten(self) -> None:
        """A command of this page was refused, or failed."""

    def overtake_reads(self) -> None:
        """What was asked before and is still being read is older than what is known now."""
        self._answered = self._asked

    def press_next(self) -> None:
        """Do what the big button does."""
        if self.next_action.button.isEnabled() and self.next_action.button.isVisible():
            self.next_action.button.click()

    def run_long(
        self,
        title: str,
        call: Callable[[Report, CancelToken], Result],
        done: Callable[[Result], None],
        *,
        safe: str = "",
    ) -> Op[Result]:
        """Run a long call with progress and a way to stop it; one at a time per page."""
        operation = Op.long(self, call).done(done).progress(self.progress.show_progress)
        operation.safe(safe).finally_(self._finished)
        self._running = operation  # type: ignore[assignment]
        self.progress.begin(title)
        self.long_started()
        operation.start()
        return operation

    def stop(self) -> None:
        """Ask the long task to stop; what is done stays done."""
        if self._running is not None:
            self._running.cancel()

    def _finished(self) -> None:
        self._running = None
        self.progress.end()
        self.long_finished()

    def long_started(self) -> None:
        """A long task of this page started."""

    def long_finished(self) -> None:
        """The long task of this page is over, whatever came of it."""
        self.desk.reread(self)


def three_columns(
    left: QWidget,
    middle: QWidget,
    right: QWidget,
    sizes: list[int],
    *,
    shares: tuple[int, int] = (1, 0),
    parent: QWidget | None = None,
) -> QSplitter:
    """Strip, middle and right side by side; the last two share what is over as `shares` say."""
    splitter = QSplitter(parent)
    for part in (left, middle, right):
        splitter.addWidget(part)
    splitter.setChildrenCollapsible(False)
    splitter.setStretchFactor(0, 0)
    splitter.setStretchFactor(1, shares[0])
    splitter.setStretchFactor(2, shares[1])
    splitter.setHandleWidth(1)
    splitter.setSizes(sizes)
    return splitter
