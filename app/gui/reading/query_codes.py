"""The codes by which parties ask how far one case is, without signing in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.reading.application_list import moment
from app.gui.reading.grant_list import TONES
from app.gui.reading.questions import ReasonQuestion
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import framed, label
from app.gui.widgets.room import within_screen
from app.gui.widgets.table import RowTable
from app.services.reading_desk_views import QueryCodeRow
from app.words.reading import query_state_word


def query_columns() -> tuple[Column[QueryCodeRow], ...]:
    """The columns of the list."""
    return (
        Column(
            key="state",
            title=_("State"),
            text=lambda row: query_state_word(row.state),
            tone=lambda row: TONES.get(row.state, "note"),
        ),
        Column(key="number", title=_("Number"), text=lambda row: row.number),
        Column(key="holder", title=_("Held by"), text=lambda row: row.holder, bold=True),
        Column(key="until", title=_("Until"), text=lambda row: moment(row.valid_until)),
        Column(key="by", title=_("Issued by"), text=lambda row: row.made_by),
    )


class QueryCodesDialog(QDialog):
    """Issues and revokes the codes of one case. A new code is shown once."""

    def __init__(self, desk: Desk, case_no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("Query codes"))
        self.resize(within_screen(self, QSize(880, 520)))
        self.model: RowsModel[QueryCodeRow] = RowsModel(
            query_columns(), identity=lambda row: row.id, parent=self
        )
        self.card = framed("card", self)
        self.table = RowTable(self.model, (168, 108, -1, 132, 132), _("Query codes"), self.card)
        self.case = QLineEdit(case_no, self)
        self.case.setAccessibleName(_("Case number"))
        self.case.setPlaceholderText(_("Case number"))
        self.case.editingFinished.connect(self.read)
        self.holder = QLineEdit(self)
        self.holder.setAccessibleName(_("Held by"))
        self.holder.setPlaceholderText(_("Party who gets the code"))
        self.code = label("", "large", self)
        self.code.setAccessibleName(_("Query code"))
        self.code.hide()
        self.error = FaultLine(self)
        self.issue = push_button(_("Issue a code"), self.give, role="primary")
        self.revoke = push_button(_("Revoke…"), self.ask_revoke)
        self._lay_out()
        (self.holder if case_no else self.case).setFocus()
        self.read()

    def _lay_out(self) -> None:
        inner = QVBoxLayout(self.card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self.case, self.holder):
            row.addWidget(part, 1)
        row.addWidget(self.issue)
        close = push_button(_("Close"), self.accept)
        for button in (close, self.revoke):
            button.setAutoDefault(False)
        self.issue.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(self.revoke)
        foot.addStretch(1)
        foot.addWidget(close)
        sentence = _(
            "With such a code a party sees at the terminal how far the case is: no page, no name. "
            "A new code is shown this once."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("Query codes"), "title"))
        column.addWidget(label(sentence, "muted", wrap=True))
        column.addLayout(row)
        column.addWidget(self.code)
        column.addWidget(self.card, 1)
        column.addWidget(self.error)
        column.addLayout(foot)

    def read(self) -> None:
        """Read the codes of the case."""
        case_no, workstation = self.case.text().strip(), self._desk.workstation
        if not case_no:
            self._show(())
            return
        operation = Op(self, lambda: workstation.query_codes(case_no)).reads()
        operation.done(self._show).refused(self.error.show_fault).start()

    def _show(self, rows: Sequence[QueryCodeRow]) -> None:
        self.model.replace(rows)
        if rows and not self.table.currentIndex().isValid():
            self.table.go_to(0)
        self.revoke.setEnabled(bool(rows))

    def give(self) -> None:
        """Issue a code to the party named."""
        case_no, holder = self.case.text().strip(), self.holder.text().strip()
        for field, text in ((self.case, case_no), (self.holder, holder)):
            if not text:
                field.setFocus()
                return
        actor, workstation = self._desk.actor, self._desk.workstation
        self.error.hide()
        self.issue.setEnabled(False)
        operation = Op(self, lambda: workstation.issue_query_code(actor, case_no, holder))
        operation.done(self._given).refused(self.error.show_fault)
        operation.finally_(lambda: self.issue.setEnabled(True)).start()

    def _given(self, code: str) -> None:
        self.code.setText(code)
        self.code.show()
        self.holder.clear()
        self.read()

    def ask_revoke(self) -> ReasonQuestion | None:
        """Ask why the code under the cursor ends."""
        row = self.model.row(self.table.currentIndex().row())
        if row is None or row.state != "live":
            return None
        workstation, code = self._desk.workstation, row.id
        question = ReasonQuestion(
            self._desk,
            _("Revoke the query code"),
            _("{holder}, {number}. It opens nothing any more.").format(
                holder=row.holder, number=row.number
            ),
            lambda actor, reason: lambda: workstation.revoke_query_code(actor, code, reason),
            parent=self,
        )
        question.answered.connect(lambda _result: self.read())
        question.open()
        return question
