"""What a stock-take (盘点) says: which volumes are missing, astray, counted twice.

A line is {"kind", "place", "code", "case_no", "part", "volume", "at", "by"}. `kind` is PLACE (the
count goes on there), VOLUME, or UNREADABLE (something lies there whose label cannot be read). A
volume that is not of this house may lack `case_no`; then its code stands for it.

Places are texts as custody events hold them: "cabinet#cell", or the label of a shelf. A wider
place holds all within it: "A库-03列" every place on that rack, a cabinet all its cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

MISSING, UNEXPECTED, MISPLACED = "missing", "unexpected", "misplaced"
TWICE, UNREADABLE = "twice", "unreadable"

PLACE, VOLUME = "place", "volume"

Line = Mapping[str, Any]
_TOLD = ("code", "case_no", "part", "volume")


@frozen(kw_only=True)
class Counted:
    """A line of a stock-take, and where the volume lay by the ledger at that moment ("" when the
    ledger does not know the volume)."""

    line: Line
    by_ledger: str


def is_within(place: str, wider: str) -> bool:
    """Whether `place` is `wider` or lies within it. Upper and lower case are alike."""
    place, wider = place.lower(), wider.lower()
    return place == wider or place.startswith((f"{wider}-", f"{wider}#"))


def place_of_count(lines: Sequence[Line], person: str) -> str:
    """The place that this person scanned last, "" while she has not scanned one."""
    for line in reversed(lines):
        if line["by"] == person and line["kind"] == PLACE:
            return str(line["place"])
    return ""


def discrepancies(
    expected: Sequence[Line], counted: Sequence[Counted], scope: str
) -> list[dict[str, Any]]:
    """What differs between ledger and count: {"kind", "code", "case_no", "part", "volume",
    "place", "expected_place"}. `expected` are the volumes that lay within `scope` from the
    beginning to the end."""
    found: dict[tuple[Any, ...], list[Counted]] = {}
    for entry in counted:
        if entry.line["kind"] == VOLUME:
            found.setdefault(_key(entry.line), []).append(entry)
    rows = [
        _row(MISSING, line, place="", expected_place=line["place"])
        for line in expected
        if _key(line) not in found
    ]
    for entries in found.values():
        rows += _judged(entries, scope)
    unreadable = [entry.line for entry in counted if entry.line["kind"] == UNREADABLE]
    return rows + [_row(UNREADABLE, line, place=line["place"]) for line in unreadable]


def _judged(entries: Sequence[Counted], scope: str) -> list[dict[str, Any]]:
    """What is wrong with one volume that was counted at least once."""
    rows = []
    first = entries[0]
    for entry in entries[1:]:
        if not _one_place(first.line["place"], entry.line["place"]):
            rows.append(
                _row(TWICE, entry.line, place=entry.line["place"], expected_place=first.by_ledger)
            )
    if any(is_within(entry.by_ledger, entry.line["place"]) for entry in entries):
        return rows
    astray = bool(first.by_ledger) and is_within(first.by_ledger, scope)
    kind = MISPLACED if astray else UNEXPECTED
    wrong = _row(kind, first.line, place=first.line["place"], expected_place=first.by_ledger)
    return [wrong, *rows]


def _one_place(one: str, other: str) -> bool:
    return is_within(one, other) or is_within(other, one)


def _key(line: Line) -> tuple[Any, ...]:
    """What tells volumes apart."""
    if not line["case_no"]:
        return ("", line["code"], 0)
    return (line["case_no"], line["part"], line["volume"])


def _row(kind: str, line: Line, *, place: str, expected_place: str = "") -> dict[str, Any]:
    volume = {name: line[name] for name in _TOLD}
    return {"kind": kind, **volume, "place": place, "expected_place": expected_place}
