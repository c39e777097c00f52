"""Wrong codes or cards at a cabinet: ten within ten minutes, and it takes none for ten minutes.

The tries of one hand-off keep its own code safe; this keeps somebody from trying a few codes at
every hand-off of the cabinet, or from typing numbers of cards. Codes and cards are counted apart,
and PINs have a lock of their own, so that a person who is known another way gets on meanwhile.
"""

from __future__ import annotations

from app.kernel.clock import timestamp
from app.kernel.errors import Refused
from app.services.context import Context
from app.services.guess_counts import minutes_paused, note_guess
from app.services.handoff_records import open_incident
from app.services.ports import Transaction

CODES, CARDS = "codes", "cards"


def require_not_paused(tx: Transaction, cabinet: str, now: str, kind: str = CODES) -> None:
    """Raises Refused IDN-102 with the `minutes` left while the cabinet takes none of this kind."""
    minutes = minutes_paused(tx, _place(cabinet), kind, now)
    if minutes:
        raise Refused("IDN-102", cabinet=cabinet, kind=kind, minutes=minutes)


def count_guess(tx: Transaction, context: Context, cabinet: str, kind: str = CODES) -> None:
    """Count one wrong code or card; the caller commits. With the tenth the pause begins, and an
    incident tells the administrators."""
    moment = context.clock.now()
    guesses, until = note_guess(tx, _place(cabinet), kind, moment)
    if not guesses:
        return
    open_incident(
        tx,
        timestamp(moment),
        "codes_guessed",
        cabinet,
        0,
        actor=cabinet,
        what=kind,
        guesses=guesses,
        paused_until=until,
    )
    tx.audit.record(cabinet, "codes_paused", cabinet, what=kind, guesses=guesses)


def _place(cabinet: str) -> str:
    # Kept beside the settings of people, under the cabinet's name, which is no person's.
    return f"cabinet:{cabinet}"
