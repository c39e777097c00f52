"""Closing the terminal: only a member of staff may, by name and PIN."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.kiosk.curtain import Curtain
from app.gui.present import present
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label
from app.kernel.errors import Fault

PIN_LENGTH = 32


class StaffCheck(Protocol):
    """Knows the staff; the reading room does, and the desk of a cabinet by a go-between."""

    def staff_names(self) -> tuple[str, ...]:
        """Who may close the terminal."""
        ...

    def confirm_staff(self, name: str, pin: str) -> None:
        """Raises Refused when this PIN is not that of this person."""
        ...


class StaffPanel(Curtain):
    """Emits `confirmed()` once the PIN was accepted."""

    confirmed = Signal()

    def __init__(self, room: StaffCheck, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room
        self.name = QComboBox()
        self.name.setAccessibleName(_("Name"))
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(PIN_LENGTH)
        self.pin.setPlaceholderText(_("PIN"))
        self.pin.setAccessibleName(_("PIN"))
        self.pin.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.pin.setDragEnabled(False)
        self.pin.returnPressed.connect(self.submit)
        self.error = label("", wrap=True)
        self.error.setProperty("tone", "bad")
        self.error.setMinimumWidth(440)
        self.cancel = push_button(_("Cancel"), self.close_panel)
        self.confirm = push_button(_("Close the terminal"), self.submit, role="primary")
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.cancel, 1)
        buttons.addWidget(self.confirm, 1)
        self.content.addWidget(label(_("For staff: close the terminal"), "title"))
        self.content.addWidget(self.name)
        self.content.addWidget(self.pin)
        self.content.addWidget(self.error)
        self.content.addLayout(buttons)
        self.setAccessibleName(_("For staff: close the terminal"))

    def ask_staff(self) -> None:
        """Open the panel with the names of the staff."""
        room = self._room
        self.close_panel()
        self.open()
        ask(self, room.staff_names).done(self._on_names).refused(self._on_refused).start()

    def close_panel(self) -> None:
        """Close without leaving; nothing that was typed stays."""
        self.pin.clear()
        self.error.clear()
        self.name.clear()
        self.confirm.setEnabled(True)
        self.hide()

    def submit(self) -> None:
        """Ask whether this PIN fits."""
        if not self.confirm.isEnabled():
            return
        room, name, pin = self._room, self.name.currentText(), self.pin.text()
        self.pin.clear()
        self.confirm.setEnabled(False)
        ask(self, lambda: room.confirm_staff(name, pin)).done(self._on_confirmed).refused(
            self._on_refused
        ).start()

    def _on_names(self, names: tuple[str, ...]) -> None:
        self.name.clear()
        self.name.addItems(list(names))
        self.pin.setFocus()
        for part in (self.name, self.pin):
            part.setVisible(bool(names))
        if not names:
            self.error.setText(
                _("No staff is known here; the terminal cannot be closed on the screen.")
            )

    def _on_confirmed(self, _nothing: None) -> None:
        if self.isVisible():
            self.confirmed.emit()

    def _on_refused(self, fault: Fault) -> None:
        shown = present(fault)
        self.confirm.setEnabled(True)
        self.error.setText(f"{shown.message}{shown.remedy}")
        self.pin.setFocus()
