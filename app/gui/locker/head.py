"""The line on top of the page: how things stand, and what can be begun here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button, set_text, tool_button
from app.gui.widgets.labels import label, set_theme_icon


def menu_words() -> dict[str, str]:
    """The entries of the menu, in their order."""
    return {
        "stock": _("Stock-take…"),
        "labels": _("Labels to print…"),
        "commission": _("Commissioning…"),
        "open_all": _("Open all doors…"),
    }


# Only administrators find these.
FOR_ADMINISTRATORS = ("commission", "open_all")


class LockerHead(QWidget):
    """`commands`: "offer", "notices" and entries of the menu."""

    def __init__(
        self, commands: dict[str, Callable[[], object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.summary = label("", "muted")
        self.notices = tool_button(
            "message",
            _("Messages"),
            commands["notices"],
            action="locker_notices",
            show_text=True,
        )
        self.more = QToolButton()
        self.more.setProperty("role", "flat")
        for button in (self.notices, self.more):
            button.setProperty("padded", True)
        set_text(self.notices, _("Messages"), "locker_notices")
        set_theme_icon(self.more, "tool")
        set_text(self.more, _("Cabinet tools"))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.entries = {}
        for name, word in menu_words().items():
            if name in commands:
                self.entries[name] = self.menu.addAction(word, commands[name])
        self.more.setMenu(self.menu)
        self.offer = push_button(
            _("New hand-off…"), commands["offer"], icon_name="add", action="locker_offer"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 8)
        row.setSpacing(8)
        row.addWidget(label(_("Locker"), "large"))
        row.addSpacing(8)
        row.addWidget(self.summary)
        row.addStretch(1)
        row.addWidget(self.notices)
        row.addWidget(self.more)
        row.addWidget(self.offer)

    def show_cabinets(self, any_there: bool) -> None:
        """Without a cabinet there is nothing to begin."""
        self.offer.setEnabled(any_there)
        self.more.setEnabled(any_there)

    def show_summary(self, text: str) -> None:
        """How things stand, in one sentence."""
        self.summary.setText(text)

    def show_failed(self, count: int) -> None:
        """How many messages were not delivered."""
        word = _("Messages")
        if count:
            word = _("Messages: {count} not delivered").format(count=count)
        set_text(self.notices, word, "locker_notices")
        set_theme_icon(self.notices, "warn" if count else "message", "bad" if count else "text")

    def show_role(self, administrator: bool) -> None:
        """What this person may begin."""
        for name in FOR_ADMINISTRATORS:
            if name in self.entries:
                self.entries[name].setVisible(administrator)
