"""The left side of the desk: where one can go, who sits here, how the window looks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.domain.access import Actor
from app.gui.i18n import _
from app.gui.widgets.buttons import set_text, tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import label, line, set_theme_icon
from app.gui.words import step_word
from app.words.people import person_role_word

PAGES = (
    "today",
    "scan",
    "inspect",
    "catalogue",
    "reconcile",
    "bind",
    "archive",
    "reading",
    "locker",
)
WITHOUT_CASE = ("today", "archive", "reading", "locker")
WIDTH = 160


class Navigation(QFrame):
    """Emits `page_chosen(name)`, `history_asked`, `keys_asked`, `theme_asked`, `leave_asked`."""

    page_chosen = Signal(str)
    history_asked = Signal()
    keys_asked = Signal()
    theme_asked = Signal()
    leave_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "navigation")
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 8, 12)
        column.setSpacing(4)
        title = ElidedLabel(_("Dossier workstation"), "heading")
        title.setContentsMargins(8, 0, 0, 12)
        column.addWidget(title)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        for name in PAGES:
            button = self._entry(name, step_word(name), name)
            button.setCheckable(True)
            button.clicked.connect(self._choosing(name))
            self._group.addButton(button)
            self._buttons[name] = button
            column.addWidget(button)
        column.addStretch(1)
        for icon_name, text, action, signal in (
            ("history", _("History"), "history", self.history_asked),
            ("keyboard", _("Keys"), "help", self.keys_asked),
            ("theme", _("Light or dark"), "theme", self.theme_asked),
        ):
            button = self._entry(icon_name, text, action)
            button.clicked.connect(signal)
            self._buttons[icon_name] = button
            column.addWidget(button)
        column.addSpacing(4)
        column.addWidget(line())
        column.addSpacing(4)
        self.person = ElidedLabel("", "heading")
        self.role = label("", "small")
        self.person.setContentsMargins(8, 0, 0, 0)
        self.role.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.person)
        column.addWidget(self.role)
        leave = self._entry("leave", _("Sign out"), "leave")
        leave.clicked.connect(self.leave_asked)
        column.addWidget(leave)

    def _entry(self, icon_name: str, text: str, action: str) -> QToolButton:
        button = tool_button(icon_name, text, action=action, show_text=True)
        button.setProperty("padded", True)
        set_text(button, text, action)
        button.setProperty("role", "navigation")
        set_theme_icon(button, icon_name, "navigation_text")
        button.setIconSize(QSize(20, 20))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _choosing(self, name: str) -> Callable[[], None]:
        return lambda: self.page_chosen.emit(name)

    def show_page(self, name: str) -> None:
        """Mark the page in sight."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    def show_person(self, actor: Actor) -> None:
        """Say who sits here."""
        self.person.show_text(actor.name)
        self.role.setText(person_role_word(actor.role))

    def show_case_open(self, is_open: bool) -> None:
        """Pages of a case can be reached only with a case open."""
        for name in PAGES:
            self._buttons[name].setEnabled(is_open or name in WITHOUT_CASE)
        self._buttons["history"].setEnabled(is_open)
