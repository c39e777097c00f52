"""`spreadsheet catalogue|register|read`."""

from __future__ import annotations

from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.sheet_views import CatalogueSheet
from app.services.workstation import Workstation
from app.words.cataloguing import field_word
from app.words.sheets import change_word, problem_word


def run_spreadsheet(call: Call, workstation: Workstation) -> Answer:
    """Write catalogue or register as .xlsx, or read a corrected catalogue back."""
    arguments = call.arguments
    if arguments.what == "read":
        return _read(call, workstation)
    if arguments.what == "register":
        count = workstation.write_register(
            call.actor, arguments.out, report=call.report, cancel=call.cancel
        )
        record: dict[str, Any] = {"out": str(arguments.out), "cases": count}
    else:
        path = workstation.write_catalogue_sheet(call.actor, arguments.case_no, arguments.out)
        record = {"out": str(path)}
    return Answer(record=record, lines=[_("Written: {path}").format(path=record["out"])])


def _read(call: Call, workstation: Workstation) -> Answer:
    """Status 1 while rows cannot be taken over."""
    arguments = call.arguments
    view = workstation.read_catalogue_sheet(arguments.case_no, arguments.file)
    applied = arguments.apply and bool(view.changes) and not view.problems
    if applied:
        view = workstation.apply_catalogue_sheet(call.actor, arguments.case_no, arguments.file)
    problems = [
        records.plain(problem) | {"reason": problem_word(problem.code, problem.value)}
        for problem in view.problems
    ]
    record = {
        "case_no": view.case_no,
        "changes": records.plain(view.changes),
        "problems": problems,
        "unchanged": view.unchanged,
        "applied": applied,
    }
    return Answer(record=record, lines=_lines(view, applied), status=1 if problems else 0)


def _lines(view: CatalogueSheet, applied: bool) -> list[str]:
    lines = [
        _("Row {row} cannot be taken over: {reason}").format(
            row=problem.row, reason=problem_word(problem.code, problem.value)
        )
        for problem in view.problems
    ]
    rows = [
        (
            change.row or "",
            change.number or "",
            change.title,
            field_word(change.field) or change_word(change.kind),
            change.before,
            change.after,
        )
        for change in view.changes
    ]
    heads = (_("Row"), _("No."), _("Title"), _("Change"), _("Before"), _("After"))
    lines += table(rows, heads) if rows else [_("The sheet changes nothing")]
    if applied:
        lines.append(_("Taken over; undo takes it back"))
    elif rows:
        lines.append(_("Nothing was changed; --apply takes it over"))
    return lines


def changes_by_spreadsheet(arguments: Any) -> bool:
    """Whether these arguments change a catalogue; writing a file is put on record, too."""
    return bool(arguments.what != "read" or arguments.apply)
