"""`archival code|retention|settings`: archival codes and terms of keeping."""

from __future__ import annotations

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.kernel.translation import translate as _
from app.services.workstation import Workstation
from app.words.terms import retention_words


def run_code(call: Call, workstation: Workstation) -> Answer:
    """`archival code CASE_NO [--next | --code CODE]`."""
    arguments = call.arguments
    number = arguments.case_no
    if arguments.next or arguments.code:
        view = workstation.assign_archival_code(call.actor, number, arguments.code or None)
    else:
        view = workstation.archival_code(number)
    reason = describe(view.obstacle, current_language()).message if view.obstacle else ""
    facts = (
        (_("Case"), view.case_no),
        (_("Archival code"), view.code),
        (_("Next code"), view.next_code or reason),
        (_("Does not fit the case any more"), "、".join(view.differs)),
        (_("Pattern"), view.pattern),
        (_("Example"), view.example),
    )
    return Answer(record=records.plain(view), lines=table([fact for fact in facts if fact[1]]))


def run_retention(call: Call, workstation: Workstation) -> Answer:
    """`archival retention CASE_NO [--set 永久 [--remark TEXT]]`."""
    arguments = call.arguments
    number = arguments.case_no
    if arguments.set is not None:
        view = workstation.set_retention(call.actor, number, arguments.set, arguments.remark)
    else:
        view = workstation.retention(number)
    years = dict(view.choices)
    facts = [
        (_("Case"), view.case_no),
        (_("Retention"), retention_words(view.retention, years.get(view.retention, 0))),
        (_("Settled by"), view.settled_by or _("nobody yet")),
        (_("Remark"), view.remark),
        (_("Proposal"), retention_words(view.proposal, years.get(view.proposal, 0))),
    ]
    facts += [(_("Reason"), f"{entry.reason}（{entry.retention}）") for entry in view.reasons]
    return Answer(record=records.plain(view), lines=table([fact for fact in facts if fact[1]]))


def run_settings(call: Call, workstation: Workstation) -> Answer:
    """`archival settings [--pattern NAME | --file FILE] [--set NAME=VALUE]… [--first N]`."""
    arguments = call.arguments
    changed = (arguments.pattern, arguments.file, arguments.first) != (None, None, None)
    if changed or arguments.values:
        view = workstation.save_archival_settings(
            call.actor,
            pattern=arguments.pattern,
            file=arguments.file,
            values=dict(arguments.values),
            first=arguments.first,
        )
    else:
        view = workstation.archival_settings()
    facts: list[tuple[str, object]] = [
        (_("Pattern"), f"{view.title} ({view.pattern})"),
        (_("Example"), view.example),
        (_("First number"), view.first),
        (_("Known"), ", ".join(view.known)),
    ]
    for row in view.fields:
        kinds = [f"{kind}={value}" for kind, value in row.kinds.items()]
        values = [row.value or row.default or _("not set"), *kinds]
        facts.append((f"{row.title} ({row.name})", "; ".join(values)))
    return Answer(record=records.plain(view), lines=table(facts))
