"""`reading terminal|bundle|bundles|carry`: terminals that reach no database."""

from __future__ import annotations

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.workstation import Workstation


def run_terminal(call: Call, workstation: Workstation) -> Answer:
    """`reading terminal NAME FILE`."""
    arguments = call.arguments
    path = workstation.enrol_reading_terminal(call.actor, arguments.name, arguments.path)
    return Answer(record={"path": str(path)}, lines=[_("Written: {path}").format(path=path)])


def run_bundle(call: Call, workstation: Workstation) -> Answer:
    """`reading bundle NUMBER FILE [--terminal NAME]`."""
    arguments = call.arguments
    row = workstation.make_reading_bundle(
        call.actor, arguments.grant, arguments.path, terminal=arguments.terminal
    )
    return Answer(record=records.plain(row), lines=[_("Written: {path}").format(path=row.path)])


def run_bundles(call: Call, workstation: Workstation) -> Answer:
    """`reading bundles [--case CASE_NO]`."""
    rows = workstation.reading_bundles(case_no=call.arguments.case_no)
    heads = (_("Number"), _("Case"), _("Reader"), _("Terminal"), _("Until"), _("Carried back"))
    cells = [
        (row.number, row.case_no, row.reader, row.terminal, row.valid_until, row.carried_at)
        for row in rows
    ]
    lines = table(cells, heads) if rows else [_("No bundles")]
    return Answer(record={"bundles": records.plain(rows)}, lines=lines)


def run_carry(call: Call, workstation: Workstation) -> Answer:
    """`reading carry FILE`."""
    carried = workstation.carry_reading_log(call.actor, call.arguments.path)
    line = _("Visits: {visits}, pages: {pages}, prints: {prints}, slips: {slips}").format(
        visits=carried.visits, pages=carried.issues, prints=carried.prints, slips=carried.slips
    )
    return Answer(record=records.plain(carried), lines=[carried.case_no, line])
