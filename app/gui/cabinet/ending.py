"""The end of a step: it is done, or it is not and this is what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.cabinet.told import Told
from app.gui.cabinet.touch_button import touch_button
from app.gui.cabinet.turning import TurningRow
from app.gui.i18n import _
from app.gui.widgets.labels import IconLabel, label
from app.kernel.errors import Fault


class DonePage(QWidget):
    """Emits `onward()` to what else waits, or `left()`."""

    onward = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.headline = label("", "hero", wrap=True)
        self.detail = label("", "title", wrap=True)
        for part in (self.headline, self.detail):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.more = touch_button("", self.onward.emit)
        self.finish = touch_button(_("Finish"), self.left.emit, role="next")
        buttons = TurningRow(spacing=24)
        buttons.box.addWidget(self.more, 1)
        buttons.box.addWidget(self.finish, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 28, 48, 28)
        column.setSpacing(20)
        column.addStretch(2)
        column.addWidget(IconLabel("good", "good", 160), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.headline)
        column.addWidget(self.detail)
        column.addStretch(3)
        column.addWidget(buttons)
        self.show_more(0)

    def say(self, headline: str, detail: str) -> None:
        """What was done, and what happens now."""
        self.headline.setText(headline)
        self.detail.setText(detail)
        self.show_more(0)

    def show_more(self, count: int) -> None:
        """How many things still wait for the visitor."""
        self.more.setText(_("Go on: {count} more").format(count=count))
        self.more.setVisible(count > 0)

    def wipe(self) -> None:
        """Forget what was done."""
        self.say("", "")


class FaultPage(QWidget):
    """Emits `onward()` back to the list, or `left()`."""

    onward = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.told = Told(large=True)
        self.again = touch_button(_("Back to my list"), self.onward.emit, role="next")
        self.finish = touch_button(_("Finish"), self.left.emit)
        buttons = TurningRow(spacing=24)
        buttons.box.addWidget(self.finish, 1)
        buttons.box.addWidget(self.again, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 28, 48, 28)
        column.addStretch(1)
        column.addWidget(self.told)
        column.addStretch(2)
        column.addWidget(buttons)

    def show_fault(self, fault: Fault, *, safe: str, may_go_on: bool) -> None:
        """Tell `fault`; `may_go_on` when the list is worth a look."""
        self.told.show_fault(fault, safe=safe)
        self.again.setVisible(may_go_on)

    def wipe(self) -> None:
        """Forget what was told."""
        self.told.say_nothing()
