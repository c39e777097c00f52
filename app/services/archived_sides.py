"""What an archived dossier held stays as it is while approved material is added to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.domain.dossier import Dossier
from app.kernel.errors import Refused
from app.services.ports import Transaction

OPENED = "addition_opened"
# What follows from new sides beside the old ones, or is drawn from them, is no change of them.
_FOLLOWS = frozenset({"item_number", "page_number_confidence", "thumbnail", "picture", "plain"})
_MOST_NAMED = 5


def archived_sides(tx: Transaction, dossier: Dossier) -> list[str]:
    """The ids of the sides that were archived, in order, while an addition to the dossier is
    open; empty else."""
    if tx.additions.first(dossier_id=dossier.id, state="open") is None:
        return []
    opened = [row for row in tx.audit.rows(dossier.case_no) if row.action == OPENED]
    return [str(side) for side in opened[-1].details["sides"]] if opened else []


def refuse_change_of_archived(
    tx: Transaction,
    dossier: Dossier,
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    order: Sequence[str],
) -> None:
    """Raises Refused ADD-107 when an edit changes a side that was archived, takes it out of the
    dossier or puts it elsewhere. `before` and `after` are the changed fields of sides by id,
    `order` the ids of the dossier's sides after the edit."""
    archived = archived_sides(tx, dossier)
    if not archived:
        return
    changed = {
        side
        for side in set(archived) & (set(before) | set(after))
        if (set(before.get(side, ())) | set(after.get(side, ()))) - _FOLLOWS
    }
    lost = _displaced(archived, order) | changed
    if lost:
        raise _refusal(tx, dossier, lost)


def lost_archived(tx: Transaction, dossier: Dossier) -> Iterator[Refused]:
    """What keeps a dossier with an open addition from being sealed: archived sides that are gone
    or stand in another order."""
    archived = archived_sides(tx, dossier)
    if archived:
        rows = tx.sides.pick(("id",), dossier_id=dossier.id, superseded=False)
        lost = _displaced(archived, [side for (side,) in rows])
        if lost:
            yield _refusal(tx, dossier, lost)


def _displaced(archived: Sequence[str], order: Iterable[str]) -> set[str]:
    """The archived sides that are gone, and those that do not stand as they did."""
    known = set(archived)
    standing = [side for side in order if side in known]
    there = set(standing)
    kept = [side for side in archived if side in there]
    moved = {was for was, now in zip(kept, standing, strict=True) if was != now}
    return (known - there) | moved


def _refusal(tx: Transaction, dossier: Dossier, lost: set[str]) -> Refused:
    sides = tx.sides.find(dossier_id=dossier.id, id=sorted(lost)[:_MOST_NAMED])
    pages = "、".join(str(side.page_number or side.source_name) for side in sides)
    return Refused("ADD-107", case_no=dossier.case_no, count=len(lost), pages=pages)
