"""The two bars of the reader: whose grant this is and how long, and how to move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.reader.countdown import Countdown
from app.gui.reader.touch_button import button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import chip, label


class TopBar(QFrame):
    """Case and reader at the left; quota, time left and the way out at the right."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "context")
        self.case = label("", "title")
        self.reader = ElidedLabel("", "muted")
        self.quota = chip("", "note")
        self.quota.setProperty("role", "countdown")
        self.countdown = Countdown(now=now)
        self.leave = button(_("Leave"), "leave")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 12, 8)
        row.setSpacing(16)
        row.addWidget(self.case)
        row.addWidget(self.reader, 1)
        row.addWidget(self.quota)
        row.addWidget(self.countdown)
        row.addWidget(self.leave)

    def wipe(self) -> None:
        """Forget case, reader and time."""
        self.case.clear()
        self.reader.show_text("")
        self.quota.clear()
        self.countdown.wipe()


class BottomBar(QFrame):
    """Previous, page number and next in the middle; sizes at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.catalogue = button(_("Item list"), "catalogue", checkable=True)
        self.previous = button(_("Previous"), "arrow_right", mirrored=True)
        self.following = button(_("Next"), "arrow_right", role="primary", after=True)
        self.page = button("")
        self.page.setProperty("role", "page")
        self.smaller = button("", "zoom_out", name=_("Smaller"))
        self.larger = button("", "zoom_in", name=_("Larger"))
        self.percent = label("")
        self.percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.percent.setMinimumWidth(72)
        self.whole = button(_("Whole page"), checkable=True)
        self.width_fit = button(_("Fit width"), checkable=True)
        self.large_type = button(_("Large type 200%"), checkable=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.catalogue)
        row.addStretch(1)
        for widget in (self.previous, self.page, self.following):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.smaller)
        row.addWidget(self.percent)
        row.addWidget(self.larger)
        row.addSpacing(8)
        for widget in (self.whole, self.width_fit, self.large_type):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addLayout(row)

    def show_page(self, number: int | None, place: int, count: int) -> None:
        """Page `number`, the `place`-th of `count` granted ones."""
        text = ""
        if number is not None:
            text = _("Page {page} of {count} pages").format(page=number, count=count)
        self.page.setText(text)
        name = _("Go to page") if number is None else _("{text}, {place} of {count}")
        self.page.setAccessibleName(name.format(text=text, place=place, count=count))
        self.previous.setEnabled(place > 1)
        self.following.setEnabled(0 < place < count)
