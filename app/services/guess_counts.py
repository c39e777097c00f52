"""How often somebody guessed wrong at one place, and for how long it takes no more.

Ten wrong ones within ten minutes, and the place pauses for ten minutes. The count is kept in the
database: switching a machine off and on does not forget it.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import attrs

from app.domain.station import Preference
from app.kernel.clock import timestamp
from app.kernel.ids import new_id
from app.services.ports import Transaction

MOST_GUESSES = 10
WITHIN = timedelta(minutes=10)
PAUSE = timedelta(minutes=10)


def minutes_paused(tx: Transaction, place: str, kind: str, now: str) -> int:
    """For how many minutes from `now` the `place` takes no guesses of this kind, 0 for none.

    `place` is kept among the people, so it must be no person's name ("cabinet:…", "terminal:…").
    """
    until = str(_kept(tx, place, kind).get("paused_until", ""))
    if until <= now:
        return 0
    left = datetime.fromisoformat(until) - datetime.fromisoformat(now)
    return math.ceil(left.total_seconds() / 60)


def note_guess(tx: Transaction, place: str, kind: str, moment: datetime) -> tuple[int, str]:
    """Count one wrong guess; the caller commits. With the tenth the pause begins: gives how many
    there were and the end of the pause, or (0, "")."""
    since = timestamp(moment - WITHIN)
    guesses = [str(at) for at in _kept(tx, place, kind).get("at", ()) if str(at) > since]
    guesses.append(timestamp(moment))
    if len(guesses) < MOST_GUESSES:
        _keep(tx, place, kind, {"at": guesses, "paused_until": ""})
        return 0, ""
    until = timestamp(moment + PAUSE)
    _keep(tx, place, kind, {"at": [], "paused_until": until})
    return len(guesses), until


def _kept(tx: Transaction, place: str, kind: str) -> dict[str, Any]:
    found = tx.preferences.first(person=place, name=_name(kind))
    return dict(found.value) if found is not None else {}


def _keep(tx: Transaction, place: str, kind: str, value: dict[str, Any]) -> None:
    found = tx.preferences.first(person=place, name=_name(kind))
    if found is not None:
        tx.preferences.replace(attrs.evolve(found, value=value))
        return
    tx.preferences.add(
        Preference(id=new_id("preference"), person=place, name=_name(kind), value=value)
    )


def _name(kind: str) -> str:
    return f"guessed_{kind}"
