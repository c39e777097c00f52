"""Wrong codes or cards at a cabinet: ten within ten minutes, and it takes none for ten minutes.

The tries of one hand-off keep its own code safe; this keeps somebody from trying a few codes at
every hand-off of the cabinet, or from typing numbers of cards. Codes and cards are counted apart,
and PINs have a lock of their own, so that a person who is known another way gets on meanwhile. The
count is kept in the database: switching the cabinet off and on does not forget it.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import attrs

from app.domain.station import Preference
from app.kernel.clock import timestamp
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.handoff_records import open_incident
from app.services.ports import Transaction

MOST_GUESSES = 10
WITHIN = timedelta(minutes=10)
PAUSE = timedelta(minutes=10)
CODES, CARDS = "codes", "cards"


def require_not_paused(tx: Transaction, cabinet: str, now: str, kind: str = CODES) -> None:
    """Raises Refused IDN-102 with the `minutes` left while the cabinet takes none of this kind."""
    until = str(_kept(tx, cabinet, kind).get("paused_until", ""))
    if until > now:
        left = datetime.fromisoformat(until) - datetime.fromisoformat(now)
        minutes = math.ceil(left.total_seconds() / 60)
        raise Refused("IDN-102", cabinet=cabinet, kind=kind, minutes=minutes)


def count_guess(tx: Transaction, context: Context, cabinet: str, kind: str = CODES) -> None:
    """Count one wrong code or card; the caller commits. With the tenth the pause begins, and an
    incident tells the administrators."""
    moment = context.clock.now()
    since = timestamp(moment - WITHIN)
    guesses = [str(at) for at in _kept(tx, cabinet, kind).get("at", ()) if str(at) > since]
    guesses.append(timestamp(moment))
    if len(guesses) < MOST_GUESSES:
        _keep(tx, cabinet, kind, {"at": guesses, "paused_until": ""})
        return
    until = timestamp(moment + PAUSE)
    _keep(tx, cabinet, kind, {"at": [], "paused_until": until})
    open_incident(
        tx,
        timestamp(moment),
        "codes_guessed",
        cabinet,
        0,
        actor=cabinet,
        what=kind,
        guesses=len(guesses),
        paused_until=until,
    )
    tx.audit.record(cabinet, "codes_paused", cabinet, what=kind, guesses=len(guesses))


def _kept(tx: Transaction, cabinet: str, kind: str) -> dict[str, Any]:
    found = tx.preferences.first(person=_holder(cabinet), name=_name(kind))
    return dict(found.value) if found is not None else {}


def _keep(tx: Transaction, cabinet: str, kind: str, value: dict[str, Any]) -> None:
    found = tx.preferences.first(person=_holder(cabinet), name=_name(kind))
    if found is not None:
        tx.preferences.replace(attrs.evolve(found, value=value))
        return
    tx.preferences.add(
        Preference(id=new_id("preference"), person=_holder(cabinet), name=_name(kind), value=value)
    )


def _holder(cabinet: str) -> str:
    # Kept beside the settings of people, under the cabinet's name, which is no person's.
    return f"cabinet:{cabinet}"


def _name(kind: str) -> str:
    return f"guessed_{kind}"
