"""Double keying (双录): two persons type the risky fields of a document without seeing each other's
words; what differs is settled by a third.

What was typed is kept with the item: `{field: {"entries": [{"by", "value", "at"}], "settled":
{"by", "value", "at"}}}`. Two texts agree when they differ in nothing but width and blanks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from app.kernel.errors import Refused

KEYABLE = ("title", "date", "author")
OPEN, ONCE, AGREED, DIFFERS, SETTLED = "open", "once", "agreed", "differs", "settled"
DONE = (AGREED, SETTLED)


@frozen(kw_only=True)
class Entry:
    """What one person typed, and when."""

    by: str
    value: str
    at: str


def entries_of(keyed: Mapping[str, Any], field: str) -> tuple[Entry, ...]:
    """What was typed for a field, the first person first; at most two."""
    return tuple(Entry(**entry) for entry in keyed.get(field, {}).get("entries", ()))


def settled_by(keyed: Mapping[str, Any], field: str) -> Entry | None:
    """The word of the third person, if it was needed and given."""
    found = keyed.get(field, {}).get("settled")
    return Entry(**found) if found else None


def state_of(keyed: Mapping[str, Any], field: str) -> str:
    """How far a field is: open, once (one person), agreed, differs, settled."""
    if settled_by(keyed, field) is not None:
        return SETTLED
    typed = entries_of(keyed, field)
    if len(typed) < 2:
        return ONCE if typed else OPEN
    return AGREED if alike(typed[0].value, typed[1].value) else DIFFERS


def value_of(keyed: Mapping[str, Any], field: str) -> str | None:
    """The value both typed or the third person settled; None before."""
    last = settled_by(keyed, field)
    if last is not None:
        return last.value
    return entries_of(keyed, field)[0].value if state_of(keyed, field) == AGREED else None


def is_done(keyed: Mapping[str, Any], fields: Sequence[str]) -> bool:
    """Whether every field has its value."""
    return all(state_of(keyed, field) in DONE for field in fields)


def typed(keyed: Mapping[str, Any], field: str, entry: Entry) -> dict[str, Any]:
    """The record with one more entry. A person may correct her own entry as long as nobody else
    typed the field.

    Raises Refused KEY-101 when two persons typed it, or the first one after the second.
    """
    own: list[Entry] = []
    others: list[Entry] = []
    for old in entries_of(keyed, field):
        (own if old.by == entry.by else others).append(old)
    if len(others) > 1 or (own and others):
        raise Refused("KEY-101", field=field)
    return _with(keyed, field, entries=[_record(one) for one in (*others, entry)])


def settled(keyed: Mapping[str, Any], field: str, entry: Entry) -> dict[str, Any]:
    """The record with the word of the third person.

    Raises Refused KEY-102 when the two do not differ, KEY-103 when it is one of the two.
    """
    if state_of(keyed, field) not in (DIFFERS, SETTLED):
        raise Refused("KEY-102", field=field)
    if entry.by in {old.by for old in entries_of(keyed, field)}:
        raise Refused("KEY-103", actor=entry.by)
    return _with(keyed, field, settled=_record(entry))


def alike(first: str, second: str) -> bool:
    """Whether two typed texts mean the same: width of characters and blanks do not count."""
    return _folded(first) == _folded(second)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _record(entry: Entry) -> dict[str, str]:
    return {"by": entry.by, "value": entry.value, "at": entry.at}


def _with(keyed: Mapping[str, Any], field: str, **parts: Any) -> dict[str, Any]:
    return {**keyed, field: {**keyed.get(field, {}), **parts}}
