"""Reading by lawyers and parties in the workstation in memory."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from attrs import evolve

from app.domain.access import Actor, is_among
from app.gui.samples.reading_bundles import SampleBundles
from app.gui.samples.reading_rows import (
    at,
    sample_application,
    sample_applications,
    sample_grant,
    sample_grants,
    sample_log,
    sample_notices,
    sample_prints,
    sample_rules,
    sample_slips,
    sample_visits,
)
from app.kernel.errors import Fault, Refused
from app.services.reading_desk_views import (
    ApplicationForm,
    ApplicationRow,
    GrantedCode,
    GrantPreview,
    GrantRow,
    GrantTerms,
    PreviewItem,
    PreviewPage,
    PrintJobRow,
    QueryCodeRow,
    ReadingLogRow,
    ReadingRules,
    TraceAnswer,
    VisitRow,
)
from app.services.reading_settings import ReadingSettings
from app.services.reading_views import NoticeRow, SlipRow
from app.services.views import ItemRow, SideRow

CARD_NUMBER = "210882198805120027"


class SampleReading(SampleBundles):
    """Part of `SampleWorkstation`. `reading_fault` is raised while the lists are read."""

    threads: set[int]
    side_rows: list[SideRow]
    item_rows: list[ItemRow]

    def _begin_reading(self, *, empty: bool) -> None:
        self.application_rows = [] if empty else sample_applications()
        self.grant_rows = [] if empty else sample_grants()
        self.print_rows = [] if empty else sample_prints()
        self.slip_rows = [] if empty else sample_slips()
        self.visit_rows = [] if empty else sample_visits()
        self.notice_rows_of_hall = [] if empty else sample_notices()
        self.query_rows: list[QueryCodeRow] = []
        self.settings_of_reading = ReadingSettings()
        self.reading_fault: Fault | None = None
        self.trace_answer = TraceAnswer(verdict="not_found")
        self._begin_bundles()

    # Lists.

    def reading_rules(self) -> ReadingRules:
        """Three kinds of readers."""
        return sample_rules()

    def reading_applications(
        self, *, state: str = "", case_no: str = ""
    ) -> tuple[ApplicationRow, ...]:
        """Applications."""
        self.threads.add(threading.get_ident())
        if self.reading_fault is not None:
            raise self.reading_fault
        return tuple(self.application_rows)

    def reading_grants(self, *, case_no: str = "", live_only: bool = False) -> tuple[GrantRow, ...]:
        """Grants."""
        return tuple(self.grant_rows)

    def appointments(self, day: str = "") -> tuple[GrantRow, ...]:
        """Those with an appointment, the earliest first."""
        booked = [row for row in self.grant_rows if row.appointed_at]
        return tuple(sorted(booked, key=lambda row: row.appointed_at))

    def print_requests(self, *, state: str = "") -> tuple[PrintJobRow, ...]:
        """Print jobs."""
        return tuple(self.print_rows)

    def reading_slips(self, *, case_no: str = "", open_only: bool = False) -> tuple[SlipRow, ...]:
        """Slips."""
        return tuple(self.slip_rows)

    def visits(self, *, case_no: str = "", day: str = "") -> tuple[VisitRow, ...]:
        """Visits."""
        return tuple(self.visit_rows)

    def hall_notices(self) -> tuple[NoticeRow, ...]:
        """Notices."""
        return tuple(self.notice_rows_of_hall)

    def reading_log(
        self, *, case_no: str = "", grant: str = "", visit: str = ""
    ) -> tuple[ReadingLogRow, ...]:
        """Pages and a search."""
        return tuple(sample_log(visit))

    # Applications.

    def read_visitor_card(self, actor: Actor) -> str:
        """A card lies there."""
        self._note("read_visitor_card")
        return CARD_NUMBER

    def _application(self, application: str, **changes: Any) -> ApplicationRow:
        self.application_rows = [
            evolve(row, **changes) if row.id == application else row
            for row in self.application_rows
        ]
        return next(row for row in self.application_rows if row.id == application)

    def apply_for_reading(
        self, actor: Actor, case_no: str, form: ApplicationForm
    ) -> ApplicationRow:
        """Enter it."""
        self._note("apply_for_reading", case_no, form)
        kind = next(kind for kind in sample_rules().kinds if kind.code == form.reader_kind)
        row = sample_application(
            len(self.application_rows) + 10,
            case_no=case_no,
            reader=form.reader,
            certificate=form.certificate,
            reader_kind=kind.code,
            kind_name=kind.name,
            reason=form.reason,
            entered_by=actor.name,
            entered_at=at(),
        )
        self.application_rows.append(row)
        return row

    def check_application(
        self, actor: Actor, application: str, papers: tuple[str, ...], remark: str = ""
    ) -> ApplicationRow:
        """Papers seen."""
        self._note("check_application", application, papers, remark)
        return self._application(
            application, state="checked", turn="decide", checked_by=actor.name, checked_at=at()
        )

    def return_application(self, actor: Actor, application: str, reason: str) -> ApplicationRow:
        """Back to the applicant."""
        self._note("return_application", application, reason)
        return self._application(application, state="returned", turn="applicant", remark=reason)

    def withdraw_application(self, actor: Actor, application: str, reason: str) -> ApplicationRow:
        """Wanted no longer."""
        self._note("withdraw_application", application, reason)
        return self._application(application, state="withdrawn", turn="")

    def reject_application(self, actor: Actor, application: str, reason: str) -> ApplicationRow:
        """Refused."""
        self._note("reject_application", application, reason)
        return self._application(
            application, state="rejected", turn="", decided_by=actor.name, decision_reason=reason
        )

    def grant_preview(self, case_no: str, terms: GrantTerms) -> GrantPreview:
        """The numbered sides of the sample; a document of deliberation is proposed to be kept."""
        items = tuple(_item(row, terms) for row in self.item_rows if row.first_page is not None)
        pages = tuple(
            _page(side, items, terms) for side in self.side_rows if side.page_number is not None
        )
        shown = sum(not page.why for page in pages)
        return GrantPreview(
            case_no=case_no,
            pages=pages,
            items=items,
            shown=shown,
            withheld=len(pages) - shown,
            overlaps=("1201",) if terms.prints else (),
        )

    def approve_application(
        self, actor: Actor, application: str, terms: GrantTerms, reason: str = ""
    ) -> GrantedCode:
        """Four eyes, then a grant with its code."""
        self._note("approve_application", application, terms, reason)
        row = next(row for row in self.application_rows if row.id == application)
        if self.settings_of_reading.four_eyes and is_among(actor.name, [row.checked_by]):
            raise Refused("ACC-101", actor=actor.name, role=actor.role, permission="four_eyes")
        grant = sample_grant(
            len(self.grant_rows) + 10,
            case_no=row.case_no,
            reader=row.reader,
            application=row.number,
            prints_left=terms.prints,
            prints_granted=terms.prints,
            masked=terms.masked,
            approved_by=actor.name,
        )
        self.grant_rows.insert(0, grant)
        self._application(
            application, state="approved", turn="", decided_by=actor.name, grant=grant.id
        )
        return _code(grant)

    # Grants.

    def _grant(self, grant: str, **changes: Any) -> GrantRow:
        self.grant_rows = [
            evolve(row, **changes) if row.id == grant else row for row in self.grant_rows
        ]
        return next(row for row in self.grant_rows if row.id == grant)

    def renew_reading_code(self, actor: Actor, grant: str) -> GrantedCode:
        """Another code."""
        self._note("renew_reading_code", grant)
        return _code(self._grant(grant, state="live", tries_left=5))

    def revoke_grant(self, actor: Actor, grant: str, reason: str) -> GrantRow:
        """The end."""
        self._note("revoke_grant", grant, reason)
        return self._grant(grant, state="revoked")

    def change_grant(self, actor: Actor, grant: str, *, reason: str, **changes: Any) -> GrantRow:
        """Other terms."""
        self._note("change_grant", grant, changes, reason)
        names = {"prints": "prints_granted", "views": "views_limit"}
        return self._grant(grant, **{names.get(key, key): new for key, new in changes.items()})

    def appoint(
        self, actor: Actor, grant: str, start: str, minutes: int, *, terminal: str = ""
    ) -> GrantRow:
        """A time at the terminal."""
        self._note("appoint", grant, start, minutes, terminal)
        return self._grant(grant, appointed_at=start, terminal=terminal)

    def print_reading_pass(self, actor: Actor, grant: str, path: Path) -> None:
        """Writes nothing."""
        self._note("print_reading_pass", grant, path)

    # Prints, slips, notices.

    def _print(self, job: str, state: str, **changes: Any) -> PrintJobRow:
        self.print_rows = [
            evolve(row, state=state, **changes) if row.id == job else row for row in self.print_rows
        ]
        return next(row for row in self.print_rows if row.id == job)

    def approve_print(self, actor: Actor, job: str) -> PrintJobRow:
        """To the printer."""
        self._note("approve_print", job)
        return self._print(job, "approved", decided_by=actor.name)

    def refuse_print(self, actor: Actor, job: str, reason: str) -> PrintJobRow:
        """Not printed."""
        self._note("refuse_print", job, reason)
        return self._print(job, "refused", reason=reason)

    def settle_print(self, actor: Actor, job: str, printed: bool, sheets: int) -> PrintJobRow:
        """A person looked."""
        self._note("settle_print", job, printed, sheets)
        return self._print(job, "printed" if printed else "aborted", printed_sheets=sheets)

    def receive_slip(self, actor: Actor, slip: str, remark: str = "") -> SlipRow:
        """Countersigned."""
        self._note("receive_slip", slip, remark)
        self.slip_rows = [
            evolve(row, received_by=actor.name) if row.id == slip else row for row in self.slip_rows
        ]
        return next(row for row in self.slip_rows if row.id == slip)

    def reading_slip_pdf(self, slip: str, path: Path) -> None:
        """Writes nothing."""
        self._note("reading_slip_pdf", slip, path)

    def keep_hall_notice(
        self,
        actor: Actor,
        kind: str,
        title: str,
        text: str,
        shown_from: str = "",
        shown_until: str = "",
    ) -> NoticeRow:
        """Put up."""
        self._note("keep_hall_notice", kind, title, text, shown_from, shown_until)
        row = NoticeRow(
            id=f"notice-{len(self.notice_rows_of_hall) + 10}",
            kind=kind,
            title=title,
            text=text,
            made_by=actor.name,
            shown_from=shown_from,
            shown_until=shown_until,
        )
        self.notice_rows_of_hall.insert(0, row)
        return row

    def withdraw_hall_notice(self, actor: Actor, notice: str) -> None:
        """Taken down."""
        self._note("withdraw_hall_notice", notice)
        kept = [row for row in self.notice_rows_of_hall if row.id != notice]
        self.notice_rows_of_hall = kept

    # Query codes, traces, settings.

    def query_codes(self, case_no: str) -> tuple[QueryCodeRow, ...]:
        """Codes of a case."""
        return tuple(row for row in self.query_rows if row.case_no == case_no)

    def issue_query_code(self, actor: Actor, case_no: str, holder: str) -> str:
        """Another code."""
        self._note("issue_query_code", case_no, holder)
        number = f"{31 + len(self.query_rows)}"
        self.query_rows.append(
            QueryCodeRow(
                id=f"query-{number}",
                number=number,
                case_no=case_no,
                holder=holder,
                state="live",
                made_at=at(),
                made_by=actor.name,
                valid_until=at(days=180),
            )
        )
        return f"{number} 481 936 27"

    def revoke_query_code(self, actor: Actor, code: str, reason: str) -> None:
        """Opens nothing any more."""
        self._note("revoke_query_code", code, reason)
        self.query_rows = [
            evolve(row, state="revoked") if row.id == code else row for row in self.query_rows
        ]

    def trace(self, actor: Actor, path: Path, case_no: str = "") -> TraceAnswer:
        """What the test says."""
        self._note("trace", path, case_no)
        return self.trace_answer

    def reading_settings(self) -> ReadingSettings:
        """The settings."""
        return self.settings_of_reading

    def set_reading_settings(self, actor: Actor, **changes: Any) -> ReadingSettings:
        """Others."""
        self._note("set_reading_settings", changes)
        self.settings_of_reading = evolve(self.settings_of_reading, **changes)
        return self.settings_of_reading


def _code(grant: GrantRow) -> GrantedCode:
    return GrantedCode(
        grant=grant.id, number=grant.number, code=f"{grant.number} 481 936 27", qr="JZR1:…"
    )


def _item(row: ItemRow, terms: GrantTerms) -> PreviewItem:
    proposed = "合议庭评议材料不予查阅" if "笔录" in row.title else ""
    return PreviewItem(
        number=row.number,
        title=row.title,
        first_page=row.first_page,
        last_page=row.last_page,
        withheld=row.number in terms.withheld_items,
        proposed=proposed,
    )


def _page(side: SideRow, items: tuple[PreviewItem, ...], terms: GrantTerms) -> PreviewPage:
    number = side.page_number or 0
    item = next(
        (row for row in items if (row.first_page or 0) <= number <= (row.last_page or 0)), None
    )
    why = ""
    if terms.pages and number not in terms.pages:
        why = "not_granted"
    elif number in terms.withheld:
        why = "withheld"
    elif item is not None and item.withheld:
        why = "withheld_item"
    elif terms.masked and side.position % 7 == 0 and number not in terms.cleared_pages:
        why = "unread"
    return PreviewPage(
        page_number=number,
        side_id=side.id,
        item_number=None if item is None else item.number,
        item_title="" if item is None else item.title,
        why=why,
    )
