"""`check`: four-property checks, what people decide about them, and their reports."""

from __future__ import annotations

from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.archive_views import PackageCheckView
from app.services.workstation import Workstation
from app.words.dossiers import result_word
from app.words.four_property import outcome_word, stage_word


def run_check(call: Call, workstation: Workstation) -> Answer:
    """`check run|list|show|decide|conclude|report`; status 1 when a check failed."""
    arguments = call.arguments
    if arguments.what == "list":
        views = workstation.package_checks(arguments.case_no)
        rows = [
            (view.id, stage_word(view.stage), view.made_at[:16], outcome_word(view.outcome))
            for view in views
        ]
        heads = (_("Check"), _("Stage"), _("Time"), _("Outcome"))
        lines = table(rows, heads) if rows else [_("No package was checked yet.")]
        return Answer(record={"checks": records.plain(views)}, lines=lines)
    if arguments.what == "report":
        path = workstation.check_report(arguments.check, arguments.out)
        return Answer(record={"path": str(path)}, lines=[str(path)])
    if arguments.what == "show":
        return _answer(workstation.package_check(arguments.check))
    if arguments.what == "decide":
        return _answer(
            workstation.decide_check(
                call.actor,
                arguments.check,
                arguments.code,
                arguments.decision,
                arguments.remark,
            )
        )
    if arguments.what == "conclude":
        return _answer(
            workstation.conclude_check(
                call.actor, arguments.check, arguments.decision, arguments.remark
            )
        )
    return _answer(
        workstation.check_at_stage(
            call.actor,
            arguments.package,
            arguments.stage,
            report=call.report,
            cancel=call.cancel,
        )
    )


def changes_checks(arguments: Any) -> bool:
    """Whether a call of `check` changes something."""
    return bool(arguments.what not in ("list", "show", "report"))


def _answer(view: PackageCheckView) -> Answer:
    rows = [
        (
            row.code,
            row.name,
            result_word(row.decision or row.result),
            row.decision_remark or row.remark,
        )
        for row in view.lines
    ]
    heads = (_("Code"), _("Check"), _("Result"), _("Remark"))
    head = _("{check}: {outcome}").format(check=view.id, outcome=outcome_word(view.outcome))
    failed = view.outcome in ("failed", "returned")
    return Answer(
        record=records.plain(view),
        lines=[head, *table(rows, heads)],
        status=1 if failed else 0,
    )
