"""What leafing through leaves in the ledger: one entry for each cause, as long as it stands.

An entry goes when a later leafing through shows what was wanting, or with the image it speaks of;
what a person said of it settles it for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import attrs
from attrs import frozen

from app.domain.dossier import Dossier, Side
from app.domain.leafing import LEFT_OPEN, NOT_SEEN
from app.domain.leafing_answer import (
    ALTERED,
    MISPLACED,
    OPEN_SIDES,
    STRANGE_DOSSIER,
    UNMATCHED,
    UNSEEN,
)
from app.domain.leafing_standing import SideStanding, image_seen
from app.domain.ledger import Discrepancy, LedgerEntry, joined
from app.domain.review import DIFFERS, SAME
from app.kernel.ids import new_id
from app.services.leafing_sides import leaf_sides
from app.services.ports import Transaction

SETTLED = (SAME, DIFFERS)
# Entries that say what a side is in want of.
_OF_SIDES = (UNSEEN, OPEN_SIDES)
_CODES = "FLP-"
Cause = tuple[str, frozenset[str] | str]


@frozen(kw_only=True)
class Shown:
    """What one leafing through says of all that stood open before: `saw` are the sides it showed,
    `written` those that bear something, in their order, `standing` holds what all have found."""

    saw: AbstractSet[str]
    written: Sequence[str]
    standing: Mapping[str, SideStanding]
    complete: bool


def of_leafing(entry: LedgerEntry) -> bool:
    """Whether leafing through left this entry (and nobody looked closer since)."""
    return str(entry.reason.get("code", "")).startswith(_CODES)


def entry_of(
    dossier: Dossier,
    found: Discrepancy,
    by_position: Mapping[int, Side],
    *,
    leafing: str,
    paper: str = "",
) -> LedgerEntry:
    """A discrepancy as an entry that knows its sides by id and image. `leafing` is the id of the
    flip-through, `paper` the digest of the frame that shows the leaf."""
    named = [by_position[position] for position in found.positions if position in by_position]
    reason: dict[str, Any] = {
        "code": found.code,
        "parameters": found.parameters,
        "leafing": leafing,
        "paper": paper,
    }
    if found.kind == UNMATCHED:
        reason["after"] = named[0].id if named else ""
    else:
        reason["sides"] = [[side.id, image_seen(side.master, side.frame)] for side in named]
    if found.kind == MISPLACED:
        behind = by_position.get(found.parameters["after"])
        reason["after"] = behind.id if behind is not None else ""
    return LedgerEntry(
        id=new_id("discrepancy"),
        dossier_id=dossier.id,
        kind=found.kind,
        positions=found.positions,
        page_numbers=found.page_numbers,
        confidence=found.confidence,
        reason=reason,
    )


def enter_leafing(
    tx: Transaction, dossier: Dossier, found: Sequence[LedgerEntry], shown: Shown
) -> list[LedgerEntry]:
    """Bring the ledger to what leafing through has found by now; gives the entries that went,
    because what they were in want of was shown."""
    present = leaf_sides(tx, dossier)
    earlier = _entries(tx, dossier)
    settled = [entry for entry in earlier if entry.verdict in SETTLED]
    open_before = [entry for entry in earlier if entry.verdict not in SETTLED]
    wanted = _with_still_open(_unsettled(found, settled), open_before, shown)
    waiting = {entry.id: entry for entry in open_before}
    by_cause: dict[Cause, list[str]] = {}
    for entry in open_before:
        by_cause.setdefault(_cause(entry), []).append(entry.id)
    asked_before = [entry for entry in open_before if entry.verdict]
    for entry in wanted:
        placed = _living(entry, present)
        if placed is None:
            continue
        alike = [e for e in (entry.id, *by_cause.get(_cause(entry), ())) if e in waiting]
        if alike:
            known = waiting.pop(alike[0])
            kept = attrs.evolve(placed.judged_as(known), id=known.id)
            if kept != known:
                tx.ledger.replace(kept)
            continue
        asked = next((e for e in asked_before if _covers(e, entry)), None)
        tx.ledger.add(placed if asked is None else placed.judged_as(asked))
    for entry in waiting.values():
        tx.ledger.remove(entry)
    wanting = {(entry.kind, side) for entry in wanted for side in _sides(entry)}
    return [
        entry
        for entry in waiting.values()
        if not any((entry.kind, side) in wanting for side in _sides(entry))
    ]


def keep_leafing(tx: Transaction, dossier: Dossier, entries: Iterable[LedgerEntry]) -> None:
    """When the ledger is made anew: what leafing through left stays, at the place and page number
    its sides have now; what it said of images that are gone goes with them."""
    present = leaf_sides(tx, dossier)
    for entry in entries:
        placed = _living(entry, present)
        if placed is None:
            tx.ledger.remove(entry)
        elif placed != entry:
            tx.ledger.replace(placed)


def settled_sides(tx: Transaction, dossier: Dossier, images: Mapping[str, str]) -> set[str]:
    """Ids of the sides whose paper a person has settled, in the image they have now: she found
    them herself, or knows that they are not there."""
    done: set[str] = set()
    for entry in tx.ledger.find(dossier_id=dossier.id, kind=[*_OF_SIDES, ALTERED]):
        if entry.verdict not in SETTLED:
            continue
        named = entry.reason.get("sides", [])
        if entry.kind == ALTERED:
            reason = entry.reason
            named = [(reason["side"], image_seen(reason["master"], reason["frame"]))]
        done.update(side_id for side_id, image in named if images.get(side_id) == image)
    return done


def _entries(tx: Transaction, dossier: Dossier) -> list[LedgerEntry]:
    kinds = [*_OF_SIDES, UNMATCHED, MISPLACED]
    return [e for e in tx.ledger.find(dossier_id=dossier.id, kind=kinds) if of_leafing(e)]


def _sides(entry: LedgerEntry) -> frozenset[str]:
    return frozenset(side_id for side_id, _image in entry.reason.get("sides", ()))


def _cause(entry: LedgerEntry) -> Cause:
    """What tells entries apart: their sides, or the place of a leaf that has none."""
    if entry.kind != UNMATCHED:
        return entry.kind, _sides(entry)
    strange = entry.reason["code"] == STRANGE_DOSSIER
    return entry.kind, STRANGE_DOSSIER if strange else str(entry.reason["after"])


def _covers(one: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether `one` tells of all sides that `other` tells of, in the same way."""
    return one.kind == other.kind and bool(_sides(other)) and _sides(one) >= _sides(other)


