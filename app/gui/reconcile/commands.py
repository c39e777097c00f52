"""What a person does on the review screen: verdicts, rounds, notes, requests, signatures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog

from app.gui.i18n import _
from app.gui.leafing.window import LeafingWindow
from app.gui.reconcile.back_dialog import BackDialog
from app.gui.reconcile.defect_dialog import DefectDialog
from app.gui.reconcile.listing import place_words
from app.gui.reconcile.request_dialog import RequestDialog
from app.gui.reconcile.sample import limits_sentence
from app.gui.reconcile.settings_dialog import ReviewSettingsDialog
from app.kernel.file_names import safe_name
from app.services.review_views import SampleRow
from app.services.views import DiscrepancyRow, SideRow
from app.words.dossiers import discrepancy_word

if TYPE_CHECKING:
    from app.gui.reconcile.page import ReconcilePage

# A place for a note begins as the middle of the page, and is moved by this part of its height.
_MIDDLE = (0.3, 0.4, 0.7, 0.6)
_NUDGE = 0.004


class ReviewCommands:
    """The commands of one review page."""

    def __init__(self, page: ReconcilePage) -> None:
        self._page = page

    def judge(self, verdict: str) -> None:
        """Give the current row of the list in front a verdict."""
        page = self._page
        place = page.tabs.currentIndex()
        if place == 0 and page.differences.current is not None:
            self._judge_difference(page.differences.current, verdict)
        elif place == 1 and page.sample.current is not None:
            self._judge_side(page.sample.current, verdict)

    def _judge_difference(self, row: DiscrepancyRow, verdict: str) -> None:
        """For "differs" and "ask" a remark is asked."""
        if verdict == "same":
            self._resolve(row, verdict, "")
            return
        text = _("Remark for the end note:") if verdict == "differs" else _("What is to be asked?")
        self._ask_text(
            discrepancy_word(row.kind),
            text,
            lambda remark: self._resolve(row, verdict, remark),
            given=row.remark or row.explanation if verdict == "differs" else row.remark,
        )

    def _resolve(self, row: DiscrepancyRow, verdict: str, remark: str) -> None:
        actor, workstation = self._page.desk.actor, self._page.desk.workstation
        self._page.write(lambda: workstation.resolve(actor, row.id, verdict, remark))
        self._page.go_open(1)

    def _judge_side(self, row: SampleRow, verdict: str) -> None:
        review = self._page.review
        if review is None or review.last_round is None or review.last_round.state != "open":
            return
        where = self._name(row.side_id)
        if verdict == "same":
            self._review(row, verdict)
        elif verdict == "ask":
            self._ask_text(
                where,
                _("What is to be asked?"),
                lambda remark: self._review(row, verdict, remark=remark),
                given=row.remark,
            )
        else:
            dialog = DefectDialog(where, review.settings.defects, self._page)
            dialog.accepted.connect(
                lambda: self._review(row, verdict, defect=dialog.defect, remark=dialog.words)
            )
            dialog.open()

    def _review(self, row: SampleRow, verdict: str, *, defect: str = "", remark: str = "") -> None:
        page = self._page
        actor, workstation, number = page.desk.actor, page.desk.workstation, page.desk.case_no
        page.write(
            lambda: workstation.review_side(
                actor, number, row.side_id, verdict, defect=defect, remark=remark
            )
        )
        page.go_open(1)

    def draw(self) -> None:
        """Draw the sample of the court's plan and go to its first side."""
        page = self._page
        actor, workstation, number = page.desk.actor, page.desk.workstation, page.desk.case_no
        page.show_list(1)
        page.write(
            lambda: workstation.draw_sample(actor, number),
            said=_("The sample is drawn; its seed is on record."),
        )

    def close_round(self) -> None:
        """Decide the round by its plan; where it does not pass, ask where it goes back to."""
        page = self._page
        view = page.review.last_round if page.review is not None else None
        if view is None:
            return
        if view.passes:
            self._close_round()
            return
        dialog = BackDialog(view, limits_sentence(view), page)
        dialog.accepted.connect(lambda: self._close_round(dialog.back, dialog.words))
        dialog.open()

    def _close_round(self, back: str = "", reason: str = "") -> None:
        page = self._page
        actor, workstation, number = page.desk.actor, page.desk.workstation, page.desk.case_no
        page.write(lambda: workstation.close_round(actor, number, back=back, reason=reason))

    def sign(self) -> None:
        """Sign the step that is due."""
        page = self._page
        actor, workstation, number = page.desk.actor, page.desk.workstation, page.desk.case_no
        page.show_list(3)
        page.write(lambda: workstation.sign_off(actor, number), said=_("Signed"))

    def begin_note(self) -> None:
        """Frame a place on the page; Enter asks for the text."""
        compared = self._page.compared
        scene = compared.first.viewer.sceneRect()
        if compared.side is None or compared.blinking or scene.isEmpty():
            return
        width, height = scene.width(), scene.height()
        x0, y0, x1, y1 = _MIDDLE
        compared.first.viewer.begin_crop(
            (x0 * width, y0 * height, x1 * width, y1 * height), max(1.0, _NUDGE * height)
        )
        compared.first.viewer.setFocus()
        self._page.desk.said.emit(_("Frame the place by mouse or arrow keys, then press Enter."))

    def note_framed(self) -> None:
        """The place stands; ask what is to be said of it."""
        viewer, side = self._page.compared.first.viewer, self._page.compared.side
        frame, scene = viewer.crop, viewer.sceneRect()
        if frame is None or side is None or scene.isEmpty():
            return
        x0, y0, x1, y1 = frame.box
        width, height = scene.width(), scene.height()
        box = (x0 / width, y0 / height, min(x1 / width, 1.0), min(y1 / height, 1.0))
        viewer.drop_frame()
        self._ask_text(
            self._name(side.id),
            _("Note on this place:"),
            lambda text: self._note(side, text, box),
        )

    def _note(self, side: SideRow, text: str, box: tuple[float, ...]) -> None:
        page = self._page
        actor, workstation, number = page.desk.actor, page.desk.workstation, page.desk.case_no
        if text:
            page.write(
                lambda: workstation.add_note(actor, number, side.id, text, box),
                said=_("The note stands; it waits for an answer."),
            )

    def answer(self) -> None:
        """Answer the current note."""
        row = self._page.matters.current
        if row is None or not row.open:
            return
        actor, workstation = self._page.desk.actor, self._page.desk.workstation
        self._ask_text(
            row.text,
            _("Answer:"),
            lambda text: self._page.write(lambda: workstation.answer_note(actor, row.id, text)),
        )

    def ask_correction(self) -> None:
        """Ask to have the side in sight mended."""
        page, side = self._page, self._page.compared.side
        if side is None:
            return
        actor, workstation, number = page.desk.actor, page.desk.workstation, page.desk.case_no
        dialog = RequestDialog(self._name(side.id), page)
        dialog.accepted.connect(
            lambda: page.write(
                lambda: workstation.request_correction(
                    actor, number, dialog.wanted, dialog.reason.text(), side_id=side.id
                ),
                said=_("The request is on record."),
            )
        )
        dialog.open()

    def settle(self) -> None:
        """Say that the current request was carried out."""
        row = self._page.matters.current
        if row is not None and row.open:
            actor, workstation = self._page.desk.actor, self._page.desk.workstation
            self._page.write(lambda: workstation.settle_correction(actor, row.id, done=True))

    def decline(self) -> None:
        """Decline the current request, with the reason."""
        row = self._page.matters.current
        if row is None or not row.open:
            return
        actor, workstation = self._page.desk.actor, self._page.desk.workstation
        self._ask_text(
            row.text,
            _("Why is it declined?"),
            lambda text: self._page.write(
                lambda: workstation.settle_correction(actor, row.id, done=False, remark=text)
            ),
        )

    def ask_report(self) -> None:
        """Ask where the report goes, write it and open it."""
        page = self._page
        if page.busy or not page.desk.case_no:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = safe_name(_("Review of {case_no}").format(case_no=page.desk.case_no))
        path, _kind = QFileDialog.getSaveFileName(
            page,
            _("Report of the review"),
            f"{folder}/{name}.pdf",
            _("PDF files (*.pdf)") + ";;" + _("JSON files (*.json)"),
        )
        if path:
            self.write_report(Path(path))

    def write_report(self, path: Path) -> None:
        """Write the report to `path` and open it."""
        page = self._page
        actor, workstation, number = page.desk.actor, page.desk.workstation, page.desk.case_no

        def written(done: Path) -> None:
            page.desk.said.emit(_("The report is at {path}.").format(path=done))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(done)))

        page.run_long(
            _("Writing the report"),
            lambda _report, _cancel: workstation.write_review_report(actor, number, path),
            written,
        )

    def leaf_through(self) -> LeafingWindow | None:
        """Open the window of leafing through, or bring it forward."""
        page = self._page
        window = page.findChild(LeafingWindow)
        if window is None:
            if not page.desk.case_no:
                return None
            window = LeafingWindow(page)
            window.place_asked.connect(page.show_position)
            window.resize(page.window().size())
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def show_settings(self) -> None:
        """Show what the court demands; administrators change it."""
        page = self._page
        if page.review is None:
            return
        dialog = ReviewSettingsDialog(page.desk, page.review.settings, page)
        dialog.saved.connect(page.refresh)
        dialog.open()

    def _name(self, side_id: str) -> str:
        side = next((side for side in self._page.sides.values() if side.id == side_id), None)
        return "" if side is None else place_words(side.page_number, side.position)

    def _ask_text(
        self, title: str, text: str, done: Callable[[str], object], *, given: str = ""
    ) -> None:
        dialog = QInputDialog(self._page)
        dialog.setWindowTitle(title)
        dialog.setLabelText(text)
        dialog.setTextValue(given)
        dialog.setMinimumWidth(480)
        dialog.textValueSelected.connect(lambda value: done(str(value).strip()))
        dialog.open()
