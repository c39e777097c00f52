"""`addition`: material that comes after archiving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from app.cli import records
from app.cli.commands.station import part_word
from app.cli.output import Answer, table
from app.cli.running import Call
from app.domain.access import Actor, person_key
from app.kernel.translation import translate as _
from app.services.archive_views import AdditionRow
from app.services.workstation import Workstation
from app.words.archive import addition_state_word


def changes_additions(arguments: Any) -> bool:
    """Whether a call of `addition` changes something."""
    return bool(arguments.what != "list")


def run_addition(call: Call, workstation: Workstation) -> Answer:
    """`addition ask|approve|refuse|open|list`."""
    arguments, actor = call.arguments, _in_her_role(call, workstation)
    if arguments.what == "list":
        rows = workstation.additions(arguments.case_no, open_only=arguments.open)
        return Answer(record={"additions": records.plain(rows)}, lines=_lines(rows))
    if arguments.what == "ask":
        row = workstation.ask_addition(
            actor,
            arguments.case_no,
            content=arguments.content,
            part=arguments.part,
            pages=arguments.pages,
            department=arguments.department,
            judge=arguments.judge,
            submitter=arguments.submitter,
            submitted_on=arguments.submitted_on,
            reason=arguments.reason,
        )
    elif arguments.what == "approve":
        row = workstation.approve_addition(actor, arguments.addition, arguments.remark)
    elif arguments.what == "refuse":
        row = workstation.refuse_addition(actor, arguments.addition, arguments.reason)
    else:
        row = workstation.open_addition(actor, arguments.addition)
    return Answer(record=records.plain(row), lines=_lines([row]))


def _in_her_role(call: Call, workstation: Workstation) -> Actor:
    """Who gives the command, in the role she works here in: both approvals go by roles, and the
    command line alone would make everybody an administrator."""
    roles = {person_key(name): role for name, role in workstation.people()}
    return evolve(call.actor, role=roles.get(person_key(call.actor.name), call.actor.role))


def _lines(rows: Sequence[AdditionRow]) -> list[str]:
    shown = [
        (
            row.id,
            row.case_no,
            addition_state_word(row.state),
            row.content,
            part_word(row.part),
            row.pages,
            row.department,
            row.judge,
            row.submitter,
            row.submitted_on,
        )
        for row in rows
    ]
    heads = (
        _("Addition"),
        _("Case"),
        _("State"),
        _("Content"),
        _("Part"),
        _("Pages"),
        _("Department"),
        _("Judge"),
        _("Submitter"),
        _("Submitted on"),
    )
    return table(shown, heads) if shown else [_("No later material")]
