"""The warning before the screen is wiped."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from app.gui.i18n import _
from app.gui.kiosk.curtain import Curtain
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label


class IdlePanel(Curtain):
    """Asks whether somebody is still there and counts the seconds."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._left = 0
        self.heading = label(_("Are you still there?"), "large")
        self.sentence = label("", wrap=True)
        self.sentence.setMinimumWidth(520)
        self.stay = push_button(_("Go on"), self.close_panel, role="next")
        self.content.addWidget(self.heading)
        self.content.addWidget(self.sentence)
        self.content.addSpacing(8)
        self.content.addWidget(self.stay)
        for part in (self.heading, self.sentence):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._tick)

    def warn(self, seconds: float) -> None:
        """Show the warning with `seconds` left."""
        self._left = max(1, round(seconds))
        self._show_left()
        self._timer.start()
        self.open()

    def close_panel(self) -> None:
        """Somebody is there, or the visit has ended."""
        self._timer.stop()
        self.hide()

    def _tick(self) -> None:
        self._left = max(0, self._left - 1)
        self._show_left()

    def _show_left(self) -> None:
        text = _(
            "In {seconds} seconds you will be signed out and the screen wiped. "
            "Touch anywhere to go on."
        ).format(seconds=self._left)
        self.sentence.setText(text)
        self.setAccessibleName(text)
