"""`reading log` and `reading visits`: what was read at the terminal, by whom and for how long."""

from __future__ import annotations

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.workstation import Workstation
from app.words.events import event_word


def run_log(call: Call, workstation: Workstation) -> Answer:
    """`reading log [--case …] [--grant …] [--visit …]`."""
    asked = call.arguments
    log = workstation.reading_log(case_no=asked.case, grant=asked.grant, visit=asked.visit)
    rows = [
        (
            row.at,
            row.case_no,
            row.reader,
            event_word(row.action),
            "" if row.page_number is None else row.page_number,
            f"{row.seconds:.1f}" if row.seconds else "",
            row.text,
        )
        for row in log
    ]
    heads = (
        _("Time"),
        _("Case"),
        _("Reader"),
        _("Action"),
        _("Page"),
        _("Seconds"),
        _("Details"),
    )
    return Answer(record={"log": [records.plain(row) for row in log]}, lines=table(rows, heads))


def run_visits(call: Call, workstation: Workstation) -> Answer:
    """`reading visits [--case …] [--day …]`."""
    asked = call.arguments
    visits = workstation.visits(case_no=asked.case, day=asked.day)
    rows = [
        (
            row.id,
            row.started_at,
            row.ended_at,
            row.ended_by,
            row.reader,
            row.terminal,
            row.pages,
            row.printed,
        )
        for row in visits
    ]
    heads = (
        _("Visit"),
        _("From"),
        _("Until"),
        _("Ended by"),
        _("Reader"),
        _("Terminal"),
        _("Pages read"),
        _("Pages printed"),
    )
    return Answer(
        record={"visits": [records.plain(row) for row in visits]}, lines=table(rows, heads)
    )
