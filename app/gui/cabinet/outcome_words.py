"""How a step ended, in words: what is done, and what is safe where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.cabinet.visit import COLLECT, DEPOSIT
from app.gui.i18n import _

if TYPE_CHECKING:
    from app.services.locker_views import HandOffRow


def done_words(action: str, row: HandOffRow) -> tuple[str, str]:
    """What is done, and what follows from it."""
    if action == DEPOSIT:
        return (
            _("It lies behind door {cell}").format(cell=row.cell),
            _("{name} will be told and can collect it.").format(name=row.receiver),
        )
    return (
        _("The hand-off is complete"),
        _("From now on {name} answers for this paper.").format(name=row.receiver),
    )


def safe_words(action: str) -> str:
    """What holds although the step was refused: custody moves with a confirmed count alone."""
    if action in (DEPOSIT, COLLECT):
        return _("Who answers for the paper has not changed; what happened is recorded.")
    return _("What you reported is recorded; the paper stays with you meanwhile.")
