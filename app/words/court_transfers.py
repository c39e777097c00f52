"""Words for dossiers that go from court to court."""

from __future__ import annotations

from app.kernel.translation import translate as _
from app.services.archive_views import CourtTransferRow
from app.services.court_signers import signer_of


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


def signer_change_word(row: CourtTransferRow) -> str:
    """That the answer bears another certificate than the court's last one; empty otherwise."""
    if not row.signer_before:
        return ""
    return _(
        "signed by another certificate than before ({before}, now {now}): ask the court whether "
        "it changed its key"
    ).format(before=row.signer_before, now=signer_of(row))


def court_state_word(state: str) -> str:
    """What became of it."""
    return {
        "made": _("exported, no answer yet"),
        "accepted": _("taken in by the court"),
        "rejected": _("rejected by the court"),
    }.get(state, state)
