"""Name and PIN; on an empty data folder the first administrator names herself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.access import Actor
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import IconLabel, framed, label
from app.kernel.errors import Fault
from app.words.people import person_role_word

CARD_WIDTH = 400
PIN_LENGTH = 32


class SignInPage(QWidget):
    """A card in the middle of a quiet window."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.desk = desk
        self._first = False
        self.heading = label(_("Sign in"), "large")
        self.hint = label("", "muted", wrap=True)
        self.name_label = label(_("Name"), "muted")
        self.name = QComboBox()
        self.name.setAccessibleName(_("Name"))
        self.new_name = QLineEdit()
        self.new_name.setAccessibleName(_("Your name"))
        self.new_name.setPlaceholderText(_("Your name"))
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(PIN_LENGTH)
        self.pin.setAccessibleName(_("PIN"))
        self.pin.returnPressed.connect(self.submit)
        self.error = FaultLine()
        self.button = push_button(_("Sign in"), self.submit, role="next")
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._card())
        row.addStretch(1)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)
        foot = label(_("Dossier workstation · offline, on this machine alone"), "small")
        column.addWidget(foot, 0, Qt.AlignmentFlag.AlignHCenter)
        column.setContentsMargins(24, 24, 24, 24)
        self._show_mode(False)

    def _card(self) -> QFrame:
        card = framed("card")
        card.setFixedWidth(CARD_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(8)
        brand = QHBoxLayout()
        brand.setSpacing(8)
        brand.addWidget(IconLabel("archive", "accent", 28))
        brand.addWidget(label(_("Dossier workstation"), "heading"))
        brand.addStretch(1)
        column.addLayout(brand)
        column.addSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.hint)
        column.addSpacing(8)
        column.addWidget(self.name_label)
        column.addWidget(self.name)
        column.addWidget(self.new_name)
        column.addWidget(label(_("PIN"), "muted"))
        column.addWidget(self.pin)
        column.addWidget(self.error)
        column.addSpacing(8)
        column.addWidget(self.button)
        return card

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read who may sign in."""
        Op(self, self.desk.workstation.people).reads().done(self._show_people).start()

    def _show_people(self, people: list[tuple[str, str]]) -> None:
        chosen = self.name.currentData()
        self.name.clear()
        for name, role in people:
            self.name.addItem(f"{name} · {person_role_word(role)}", name)
        self.name.setCurrentIndex(max(self.name.findData(chosen), 0))
        self._show_mode(not people)
        self._ask(self.pin if people else self.new_name)

    def _show_mode(self, first: bool) -> None:
        self._first = first
        self.name.setVisible(not first)
        self.new_name.setVisible(first)
        self.heading.setText(_("Welcome") if first else _("Sign in"))
        self.hint.setText(
            _(
                "Nobody works here yet. Name yourself and choose a PIN of four figures or more; "
                "you become the administrator."
            )
            if first
            else _("Choose your name and enter your PIN.")
        )
        text = _("Begin") if first else _("Sign in")
        self.button.setText(text)
        self.button.setAccessibleName(text)
        self.error.hide()

    def submit(self) -> None:
        """Try to sign in."""
        pin = self.pin.text()
        workstation = self.desk.workstation
        self.button.setEnabled(False)
        self.error.hide()
        if self._first:
            name = self.new_name.text()
            operation = Op(self, lambda: workstation.create_first_person(name, pin))
        else:
            name = str(self.name.currentData() or "")
            operation = Op(self, lambda: workstation.sign_in(name, pin))
        operation.done(self._welcome).refused(self._refused).finally_(self._finished).start()

    def _welcome(self, actor: Actor) -> None:
        self.desk.sign_in(actor)

    def _refused(self, fault: Fault) -> None:
        self.error.show_fault(fault)

    def _finished(self) -> None:
        self.pin.clear()
        self.button.setEnabled(True)
        self._ask(self.pin)

    def _ask(self, field: QLineEdit) -> None:
        """Put the cursor into a field; out of sight it would take the keys from the desk."""
        if self.isVisible():
            field.setFocus()
