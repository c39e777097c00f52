"""What the lists of one dossier offer: sign counts, shelve by scans, later material, passport."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from app.gui.archive.case_dialogs import AdditionQuestion, AdditionWord, ShelvingQuestion
from app.gui.archive.case_panel import CasePanel, CaseRead
from app.gui.archive.freeze_dialog import FreezeQuestion
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.gui.ops import Op
from app.gui.page import Page
from app.gui.present import present
from app.kernel.errors import Fault
from app.kernel.file_names import safe_name
from app.services.archive_views import PassportView, SignatureView

Shown = TypeVar("Shown", bound=Question)


class CaseSteps(QObject):
    """Gives the commands for `page`. `shown` is what was read of the dossier, while it is open."""

    def __init__(self, page: Page, panel_of: Callable[[], CasePanel]) -> None:
        super().__init__(page)
        self._page, self._desk, self._panel_of = page, page.desk, panel_of
        self.shown: CaseRead | None = None
        # The package whose signatures are in sight, and whether they are being judged.
        self._signed_package = ""
        self._judging = False

    @property
    def panel(self) -> CasePanel:
        """The lists."""
        return self._panel_of()

    def _ask(self, question: Shown) -> Shown:
        question.answered.connect(lambda _result: self._desk.reread(self._page))
        question.open()
        return question

    def settle(self) -> FreezeQuestion | None:
        """Have somebody sign which count is right."""
        freeze = self.shown.frozen if self.shown is not None else None
        if freeze is None:
            return None
        self.panel.lists.go_to("freezes")
        return self._ask(FreezeQuestion(self._desk, freeze, self._page))

    def shelve_by_scans(self) -> ShelvingQuestion | None:
        """Shelve the paper volume by volume with a scanner."""
        if not self._desk.case_no:
            return None
        return self._ask(ShelvingQuestion(self._desk, self._desk.case_no, self._page))

    def ask_addition(self) -> AdditionQuestion | None:
        """Ask that later material be added."""
        case = self._desk.case
        if case is None:
            return None
        self.panel.lists.go_to("additions")
        return self._ask(AdditionQuestion(self._desk, case, self._page))

    def approve(self) -> AdditionWord | None:
        """Approve the later material in hand."""
        return self._say(approve=True)

    def refuse(self) -> AdditionWord | None:
        """Refuse the later material in hand."""
        return self._say(approve=False)

    def _say(self, *, approve: bool) -> AdditionWord | None:
        row = self.panel.lists.additions.current
        if row is None:
            return None
        return self._ask(AdditionWord(self._desk, row, approve=approve, parent=self._page))

    def open_addition(self) -> None:
        """Open the dossier for the approved material."""
        row = self.panel.lists.additions.current
        if row is not None:
            actor, workstation, addition = self._desk.actor, self._desk.workstation, row.id
            self._page.write(
                lambda: workstation.open_addition(actor, addition),
                said=_("The dossier is open for the later material."),
            )

    def issue_passport(self) -> None:
        """Issue a passport of the newest package as both tracks stand now."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._desk.case_no
        if not number or self._page.busy:
            return
        self.panel.lists.go_to("passports")

        def done(view: PassportView) -> None:
            self._desk.said.emit(_("Passport {number} is issued.").format(number=view.number))

        self._page.run_long(
            _("Issuing the passport"),
            lambda _report, _cancel: workstation.issue_passport(actor, number),
            done,
            safe=_("The package and earlier passports are not affected."),
        )

    def ask_print(self) -> None:
        """Ask where the page with the code of the newest passport goes."""
        if self._page.busy or not self._desk.case_no:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = safe_name(_("Passport of {case_no}").format(case_no=self._desk.case_no))
        path, _kind = QFileDialog.getSaveFileName(
            self._page, _("Print the passport"), f"{folder}/{name}.pdf", _("PDF files (*.pdf)")
        )
        if path:
            self.print_passport(Path(path))

    def print_passport(self, path: Path) -> None:
        """Write the page with the code of the newest passport and open it."""
        workstation, number = self._desk.workstation, self._desk.case_no

        def done(written: Path) -> None:
            self._desk.said.emit(_("The passport is at {path}.").format(path=written))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(written)))

        self._page.run_long(
            _("Drawing the passport"),
            lambda _report, _cancel: workstation.print_passport(number, path),
            done,
            safe=_("The passport itself is not affected."),
        )

    def judge_signatures(self) -> None:
        """Judge the signatures of the package, once for each package: that reads all of it."""
        package = self.shown.package if self.shown is not None else None
        signatures = self.panel.lists.signatures
        if package is None:
            self._signed_package = ""
            signatures.say(_("No package yet, so there is nothing to sign."))
            signatures.show_rows(())
            return
        key, number = f"{package.package}|{package.sha256}", self._desk.case_no
        if self._judging or key == self._signed_package:
            return
        signatures.say(_("The signatures are being judged…"))
        signatures.show_rows(())
        self._judging = True
        workstation = self._desk.workstation

        def done(rows: list[SignatureView]) -> None:
            if number == self._desk.case_no:
                self._signed_package = key
                signatures.say(_("The package bears no signature."))
                signatures.show_rows(rows)

        def refused(fault: Fault) -> None:
            signatures.say(fault_sentence(fault))

        def settled() -> None:
            self._judging = False

        operation = Op(self._page, lambda: workstation.signatures(number)).reads().done(done)
        operation.refused(refused).finally_(settled).start()


def fault_sentence(fault: Fault) -> str:
    """A fault in one line."""
    shown = present(fault)
    return f"{shown.message} {shown.remedy}".strip()
