"""Writing the registers of the archive: which one, as what, and where to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.gui.page import Page
from app.kernel.file_names import safe_name

REGISTERS = (HANDOVER, FORM, ADDITIONS) = ("handover", "form", "additions")
# What a register is called on paper, whatever language the window speaks.
TITLES = {HANDOVER: "移交清册", FORM: "电子档案移交与接收登记表", ADDITIONS: "补充材料登记表"}


def register_word(kind: str) -> str:
    """What a register is for."""
    return {
        HANDOVER: _("Hand-over register"),
        FORM: _("Hand-over and receipt form"),
        ADDITIONS: _("Register of later material"),
    }[kind]


class RegisterQuestion(Question):
    """Which register is wanted, for which dossiers, and as PDF or spreadsheet. Emits
    `chosen(kind, case_no, suffix)`."""

    chosen = Signal(str, str, str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, _("Registers"), "", _("Write…"), parent)
        self.kind = QComboBox()
        for kind in REGISTERS:
            self.kind.addItem(register_word(kind), kind)
        self.add_field(_("Which register"), self.kind)
        self.extent = QComboBox()
        self.extent.addItem(_("All dossiers"), "")
        if desk.case_no:
            self.extent.addItem(desk.case_no, desk.case_no)
        self.add_field(_("Which dossiers"), self.extent)
        self.suffix = QComboBox()
        self.suffix.addItem(_("PDF, to print and sign"), ".pdf")
        self.suffix.addItem(_("Spreadsheet (.xlsx)"), ".xlsx")
        self.add_field(_("Form"), self.suffix)

    def submit(self) -> None:
        """Go on to where it is written."""
        self.accept()
        self.chosen.emit(
            str(self.kind.currentData()),
            str(self.extent.currentData()),
            str(self.suffix.currentData()),
        )


class RegisterSteps(QObject):
    """Gives the commands about registers for `page`."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page

    def ask(self) -> RegisterQuestion | None:
        """Ask which register is wanted."""
        if self._page.busy or not self._page.desk.is_signed_in:
            return None
        question = RegisterQuestion(self._page.desk, self._page)
        question.chosen.connect(self.ask_place)
        question.open()
        return question

    def ask_place(self, kind: str, case_no: str, suffix: str) -> None:
        """Ask where a register goes."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = safe_name(" ".join(part for part in (TITLES[kind], case_no) if part))
        kinds = {".pdf": _("PDF files (*.pdf)"), ".xlsx": _("Spreadsheets (*.xlsx)")}
        path, _kind = QFileDialog.getSaveFileName(
            self._page, register_word(kind), f"{folder}/{name}{suffix}", kinds[suffix]
        )
        if path:
            self.write(kind, case_no, Path(path))

    def write(self, kind: str, case_no: str, path: Path) -> None:
        """Write a register and open it."""
        actor, workstation = self._page.desk.actor, self._page.desk.workstation
        call = {
            HANDOVER: workstation.handover_register,
            FORM: workstation.handover_form,
            ADDITIONS: workstation.additions_register,
        }[kind]
        case_nos = (case_no,) if case_no else ()

        def done(count: int) -> None:
            said = _("{count} rows written to {path}.")
            self._page.desk.said.emit(said.format(count=count, path=path))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        self._page.run_long(
            _("Writing the register"),
            lambda _report, _cancel: call(actor, path, case_nos=case_nos),
            done,
            safe=_("The dossiers are unchanged; no half file is left."),
        )
