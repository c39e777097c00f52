"""The two bars of the reader: whose grant this is and how long, and how to move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.reader.countdown import Countdown
from app.gui.reader.touch_button import button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import label


class TopBar(QFrame):
    """Case and reader at the left; search, prints, time left and the way out at the right."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "context")
        self.case = label("", "title", self)
        self.reader = ElidedLabel("", "muted", self)
        self.cases = button(_("My cases"), "folder", parent=self)
        self.search = button(_("Search"), "search", parent=self)
        self.basket = button(_("Print"), "print", checkable=True, parent=self)
        self.countdown = Countdown(self, now=now)
        self.leave = button(_("Leave"), "leave", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.case)
        row.addWidget(self.reader, 1)
        for widget in (self.cases, self.search, self.basket, self.countdown, self.leave):
            row.addWidget(widget)

    def show_basket(self, chosen: int, left: int) -> None:
        """How many pages are in the basket, and how many may still be printed."""
        text = _("Print {chosen}/{left}").format(chosen=chosen, left=left)
        self.basket.setText(f"\u00a0{text}")
        self.basket.setAccessibleName(
            _("Print basket: {chosen} pages, {left} may be printed").format(
                chosen=chosen, left=left
            )
        )

    def wipe(self) -> None:
        """Forget case, reader and time."""
        self.case.clear()
        self.reader.show_text("")
        self.show_basket(0, 0)
        self.basket.setChecked(False)
        self.countdown.wipe()


class BottomBar(QFrame):
    """Previous, page number and next in the middle; marks at the left, sizes at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.catalogue = button(_("Item list"), "catalogue", checkable=True, parent=self)
        self.bookmark = button(_("Bookmark"), "bookmark", checkable=True, parent=self)
        self.previous = button(_("Previous"), "arrow_right", mirrored=True, parent=self)
        self.following = button(_("Next"), "arrow_right", role="primary", after=True, parent=self)
        self.page = button("", parent=self)
        self.page.setProperty("role", "page")
        self.smaller = button("", "zoom_out", name=_("Smaller"), parent=self)
        self.larger = button("", "zoom_in", name=_("Larger"), parent=self)
        self.percent = label("", parent=self)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.percent.setMinimumWidth(72)
        self.large_type = button(_("Large type 200%"), checkable=True, parent=self)
        self.display = button(_("Display"), "size", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        for widget in (self.catalogue, self.bookmark):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.previous, self.page, self.following):
            row.addWidget(widget)
        row.addStretch(1)
        for part in (self.smaller, self.percent, self.larger, self.large_type, self.display):
            row.addWidget(part)

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

    def show_percent(self, percent: int) -> None:
        """The size of the page."""
        self.percent.setText(f"{percent}%")
        self.percent.setAccessibleName(_("Size {percent} per cent").format(percent=percent))

    def simplify(self, simple: bool) -> None:
        """Fewer controls for elders: what they need to read and to turn."""
        for part in (self.bookmark, self.smaller, self.percent, self.larger):
            part.setVisible(not simple)
