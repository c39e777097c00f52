"""The time that a grant still has, always in sight and never a surprise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.gui.i18n import _
from app.gui.widgets.labels import chip, restyle
from app.kernel.clock import SystemClock

SOON_SECONDS = 600
LAST_SECONDS = 60
TICK_MILLISECONDS = 1000


def remaining_text(seconds: int) -> str:
    """`seconds` as people say it: days and hours, hours and minutes, or minutes and seconds."""
    if seconds >= 86400:
        days, hours = divmod(seconds // 3600, 24)
        return _("{days} d {hours} h").format(days=days, hours=hours)
    if seconds >= 3600:
        hours, minutes = divmod(seconds // 60, 60)
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    if seconds >= SOON_SECONDS:
        return _("{minutes} min").format(minutes=seconds // 60)
    minutes, rest = divmod(seconds, 60)
    return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=f"{rest:02d}")


def present_moment() -> datetime:
    """The present moment in UTC by the clock of the machine."""
    return SystemClock().now()


class Countdown(QWidget):
    """Counts down to the end of a grant. Emits `soon()` ten minutes before, `ended()` at the end.

    `now` gives the present moment in UTC.
    """

    soon = Signal()
    ended = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, now: Callable[[], datetime] = present_moment
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._until: datetime | None = None
        self._said_soon = False
        self.text: QLabel = chip("", "note")
        self.text.setProperty("role", "countdown")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text)
        self._timer = QTimer(self, interval=TICK_MILLISECONDS)
        self._timer.timeout.connect(self.tick)

    def open(self, valid_until: str) -> None:
        """Count down to `valid_until`, an ISO 8601 moment."""
        self._until = datetime.fromisoformat(valid_until)
        self._said_soon = False
        self._timer.start()
        self.tick()

    def wipe(self) -> None:
        """Stop counting and forget."""
        self._timer.stop()
        self._until = None
        self.text.clear()
        self.text.setAccessibleName("")

    def tick(self) -> None:
        """Show what is left now."""
        if self._until is None:
            return
        seconds = int((self._until - self._now()).total_seconds())
        if seconds <= 0:
            self._timer.stop()
            self.ended.emit()
            return
        tone = "note"
        words = _("Time left {time}")
        if seconds < SOON_SECONDS:
            tone = "bad" if seconds < LAST_SECONDS else "warn"
            words = _("Ends soon: {time} left")
        restyle(self.text, "tone", tone)
        self.text.setText(words.format(time=remaining_text(seconds)))
        self.text.setAccessibleName(self.text.text())
        if seconds < SOON_SECONDS and not self._said_soon:
            self._said_soon = True
            self.soon.emit()
