"""The case list: the most urgent first, each with its state and its next step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.archival.dialog import ArchivalDialog
from app.gui.context_bar import parties
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, RowsModel
from app.gui.page import Page
from app.gui.present import present
from app.gui.shortcuts import bind
from app.gui.today.cases import (
    FILTERS,
    CaseFilter,
    case_columns,
    filter_word,
    next_text,
    summary_sentence,
)
from app.gui.today.register import RegisterDialog
from app.gui.widgets.buttons import push_button, tool_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.gui.words import next_action_page
from app.kernel.errors import fault_from_record
from app.services.views import CaseRow, CaseView
from archive_rules.case_number import search_form


class TodayPage(Page):
    """Choose a case and go on with it."""

    name = "today"
    figures_asked = Signal()
    people_asked = Signal()
    print_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.model: RowsModel[CaseRow] = RowsModel(
            case_columns(), identity=lambda row: row.case_no, parent=self
        )
        self.sorted = CaseFilter(self)
        self.sorted.setSourceModel(self.model)
        self.table = RowTable(self.sorted, (0, -1, 100, 140, 64, 160, 88), _("Cases"))
        self.table.activated.connect(lambda _index: self.open_current())
        self.table.selectionModel().currentChanged.connect(lambda *_rows: self._show_next())
        self.search = QLineEdit()
        self.search.setAccessibleName(_("Find a case"))
        self.search.setPlaceholderText(_("Case number, party or cause; or scan a work slip"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(400)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self.open_current)
        self.due = QComboBox()
        self.due.setAccessibleName(_("Term of archiving"))
        for name in FILTERS:
            self.due.addItem(filter_word(name), name)
        self.due.currentIndexChanged.connect(lambda _index: self._filter_due())
        self.summary = label("", "muted")
        self.empty = EmptyState(
            "today",
            _("No cases yet"),
            _(
                "Import the case list of your court (.xlsx, .csv, .json), or register one case "
                "by hand. Then the paper can be scanned."
            ),
            action_text=_("Import case list…"),
            action=self.ask_import,
        )
        self.nothing_found = EmptyState(
            "inspect",
            _("Nothing found"),
            _("No case has these words in its number, parties or cause."),
        )
        self.nothing_due = EmptyState(
            "check",
            _("Nothing here"),
            _("No case is in this state of its term. Choose all cases to see the others."),
            action_text=_("All cases"),
            action=lambda: self.due.setCurrentIndex(0),
        )
        self.stack = QStackedWidget(self)
        for part in (self.table, self.empty, self.nothing_found, self.nothing_due):
            self.stack.addWidget(part)
        self.body.addWidget(self._toolbar())
        holder = QVBoxLayout()
        holder.setContentsMargins(16, 8, 16, 0)
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.stack)
        holder.addWidget(card)
        self.body.addLayout(holder, 1)
        self.body.addSpacing(12)
        bind(
            self,
            {
                "find": self.search.setFocus,
                "import_cases": self.ask_import,
                "register": self.ask_register,
                "term_filter": self.next_filter,
                "archival": self.show_archival,
                "export_register": self.ask_export,
            },
        )
        self._show_next()

    def _toolbar(self) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 16, 16, 8)
        row.setSpacing(8)
        row.addWidget(label(_("Today"), "large"))
        row.addSpacing(8)
        row.addWidget(self.summary)
        row.addStretch(1)
        row.addWidget(self.due)
        row.addWidget(self.search, 2)
        row.addWidget(
            tool_button(
                "figures", _("Figures of the operators"), self._ask_figures, action="figures"
            )
        )
        row.addWidget(
            tool_button("print", _("Print work slip…"), self._ask_print, action="print_slip")
        )
        row.addWidget(
            tool_button(
                "archive",
                _("Retention, archival code, term…"),
                self.show_archival,
                action="archival",
            )
        )
        row.addWidget(
            tool_button(
                "save", _("Register as a spreadsheet…"), self.ask_export, action="export_register"
            )
        )
        row.addWidget(
            tool_button("person", _("People and PINs…"), self.people_asked.emit, action="people")
        )
        row.addWidget(push_button(_("Import case list…"), self.ask_import, icon_name="import"))
        row.addWidget(push_button(_("Register case…"), self.ask_register, icon_name="add"))
        return bar

    def _ask_figures(self) -> None:
        self.figures_asked.emit()

    def _ask_print(self) -> None:
        self.print_asked.emit()

    def show_case(self, case: CaseView | None) -> None:
        """Read the list again."""
        self.read(self.desk.workstation.cases, self._show_rows)

    def _show_rows(self, rows: list[CaseRow]) -> None:
        current = self.current_row
        self.model.replace(rows)
        self.summary.setText(summary_sentence(rows))
        self._show_stack()
        wanted = current.case_no if current is not None else self.desk.case_no
        number = self.model.number_of(wanted)
        index = self.sorted.mapFromSource(self.model.index(max(number, 0), 0))
        if index.isValid():
            self.table.setCurrentIndex(index)
        self._show_next()

    def _show_stack(self) -> None:
        if not self.model.rows:
            self.stack.setCurrentWidget(self.empty)
        elif self.sorted.rowCount() == 0:
            searching = bool(self.search.text().strip())
            self.stack.setCurrentWidget(self.nothing_found if searching else self.nothing_due)
        else:
            self.stack.setCurrentWidget(self.table)

    def next_filter(self) -> None:
        """The next state of the term: all cases, overdue, due soon, not closed."""
        self.due.setCurrentIndex((self.due.currentIndex() + 1) % self.due.count())

    def _filter_due(self) -> None:
        self.sorted.show_term(str(self.due.currentData()))
        self._filtered()

    def _filter(self, text: str) -> None:
        self.sorted.search(search_form(text))
        self._filtered()

    def _filtered(self) -> None:
        self._show_stack()
        if self.sorted.rowCount():
            self.table.setCurrentIndex(self.sorted.index(0, 0))
        self._show_next()

    @property
    def current_row(self) -> CaseRow | None:
        """The case under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, CaseRow) else None

    def _show_next(self) -> None:
        row = self.current_row
        if row is None:
            self.next_action.show_nothing(_("Choose a case, or register one."))
            return
        self.next_action.show_action(
            _("Open: {action}").format(action=next_text(row)),
            self.open_current,
            sentence=row.case_no,
            detail=parties(row.plaintiff, row.defendant, row.cause)[:60],
        )

    def open_current(self) -> None:
        """Open the case under the cursor on the page of its next step."""
        row = self.current_row
        if row is not None:
            self.desk.open_case(self, row.case_no, page=next_action_page(row.next_action))

    def ask_import(self) -> None:
        """Let the person choose a case list."""
        path, _filter = QFileDialog.getOpenFileName(
            self, _("Import case list"), "", _("Case lists (*.xlsx *.csv *.json)")
        )
        if path:
            self.import_file(Path(path))

    def import_file(self, path: Path) -> None:
        """Import a case list and say what came of it."""
        actor, workstation = self.desk.actor, self.desk.workstation
        self.run_long(
            _("Importing {name}").format(name=path.name),
            lambda _report, _cancel: workstation.import_cases(actor, path),
            self._imported,
        )

    def _imported(self, outcome: dict[str, Any]) -> None:
        rejected = outcome["rejected"]
        message = _("{count} cases imported.").format(count=outcome["imported"])
        if not rejected:
            self.notice.show_text("good", message)
            return
        reasons = [
            _("Row {row}: {reason}").format(
                row=entry["row"], reason=present(fault_from_record(entry["fault"])).message
            )
            for entry in rejected[:5]
        ]
        more = _("{count} rows were left out:").format(count=len(rejected))
        self.notice.show_text("warn", message, more, "\n".join(reasons))

    def show_archival(self) -> ArchivalDialog | None:
        """Retention, archival code and term of the case under the cursor."""
        row = self.current_row
        if row is None:
            self.desk.said.emit(_("Choose a case first."))
            return None
        dialog = ArchivalDialog(self.desk, row.case_no, self)
        dialog.changed.connect(lambda _case_no: self.refresh())
        dialog.open()
        return dialog

    def ask_export(self) -> None:
        """Ask where the register goes."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        path, _kind = QFileDialog.getSaveFileName(
            self,
            _("Register as a spreadsheet…"),
            f"{folder}/案件登记表.xlsx",
            _("Spreadsheets (*.xlsx)"),
        )
        if path:
            self.export_register(Path(path))

    def export_register(self, path: Path) -> None:
        """Write the register of all cases."""
        if self.busy:
            return
        actor, workstation = self.desk.actor, self.desk.workstation

        def written(count: int) -> None:
            said = _("{count} cases written to {path}.")
            self.desk.said.emit(said.format(count=count, path=path))

        self.run_long(
            _("Writing the register"),
            lambda report, cancel: workstation.write_register(
                actor, path, report=report, cancel=cancel
            ),
            written,
            safe=_("The cases are unchanged; no half file is left."),
        )

    def ask_register(self) -> None:
        """Let the person type in one case."""
        dialog = RegisterDialog(self.desk, self)
        dialog.registered.connect(self._registered)
        dialog.open()

    def _registered(self, case: CaseView) -> None:
        self.desk.said.emit(_("{case_no} is registered.").format(case_no=case.case_no))
        self.desk.open_case(self, case.case_no, page="scan")

    def long_finished(self) -> None:
        """The list may have grown."""
        self.refresh()
