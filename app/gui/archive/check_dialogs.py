"""What is asked about a four-property check: its stage, an item, its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.services.archive_views import CheckLine, PackageCheckView
from app.words.four_property import stage_word

STAGES = ("archiving", "transfer", "preservation")
PASS, FAIL = "pass", "fail"
ACCEPTED, RETURNED = "accepted", "returned"


class StageQuestion(Question):
    """For which stage the package is checked. Emits `chosen(stage)`."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        sentence = _("The newest package is read again, item by item; earlier checks stay.")
        super().__init__(desk, _("Check the package"), sentence, _("Start the check"), parent)
        self.stage = QComboBox(self)
        for stage in STAGES:
            self.stage.addItem(stage_word(stage), stage)
        self.add_field(_("Stage"), self.stage)

    def submit(self) -> None:
        """Go on with the stage."""
        self.accept()
        self.chosen.emit(str(self.stage.currentData()))


class ItemQuestion(Question):
    """Whether an item holds that no machine may decide; what does not hold needs a remark."""

    def __init__(
        self, desk: Desk, check: PackageCheckView, line: CheckLine, parent: QWidget | None = None
    ) -> None:
        sentence = line.remark or _("No machine may decide this item.")
        super().__init__(desk, f"{line.code} {line.name}", sentence, _("Sign"), parent)
        self._check, self._line = check, line
        self.decision = QComboBox(self)
        self.decision.setPlaceholderText(_("Choose what you found"))
        self.decision.addItem(_("It holds"), PASS)
        self.decision.addItem(_("It does not hold"), FAIL)
        self.decision.setCurrentIndex(self.decision.findData(line.decision))
        self.add_field(_("Decision"), self.decision)
        self.remark = self.add_line(_("Remark"), _("What was looked at, and what was seen"))
        self.remark.setText(line.decision_remark)

    def missing(self) -> QWidget | None:
        if self.decision.currentIndex() < 0:
            return self.decision
        failed = self.decision.currentData() == FAIL
        return self.remark if failed and not self.remark.text().strip() else None

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        check, code = self._check.id, self._line.code
        decision, remark = str(self.decision.currentData()), self.remark.text().strip()
        return lambda: workstation.decide_check(actor, check, code, decision, remark)


class ConclusionQuestion(Question):
    """Accept a package by its check, or return it with the reason."""

    def __init__(self, desk: Desk, check: PackageCheckView, parent: QWidget | None = None) -> None:
        failed = sum(FAIL in (row.result, row.decision) for row in check.lines)
        waiting = sum(row.result == "manual" and not row.decision for row in check.lines)
        sentence = _("Nothing failed and nothing waits: it can be accepted.")
        if failed or waiting:
            sentence = _(
                "{failed} items failed and {waiting} wait for a decision: so far it can only be "
                "returned."
            ).format(failed=failed, waiting=waiting)
        super().__init__(desk, _("Conclude the check"), sentence, _("Sign"), parent)
        self._check = check
        self.decision = QComboBox(self)
        self.decision.addItem(_("Accept the package"), ACCEPTED)
        self.decision.addItem(_("Return the package"), RETURNED)
        self.decision.setCurrentIndex(1 if failed else 0)
        self.add_field(_("Decision"), self.decision)
        self.remark = self.add_line(_("Remark"), _("With a return: the reason"))

    def missing(self) -> QWidget | None:
        returned = self.decision.currentData() == RETURNED
        return self.remark if returned and not self.remark.text().strip() else None

    def command(self) -> Callable[[], Any]:
        actor, workstation, check = self.desk.actor, self.desk.workstation, self._check.id
        decision, remark = str(self.decision.currentData()), self.remark.text().strip()
        return lambda: workstation.conclude_check(actor, check, decision, remark)
