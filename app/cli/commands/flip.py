"""`flip`: the paper being leafed through under a camera, against the electronic dossier."""

from __future__ import annotations

import sys
from typing import Any

from app.cli import records
from app.cli.commands.cases import discrepancy_lines
from app.cli.output import Answer
from app.cli.running import Call, warning_lines, with_message
from app.cli.words import verdict_word
from app.kernel.translation import translate as _
from app.services.leafing_views import FlipView, LeafStep
from app.services.workstation import Workstation
from app.words.leafing import leaf_event_words


def run_flip(call: Call, workstation: Workstation) -> Answer:
    """`flip CASE_NO --video FILE|camera:N`; Ctrl-C ends the watching and keeps what was seen."""
    view = workstation.leaf_through(
        call.actor,
        call.arguments.case_no,
        call.arguments.video,
        listen=_say,
        report=call.report,
        cancel=call.cancel,
    )
    counts = view.counts
    lines = [
        _("Verdict: {verdict}").format(verdict=verdict_word(view.verdict)),
        _("Seen {seen} of {sides} sides").format(seen=counts["seen"], sides=counts["sides"]),
        *discrepancy_lines(view.discrepancies),
        *warning_lines(list(view.warnings)),
    ]
    status = 1 if view.verdict == "discrepant" else 0
    return Answer(record=flip_record(view), lines=lines, status=status)


def flip_record(view: FlipView) -> dict[str, Any]:
    """The answer of `flip`: that of `reconcile`, and what was seen of each side."""
    seen = records.plain(view.sides)
    return {
        "verdict": view.verdict,
        "counts": view.counts,
        "discrepancies": [
            {
                "kind": row.kind,
                "positions": list(row.positions),
                "page_numbers": list(row.page_numbers),
                "confidence": row.confidence,
                "explanation": row.explanation,
                "verdict": row.verdict,
            }
            for row in view.discrepancies
        ],
        "seen": seen,
        "not_seen": [side["position"] for side in seen if side["state"] == "not_seen"],
        "open": [side["position"] for side in seen if side["state"] == "open"],
        "differing": [side["position"] for side in seen if side["state"] == "differs"],
        "unknown": records.plain(view.unknown),
        "missed": records.plain(view.missed),
        "complete": view.complete,
        "warnings": [with_message(warning) for warning in view.warnings],
    }


def _say(step: LeafStep) -> None:
    """Say at once what goes wrong; ticks are told by the progress."""
    for event in step.events:
        words = leaf_event_words(event)
        if words:
            sys.stderr.write(words + "\n")
            sys.stderr.flush()
