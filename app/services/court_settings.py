"""What a court sets for all its stations: kept once, changed by an administrator, on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.station import Preference
from app.kernel.ids import new_id
from app.services.ports import Transaction
from archive_rules.terms import DEFAULT, TermRules, load_terms, with_months

# Settings of the court lie beside those of people, under no person's name.
_COURT = ""
TERMS = "terms"


def court_setting(tx: Transaction, name: str) -> dict[str, Any]:
    """A setting of the court, empty while nobody set it."""
    found = tx.preferences.first(person=_COURT, name=name)
    return dict(found.value) if found is not None else {}


def keep_court_setting(
    tx: Transaction,
    actor: Actor,
    name: str,
    value: Mapping[str, Any],
    *,
    action: str,
    permission: str = "administer",
) -> None:
    """Write a setting and its audit record; the caller commits. Administrators only, or whoever
    has `permission`."""
    actor.require(permission)
    found = tx.preferences.first(person=_COURT, name=name)
    if found is None:
        tx.preferences.add(
            Preference(id=new_id("preference"), person=_COURT, name=name, value=dict(value))
        )
    else:
        tx.preferences.replace(attrs.evolve(found, value=dict(value)))
    tx.audit.record(actor.name, action, name, **value)


def term_rules(tx: Transaction) -> TermRules:
    """The terms of archiving in force here."""
    kept = court_setting(tx, TERMS)
    rules = load_terms(str(kept.get("set", DEFAULT)))
    if "overdue_months" in kept:
        return with_months(
            rules, remind=int(kept["remind_months"]), overdue=int(kept["overdue_months"])
        )
    return rules
