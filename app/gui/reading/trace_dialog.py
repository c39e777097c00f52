"""Whose copy this is: a photograph or a scan of a page, and the reader to whom it was issued."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, QStandardPaths
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.reading import PRINT
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.reading.application_list import moment
from app.gui.widgets.buttons import push_button
from app.gui.widgets.facts import FactsPanel
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import label, restyle
from app.gui.widgets.room import within_screen
from app.gui.words import confidence_word
from app.services.reading_desk_views import TraceAnswer

TONES = {"found": "good", "forged": "bad"}


def verdict_word(verdict: str) -> str:
    """What a trace says, in a sentence."""
    return {
        "found": _("This page was issued to:"),
        "not_found": _("Nobody is named: this picture shows no page issued here."),
        "forged": _("The trace code on the page is forged or was changed. Nobody is named by it."),
    }.get(verdict, verdict)


def evidence_word(evidence: str) -> str:
    """What a trace rests on."""
    return {
        "code": _("signed trace code in the corner"),
        "mark": _("hidden mark in the page"),
    }.get(evidence, evidence)


def trace_facts(answer: TraceAnswer) -> list[tuple[str, str]]:
    """Who, when and where; nothing of anybody unless the page was found."""
    if answer.verdict != "found":
        return [(_("Remark"), answer.remark)]
    tail = answer.certificate_tail
    return [
        (_("Certificate number"), f"…{tail}" if tail else ""),
        (_("Case number"), answer.case_no),
        (_("Page"), "" if answer.page_number is None else str(answer.page_number)),
        (_("Handed out"), _("on paper") if answer.kind == PRINT else _("on the screen")),
        (_("When"), moment(answer.made_at)),
        (_("Terminal"), answer.terminal),
        (_("Issue"), answer.issue),
        (_("Rests on"), "、".join(evidence_word(one) for one in answer.evidence)),
        (_("Certainty"), confidence_word(answer.confidence)),
        (_("Remark"), answer.remark),
    ]


class TraceDialog(QDialog):
    """Chooses a picture, asks, and tells who had the page, or that nobody is named."""

    def __init__(self, desk: Desk, case_no: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.path: Path | None = None
        self.setWindowTitle(_("Who had this page"))
        self.setMinimumSize(within_screen(self, QSize(640, 620)))
        sentence = _(
            "A photograph, a scan or a photocopy of a page that was shown or printed here. It is "
            "held against every page issued; in doubt nobody is named."
        )
        self.file = QLineEdit(self)
        self.file.setReadOnly(True)
        self.file.setAccessibleName(_("Picture"))
        self.file.setPlaceholderText(_("No picture chosen"))
        self.choose = push_button(_("Choose…"), self.ask_file, icon_name="folder")
        self.case = QLineEdit(case_no, self)
        self.case.setAccessibleName(_("Case number"))
        self.case.setPlaceholderText(_("Case number, if it is known: faster"))
        self.verdict = label("", "heading", self, wrap=True)
        self.facts = FactsPanel(parent=self)
        self.facts.hide()
        self.error = FaultLine(self)
        self.button = push_button(_("Find out"), self.trace, role="primary")
        self.button.setEnabled(False)
        self._lay_out(sentence)
        self.choose.setFocus()

    def _lay_out(self, sentence: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.file, 1)
        row.addWidget(self.choose)
        close = push_button(_("Close"), self.accept)
        for button in (close, self.choose):
            button.setAutoDefault(False)
        self.button.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("Who had this page"), "title"))
        column.addWidget(label(sentence, "muted", wrap=True))
        column.addLayout(row)
        column.addWidget(self.case)
        column.addWidget(self.verdict)
        column.addWidget(self.facts, 1)
        column.addStretch(0)
        column.addWidget(self.error)
        column.addLayout(foot)

    def ask_file(self) -> None:
        """Ask which picture."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        path, _kind = QFileDialog.getOpenFileName(
            self,
            _("Who had this page"),
            folder,
            _("Pictures (*.jpg *.jpeg *.png *.tif *.tiff)"),
        )
        if path:
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Take the picture at `path`."""
        self.path = path
        self.file.setText(str(path))
        self.button.setEnabled(True)
        self.button.setFocus()
        self.verdict.clear()
        self.facts.hide()

    def trace(self) -> None:
        """Hold the picture against all pages issued."""
        if self.path is None:
            return
        actor, workstation = self._desk.actor, self._desk.workstation
        path, case_no = self.path, self.case.text().strip()
        self.error.hide()
        self.facts.hide()
        self.button.setEnabled(False)
        self.verdict.setText(_("It is being compared; this takes a moment."))
        restyle(self.verdict, "tone", "")
        operation = Op.long(self, lambda _report, _cancel: workstation.trace(actor, path, case_no))
        operation.done(self.show_answer).refused(self.error.show_fault)
        operation.finally_(self._settled).start()

    def _settled(self) -> None:
        self.button.setEnabled(True)
        if self.error.isVisible():
            self.verdict.clear()

    def show_answer(self, answer: TraceAnswer) -> None:
        """Tell what was found."""
        self.verdict.setText(verdict_word(answer.verdict))
        restyle(self.verdict, "tone", TONES.get(answer.verdict, "warn"))
        facts = trace_facts(answer)
        title = answer.reader if answer.verdict == "found" else ""
        self.facts.show_facts(title, facts)
        self.facts.setVisible(any(value for _name, value in facts))
