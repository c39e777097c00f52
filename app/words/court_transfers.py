"""Words for dossiers that go from court to court."""

from __future__ import annotations

from app.kernel.translation import translate as _


def direction_word(direction: str) -> str:
    """Whether a dossier went to another court or came from one."""
    return {"out": _("sent to"), "in": _("came from")}.get(direction, direction)


def purpose_word(purpose: str) -> str:
    """Why a dossier goes to another court."""
    return {
        "appeal": _("appeal"),
        "return": _("sent back to its court"),
        "other": _("another purpose"),
    }.get(purpose, purpose)


def court_state_word(state: str) -> str:
    """What became of it."""
    return {
        "made": _("exported, no answer yet"),
        "accepted": _("taken in by the court"),
        "rejected": _("rejected by the court"),
    }.get(state, state)
