"""`register handover|form|additions`: the registers of the archive."""

from __future__ import annotations

from app.cli.output import Answer
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.workstation import Workstation


def run_register(call: Call, workstation: Workstation) -> Answer:
    """Write a register as PDF or spreadsheet, by the ending of its name."""
    arguments, actor = call.arguments, call.actor
    out, case_nos = arguments.out, tuple(arguments.case or ())
    if arguments.what == "additions":
        count = workstation.additions_register(actor, out, case_nos=case_nos)
    elif arguments.what == "form":
        count = workstation.handover_form(
            actor,
            out,
            case_nos=case_nos,
            since=arguments.since,
            until=arguments.until,
            name=arguments.name,
            description=arguments.description,
        )
    else:
        count = workstation.handover_register(
            actor, out, case_nos=case_nos, since=arguments.since, until=arguments.until
        )
    record = {"out": str(out), "rows": count}
    return Answer(record=record, lines=[_("Written: {path}").format(path=out)])
