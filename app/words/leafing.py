"""Words for what happens while paper is leafed through under a camera."""

from __future__ import annotations

from app.domain.leafing import LeafEvent
from app.kernel.translation import translate as _


def leaf_state_word(state: str) -> str:
    """What leafing through has found of a side so far."""
    return {
        "seen": _("Seen under the camera"),
        "differs": _("Looks different on paper"),
        "open": _("Alike, not told apart"),
        "not_seen": _("Not seen under the camera"),
    }.get(state, state)


def leaf_event_words(event: LeafEvent) -> str:
    """What to say at once; empty for a tick, which needs no words."""
    templates = {
        "two_at_once": _("Two leaves turned at once: sides {positions} were not shown"),
        "side_missed": _("Not shown: sides {positions}"),
        "unknown_leaf": _("A leaf that is not in the file, behind side {after}")
        if event.after
        else _("A leaf that is not in the file"),
        "other_dossier": _("Hardly any leaf is in this file: it seems to be another dossier"),
        "open": _("Alike, not told apart: sides {positions}"),
        "differs": _("Side {positions} looks different on paper"),
        "went_back": _("Leafed back to side {positions}"),
    }
    positions = ", ".join(str(position) for position in event.positions)
    template = templates.get(event.kind, "")
    return template.format(positions=positions, after=event.after)
