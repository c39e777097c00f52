"""`grant` and `reading preview|approve|grants|revoke|change|renew|appoint|appointments|pass|
query-code`: who may read what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.domain.page_lists import listed_ranges, page_ranges
from app.kernel.translation import translate as _
from app.services.reading_desk_views import ApplicationForm, GrantedCode, GrantRow, GrantTerms
from app.services.workstation import Workstation
from app.words.reading import grant_state_word, query_state_word, withheld_reason_word


def run_grant(call: Call, workstation: Workstation) -> Answer:
    """`grant CASE_NO --reader NAME --certificate NUMBER [--pages 1-5,9]`."""
    arguments = call.arguments
    code = workstation.grant(
        call.actor,
        arguments.case_no,
        reader=arguments.reader,
        certificate=arguments.certificate,
        pages=page_ranges(arguments.pages),
        valid_days=arguments.days,
        prints=arguments.prints,
        terms=_terms(arguments),
        form=ApplicationForm(
            reader_kind=arguments.kind,
            reader=arguments.reader,
            certificate=arguments.certificate,
            identity=arguments.id_number,
            represents=arguments.represents,
        ),
        reason=arguments.reason,
    )
    return Answer(record={"code": code}, lines=[_("Reading code: {code}").format(code=code)])


def run_preview(call: Call, workstation: Workstation) -> Answer:
    """`reading preview CASE_NO`: which pages a grant would show, and which not."""
    preview = workstation.grant_preview(call.arguments.case_no, _terms(call.arguments))
    heads = (_("Page"), _("Document"), _("Withheld"))
    cells = [
        (str(page.page_number), page.item_title, withheld_reason_word(page.why))
        for page in preview.pages
    ]
    lines = [
        *table(cells, heads),
        _("{shown} pages shown, {withheld} not").format(
            shown=preview.shown, withheld=preview.withheld
        ),
        *(
            f"! {item.number} {item.title}: {item.proposed}"
            for item in preview.items
            if item.proposed
        ),
    ]
    return Answer(record=records.plain(preview), lines=lines)


def run_approve(call: Call, workstation: Workstation) -> Answer:
    """`reading approve NUMBER --reason TEXT`."""
    arguments = call.arguments
    granted = workstation.approve_application(
        call.actor, arguments.application, _terms(arguments), arguments.reason
    )
    return _code_answer(granted)


def run_grants(call: Call, workstation: Workstation) -> Answer:
    """`reading grants [--live] [--case CASE_NO]`."""
    rows = workstation.reading_grants(case_no=call.arguments.case_no, live_only=call.arguments.live)
    return _list(rows, "grants")


def run_revoke(call: Call, workstation: Workstation) -> Answer:
    """`reading revoke NUMBER --reason TEXT`."""
    arguments = call.arguments
    return _row_answer(workstation.revoke_grant(call.actor, arguments.grant, arguments.reason))


def run_change(call: Call, workstation: Workstation) -> Answer:
    """`reading change NUMBER [--until TIME] [--prints N] [--views N] --reason TEXT`."""
    arguments = call.arguments
    row = workstation.change_grant(
        call.actor,
        arguments.grant,
        valid_until=arguments.ends,
        prints=arguments.prints,
        views=arguments.views,
        reason=arguments.reason,
    )
    return _row_answer(row)


def run_renew(call: Call, workstation: Workstation) -> Answer:
    """`reading renew NUMBER`."""
    return _code_answer(workstation.renew_reading_code(call.actor, call.arguments.grant))


def run_appoint(call: Call, workstation: Workstation) -> Answer:
    """`reading appoint NUMBER TIME [--minutes N] [--terminal NAME]`."""
    arguments = call.arguments
    row = workstation.appoint(
        call.actor, arguments.grant, arguments.at, arguments.minutes, terminal=arguments.terminal
    )
    return _row_answer(row)


def run_appointments(call: Call, workstation: Workstation) -> Answer:
    """`reading appointments [--day DAY]`."""
    return _list(workstation.appointments(call.arguments.day), "appointments")


def run_reading_pass(call: Call, workstation: Workstation) -> Answer:
    """`reading pass NUMBER FILE`."""
    path = workstation.print_reading_pass(call.actor, call.arguments.grant, call.arguments.path)
    return Answer(record={"path": str(path)}, lines=[_("Written: {path}").format(path=path)])


def run_query_code(call: Call, workstation: Workstation) -> Answer:
    """`reading query-code issue CASE_NO --holder NAME`, `list [CASE_NO]`, `revoke CODE`."""
    arguments = call.arguments
    if arguments.step == "issue":
        code = workstation.issue_query_code(call.actor, arguments.subject, arguments.holder)
        return Answer(record={"code": code}, lines=[_("Query code: {code}").format(code=code)])
    if arguments.step == "revoke":
        row = workstation.revoke_query_code(call.actor, arguments.subject, arguments.reason)
        return Answer(
            record=records.plain(row), lines=[f"{row.number}: {query_state_word(row.state)}"]
        )
    rows = workstation.query_codes(arguments.subject)
    cells = [(row.number, row.case_no, row.holder, query_state_word(row.state)) for row in rows]
    heads = (_("Number"), _("Case"), _("Holder"), _("State"))
    lines = table(cells, heads) if rows else [_("No query codes")]
    return Answer(record={"query_codes": records.plain(rows)}, lines=lines)


def changes_query_codes(arguments: Any) -> bool:
    """Whether these arguments change anything."""
    return bool(arguments.step != "list")


def _terms(arguments: Any) -> GrantTerms:
    return GrantTerms(
        pages=page_ranges(arguments.pages),
        withheld=page_ranges(arguments.withhold),
        withheld_items=page_ranges(arguments.withhold_items),
        released_items=page_ranges(arguments.release_items),
        valid_from=getattr(arguments, "begins", ""),
        valid_until=getattr(arguments, "ends", ""),
        valid_days=getattr(arguments, "days", 0),
        views_limit=arguments.views,
        prints=arguments.prints,
        masked=arguments.masked,
        cleared_pages=page_ranges(arguments.clear),
        leave=arguments.leave,
    )


def _code_answer(granted: GrantedCode) -> Answer:
    return Answer(
        record=records.plain(granted),
        lines=[_("Reading code: {code}").format(code=granted.code), granted.qr],
    )


def _row_answer(row: GrantRow) -> Answer:
    state = grant_state_word(row.state)
    lines = [
        f"{row.number}  {row.case_no}  {row.reader}: {state}",
        _("Pages: {pages}").format(pages=listed_ranges(row.pages) or _("all")),
    ]
    return Answer(record=records.plain(row), lines=lines)


def _list(rows: Sequence[GrantRow], name: str) -> Answer:
    heads = (_("Number"), _("Case"), _("Reader"), _("State"), _("Until"), _("Appointment"))
    cells = [
        (
            row.number,
            row.case_no,
            row.reader,
            grant_state_word(row.state),
            row.valid_until,
            row.appointed_at,
        )
        for row in rows
    ]
    lines = table(cells, heads) if rows else [_("No grants")]
    return Answer(record={name: records.plain(rows)}, lines=lines)
