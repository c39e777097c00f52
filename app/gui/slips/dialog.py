"""The work slip of a case: preview, printer, PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QKeySequence, QShortcut
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.bind.preview import (
    PRINTER_DPI,
    SCREEN_DPI,
    PaperPreview,
    drawn,
    print_pictures,
)
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import framed, label
from app.kernel.errors import Fault
from app.kernel.file_names import safe_name

if TYPE_CHECKING:
    from app.gui.desk import Desk


class SlipDialog(QDialog):
    """Draws the slip as soon as it opens; the printer gets it at its own size, for its codes."""

    def __init__(self, desk: Desk, case_no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case_no = case_no
        self.setWindowTitle(_("Work slip"))
        self.resize(680, 720)
        self.preview = PaperPreview()
        self.error = FaultLine()
        self.print_button = push_button(
            _("Print…"), self.ask_printer, role="primary", icon_name="print"
        )
        self.save_button = push_button(_("Save as PDF…"), self.ask_file, icon_name="save")
        close = push_button(_("Close"), self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(label(_("It goes with the paper from hand to hand."), "muted"), 1)
        buttons.addWidget(close)
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.print_button)
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("Work slip {case_no}").format(case_no=case_no), "title"))
        column.addWidget(card, 1)
        column.addWidget(self.error)
        column.addLayout(buttons)
        for keys, call in (("Ctrl+P", self.ask_printer), ("Ctrl+S", self.ask_file)):
            QShortcut(QKeySequence(keys), self).activated.connect(call)
        self.print_button.setDefault(True)
        self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._wait(True)
        operation = Op(self, self._drawing(SCREEN_DPI)).reads()
        operation.done(self._show).refused(self._refused).start()

    def _show(self, pictures: list[QImage]) -> None:
        self.preview.show_pictures(pictures)
        self._wait(False)

    def _wait(self, waiting: bool) -> None:
        self.print_button.setEnabled(not waiting)
        self.save_button.setEnabled(not waiting)

    def _refused(self, fault: Fault) -> None:
        self.error.show_fault(fault)
        self._wait(self.preview.papers == 0)

    def _drawing(self, dpi: int) -> Callable[[], list[QImage]]:
        """A call that draws the slip, away from the main thread."""
        number, workstation = self._case_no, self._desk.workstation
        return lambda: drawn(lambda folder: workstation.work_slip_pictures(number, folder, dpi=dpi))

    def ask_printer(self) -> None:
        """Ask for a printer and print the slip."""
        if not self.print_button.isEnabled():
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec():
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Print the slip and put it on record."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._case_no
        draw = self._drawing(PRINTER_DPI)

        def draw_and_record() -> list[QImage]:
            pictures = draw()
            workstation.record_slip_printed(actor, number)
            return pictures

        def printed(pictures: list[QImage]) -> None:
            print_pictures(printer, pictures)
            self._desk.said.emit(_("The work slip was sent to the printer."))
            self.accept()

        self._wait(True)
        Op(self, draw_and_record).done(printed).refused(self._refused).start()

    def ask_file(self) -> None:
        """Ask where the slip goes as PDF, write it and open it."""
        if not self.save_button.isEnabled():
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = safe_name(_("Work slip {case_no}").format(case_no=self._case_no))
        path, _kind = QFileDialog.getSaveFileName(
            self, _("Print work slip"), f"{folder}/{name}.pdf", _("PDF files (*.pdf)")
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the slip to `path` and open it with the program for PDF files."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._case_no

        def saved(written: Path) -> None:
            self._desk.said.emit(_("The work slip is at {path}.").format(path=written))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(written)))
            self.accept()

        self._wait(True)
        operation = Op(self, lambda: workstation.print_work_slip(actor, number, path))
        operation.done(saved).refused(self._refused).start()
