"""What leafing through proves and what it leaves: discrepancies, one for each cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.leafing import (
    DIFFERING,
    LEFT_OPEN,
    NOT_SEEN,
    SEEN,
    TWO_AT_ONCE,
    LeafEvent,
    LeafSide,
    SideSeen,
)
from app.domain.ledger import Discrepancy

# So many unknown leaves, and more than were found, are another dossier under the camera.
_STRANGE_DOSSIER = 4


def discrepancies_of(
    sides: Sequence[LeafSide],
    states: Mapping[int, SideSeen],
    unknown: Sequence[LeafEvent],
    missed: Sequence[LeafEvent],
    page_numbers: Mapping[int, int],
) -> list[Discrepancy]:
    """One for each cause, in the order of the dossier.

    A blank side that was not shown is no discrepancy: it bears nothing that could differ. It is
    counted apart.
    """
    blank = {side.position for side in sides if side.blank}
    written = [side.position for side in sides if not side.blank]
    seen = [position for position in written if states[position].state in (SEEN, DIFFERING)]
    found = _unknown(unknown, len(seen))
    together: set[int] = set()
    for event in missed:
        gone = [p for p in event.positions if states[p].state == NOT_SEEN]
        if event.kind == TWO_AT_ONCE and gone and set(gone) - blank:
            together.update(gone)
            found.append(_entry("not_seen", gone, "FLP-202", 0.9))
    left = [p for p in written if states[p].state == NOT_SEEN and p not in together]
    found += [_entry("not_seen", run, "FLP-203", 0.9) for run in _runs(left, written)]
    groups = {
        tuple(p for p in states[position].candidates if states[p].state == LEFT_OPEN)
        for position in written
        if states[position].state == LEFT_OPEN
    }
    for group in sorted(groups):
        found.append(_entry("not_told_apart", list(group), "FLP-204", 0.5))
    found += [
        _entry("altered_page", [position], "FLP-205", 0.6)
        for position in written
        if states[position].state == DIFFERING
    ]
    found.sort(key=lambda entry: entry.positions[0] if entry.positions else 0)
    return [
        Discrepancy(
            kind=entry.kind,
            positions=entry.positions,
            page_numbers=tuple(page_numbers[p] for p in entry.positions if p in page_numbers),
            confidence=entry.confidence,
            code=entry.code,
            parameters=entry.parameters,
        )
        for entry in found
    ]


def _unknown(unknown: Sequence[LeafEvent], seen: int) -> list[Discrepancy]:
    if len(unknown) >= _STRANGE_DOSSIER and len(unknown) > 2 * seen:
        return [
            Discrepancy(
                kind="unmatched_paper",
                positions=(),
                page_numbers=(),
                confidence=0.9,
                code="FLP-206",
                parameters={"count": len(unknown)},
            )
        ]
    return [
        Discrepancy(
            kind="unmatched_paper",
            positions=(event.after,) if event.after else (),
            page_numbers=(),
            confidence=0.8,
            code="FLP-201",
            parameters={"after": event.after, "seconds": round(event.look.seconds)},
        )
        for event in unknown
    ]


def _entry(kind: str, positions: Sequence[int], code: str, confidence: float) -> Discrepancy:
    text = "、".join(str(position) for position in positions)
    return Discrepancy(
        kind=kind,
        positions=tuple(positions),
        page_numbers=(),
        confidence=confidence,
        code=code,
        parameters={"positions": text},
    )


def _runs(positions: Sequence[int], order: Sequence[int]) -> list[list[int]]:
    """Positions that follow one another in `order`, together."""
    place = {position: index for index, position in enumerate(order)}
    runs: list[list[int]] = []
    for position in sorted(positions):
        if runs and place[position] == place[runs[-1][-1]] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    return runs
