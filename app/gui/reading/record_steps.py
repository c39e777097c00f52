"""Prints, slips, the log, notices of the hall, traces, query codes and settings."""

from __future__ import annotations

from pathlib import Path

from app.gui.i18n import _
from app.gui.leafing.tiles import spans
from app.gui.locker.question import Question
from app.gui.ops import Op
from app.gui.reading.code_card import ask_pdf, open_pdf
from app.gui.reading.log_dialog import VisitLogDialog
from app.gui.reading.query_codes import QueryCodesDialog
from app.gui.reading.questions import ReasonQuestion
from app.gui.reading.record_questions import NoticeQuestion, SettingsQuestion, SettleQuestion
from app.gui.reading.steps import Steps
from app.gui.reading.trace_dialog import TraceDialog
from app.services.reading_desk_views import ApplicationRow, GrantRow, PrintJobRow, VisitRow
from app.services.reading_settings import ReadingSettings
from app.services.reading_views import NoticeRow, SlipRow


class RecordSteps(Steps):
    """Works on the lists of prints, slips, visits and notices."""

    # Prints.

    def approve_print(self) -> None:
        """Let the print in hand go to the printer."""
        row = self.able(PrintJobRow, "decide", "prints")
        if row is not None:
            actor, workstation = self.desk.actor, self.desk.workstation
            said = _("Print {number} goes to the printer.").format(number=row.number)
            self.give(lambda: workstation.approve_print(actor, row.id), said)

    def refuse_print(self) -> ReasonQuestion | None:
        """Refuse the print in hand; its pages go back to the quota."""
        row = self.able(PrintJobRow, "refuse", "prints")
        if row is None:
            return None
        workstation = self.desk.workstation
        return self.show(
            ReasonQuestion(
                self.desk,
                _("Refuse the print"),
                _(
                    "{reader}, pages {pages}. They go back to the quota; she sees the reason."
                ).format(reader=row.reader, pages=spans(row.pages)),
                lambda actor, reason: lambda: workstation.refuse_print(actor, row.id, reason),
                parent=self.parent_widget,
            )
        )

    def settle(self) -> SettleQuestion | None:
        """Have it said what came out of the printer."""
        row = self.able(PrintJobRow, "settle", "prints")
        if row is None:
            return None
        return self.show(SettleQuestion(self.desk, row, self.parent_widget))

    # Slips and the log.

    def receive(self) -> ReasonQuestion | None:
        """Countersign the slip in hand: the material was checked on the spot."""
        row = self.able(SlipRow, "receive", "slips")
        if row is None:
            return None
        workstation = self.desk.workstation
        return self.show(
            ReasonQuestion(
                self.desk,
                _("Receive the slip"),
                _(
                    "{reader}, {case_no}. You checked on the spot that nothing was altered, and "
                    "sign for it; the slip goes into the record of the dossier."
                ).format(reader=row.reader, case_no=row.case_no),
                lambda actor, remark: lambda: workstation.receive_slip(actor, row.id, remark),
                may_be_empty=True,
                name=_("Remark"),
                parent=self.parent_widget,
            )
        )

    def save_slip(self) -> None:
        """Ask where the slip in hand goes as PDF."""
        row = self.able(SlipRow, "save_slip", "slips")
        if row is None:
            return
        title = _("Reading slip {number}").format(number=row.number)
        path = ask_pdf(self.parent_widget, title, title)
        if path is not None:
            self.write_slip(row, path)

    def write_slip(self, row: SlipRow, path: Path) -> None:
        """Write a slip to `path` and open it."""
        workstation = self.desk.workstation

        def written(_result: object) -> None:
            self.written(path)
            open_pdf(path)

        Op(self.parent_widget, lambda: workstation.reading_slip_pdf(row.id, path)).done(
            written
        ).start()

    def open_log(self) -> VisitLogDialog | None:
        """Show what happened in the visit in hand."""
        row = self.able(VisitRow, "open_log", "visits")
        if row is None:
            return None
        return self.show(VisitLogDialog(self.desk, row, self.parent_widget))

    # Notices of the hall.

    def put_up(self) -> NoticeQuestion:
        """Write a notice or a guide."""
        return self.show(NoticeQuestion(self.desk, self.parent_widget))

    def take_down(self) -> Question | None:
        """Take the notice in hand down."""
        row = self.able(NoticeRow, "withdraw", "notices")
        if row is None:
            return None
        workstation = self.desk.workstation
        question = ReasonQuestion(
            self.desk,
            _("Take the notice down"),
            _("{title}. Visitors see it no longer; it stays on record.").format(title=row.title),
            lambda actor, _reason: lambda: workstation.withdraw_hall_notice(actor, row.id),
            may_be_empty=True,
            parent=self.parent_widget,
        )
        question.show_field(question.reason, False)
        return self.show(question)

    # Without a row.

    def _case_in_hand(self) -> str:
        row = self._panel_of().current_list.current
        if isinstance(row, ApplicationRow | GrantRow | PrintJobRow | SlipRow):
            return row.case_no
        return self.desk.case_no

    def trace(self) -> TraceDialog:
        """Find out whose copy a picture shows."""
        return self.show(TraceDialog(self.desk, parent=self.parent_widget))

    def queries(self) -> QueryCodesDialog:
        """The query codes of the case in hand."""
        return self.show(QueryCodesDialog(self.desk, self._case_in_hand(), self.parent_widget))

    def settings(self) -> None:
        """The settings of reading."""

        def show(settings: ReadingSettings) -> None:
            self.show(SettingsQuestion(self.desk, settings, self.parent_widget))

        Op(self.parent_widget, self.desk.workstation.reading_settings).reads().done(show).start()
