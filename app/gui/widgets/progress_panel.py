"""Long work: how far, how fast, how long still, and a way to stop that keeps what is done."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label
from app.kernel.progress import Progress

RATE_AFTER = 2.0


class ProgressPanel(QFrame):
    """Shows the progress of one task. `stop_asked` is emitted by its button."""

    stop_asked = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self._seconds = seconds
        self._started = seconds()
        self._first_done = 0
        self.title = label("", "heading")
        self.figures = label("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.stop_button = push_button(_("Stop (keeps what is done)"), self._stop)
        texts = QVBoxLayout()
        texts.setSpacing(6)
        texts.addWidget(self.title)
        texts.addWidget(self.bar)
        texts.addWidget(self.figures)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addLayout(texts, 1)
        row.addWidget(self.stop_button)
        self.hide()

    def begin(self, title: str, *, can_stop: bool = True) -> None:
        """A new task starts now."""
        self._started = self._seconds()
        self._first_done = 0
        self.title.setText(title)
        self.figures.setText(_("Starting…"))
        self.bar.setRange(0, 0)
        self.stop_button.setVisible(can_stop)
        self.stop_button.setEnabled(True)
        self.show()

    def show_progress(self, progress: Progress) -> None:
        """One report of the task."""
        if progress.total > 0:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
        else:
            self.bar.setRange(0, 0)
        self.figures.setText(self._sentence(progress))

    def end(self) -> None:
        """The task is over."""
        self.hide()

    def _sentence(self, progress: Progress) -> str:
        parts = []
        if progress.total > 0:
            parts.append(_("{done} of {total}").format(done=progress.done, total=progress.total))
        elif progress.done:
            parts.append(_("{done} done").format(done=progress.done))
        elapsed = self._seconds() - self._started
        if elapsed >= RATE_AFTER and progress.done > 0:
            rate = progress.done / elapsed
            parts.append(_("{rate} per minute").format(rate=round(rate * 60)))
            if progress.total > progress.done:
                left = (progress.total - progress.done) / rate
                parts.append(time_left(left))
        return " · ".join(parts) or _("Working…")

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.figures.setText(_("Stopping after the current page…"))
        self.stop_asked.emit()


def time_left(seconds: float) -> str:
    """A remaining time as a person would say it."""
    if seconds < 60:
        return _("less than a minute left")
    return _("about {minutes} min left").format(minutes=round(seconds / 60))
