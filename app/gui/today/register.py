"""One case typed in by hand."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import label
from app.kernel.errors import Fault
from app.services.views import CaseView


class RegisterDialog(QDialog):
    """Emits `registered(case)` and closes when the case was taken in."""

    registered = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("Register case"))
        self.setMinimumWidth(520)
        rows = (
            ("case_no", _("Case number"), "（2024）某0101民初1号"),
            ("court", _("Court"), ""),
            ("cause", _("Cause"), ""),
            ("plaintiff", _("Plaintiff"), ""),
            ("defendant", _("Defendant"), ""),
            ("judge", _("Judge"), ""),
            ("clerk", _("Clerk"), ""),
            ("closed_on", _("Closed on"), "2024-06-30"),
            ("paper_pages", _("Pages of the paper"), ""),
        )
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        self.fields: dict[str, QLineEdit] = {}
        for key, title, example in rows:
            field = QLineEdit()
            field.setAccessibleName(title)
            field.setPlaceholderText(example)
            self.fields[key] = field
            form.addRow(label(title, "muted"), field)
        self.error = FaultLine()
        self.button = push_button(_("Register"), self.submit, role="primary")
        self.button.setDefault(True)
        cancel = push_button(_("Cancel"), self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("Register case"), "title"))
        column.addLayout(form)
        column.addWidget(self.error)
        column.addLayout(buttons)

    def submit(self) -> None:
        """Register what was typed in."""
        facts = {key: field.text().strip() for key, field in self.fields.items()}
        actor, workstation = self._desk.actor, self._desk.workstation
        self.button.setEnabled(False)
        operation = Op(self, lambda: workstation.register_case(actor, facts))
        operation.done(self._done).refused(self._refused)
        operation.finally_(lambda: self.button.setEnabled(True)).start()

    def _done(self, case: CaseView) -> None:
        self.registered.emit(case)
        self.accept()

    def _refused(self, fault: Fault) -> None:
        self.error.show_fault(fault)
