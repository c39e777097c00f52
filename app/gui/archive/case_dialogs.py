"""What is asked about one dossier: two scans of the paper, later material, a word on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.gui.scan.sums import part_word
from app.gui.widgets.labels import label
from app.gui.widgets.number_field import number_field
from app.kernel.errors import Fault
from app.services.archive_views import AdditionRow
from app.services.views import CaseView, TracksView

MOST_PAGES = 99999


class ShelvingQuestion(Question):
    """Volume after volume: its label, the label of the shelf, the pages counted. A scanner types
    a code and presses Enter, which leads to the next field; the dialog stays for the next one."""

    def __init__(self, desk: Desk, case_no: str, parent: QWidget | None = None) -> None:
        sentence = _("Scan the label of the volume, then that of the shelf, and type its pages.")
        super().__init__(desk, _("Shelve volume by volume"), sentence, _("It stands there"), parent)
        self._case_no = case_no
        self.volume = self.add_line(_("Label of the volume"), _("Scan or type the code"))
        self.shelf = self.add_line(_("Label of the shelf"), _("Scan or type the code"))
        self.pages = number_field()
        self.pages.setRange(0, MOST_PAGES)
        self.pages.setSpecialValueText(_("Not counted"))
        self.add_field(_("Pages counted"), self.pages)
        self.done_words = label("", "small", wrap=True)
        self.form.addRow(self.done_words)
        self.finished_all = False

    def missing(self) -> QWidget | None:
        for field in (self.volume, self.shelf):
            if not field.text().strip():
                return field
        return None if self.pages.value() else self.pages

    def submit(self) -> None:
        super().submit()
        if self.pages.hasFocus():
            self.pages.selectAll()

    def command(self) -> Callable[[], Any]:
        actor, workstation, case_no = self.desk.actor, self.desk.workstation, self._case_no
        volume, shelf = self.volume.text().strip(), self.shelf.text().strip()
        pages = self.pages.value()
        return lambda: workstation.shelve_volume(actor, volume, shelf, pages=pages, case_no=case_no)

    def _done(self, result: object) -> None:
        assert isinstance(result, TracksView)
        if result.paper["state"] == "shelved":
            super()._done(result)
            return
        standing = result.paper.get("volumes") or []
        self.done_words.setText(
            _("{count} volumes stand; the next one, please.").format(count=len(standing))
        )
        self.answered.emit(result)
        self.volume.clear()
        self.shelf.clear()
        self.pages.setValue(0)
        self.volume.setFocus()
        self.fit()

    def refused(self, fault: Fault) -> None:
        self.volume.setFocus()
        self.volume.selectAll()


class AdditionQuestion(Question):
    """Ask that later material be added: the fields of 《案卷归档后补充材料登记表》."""

    def __init__(self, desk: Desk, case: CaseView, parent: QWidget | None = None) -> None:
        sentence = _(
            "The head of the department and the head of the archive approve it, two other people. "
            "What is archived stays as it is; the material makes a new version."
        )
        super().__init__(desk, _("Later material"), sentence, _("Ask for it"), parent)
        self._case_no = case.case_no
        self.content = self.add_line(_("Content"))
        self.part = QComboBox()
        for part in ("main", "restricted"):
            self.part.addItem(part_word(part), part)
        self.add_field(_("Part"), self.part)
        self.pages = number_field()
        self.pages.setRange(1, MOST_PAGES)
        self.add_field(_("Number of pages"), self.pages)
        self.department = self.add_line(_("Department"))
        self.judge = self.add_line(_("Judge"))
        self.judge.setText(case.judge)
        self.submitter = self.add_line(_("Brought by"))
        self.submitted_on = self.add_line(_("Brought on"), "2026-11-23")
        self.submitted_on.setText(date.today().isoformat())  # noqa: DTZ011
        self.reason = self.add_line(_("Reason"))

    def _lines(self) -> dict[str, QLineEdit]:
        return {
            "content": self.content,
            "department": self.department,
            "judge": self.judge,
            "submitter": self.submitter,
            "submitted_on": self.submitted_on,
            "reason": self.reason,
        }

    def missing(self) -> QWidget | None:
        return next((field for field in self._lines().values() if not field.text().strip()), None)

    def command(self) -> Callable[[], Any]:
        actor, workstation, case_no = self.desk.actor, self.desk.workstation, self._case_no
        texts = {name: field.text().strip() for name, field in self._lines().items()}
        part, pages = str(self.part.currentData()), self.pages.value()
        return lambda: workstation.ask_addition(actor, case_no, part=part, pages=pages, **texts)


class AdditionWord(Question):
    """Approve or refuse later material."""

    def __init__(
        self, desk: Desk, row: AdditionRow, *, approve: bool, parent: QWidget | None = None
    ) -> None:
        title = _("Approve the later material") if approve else _("Refuse the later material")
        sentence = _("{content}, {pages} pages, brought by {person} on {day}").format(
            content=row.content, pages=row.pages, person=row.submitter, day=row.submitted_on
        )
        super().__init__(desk, title, sentence, _("Approve") if approve else _("Refuse"), parent)
        self._row, self._approve = row, approve
        self.words = self.add_line(
            _("Remark") if approve else _("Reason"), _("May stay empty") if approve else ""
        )

    def missing(self) -> QWidget | None:
        return None if self._approve or self.words.text().strip() else self.words

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        addition, words = self._row.id, self.words.text().strip()
        if self._approve:
            return lambda: workstation.approve_addition(actor, addition, words)
        return lambda: workstation.refuse_addition(actor, addition, words)
