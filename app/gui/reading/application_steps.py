"""From a new application to the code of its grant."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.reading.application_form import ApplicationQuestion
from app.gui.reading.approval_dialog import ApprovalQuestion, ApprovalRead, read_for_approval
from app.gui.reading.check_question import CheckQuestion
from app.gui.reading.code_card import ReadingCodeCard
from app.gui.reading.questions import ReasonQuestion
from app.gui.reading.steps import Steps
from app.services.reading_desk_views import ApplicationRow, GrantedCode, ReadingRules


class ApplicationSteps(Steps):
    """Enter, check, send back, decide, refuse, withdraw."""

    def enter(self) -> None:
        """Ask who wants to read what; the open case stands there already."""
        case_no = self.desk.case_no

        def show(rules: ReadingRules) -> None:
            question = ApplicationQuestion(self.desk, rules, case_no, self.parent_widget)
            question.answered.connect(self._entered)
            self.show(question)

        Op(self.parent_widget, self.desk.workstation.reading_rules).reads().done(show).start()

    def _entered(self, row: ApplicationRow) -> None:
        self.desk.said.emit(_("Application {number} is entered.").format(number=row.number))
        self.row_wanted.emit("applications", row.number)

    def check(self) -> CheckQuestion | None:
        """Have the papers of the application in hand ticked."""
        row = self._able("check")
        if row is None:
            return None
        return self.show(CheckQuestion(self.desk, row, self.parent_widget))

    def decide(self) -> None:
        """Show what would be granted, and have it decided."""
        row = self._able("decide")
        if row is None:
            return
        workstation = self.desk.workstation

        def read() -> ApprovalRead:
            return read_for_approval(
                row, workstation.reading_settings, workstation.people, workstation.grant_preview
            )

        def show(found: ApprovalRead) -> None:
            question = ApprovalQuestion(self.desk, row, found, self.parent_widget)
            question.answered.connect(lambda granted: self._granted(granted, row.reader))
            self.show(question)

        Op(self.parent_widget, read).reads().done(show).start()

    def _granted(self, granted: GrantedCode, reader: str) -> None:
        self.row_wanted.emit("grants", granted.grant)
        ReadingCodeCard(self.desk, granted, reader, self.parent_widget).open()

    def send_back(self) -> ReasonQuestion | None:
        """Send the application back to the applicant, with what is missing."""
        row = self._able("send_back")
        if row is None:
            return None
        workstation = self.desk.workstation
        return self._ask(
            _("Send back to the applicant"),
            _("{reader}, {case_no}. Say what is missing; she may come again with it."),
            row,
            lambda reason: workstation.return_application(self.desk.actor, row.id, reason),
        )

    def refuse_row(self) -> ReasonQuestion | None:
        """Refuse the application for good."""
        row = self._able("refuse")
        if row is None:
            return None
        workstation = self.desk.workstation
        return self._ask(
            _("Refuse the application"),
            _("{reader}, {case_no}. The reason is told to the applicant."),
            row,
            lambda reason: workstation.reject_application(self.desk.actor, row.id, reason),
        )

    def withdraw(self) -> ReasonQuestion | None:
        """The applicant wants it no longer."""
        row = self._able("withdraw")
        if row is None:
            return None
        workstation = self.desk.workstation
        return self._ask(
            _("The applicant withdraws"),
            _("{reader}, {case_no}. Nothing was granted; she may ask again."),
            row,
            lambda reason: workstation.withdraw_application(self.desk.actor, row.id, reason),
        )

    def _able(self, step: str) -> ApplicationRow | None:
        return self.able(ApplicationRow, step, "applications")

    def _ask(
        self,
        title: str,
        sentence: str,
        row: ApplicationRow,
        call: Callable[[str], object],
    ) -> ReasonQuestion:
        said = sentence.format(reader=row.reader, case_no=row.case_no)
        question = ReasonQuestion(
            self.desk,
            title,
            said,
            lambda _actor, reason: lambda: call(reason),
            parent=self.parent_widget,
        )
        return self.show(question)
