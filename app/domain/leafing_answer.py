"""What leafing through proves and what it leaves: discrepancies, one for each cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from app.domain.leafing import (
    DIFFERING,
    LEFT_OPEN,
    NOT_SEEN,
    SEEN,
    STRENGTH,
    TWO_AT_ONCE,
    LeafEvent,
    SideSeen,
    is_other_dossier,
)
from app.domain.leafing_order import MovedLeaves
from app.domain.leafing_sides import LeafSide
from app.domain.ledger import Discrepancy, joined

UNSEEN, OPEN_SIDES, UNMATCHED, MISPLACED = (
    "not_seen",
    "not_told_apart",
    "unmatched_paper",
    "wrong_order",
)
ALTERED = "altered_page"
STRANGE_DOSSIER = "FLP-206"


def discrepancies_of(
    sides: Sequence[LeafSide],
    states: Mapping[int, SideSeen],
    unknown: Sequence[LeafEvent],
    missed: Sequence[LeafEvent],
    page_numbers: Mapping[int, int],
    *,
    earlier: Mapping[int, str] | None = None,
    moved: Sequence[MovedLeaves] = (),
    complete: bool = True,
) -> list[Discrepancy]:
    """One for each cause, in the order of the dossier.

    `earlier` are states of sides that other leafings through of the same images reached. Where
    somebody stopped (`complete` is false) nothing follows for what was not shown. A blank side
    that was not shown is no discrepancy: it bears nothing that could differ.
    """
    blank = {side.position for side in sides if side.blank}
    written = [side.position for side in sides if not side.blank]
    known = {p: _stronger(states[p].state, (earlier or {}).get(p, NOT_SEEN)) for p in states}
    seen = [p for p in written if states[p].state in (SEEN, DIFFERING)]
    found = _unknown(unknown, len(seen))
    if complete:
        found += _not_seen(known, missed, written, blank)
    differing = to_compare(states, known, written)
    found += _left_open(states, known, [p for p in written if p not in differing])
    found += [_entry(ALTERED, [position], "FLP-205", 0.6) for position in differing]
    found += _moved(moved, sides)
    found.sort(key=lambda entry: entry.positions[0] if entry.positions else 0)
    return [
        attrs.evolve(
            entry,
            page_numbers=tuple(page_numbers[p] for p in entry.positions if p in page_numbers),
        )
        for entry in found
    ]


def to_compare(
    states: Mapping[int, SideSeen], known: Mapping[int, str], written: Sequence[int]
) -> list[int]:
    """Sides that look different on paper, and those that nobody else can be but are not proved:
    the comparison of altered pages looks closer."""
    return [
        position
        for position in written
        if states[position].state == DIFFERING
        or (
            known[position] == states[position].state == LEFT_OPEN
            and states[position].candidates == (position,)
            and states[position].boxes
        )
    ]


def _stronger(state: str, earlier: str) -> str:
    return max(state, earlier, key=STRENGTH.__getitem__)


def _not_seen(
    known: Mapping[int, str],
    missed: Sequence[LeafEvent],
    written: Sequence[int],
    blank: set[int],
) -> list[Discrepancy]:
    found = []
    together: set[int] = set()
    for event in missed:
        gone = [p for p in event.positions if known[p] == NOT_SEEN]
        if event.kind == TWO_AT_ONCE and set(gone) - blank:
            together.update(gone)
            found.append(_entry(UNSEEN, gone, "FLP-202", 0.9))
    left = [p for p in written if known[p] == NOT_SEEN and p not in together]
    return found + [_entry(UNSEEN, run, "FLP-203", 0.9) for run in runs(left, written)]


def _left_open(
    states: Mapping[int, SideSeen], known: Mapping[int, str], positions: Sequence[int]
) -> list[Discrepancy]:
    groups = {
        tuple(p for p in states[position].candidates if known.get(p) == LEFT_OPEN)
        for position in positions
        if states[position].state == known[position] == LEFT_OPEN
    }
    return [_entry(OPEN_SIDES, group, "FLP-204", 0.5) for group in sorted(groups) if group]


def _moved(moved: Sequence[MovedLeaves], sides: Sequence[LeafSide]) -> list[Discrepancy]:
    found = []
    for group in moved:
        positions = [s.position for s in sides if s.leaf in group.leaves and not s.blank]
        after = max((s.position for s in sides if s.leaf == group.after), default=0)
        entry = _entry(MISPLACED, positions, "FLP-208" if after else "FLP-209", 0.6)
        parameters = entry.parameters | {"after": after}
        found.append(attrs.evolve(entry, parameters=parameters))
    return found


def _unknown(unknown: Sequence[LeafEvent], seen: int) -> list[Discrepancy]:
    if is_other_dossier(len(unknown), seen):
        return [
            Discrepancy(
                kind=UNMATCHED,
                positions=(),
                page_numbers=(),
                confidence=0.9,
                code=STRANGE_DOSSIER,
                parameters={"count": len(unknown)},
            )
        ]
    return [
        Discrepancy(
            kind=UNMATCHED,
            positions=(event.after,) if event.after else (),
            page_numbers=(),
            confidence=0.8,
            code="FLP-201" if event.after else "FLP-213",
            parameters={"after": event.after, "seconds": round(event.look.seconds)},
        )
        for event in unknown
    ]


def _entry(kind: str, positions: Sequence[int], code: str, confidence: float) -> Discrepancy:
    return Discrepancy(
        kind=kind,
        positions=tuple(positions),
        page_numbers=(),
        confidence=confidence,
        code=code,
        parameters={"positions": joined(positions)},
    )


def runs(positions: Sequence[int], order: Sequence[int]) -> list[list[int]]:
    """Positions that follow one another in `order`, together."""
    place = {position: index for index, position in enumerate(order)}
    found: list[list[int]] = []
    for position in sorted(positions):
        if found and place[position] == place[found[-1][-1]] + 1:
            found[-1].append(position)
        else:
            found.append([position])
    return found
