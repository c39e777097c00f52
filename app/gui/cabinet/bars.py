"""Above every step who is there and how to get out, below it what is to be done now, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.gui.cabinet.touch_button import touch_button
from app.gui.i18n import _
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import IconLabel, chip, label, restyle

if TYPE_CHECKING:
    from app.services.locker_views import Visitor

# From here on the countdown stands out.
SOON_SECONDS = 10
BAR_HEIGHT = 84


class TopBar(QFrame):
    """Cabinet, visitor, step, countdown and the way out. Emits `left()`."""

    left = Signal()

    def __init__(self, cabinet: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.setFixedHeight(BAR_HEIGHT)
        self.cabinet = label(cabinet, "heading")
        self.person = ElidedLabel("", "muted")
        self.offline = chip(_("Working without the server"), "warn")
        self.step = label("", "muted")
        self.countdown: QLabel = chip("", "note")
        self.leave = touch_button(_("Leave"), self.left.emit, icon_name="leave")
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 0, 32, 0)
        row.setSpacing(20)
        row.addWidget(self.cabinet)
        row.addWidget(self.person, 1)
        row.addWidget(self.offline)
        row.addWidget(self.step)
        row.addWidget(self.countdown)
        row.addWidget(self.leave)
        self.offline.hide()
        self.countdown.hide()

    def show_visitor(self, visitor: Visitor | None) -> None:
        """Name who is there, or nobody."""
        self.person.show_text(visitor.name if visitor is not None else "")
        self.offline.setVisible(visitor is not None and visitor.offline)

    def show_step(self, number: int = 0, count: int = 0) -> None:
        """Which step of how many; none while the way is not known."""
        text = _("Step {number} of {count}") if count else _("Step {number}")
        self.step.setText(text.format(number=number, count=count) if number else "")

    def show_left(self, seconds: int) -> None:
        """The seconds until the screen goes back to the start."""
        restyle(self.countdown, "tone", "warn" if seconds <= SOON_SECONDS else "note")
        self.countdown.setText(_("Back to the start in {seconds} s").format(seconds=seconds))
        self.countdown.setAccessibleName(self.countdown.text())
        self.countdown.show()

    def rest(self) -> None:
        """Nothing is counted."""
        self.countdown.hide()

    def allow_leaving(self, allowed: bool) -> None:
        """A door that is open is closed first."""
        self.leave.setEnabled(allowed)


class SpokenBar(QFrame):
    """The caption of what is heard, so that nobody needs to hear it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "spoken")
        self.setFixedHeight(BAR_HEIGHT)
        self.icon = IconLabel("sound", "accent_on_soft", 40)
        self.text = label("", "spoken_words", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 4, 32, 4)
        row.setSpacing(20)
        row.addWidget(self.icon)
        row.addWidget(self.text, 1)

    def say(self, text: str, tone: str = "accent") -> None:
        """Show a sentence; `tone` is accent, warn or bad."""
        restyle(self, "tone", tone)
        # The colour of the words hangs on the bar they stand in.
        self.text.style().unpolish(self.text)
        self.text.style().polish(self.text)
        self.icon.show_icon("sound", "accent_on_soft" if tone == "accent" else tone)
        self.text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
