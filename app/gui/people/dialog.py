"""Who works here: names, roles and PINs for administrators, one's own PIN for everybody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from app.domain.access import ADMINISTRATOR, STAFF_ROLES
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.words.people import person_role_word

PIN_LENGTH = 64
Person = tuple[str, str]


def person_columns() -> tuple[Column[Person], ...]:
    """The columns of the list."""
    return (
        Column(key="name", title=_("Name"), text=lambda row: row[0], bold=True),
        Column(key="role", title=_("Role"), text=lambda row: person_role_word(row[1])),
    )


class PeopleDialog(QDialog):
    """What one may do here depends on one's role; the service decides it again."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("People"))
        self.setMinimumWidth(520)
        self.model: RowsModel[Person] = RowsModel(
            person_columns(), identity=lambda row: row[0], parent=self
        )
        self.table = RowTable(self.model, (-1, 160), _("People who work here"))
        self.table.setMinimumHeight(220)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._chosen())
        self.role = push_button(_("Role…"), self.ask_role)
        self.pin = push_button(_("New PIN…"), self.ask_pin)
        self.retire = push_button(_("Works here no more…"), self.ask_retire)
        self.new_name = _line(_("Name"))
        self.new_role = QComboBox()
        self.new_role.setAccessibleName(_("Role"))
        for role in STAFF_ROLES:
            self.new_role.addItem(person_role_word(role), role)
        self.new_pin = _line(_("PIN"), secret=True)
        self.add = push_button(_("Add"), self.add_person, role="primary")
        self.own_old = _line(_("PIN so far"), secret=True)
        self.own_new = _line(_("New PIN"), secret=True)
        self.own = push_button(_("Change my PIN"), self.change_own)
        self.error = FaultLine()
        close = push_button(_("Close"), self.reject)
        for button in (self.role, self.pin, self.retire, self.add, self.own, close):
            button.setAutoDefault(False)
        self.new_pin.returnPressed.connect(self.add_person)
        self.own_new.returnPressed.connect(self.change_own)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(self._staff())
        column.addWidget(label(_("My PIN"), "heading"))
        column.addLayout(_row(self.own_old, self.own_new, self.own))
        column.addWidget(self.error)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)
        self._chosen()
        self.read()

    def _staff(self) -> QWidget:
        self.staff = QWidget()
        column = QVBoxLayout(self.staff)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        column.addWidget(card, 1)
        column.addLayout(_row(self.role, self.pin, self.retire, stretch=True))
        column.addWidget(label(_("Add a person"), "heading"))
        column.addLayout(_row(self.new_name, self.new_role, self.new_pin, self.add))
        self.staff.setVisible(self._desk.actor.role == ADMINISTRATOR)
        return self.staff

    def read(self) -> None:
        """Read who works here."""
        Op(self, self._desk.workstation.people).reads().done(self._show).start()

    def _show(self, people: list[Person]) -> None:
        self.model.replace(people)
        if people:
            self.table.go_to(max(self.table.currentIndex().row(), 0))
        self._chosen()

    @property
    def current(self) -> Person | None:
        """The person under the cursor."""
        return self.model.row(self.table.currentIndex().row())

    def _chosen(self) -> None:
        for button in (self.role, self.pin, self.retire):
            button.setEnabled(self.current is not None)

    def _do(self, call: Callable[[], object], told: str) -> None:
        """Give a command; what is refused is told in the dialog."""
        self.error.hide()

        def done(_result: object) -> None:
            self._desk.said.emit(told)
            for line in (self.new_name, self.new_pin, self.own_old, self.own_new):
                line.clear()
            self.read()

        Op(self, call).done(done).refused(self.error.show_fault).start()

    def add_person(self) -> None:
        """Let somebody sign in."""
        actor, workstation = self._desk.actor, self._desk.workstation
        name, pin = self.new_name.text(), self.new_pin.text()
        role = str(self.new_role.currentData())
        self._do(
            lambda: workstation.add_person(actor, name, role, pin),
            _("{name} may sign in now.").format(name=name.strip()),
        )

    def change_own(self) -> None:
        """Change one's own PIN."""
        actor, workstation = self._desk.actor, self._desk.workstation
        old, new = self.own_old.text(), self.own_new.text()
        self._do(lambda: workstation.change_pin(actor, old, new), _("The PIN is changed."))

    def ask_role(self) -> None:
        """Choose another role for the person under the cursor."""
        person = self.current
        if person is None:
            return
        words = {person_role_word(role): role for role in STAFF_ROLES}
        dialog = QInputDialog(self)
        dialog.setWindowTitle(person[0])
        dialog.setLabelText(_("Role"))
        dialog.setComboBoxItems(list(words))
        dialog.setTextValue(person_role_word(person[1]))
        actor, workstation = self._desk.actor, self._desk.workstation
        dialog.textValueSelected.connect(
            lambda word: self._do(
                lambda: workstation.change_role(actor, person[0], words[word]),
                _("{name}: {role}, from the next sign-in on.").format(name=person[0], role=word),
            )
        )
        dialog.open()

    def ask_pin(self) -> None:
        """Give the person under the cursor a new PIN."""
        person = self.current
        if person is None:
            return
        dialog = QInputDialog(self)
        dialog.setWindowTitle(person[0])
        dialog.setLabelText(_("New PIN"))
        dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
        actor, workstation = self._desk.actor, self._desk.workstation
        dialog.textValueSelected.connect(
            lambda pin: self._do(
                lambda: workstation.reset_pin(actor, person[0], pin), _("The PIN is changed.")
            )
        )
        dialog.open()

    def ask_retire(self) -> None:
        """Let the person under the cursor sign in no more, after a question."""
        person = self.current
        if person is None:
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(person[0])
        box.setText(_("{name} will not be able to sign in any more.").format(name=person[0]))
        box.setInformativeText(_("Everything that was done in this name stays on record."))
        yes = box.addButton(_("Works here no more"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        actor, workstation = self._desk.actor, self._desk.workstation
        box.buttonClicked.connect(
            lambda button: (
                self._do(
                    lambda: workstation.retire_person(actor, person[0]),
                    _("{name} cannot sign in any more.").format(name=person[0]),
                )
                if button is yes
                else None
            )
        )
        box.open()


def _line(name: str, *, secret: bool = False) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(name)
    if secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setMaxLength(PIN_LENGTH)
    return line


def _row(*widgets: QWidget, stretch: bool = False) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, 0 if stretch else 1, Qt.AlignmentFlag.AlignVCenter)
    if stretch:
        row.addStretch(1)
    return row
