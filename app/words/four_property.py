"""Words of the four-property check."""

from __future__ import annotations

from app.kernel.translation import translate as _


def stage_word(stage: str) -> str:
    """A stage of the check."""
    return {
        "archiving": _("Archiving"),
        "transfer": _("Hand-over"),
        "preservation": _("Long-term keeping"),
    }.get(stage, stage)


def outcome_word(outcome: str) -> str:
    """How a check stands."""
    return {
        "failed": _("Failed"),
        "awaiting_review": _("Awaits review"),
        "accepted": _("Accepted"),
        "returned": _("Returned"),
    }.get(outcome, outcome)