def _unsettled(found: Iterable[LedgerEntry], settled: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """What was found without that which a person has settled."""
    judged = {side for entry in settled if entry.kind in _OF_SIDES for side in _sides(entry)}
    known = [entry for entry in settled if entry.kind not in _OF_SIDES]
    left = []
    for entry in found:
        if entry.kind in _OF_SIDES:
            rest = _without(entry, judged)
            left += [rest] if _sides(rest) else []
            continue
        same = next((e for e in known if _cause(e) == _cause(entry)), None)
        if same is None:
            left.append(entry)
        else:
            known.remove(same)
    return left


def _with_still_open(
    found: list[LedgerEntry], open_before: Sequence[LedgerEntry], shown: Shown
) -> list[LedgerEntry]:
    """What was found now, and what stood open before and still is in want of something."""
    causes = {_cause(entry) for entry in found}
    return found + [
        left
        for entry in open_before
        if _cause(entry) not in causes
        and (left := _still_open(entry, shown)) is not None
        and not any(_covers(other, left) for other in found)
    ]


def _still_open(entry: LedgerEntry, shown: Shown) -> LedgerEntry | None:
    """What an entry of an earlier leafing through still is in want of."""
    if entry.kind == UNSEEN:
        if shown.complete:
            return None
        return _of_state(entry, shown, NOT_SEEN)
    if entry.kind == OPEN_SIDES:
        return _of_state(entry, shown, LEFT_OPEN)
    if entry.kind == MISPLACED:
        return None if _sides(entry) & shown.saw else entry
    if entry.reason["code"] == STRANGE_DOSSIER:
        return None if shown.saw else entry
    return None if _passed(entry.reason["after"], shown) else entry


def _of_state(entry: LedgerEntry, shown: Shown, state: str) -> LedgerEntry | None:
    gone = {
        side
        for side in _sides(entry)
        if side in shown.standing and shown.standing[side].state != state
    }
    left = _without(entry, gone)
    return left if _sides(left) else None


def _passed(after: str, shown: Shown) -> bool:
    """Whether the sides around a place were shown, and so what lies between them."""
    if after and after not in shown.saw:
        return False
    place = shown.written.index(after) + 1 if after in shown.written else 0
    if place >= len(shown.written):
        return shown.complete
    return shown.written[place] in shown.saw


def _without(entry: LedgerEntry, gone: AbstractSet[str]) -> LedgerEntry:
    sides = [row for row in entry.reason["sides"] if row[0] not in gone]
    return attrs.evolve(entry, reason=entry.reason | {"sides": sides})


def _living(entry: LedgerEntry, present: Mapping[str, Side]) -> LedgerEntry | None:
    """The entry at the place its sides have now, without those whose image is gone."""
    reason = entry.reason
    parameters = dict(reason["parameters"])
    if entry.kind == UNMATCHED:
        sides = [present[reason["after"]]] if reason["after"] in present else []
        if sides and "after" in parameters:
            parameters["after"] = sides[0].position
    else:
        sides = sorted(
            (
                present[side_id]
                for side_id, image in reason["sides"]
                if side_id in present and _image(present[side_id]) == image
            ),
            key=lambda side: side.position,
        )
        if not sides:
            return None
        living = {side.id for side in sides}
        reason = reason | {"sides": [row for row in reason["sides"] if row[0] in living]}
        parameters["positions"] = joined(side.position for side in sides)
        if entry.kind == MISPLACED and reason["after"] in present:
            parameters["after"] = present[reason["after"]].position
    return attrs.evolve(
        entry,
        positions=tuple(side.position for side in sides),
        page_numbers=tuple(s.page_number for s in sides if s.page_number is not None),
        reason=reason | {"parameters": parameters},
    )


def _image(side: Side) -> str:
    return image_seen(side.master, side.frame)
