"""What the list of transfers between courts offers: send, take in, note a receipt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from app.gui.archive.court_dialogs import ReceiveQuestion, SendQuestion
from app.gui.archive.court_panel import CourtPanel
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.page import Page
from app.gui.present import present
from app.kernel.errors import Fault
from app.kernel.file_names import safe_name
from app.services.archive_views import CourtTransferRow
from app.words.court_transfers import court_state_word, signer_change_word


class CourtSteps(QObject):
    """Reads for the panel and gives its commands. `case_in_hand` is the case that would be sent:
    the open one, or the one under the cursor of the queue."""

    def __init__(
        self, page: Page, panel_of: Callable[[], CourtPanel], case_in_hand: Callable[[], str]
    ) -> None:
        super().__init__(page)
        self._page, self._desk, self._panel_of = page, page.desk, panel_of
        self._case_in_hand = case_in_hand

    def read(self) -> None:
        """Read what went and came."""
        workstation = self._desk.workstation

        def done(rows: Sequence[CourtTransferRow]) -> None:
            self._panel_of().show_rows(rows)

        def refused(fault: Fault) -> None:
            self._page.notice.show_presentation(present(fault))

        Op(self._page, workstation.court_transfers).reads().done(done).refused(refused).start()

    def ask_send(self) -> SendQuestion | None:
        """Ask to which court the case in hand goes."""
        case_no = self._case_in_hand()
        if not self._free() or not case_no:
            self._desk.said.emit(_("Choose a dossier in the queue first."))
            return None
        question = SendQuestion(self._desk, case_no, self._page)
        question.chosen.connect(
            lambda court, purpose: self._ask_file(case_no, str(court), str(purpose))
        )
        question.open()
        return question

    def _ask_file(self, case_no: str, court: str, purpose: str) -> None:
        name = safe_name(f"{case_no} {court}")
        path, _kind = QFileDialog.getSaveFileName(
            self._page,
            _("Send to another court"),
            f"{_documents()}/{name}.zip",
            _("Packages (*.zip)"),
        )
        if path:
            self.send(case_no, court, purpose, Path(path))

    def send(self, case_no: str, court: str, purpose: str, out: Path) -> None:
        """Write the package of a case with its letter."""
        actor, workstation = self._desk.actor, self._desk.workstation

        def done(row: CourtTransferRow) -> None:
            said = _("The package and its letter are at {path}.").format(path=row.path)
            if row.details.get("restricted"):
                restricted = _("The file holds the restricted part: for the receiving court only.")
                said = f"{said} {restricted}"
            self._desk.said.emit(said)
            self.read()

        self._run(
            _("Writing the package for {court}").format(court=court),
            lambda report, cancel: workstation.export_for_court(
                actor, case_no, court, purpose, out, report=report, cancel=cancel
            ),
            done,
            _("The sealed package is only read."),
        )

    def ask_receive(self) -> None:
        """Ask which package of another court is taken in."""
        if not self._free():
            return
        path, _kind = QFileDialog.getOpenFileName(
            self._page, _("Take in a package"), _documents(), _("Packages (*.zip)")
        )
        if path:
            self.ask_digest(Path(path))

    def ask_digest(self, path: Path) -> ReceiveQuestion:
        """Ask what the letter says of the package at `path`."""
        question = ReceiveQuestion(self._desk, path, self._page)
        question.chosen.connect(lambda digest: self.receive(path, str(digest)))
        question.open()
        return question

    def receive(self, path: Path, digest: str) -> None:
        """Check a package of another court and make a case of it."""
        actor, workstation = self._desk.actor, self._desk.workstation

        def done(row: CourtTransferRow) -> None:
            name = row.case_no or path.name
            self._desk.said.emit(f"{name}: {court_state_word(row.state)}")
            self.read()

        self._run(
            _("Checking the package of another court"),
            lambda report, cancel: workstation.import_from_court(
                actor, path, confirm_sha256=digest, report=report, cancel=cancel
            ),
            done,
            _("No dossier of this court is touched."),
        )

    def ask_receipt(self) -> None:
        """Ask for the receipt of the transfer in hand."""
        row = self._panel_of().current
        if row is None or not self._free() or not self._panel_of().receipt.isEnabled():
            return
        path, _kind = QFileDialog.getOpenFileName(
            self._page, _("Note the receipt"), _documents(), _("Receipts (*.json)")
        )
        if path:
            self.note(row.id, Path(path))

    def note(self, transfer_id: str, path: Path) -> None:
        """Note what the receiving court answered."""
        actor, workstation = self._desk.actor, self._desk.workstation

        def done(row: CourtTransferRow) -> None:
            parts = (court_state_word(row.state), signer_change_word(row))
            said = " · ".join(part for part in parts if part)
            self._desk.said.emit(f"{row.case_no}: {said}")
            self.read()

        self._run(
            _("Reading the receipt"),
            lambda _report, _cancel: workstation.note_court_receipt(actor, transfer_id, path),
            done,
            _("The transfer stays as it was unless the receipt fits it."),
        )

    def _free(self) -> bool:
        return self._desk.is_signed_in and not self._page.busy

    def _run(
        self,
        title: str,
        call: Callable[[Any, Any], CourtTransferRow],
        done: Callable[[CourtTransferRow], None],
        safe: str,
    ) -> None:
        self._page.run_long(title, call, done, safe=safe)


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
