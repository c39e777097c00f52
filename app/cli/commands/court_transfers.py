"""`court`: dossiers that go to other courts and come from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.archive_views import CourtTransferRow
from app.services.workstation import Workstation
from app.words.court_transfers import (
    court_state_word,
    direction_word,
    purpose_word,
    signer_change_word,
)


def run_court(call: Call, workstation: Workstation) -> Answer:
    """`court send|receive|receipt|list`."""
    arguments = call.arguments
    if arguments.what == "send":
        return _sent(call, workstation)
    if arguments.what == "receive":
        row = workstation.import_from_court(
            call.actor,
            arguments.package,
            confirm_sha256=arguments.sha256,
            receipt=arguments.receipt,
            report=call.report,
            cancel=call.cancel,
        )
        return _one(row, list(row.receipt["reasons"]), status=int(row.state == "rejected"))
    if arguments.what == "receipt":
        row = workstation.note_court_receipt(call.actor, arguments.transfer, arguments.receipt)
        return _one(row, list(row.receipt.get("reasons", [])))
    rows = workstation.court_transfers(arguments.case, arguments.direction)
    return Answer(record={"transfers": records.plain(rows)}, lines=_lines(rows))


def changes_courts(arguments: Any) -> bool:
    """Whether a call of `court` changes something."""
    return bool(arguments.what != "list")


def _sent(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    row = workstation.export_for_court(
        call.actor,
        arguments.case_no,
        arguments.to,
        arguments.purpose,
        arguments.out,
        report=call.report,
        cancel=call.cancel,
    )
    lines = [_("The paper goes as a hand-off from court to court.")]
    if row.details["restricted"]:
        lines.append(_("The file holds the restricted part: for the receiving court only."))
    return _one(row, lines)


def _one(row: CourtTransferRow, more: Sequence[str], *, status: int = 0) -> Answer:
    return Answer(record=records.plain(row), lines=[*_lines([row]), *more], status=status)


def _lines(rows: Sequence[CourtTransferRow]) -> list[str]:
    cells = [
        (
            row.id,
            direction_word(row.direction),
            row.court,
            row.case_no,
            purpose_word(row.purpose),
            court_state_word(row.state),
            row.made_at[:16],
            row.made_by,
        )
        for row in rows
    ]
    heads = (
        *(_("ID"), _("Direction"), _("Court"), _("Case")),
        *(_("Purpose"), _("State"), _("Time"), _("By")),
    )
    if not cells:
        return [_("No dossier went to another court or came.")]
    changes = [f"{row.id}: {signer_change_word(row)}" for row in rows if row.signer_before]
    return [*table(cells, heads), *changes]
