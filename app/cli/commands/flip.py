"""`flip`: the paper being leafed through under a camera, against the electronic dossier."""

from __future__ import annotations

import sys
from typing import Any

from app.cli import records
from app.cli.commands.cases import discrepancy_lines
from app.cli.output import Answer, table
from app.cli.running import Call, warning_lines, with_message
from app.cli.words import verdict_word
from app.domain.leafing import SEEN
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.leafing_views import FlipView, LeafingView, LeafStep
from app.services.workstation import Workstation
from app.words.leafing import leaf_event_words, leaf_state_word


def run_flip(call: Call, workstation: Workstation) -> Answer:
    """`flip CASE_NO --video FILE|camera:N|--state|--picture DIGEST`, `flip --cameras`."""
    arguments = call.arguments
    if arguments.cameras:
        found = workstation.cameras()
        lines = list(found) or [_("There is no camera")]
        return Answer(record={"cameras": list(found)}, lines=lines)
    if not arguments.case_no:
        raise BadInput("SYS-203", reason=_("name a case"))
    if arguments.state:
        return _state(workstation.leafing_view(arguments.case_no))
    if arguments.picture is not None:
        path = workstation.leaf_picture(arguments.case_no, arguments.picture)
        return Answer(record={"picture": str(path)}, lines=[str(path)])
    return _watch(call, workstation)


def watches(arguments: Any) -> bool:
    """Whether these arguments leaf through, which changes the data folder."""
    return arguments.video is not None


def _watch(call: Call, workstation: Workstation) -> Answer:
    """Ctrl-C ends the watching and keeps what was seen."""
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


def _state(view: LeafingView) -> Answer:
    waiting = [tile for tile in view.tiles if not tile.blank and tile.state != SEEN]
    lines = [_("Seen {seen} of {sides} sides").format(seen=view.seen, sides=view.total)]
    if view.demanded:
        lines.append(_("This court demands it before sealing"))
    rows = [
        (str(tile.position), str(tile.page_number or ""), leaf_state_word(tile.state))
        for tile in waiting
    ]
    lines += table(rows, (_("Side"), _("Page"), _("State"))) if rows else []
    record = records.plain(view)
    if view.last is not None:
        # Who, when and of what; side by side the tiles tell it.
        kept = ("made_at", "made_by", "source", "video", "complete", "verdict")
        record["last"] = {name: getattr(view.last, name) for name in kept}
    return Answer(record=record, lines=lines)


def flip_record(view: FlipView) -> dict[str, Any]:
    """The answer of `flip`: that of `reconcile`, and what was seen of each side."""
    seen = records.plain(view.sides)
    return {
        "verdict": view.verdict,
        "counts": view.counts,
        "discrepancies": records.discrepancy_records(view.discrepancies),
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
