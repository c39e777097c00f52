"""The catalogue of a case as a spreadsheet: out, and back with its differences shown first."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen
from PySide6.QtCore import QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.kernel.errors import Fault
from app.kernel.file_names import safe_name
from app.services.sheet_views import CatalogueSheet
from app.words.cataloguing import field_word
from app.words.sheets import change_word, problem_word


@frozen(kw_only=True)
class SheetLine:
    """A difference, or a row that cannot be taken over (`tone` "bad")."""

    place: str
    title: str
    what: str
    before: str
    after: str
    tone: str


def lines_of(view: CatalogueSheet) -> list[SheetLine]:
    """What is wrong first, then what would change."""
    wrong = [
        SheetLine(
            place=_("Row {row}").format(row=problem.row) if problem.row else "",
            title="",
            what=_("Cannot be taken"),
            before="",
            after=problem_word(problem.code, problem.value),
            tone="bad",
        )
        for problem in view.problems
    ]
    return wrong + [
        SheetLine(
            place=_("No. {number}").format(number=change.number) if change.number else "",
            title=change.title,
            what=field_word(change.field) or change_word(change.kind),
            before=change.before,
            after=change.after,
            tone="note" if change.kind == "changed" else "accent",
        )
        for change in view.changes
    ]


def sheet_columns() -> tuple[Column[SheetLine], ...]:
    """The columns of the differences."""
    return (
        Column(key="place", title=_("Place"), text=lambda line: line.place),
        Column(key="title", title=_("Document"), text=lambda line: line.title),
        Column(
            key="what",
            title=_("Change"),
            text=lambda line: line.what,
            tone=lambda line: line.tone,
        ),
        Column(key="before", title=_("Before"), text=lambda line: line.before),
        Column(key="after", title=_("After"), text=lambda line: line.after),
    )


def sheet_sentence(view: CatalogueSheet) -> str:
    """What came of reading a sheet."""
    if view.problems:
        return _(
            "{count} places cannot be taken over. Correct them in the sheet and read it again."
        ).format(count=len(view.problems))
    if not view.changes:
        return _("The sheet says the same as the catalogue.")
    return _("{count} differences; {same} rows are alike.").format(
        count=len(view.changes), same=view.unchanged
    )


class CatalogueSheetDialog(QDialog):
    """Emits `taken_over(case_no)` when a sheet was taken over."""

    taken_over = Signal(str)

    def __init__(self, desk: Desk, case_no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case_no = case_no
        self._path = Path()
        self.setWindowTitle(_("Catalogue as a spreadsheet"))
        self.resize(880, 560)
        self.sentence = label("", "heading", wrap=True)
        self.model: RowsModel[SheetLine] = RowsModel(
            sheet_columns(),
            identity=lambda line: f"{line.place} {line.what} {line.after}",
            parent=self,
        )
        self.table = RowTable(self.model, (80, 200, 120, 160, -1), _("Differences"))
        empty = EmptyState(
            "catalogue",
            _("No sheet read yet"),
            _(
                "Save the catalogue as a spreadsheet, correct it there, and read it again. "
                "What would change is shown here before anything changes."
            ),
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(empty)
        self.stack.addWidget(self.table)
        self.error = FaultLine()
        self.take_button = push_button(_("Take over"), self.take_over, role="primary")
        self.take_button.setEnabled(False)
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.stack)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(push_button(_("Save the sheet…"), self.ask_save, icon_name="save"))
        foot.addWidget(push_button(_("Read a sheet…"), self.ask_read, icon_name="import"))
        foot.addStretch(1)
        foot.addWidget(push_button(_("Close"), self.reject))
        foot.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(case_no, "title"))
        column.addWidget(self.sentence)
        column.addWidget(card, 1)
        column.addWidget(self.error)
        column.addLayout(foot)

    def ask_save(self) -> None:
        """Ask where the catalogue goes."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = safe_name(f"{self._case_no} 卷内目录")
        path, _kind = QFileDialog.getSaveFileName(
            self, _("Save the sheet…"), f"{folder}/{name}.xlsx", _("Spreadsheets (*.xlsx)")
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the catalogue and open it with the program for spreadsheets."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._case_no

        def saved(written: Path) -> None:
            self._desk.said.emit(_("The catalogue is at {path}.").format(path=written))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(written)))

        self.error.hide()
        operation = Op(self, lambda: workstation.write_catalogue_sheet(actor, number, path))
        operation.done(saved).refused(self._refused).start()

    def ask_read(self) -> None:
        """Let the person choose a corrected sheet."""
        path, _kind = QFileDialog.getOpenFileName(
            self, _("Read a sheet…"), "", _("Spreadsheets (*.xlsx)")
        )
        if path:
            self.read_sheet(Path(path))

    def read_sheet(self, path: Path) -> None:
        """Show what a sheet would change."""
        self._path = path
        self.error.hide()
        number, workstation = self._case_no, self._desk.workstation
        operation = Op(self, lambda: workstation.read_catalogue_sheet(number, path)).reads()
        operation.done(self._show).refused(self._refused).start()

    def _show(self, view: CatalogueSheet) -> None:
        lines = lines_of(view)
        self.model.replace(lines)
        self.stack.setCurrentIndex(1 if lines else 0)
        self.sentence.setText(sheet_sentence(view))
        self.take_button.setEnabled(bool(view.changes) and not view.problems)
        if self.take_button.isEnabled():
            self.take_button.setFocus()

    def take_over(self) -> None:
        """Take the sheet over as one edit."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._case_no
        path = self._path

        def taken(_view: CatalogueSheet) -> None:
            self._desk.said.emit(_("The sheet is taken over. Ctrl+Z takes it back."))
            self.taken_over.emit(number)
            self.accept()

        self.take_button.setEnabled(False)
        operation = Op(self, lambda: workstation.apply_catalogue_sheet(actor, number, path))
        operation.done(taken).refused(self._refused).start()

    def _refused(self, fault: Fault) -> None:
        self.error.show_fault(fault)
        self.take_button.setEnabled(False)
