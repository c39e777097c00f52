"""The order of the sides of a dossier, and the items that go along when it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from app.domain.dossier import Dossier, Item
from app.services.ports import Transaction

Members = dict[str, list[str]]
RANGE_FIELDS = ("number", "first_page", "last_page", "first_position", "last_position")


def order_of(tx: Transaction, dossier: Dossier) -> list[str]:
    """The ids of the active sides by position."""
    return [row[0] for row in tx.sides.pick(("id",), dossier_id=dossier.id, superseded=False)]


def write_order(tx: Transaction, dossier: Dossier, order: Sequence[str]) -> None:
    """Give these sides the positions from 1 on; active sides that are not named leave the order.

    Whoever lets a side leave says why (`Side.put_aside`).
    """
    places = dict(
        tx.sides.pick(("id", "position"), dossier_id=dossier.id, superseded=False),
    )
    wanted = {side_id: place for place, side_id in enumerate(order, start=1)}
    moved = [side_id for side_id in order if places.get(side_id) != wanted[side_id]]
    leaving = [side_id for side_id in places if side_id not in wanted]
    # Out of the way first: no two active sides may hold one position, not even for a moment.
    tx.sides.amend(
        {
            side_id: {"superseded": True, "position": 0}
            for side_id in [*leaving, *(side_id for side_id in moved if side_id in places)]
        }
    )
    tx.sides.amend(
        {side_id: {"superseded": False, "position": wanted[side_id]} for side_id in moved}
    )
    _repoint_duplicates(tx, dossier, places, wanted)


def _repoint_duplicates(
    tx: Transaction, dossier: Dossier, places: Mapping[str, int], wanted: Mapping[str, int]
) -> None:
    """A finding `duplicate` names the earlier side by position: let it follow."""
    at = {position: side_id for side_id, position in places.items()}
    changes: dict[str, dict[str, Any]] = {}
    for finding_id, value in tx.findings.pick(
        ("id", "value"), dossier_id=dossier.id, code="duplicate"
    ):
        place = wanted.get(at.get(int(value), ""), int(value))
        if place != int(value):
            changes[finding_id] = {"value": float(place)}
    tx.findings.amend(changes)


def members_of(tx: Transaction, dossier: Dossier) -> Members:
    """The sides of every item, by the id of the item."""
    items = tx.items.find(dossier_id=dossier.id)
    if not items:
        return {}
    at: dict[tuple[str, int], str] = {}
    for side_id, position, part in tx.sides.pick(
        ("id", "position", "part"), dossier_id=dossier.id, superseded=False
    ):
        at[part, position] = side_id
    return {
        item.id: [
            at[item.part, position]
            for position in range(item.first_position, item.last_position + 1)
            if (item.part, position) in at
        ]
        for item in items
    }


def owner_of(members: Members, side_id: str) -> str:
    """The id of the item that a side belongs to, empty when it belongs to none."""
    return next((item for item, sides in members.items() if side_id in sides), "")


def settle_items(tx: Transaction, dossier: Dossier, members: Members) -> None:
    """Let every item cover the sides it has now, number the items of each part by position and
    tell the sides. An item without sides goes."""
    rows = tx.sides.pick(
        ("id", "position", "part", "page_number", "item_number"),
        dossier_id=dossier.id,
        superseded=False,
    )
    places = {row[0]: row[1] for row in rows}
    items = {item.id: item for item in tx.items.find(dossier_id=dossier.id)}
    placed: dict[str, list[Item]] = {}
    for item in items.values():
        positions = [places[side] for side in members.get(item.id, ()) if side in places]
        if positions:
            moved = attrs.evolve(item, first_position=min(positions), last_position=max(positions))
            placed.setdefault(item.part, []).append(moved)
    numbers: dict[tuple[str, int], int] = {}
    settled: dict[str, dict[str, Any]] = {}
    for part, parted in placed.items():
        pages = {row[1]: row[3] for row in rows if row[2] == part and row[3] is not None}
        for number, item in enumerate(_apart(parted), start=1):
            values = attrs.asdict(_repaged(attrs.evolve(item, number=number), pages))
            settled[item.id] = {name: values[name] for name in RANGE_FIELDS}
            for position in range(item.first_position, item.last_position + 1):
                numbers[part, position] = number
    for item in items.values():
        if item.id not in settled:
            tx.items.remove(item)
    tx.items.amend(
        {
            item_id: values
            for item_id, values in settled.items()
            if any(getattr(items[item_id], name) != value for name, value in values.items())
        }
    )
    tx.sides.amend(
        {
            side_id: {"item_number": numbers.get((part, position))}
            for side_id, position, part, _page, number in rows
            if number != numbers.get((part, position))
        }
    )


def _apart(items: list[Item]) -> list[Item]:
    """The items by position; where two overlap the earlier one ends ahead of the later one."""
    ordered = sorted(items, key=lambda item: (item.first_position, item.last_position))
    apart: list[Item] = []
    for item, following in zip(ordered, [*ordered[1:], None], strict=True):
        last = item.last_position
        if following is not None:
            last = min(last, following.first_position - 1)
        if last >= item.first_position:
            apart.append(attrs.evolve(item, last_position=last))
    return apart


def _repaged(item: Item, pages: Mapping[int, int]) -> Item:
    numbers = [
        pages[position]
        for position in range(item.first_position, item.last_position + 1)
        if position in pages
    ]
    return attrs.evolve(
        item,
        first_page=min(numbers) if numbers else None,
        last_page=max(numbers) if numbers else None,
    )


def window(before: Sequence[str], after: Sequence[str]) -> tuple[str, list[str], list[str]]:
    """What of an order changed: (the side ahead of it, the stretch before, the stretch after)."""
    shortest = min(len(before), len(after))
    head = 0
    while head < shortest and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shortest - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return (
        before[head - 1] if head else "",
        list(before[head : len(before) - tail]),
        list(after[head : len(after) - tail]),
    )


def exchange(
    order: Sequence[str], anchor: str, taken: Sequence[str], put: Sequence[str]
) -> list[str]:
    """The order with one stretch put for another: behind `anchor`, else where the stretch was,
    else at the start. What came into the dossier meanwhile keeps its neighbours."""
    gone = {*taken, *put}
    kept = [side_id for side_id in order if side_id not in gone]
    if anchor in kept:
        place = kept.index(anchor) + 1
    else:
        first = next((index for index, side_id in enumerate(order) if side_id in gone), 0)
        place = sum(side_id not in gone for side_id in order[:first])
    return [*kept[:place], *put, *kept[place:]]
