"""`passport` and `verify`: dossiers proved by their files alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.archive_views import PassportView
from app.services.workstation import Workstation
from app.words.dossiers import result_word


def run_passport(call: Call, workstation: Workstation) -> Answer:
    """`passport issue|print|list CASE_NO`."""
    arguments = call.arguments
    if arguments.what == "issue":
        issued = workstation.issue_passport(call.actor, arguments.case_no, arguments.out)
        return Answer(record=records.plain(issued), lines=_lines([issued]))
    if arguments.what == "print":
        path = workstation.print_passport(arguments.case_no, arguments.out)
        return Answer(record={"path": str(path)}, lines=[str(path)])
    views = workstation.passports(arguments.case_no)
    return Answer(record={"passports": records.plain(views)}, lines=_lines(views))


def issues_passport(arguments: Any) -> bool:
    """Whether a call of `passport` changes something."""
    return bool(arguments.what == "issue")


def run_verify(call: Call, workstation: Workstation) -> Answer:
    """`verify PACKAGE`; status 1 when something does not hold."""
    arguments = call.arguments
    found = workstation.verify(
        arguments.package,
        passport=arguments.passport,
        code=arguments.code,
        trust=arguments.trust,
    )
    rows = [
        (row["code"], row["name"], result_word(row["result"]), row["remark"])
        for row in found.checks
    ]
    heads = (_("Code"), _("Check"), _("Result"), _("Remark"))
    verdict = _("Everything holds.") if found.holds else _("Something does not hold.")
    return Answer(
        record={"holds": found.holds, **found.facts, "checks": list(found.checks)},
        lines=[*table(rows, heads), verdict],
        status=0 if found.holds else 1,
    )


def _lines(views: Sequence[PassportView]) -> list[str]:
    rows = [
        (view.number, str(view.version), view.made_at[:16], view.made_by, str(view.path))
        for view in views
    ]
    heads = (_("Passport"), _("Version"), _("Issued"), _("By"), _("File"))
    return table(rows, heads) if rows else [_("No passport was issued yet.")]
