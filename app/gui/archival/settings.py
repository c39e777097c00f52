"""How archival codes are made in this court; for administrators."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import label
from app.gui.widgets.number_field import number_field
from app.kernel.errors import Fault
from app.services.archival_codes import MOST_FIRST
from app.services.register_views import CodeSettings


class CodeSettingsDialog(QDialog):
    """Pattern, fields and first number. Codes that were given stay. Emits `saved()`."""

    saved = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("How codes are made"))
        self.setMinimumWidth(520)
        self.pattern = QComboBox()
        self.pattern.setAccessibleName(_("Pattern"))
        self.first = number_field()
        self.first.setAccessibleName(_("First number"))
        self.first.setRange(1, MOST_FIRST)
        self.example = label("", "muted", wrap=True)
        self.fields: dict[str, QLineEdit] = {}
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(8)
        self.error = FaultLine()
        self.save_button = push_button(_("Save"), self.save, role="primary")
        self.save_button.setDefault(True)
        cancel = push_button(_("Cancel"), self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("How codes are made"), "title"))
        column.addWidget(
            label(_("It holds for all stations. Codes that were given stay."), "muted", wrap=True)
        )
        column.addLayout(self.form)
        column.addWidget(self.example)
        column.addWidget(self.error)
        column.addLayout(foot)
        workstation = desk.workstation
        Op(self, workstation.archival_settings).reads().done(self._show).start()
        self.pattern.activated.connect(lambda _index: self._choose_pattern())

    def _show(self, view: CodeSettings) -> None:
        self._take_rows()
        self.pattern.clear()
        for name in dict.fromkeys((view.pattern, *view.known)):
            self.pattern.addItem(view.title if name == view.pattern else name, name)
        self.form.addRow(label(_("Pattern"), "muted"), self.pattern)
        self.fields = {}
        for row in view.fields:
            field = QLineEdit(row.value)
            field.setAccessibleName(row.title)
            field.setPlaceholderText(row.default or _("must be set"))
            self.fields[row.name] = field
            self.form.addRow(label(row.title, "muted"), field)
        self.form.addRow(label(_("First number"), "muted"), self.first)
        self.first.setValue(view.first)
        self.example.setText(_("For example {code}").format(code=view.example))

    def _take_rows(self) -> None:
        """Empty the form; pattern and first number stay for the next one."""
        while self.form.rowCount():
            row = self.form.takeRow(0)
            for item in (row.labelItem, row.fieldItem):
                widget = item.widget() if item is not None else None
                if widget is not None and widget not in (self.pattern, self.first):
                    widget.deleteLater()

    def _choose_pattern(self) -> None:
        """Another pattern has other fields: it is kept at once and its fields are asked for."""
        name = str(self.pattern.currentData())
        actor, workstation = self._desk.actor, self._desk.workstation
        operation = Op(self, lambda: workstation.save_archival_settings(actor, pattern=name))
        operation.done(self._show).refused(self._refused).start()

    def save(self) -> None:
        """Keep the fields and the first number."""
        values = {name: field.text() for name, field in self.fields.items()}
        first = self.first.value()
        actor, workstation = self._desk.actor, self._desk.workstation
        operation = Op(
            self,
            lambda: workstation.save_archival_settings(actor, values=values, first=first),
        )
        operation.done(self._saved).refused(self._refused).start()

    def _saved(self, _view: CodeSettings) -> None:
        self.saved.emit()
        self.accept()

    def _refused(self, fault: Fault) -> None:
        self.error.show_fault(fault)
