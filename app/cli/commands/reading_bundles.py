"""`reading terminal|bundle|bundles|carry`: terminals that reach no database."""

from __future__ import annotations

from pathlib import Path

from app.cli import records
from app.cli.commands.people import read_pin
from app.cli.output import Answer, table
from app.cli.running import Call
from app.cli.trouble import reason_in_words
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.kernel.translation import translate as _
from app.services.reading_desk_views import CarriedLog
from app.services.workstation import Workstation


def run_terminal(call: Call, workstation: Workstation) -> Answer:
    """`reading terminal NAME FILE`."""
    arguments = call.arguments
    path = workstation.enrol_reading_terminal(call.actor, arguments.name, arguments.path)
    return Answer(record={"path": str(path)}, lines=[_("Written: {path}").format(path=path)])


def run_bundle(call: Call, workstation: Workstation) -> Answer:
    """`reading bundle NUMBER FILE [--terminal NAME] [--closing-code]`. The code is read from the
    terminal or from standard input, as a PIN is."""
    arguments = call.arguments
    code = read_pin() if arguments.closing_code else ""
    row = workstation.make_reading_bundle(
        call.actor,
        arguments.grant,
        arguments.path,
        terminal=arguments.terminal,
        closing_code=code,
    )
    held = _("{pages} pages, until {until}").format(pages=row.pages, until=row.valid_until)
    lines = [_("Written: {path}").format(path=row.path), held]
    return Answer(record=records.plain(row), lines=lines)


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
    """`reading carry FILE` or `reading carry FOLDER`."""
    path: Path = call.arguments.path
    if not path.is_dir():
        carried = workstation.carry_reading_log(call.actor, path)
        return Answer(record=records.plain(carried), lines=_carried_lines(carried))
    logs = workstation.carry_reading_logs(call.actor, path)
    lines = [line for each in logs.carried for line in _carried_lines(each)]
    for refused in logs.refused:
        text = describe(reason_in_words(dict(refused.record)), current_language())
        lines += [refused.path, text.message, text.remedy]
    return Answer(
        record=records.plain(logs),
        lines=lines or [_("No logs in this folder")],
        status=1 if logs.refused else 0,
    )


def _carried_lines(carried: CarriedLog) -> list[str]:
    counts = _("Visits: {visits}, pages: {pages}, prints: {prints}, slips: {slips}").format(
        visits=carried.visits, pages=carried.issues, prints=carried.prints, slips=carried.slips
    )
    again = _("Log {number} of this bundle: it was opened anew at the terminal").format(
        number=carried.segment
    )
    return [carried.case_no, counts, *([again] if carried.segment > 1 else [])]
