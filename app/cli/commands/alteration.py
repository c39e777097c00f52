"""`compare`: a rescan or a still of a paper leaf against its electronic side."""

from __future__ import annotations

from typing import Any

from app.cli import records
from app.cli.output import Answer
from app.cli.running import Call, warning_lines, with_message
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.alterations import AlterationView
from app.services.workstation import Workstation
from app.words.alteration import alteration_word, comparison_word


def run_compare(call: Call, workstation: Workstation) -> Answer:
    """`compare CASE_NO --position N --image FILE`, or `compare --files SIDE PAPER`."""
    arguments = call.arguments
    if arguments.files:
        if arguments.case_no or arguments.position or arguments.image:
            raise BadInput("SYS-203", reason=_("name either a side of a case or --files"))
        side, paper = arguments.files
        view = workstation.compare_files(
            call.actor, side, paper, arguments.proof, cancel=call.cancel
        )
    else:
        if not (arguments.case_no and arguments.position and arguments.image):
            raise BadInput("SYS-203", reason=_("name a case, --position and --image, or --files"))
        view = workstation.compare_leaf(
            call.actor,
            arguments.case_no,
            arguments.position,
            arguments.image,
            arguments.proof,
            cancel=call.cancel,
        )
    record = records.plain(view)
    record["warnings"] = [with_message(warning) for warning in view.warnings]
    return Answer(record=record, lines=_lines(view), status=0 if view.verdict == "same" else 1)


def changes_ledger(arguments: Any) -> bool:
    """Whether these arguments change anything in the data folder."""
    return not arguments.files


def _lines(view: AlterationView) -> list[str]:
    lines = [_("Verdict: {verdict}").format(verdict=comparison_word(view.verdict))]
    lines += [
        f"- {alteration_word(place['kind'], place['ink'], place['figures'])}: "
        f"{', '.join(map(str, place['box']))}"
        for place in view.differences
    ]
    if view.discrepancy:
        lines.append(_("Ledger: {entry}").format(entry=view.discrepancy))
    return lines + warning_lines(list(view.warnings))
