"""Held batches: which sides they are meant for, and how old and new ones belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.dossier import Batch, Dossier, Recognised, Side
from app.domain.sheet_sum import ONE_SIDED
from app.kernel.errors import BadInput, Refused
from app.services.ports import Transaction
from app.services.same_page import (
    DIFFERENT,
    SAME,
    WAITING,
    Comparison,
    Witnessed,
    pair_up,
    witnesses,
)
from app.services.sheet_sums import delivery_of, origin_of

# Why a side is put aside (`Side.put_aside`).
HELD, REPLACED, REJECTED = "held", "replaced", "rejected"
# What a held batch is for (`Batch.purpose`).
INSERT, REPLACE = "insert", "replace"

Pair = tuple[Witnessed | None, Witnessed | None, Comparison | None]


def chosen_sides(
    tx: Transaction, dossier: Dossier, positions: Sequence[int], *, whole_sheet: bool
) -> tuple[list[str], int, bool]:
    """(ids of the sides to replace by position, sheets to feed, whether one-sided)."""
    if not positions:
        raise BadInput("CAP-112")
    rows = tx.sides.pick(
        ("id", "position", "replaces", "batch_id", "sheet", "superseded"), dossier_id=dossier.id
    )
    origins = {row[0]: (row[2], row[3], row[4]) for row in rows}
    active = {row[1]: row[0] for row in rows if not row[5]}
    for position in positions:
        if position not in active:
            raise BadInput("INS-105", position=position)
    asked = {active[position] for position in positions}
    if whole_sheet:
        sheets = {origin_of(side_id, origins) for side_id in asked}
        asked = {side_id for side_id in active.values() if origin_of(side_id, origins) in sheets}
        first_batches = tx.batches.find(id=list({batch for batch, _sheet in sheets}))
        one_sided = all(
            delivery_of(batch.source, batch.profile) == ONE_SIDED for batch in first_batches
        )
        count = len(sheets)
    else:
        one_sided, count = True, len(asked)
    ordered = [active[position] for position in sorted(active) if active[position] in asked]
    return ordered, count, one_sided


def waiting_batches(tx: Transaction, dossier: Dossier) -> list[tuple[Batch, list[Side]]]:
    """The closed batches with sides that wait, each with these sides as they were fed."""
    sides: dict[str, list[Side]] = {}
    for side in tx.sides.find(dossier_id=dossier.id, put_aside=HELD):
        sides.setdefault(side.batch_id, []).append(side)
    if not sides:
        return []
    batches = tx.batches.find(id=list(sides), state="closed")
    return [
        (batch, sorted(sides[batch.id], key=lambda side: (side.sheet, side.face == "back")))
        for batch in batches
    ]


def waiting_batch(tx: Transaction, dossier: Dossier, batch: str) -> tuple[Batch, list[Side]]:
    """The batch with this id and its sides that wait. Raises Refused CAP-109."""
    for found, sides in waiting_batches(tx, dossier):
        if found.id == batch:
            return found, sides
    raise Refused("CAP-109")


def pairs_of(tx: Transaction, batch: Batch, new: list[Side]) -> tuple[list[Side], list[Pair]]:
    """The sides to be replaced, and all pairs."""
    targets = list(batch.target.get("sides", ()))
    found = {side.id: side for side in tx.sides.find(id=targets)} if targets else {}
    old = [found[side_id] for side_id in targets if side_id in found]
    texts: dict[str, Recognised] = {
        text.side_id: text
        for text in tx.recognised.find(side_id=[side.id for side in [*old, *new]])
    }
    return old, pair_up(witnesses(old, texts), witnesses(new, texts))


def verdict_of(batch: Batch, pair: Pair) -> str:
    """The verdict on a pair; what has no partner is different, but for an insertion."""
    _old, new, comparison = pair
    if comparison is not None:
        return comparison.verdict
    if batch.purpose == INSERT and new is not None:
        seen = new.side.examined and new.side.recognised
        return SAME if seen else WAITING
    return DIFFERENT


def named(pair: Pair) -> dict[str, Any]:
    """A pair as the record of the dossier names it."""
    old, new, comparison = pair
    return {
        "position": old.side.position if old is not None else 0,
        "old": old.side.id if old is not None else "",
        "old_sha256": old.side.master if old is not None else "",
        "new": new.side.id if new is not None else "",
        "new_sha256": new.side.master if new is not None else "",
        "verdict": comparison.verdict if comparison is not None else "",
    }


def inherited(old: Side, new: Side, *, same: bool) -> dict[str, Any]:
    """What a new side takes over from the one it stands for. Role and number only pass to what is
    surely the same page; the machine looks at everything else anew."""
    values: dict[str, Any] = {
        "put_aside": "",
        "replaces": old.id,
        "part": old.part,
        "volume": old.volume,
        "item_number": old.item_number,
    }
    if not same:
        return values
    values |= {
        "role": old.role,
        "role_by": old.role_by,
        "page_number": old.page_number,
        "page_number_confidence": old.page_number_confidence,
        "number_by": old.number_by,
    }
    if old.blank_by and not new.blank_by:
        values |= {"blank": old.blank, "blank_by": old.blank_by}
    return values


def anchor_of(tx: Transaction, batch: Batch) -> str:
    """The side that an insertion follows, or the one that stands for it now; empty: the start."""
    anchor = str(batch.target.get("after", ""))
    while anchor:
        side = tx.sides.get(anchor)
        if not side.superseded:
            return anchor
        later = tx.sides.first(replaces=anchor, superseded=False)
        if later is None:
            return anchor
        anchor = later.id
    return ""


def after_position(tx: Transaction, batch: Batch, old: list[Side]) -> int:
    """The position behind which the sides of a held batch go."""
    if batch.purpose == INSERT:
        anchor = anchor_of(tx, batch)
        return tx.sides.get(anchor).position if anchor else 0
    return max(0, min((side.position for side in old), default=1) - 1)
