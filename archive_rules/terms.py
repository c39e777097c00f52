"""Terms of archiving (归档期限): when a closed case is to be reminded of and when it is overdue.

Months are those of the calendar: what closes on 30 November and has three months is due on the
last day of February.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from app.kernel.errors import BadInput
from archive_rules.data import check_keys, load_table, names_below, nearest

_FOLDER = "terms"
DEFAULT = "default"
MOST_MONTHS = 120
TermState = Literal["done", "unclosed", "running", "remind", "overdue"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TermRules:
    """Months after closing at which a case is reminded of and overdue. A case in a state of
    `done` is archived, whatever the day."""

    id: str
    title: str
    version: str
    source: str
    remind_months: int
    overdue_months: int
    done: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """Where one case stands. Days are None while it has no closing date; `days_left` is negative
    when the term is over, None too when the case is archived."""

    state: TermState
    remind_on: datetime.date | None = None
    due_on: datetime.date | None = None
    days_left: int | None = None


def term_names() -> tuple[str, ...]:
    """The identifiers of the packaged sets of terms."""
    return names_below(_FOLDER)


@lru_cache(maxsize=8)
def load_terms(name: str = DEFAULT) -> TermRules:
    """A packaged set. Raises BadInput ARC-207 with the nearest name when there is none."""
    if name not in term_names():
        raise BadInput("ARC-207", name=name, nearest=nearest(name, term_names()))
    return terms_from_table(load_table(_FOLDER, f"{name}.toml"), name=name)


def terms_from_table(table: Mapping[str, Any], *, name: str) -> TermRules:
    """A set from its table. Raises BadInput ARC-204, ARC-205 (keys) and ARC-206 (values)."""
    head = ("schema", "id", "title", "version", "effective", "source")
    check_keys(table, name=name, required=(*head, "remind_months", "overdue_months", "done"))
    done = table["done"]
    if not isinstance(done, list) or not done or not all(isinstance(s, str) for s in done):
        raise BadInput("ARC-206", name=name, key="done", value=done)
    return TermRules(
        id=str(table["id"]),
        title=str(table["title"]),
        version=str(table["version"]),
        source=str(table["source"]),
        remind_months=_months(table, "remind_months", name=name),
        overdue_months=_months(table, "overdue_months", name=name),
        done=tuple(done),
    )


def with_months(rules: TermRules, *, remind: int, overdue: int) -> TermRules:
    """The rules with the months of a court. Raises BadInput ARC-206 when they make no sense."""
    table = {"remind_months": remind, "overdue_months": overdue}
    return TermRules(
        id=rules.id,
        title=rules.title,
        version=rules.version,
        source=rules.source,
        remind_months=_months(table, "remind_months", name=rules.id),
        overdue_months=_months(table, "overdue_months", name=rules.id),
        done=rules.done,
    )


def term_of(
    rules: TermRules,
    *,
    state: str,
    closed_on: str,
    today: datetime.date,
    extended_to: str = "",
) -> Term:
    """The term of a case in `state` that was closed on an ISO day (empty: not closed yet).

    An extension replaces the last day; the reminder then comes as long before it as it did before.
    """
    closed = _day(closed_on)
    if closed is None:
        return Term(state="done" if state in rules.done else "unclosed")
    remind_on = add_months(closed, rules.remind_months)
    due_on = add_months(closed, rules.overdue_months)
    extended = _day(extended_to)
    if extended is not None:
        remind_on, due_on = extended - (due_on - remind_on), extended
    if state in rules.done:
        return Term(state="done", remind_on=remind_on, due_on=due_on)
    running: TermState = "remind" if today >= remind_on else "running"
    return Term(
        state="overdue" if today > due_on else running,
        remind_on=remind_on,
        due_on=due_on,
        days_left=(due_on - today).days,
    )


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last of that month when it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def _months(table: Mapping[str, Any], key: str, *, name: str) -> int:
    value = table[key]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_MONTHS:
        raise BadInput("ARC-206", name=name, key=key, value=value)
    if key == "remind_months" and value > table.get("overdue_months", MOST_MONTHS):
        raise BadInput("ARC-206", name=name, key=key, value=value)
    return value


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None  # an empty or unreadable day is no closing day
