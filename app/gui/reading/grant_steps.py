"""What is done with a grant: appointment, pass, new code, other terms, the end."""

from __future__ import annotations

from app.gui.i18n import _
from app.gui.reading.code_card import PassWriter, ReadingCodeCard
from app.gui.reading.grant_questions import AppointmentQuestion, ChangeQuestion
from app.gui.reading.questions import ReasonQuestion
from app.gui.reading.steps import Steps
from app.services.reading_desk_views import GrantedCode, GrantRow


class GrantSteps(Steps):
    """Works on the lists of grants and of appointments."""

    @property
    def current(self) -> GrantRow | None:
        """The grant in hand."""
        return self.row_of(GrantRow, "grants", "appointments")

    def _able(self, step: str) -> GrantRow | None:
        return self.able(GrantRow, step, "grants", "appointments")

    def appoint(self) -> AppointmentQuestion | None:
        """Book the terminal."""
        row = self._able("appoint")
        if row is None:
            return None
        return self.show(AppointmentQuestion(self.desk, row, self.parent_widget))

    def print_pass(self) -> None:
        """Write the pass with its signed QR code."""
        row = self._able("print_pass")
        if row is not None:
            PassWriter(self.desk, self.parent_widget).ask(row.id, row.number)

    def renew(self) -> ReasonQuestion | None:
        """Ask before the code in use ends, then show the new one."""
        row = self._able("renew")
        if row is None:
            return None
        workstation, actor = self.desk.workstation, self.desk.actor
        question = ReasonQuestion(
            self.desk,
            _("New reading code"),
            _(
                "{reader}, {case_no}. The code and the pass in use open nothing any more; tries "
                "begin anew."
            ).format(reader=row.reader, case_no=row.case_no),
            lambda _actor, _reason: lambda: workstation.renew_reading_code(actor, row.id),
            may_be_empty=True,
            parent=self.parent_widget,
        )
        question.show_field(question.reason, False)
        question.answered.connect(lambda granted: self._renewed(granted, row.reader))
        return self.show(question)

    def _renewed(self, granted: GrantedCode, reader: str) -> None:
        ReadingCodeCard(self.desk, granted, reader, self.parent_widget).open()

    def change(self) -> ChangeQuestion | None:
        """Longer, shorter, more or fewer; one whose time or visits are over goes on so."""
        row = self._able("change")
        if row is None:
            return None
        return self.show(ChangeQuestion(self.desk, row, self.parent_widget))

    def revoke(self) -> ReasonQuestion | None:
        """End the grant at once; whoever reads now is signed out."""
        row = self._able("revoke")
        if row is None:
            return None
        workstation, actor = self.desk.workstation, self.desk.actor
        question = ReasonQuestion(
            self.desk,
            _("Revoke the grant"),
            _("{reader}, {case_no}. If she is reading now, her pages disappear at once.").format(
                reader=row.reader, case_no=row.case_no
            ),
            lambda _actor, reason: lambda: workstation.revoke_grant(actor, row.id, reason),
            parent=self.parent_widget,
        )
        return self.show(question)

    def show_application(self) -> None:
        """Go to the application that a grant came from."""
        row = self.current
        if row is not None and row.application:
            self.row_wanted.emit("applications", row.application)
