"""Binding: volumes with their thickness, page numbers, and the papers that are bound in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.domain.binding import BindingPlan
from app.domain.lifecycle import may
from app.gui.bind.preview import (
    PRINTER_DPI,
    SCREEN_DPI,
    PaperPreview,
    drawn,
    print_pictures,
)
from app.gui.bind.volumes import VolumeRow, volume_columns, volume_rows, volume_word
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, RowsModel
from app.gui.next_steps import lead_on
from app.gui.ops import Op
from app.gui.page import Page
from app.gui.shortcuts import bind
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.kernel.file_names import safe_name
from app.services.views import CaseView


class BindPage(Page):
    """The plan is made from the catalogue; a person records it and prints its papers."""

    name = "bind"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._plans: tuple[BindingPlan, ...] = ()
        self._shown = ""
        self.model: RowsModel[VolumeRow] = RowsModel(
            volume_columns(), identity=lambda row: row.id, parent=self
        )
        self.table = RowTable(self.model, (120, 128, 56, 88, 120, -1), _("Volumes"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._row_chosen())
        self.summary = label("", "heading")
        self.advice = label("", "muted", wrap=True)
        self.preview = PaperPreview()
        self.stack = QStackedWidget(self)
        self.stack.addWidget(
            EmptyState(
                "bind",
                _("Nothing to bind yet"),
                _("Volumes are cut between the documents of the catalogue; make that first."),
                action_text=_("Go to Catalogue"),
                action=lambda: desk.page_requested.emit("catalogue"),
            )
        )
        self.stack.addWidget(self._both())
        self.body.addWidget(self.stack, 1)
        self.anew = push_button(
            _("Cut volumes anew"), self.cut_anew, icon_name="refresh", action="cut_anew"
        )
        self.stamped = push_button(
            _("Numbers are stamped"), self.numbers_stamped, action="numbers_stamped"
        )
        self.save_button = push_button(
            _("Save papers…"), self.ask_folder, icon_name="save", action="write_papers"
        )
        self.print_button = push_button(
            _("Print this volume…"), self.ask_printer, icon_name="print", action="print_papers"
        )
        for button in (self.anew, self.stamped, self.save_button, self.print_button):
            self.next_action.add(button)
        bind(
            self,
            {
                "cut_anew": self.cut_anew,
                "numbers_stamped": self.numbers_stamped,
                "write_papers": self.ask_folder,
                "print_papers": self.ask_printer,
            },
        )

    def _both(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = framed("toolbar")
        words = QVBoxLayout(head)
        words.setContentsMargins(16, 12, 16, 12)
        words.setSpacing(4)
        words.addWidget(self.summary)
        words.addWidget(self.advice)
        column.addWidget(head)
        column.addWidget(self.table, 1)
        splitter = QSplitter(self.stack)
        splitter.addWidget(left)
        splitter.addWidget(self.preview)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.setSizes([700, 506])
        return splitter

    def show_case(self, case: CaseView | None) -> None:
        """Read the plan of the case."""
        self._shown = ""
        if case is None:
            self._show(((), False))
            return
        number, workstation = case.case_no, self.desk.workstation
        self.read(
            lambda: (workstation.binding(number), bool(workstation.items(number))), self._show
        )

    def _show(self, loaded: tuple[tuple[BindingPlan, ...], bool]) -> None:
        self._plans, catalogued = loaded
        chosen = self.current_volume
        rows = volume_rows(self._plans)
        self.model.replace(rows)
        ready = bool(rows) and catalogued
        self.stack.setCurrentIndex(1 if ready else 0)
        self.summary.setText(summary_sentence(rows))
        self.advice.setText(advice_sentence(rows))
        case = self.desk.case
        open_to_edits = case is not None and may("dossier", case.state, "edit")
        self.anew.setVisible(ready and open_to_edits)
        self.stamped.setVisible(ready and open_to_edits and any(row.missing for row in rows))
        self.save_button.setVisible(ready)
        self.print_button.setVisible(ready)
        if case is not None and not self.busy:
            self._show_next(case, rows if ready else [], open_to_edits)
        if ready:
            place = self.model.number_of(chosen.id) if chosen is not None else 0
            self.table.go_to(max(place, 0))
            self._row_chosen()
        else:
            self.preview.show_pictures(())

    def _show_next(self, case: CaseView, rows: list[VolumeRow], open_to_edits: bool) -> None:
        if not rows:
            self.next_action.show_blocker(
                _("No catalogue yet"),
                lambda: self.desk.page_requested.emit("catalogue"),
                sentence=_("Volumes are cut between the documents of the catalogue."),
            )
        elif any(plan.changed for plan in self._plans) and open_to_edits:
            self.next_action.show_action(
                _("Record the volumes"),
                self.record,
                sentence=_("The volumes are a proposal until they are recorded."),
            )
        else:
            lead_on(self, case, _("The volumes are recorded."))

    @property
    def current_volume(self) -> VolumeRow | None:
        """The row under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, VolumeRow) else None

    def _row_chosen(self) -> None:
        row = self.current_volume
        if row is None or self._shown == row.id or self.stack.currentIndex() == 0:
            return
        self._shown = row.id
        number, draw = self.desk.case_no, self._drawing(row, SCREEN_DPI)

        def show(pictures: list[QImage]) -> None:
            if self._shown == row.id and self.desk.case_no == number:
                self.preview.show_pictures(pictures)

        Op(self, draw).reads().done(show).start()

    def _drawing(self, row: VolumeRow, dpi: int) -> Callable[[], list[QImage]]:
        """A call that draws the papers of a volume, away from the main thread."""
        number, workstation = self.desk.case_no, self.desk.workstation

        def draw(folder: Path) -> Sequence[Path]:
            return workstation.binding_pictures(
                number, folder, row.part, row.volume.number, dpi=dpi
            )

        return lambda: drawn(draw)

    def record(self) -> None:
        """Record the volumes as they are shown."""
        self._bind(_("The volumes are recorded. Ctrl+Z takes it back."))

    def cut_anew(self) -> None:
        """Cut and record volumes anew, whatever is recorded."""
        if self.anew.isVisible():
            self._bind(_("The volumes are cut anew. Ctrl+Z takes it back."), anew=True)

    def numbers_stamped(self) -> None:
        """Record that the missing numbers are on the paper now."""
        if self.stamped.isVisible():
            self._bind(_("The numbers are recorded. Ctrl+Z takes it back."), numbered=True)

    def _bind(self, said: str, *, anew: bool = False, numbered: bool = False) -> None:
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        self.write(lambda: workstation.bind(actor, number, anew=anew, numbered=numbered), said=said)

    def ask_folder(self) -> None:
        """Ask for a folder and write all papers there, in a new folder named by the case."""
        if not self.save_button.isVisible():
            return
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        path = QFileDialog.getExistingDirectory(self, _("Where to save the papers"), start)
        if path:
            self.save_papers(Path(path) / safe_name(self.desk.case_no))

    def save_papers(self, folder: Path) -> None:
        """Write papers, labels and numbered copies of all volumes, and open the folder."""
        if self.busy:
            return
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no

        def saved(files: Sequence[Path]) -> None:
            told = _("{count} files saved in {folder}.")
            self.desk.said.emit(told.format(count=len(files), folder=folder))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

        self.run_long(
            _("Writing the papers of the volumes"),
            lambda report, cancel: workstation.write_binding_papers(
                actor, number, folder, copies=True, report=report, cancel=cancel
            ),
            saved,
            safe=_("The dossier is unchanged; the files written so far stay."),
        )

    def ask_printer(self) -> None:
        """Ask for a printer and print the papers of the current volume."""
        if not self.print_button.isVisible():
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec():
            self.print_volume(printer)

    def print_volume(self, printer: QPrinter) -> None:
        """Print cover, catalogue, end note and label of the current volume."""
        row = self.current_volume
        if row is None or self.busy:
            return
        said = _("{volume} was sent to the printer.").format(volume=volume_word(row))
        draw = self._drawing(row, PRINTER_DPI)

        def done(pictures: list[QImage]) -> None:
            print_pictures(printer, pictures)
            self.desk.said.emit(said)

        self.run_long(_("Drawing the papers"), lambda _report, _cancel: draw(), done)

    def long_started(self) -> None:
        """Papers are being made."""
        self.next_action.show_busy(_("Working…"), sentence=_("You may go on elsewhere meanwhile."))


def summary_sentence(rows: Sequence[VolumeRow]) -> str:
    """How many volumes and pages there are."""
    pages = sum(row.volume.pages for row in rows)
    return _("{volumes} volumes, {pages} pages").format(volumes=len(rows), pages=pages)


def advice_sentence(rows: Sequence[VolumeRow]) -> str:
    """What is to be done with the paper."""
    if any(row.differing for row in rows):
        return _("Some numbers on the paper differ from the order. Look at them in the catalogue.")
    if any(row.missing for row in rows):
        return _("Stamp the missing numbers on the paper, then say so here.")
    return _("Every page bears its number.")
