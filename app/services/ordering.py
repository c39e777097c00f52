"""The order of documents (件): where one should stand by its template, and moving it there.

Nothing is moved by itself: a person accepts a move, which is one undoable edit, or dismisses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED, Dossier, Item
from app.kernel.errors import BadInput, Refused
from app.services.catalogue_templates import template_of
from app.services.editing import Editing
from app.services.item_rows import ORDER
from app.services.placing import members_of, order_of, settle_items, write_order
from app.services.ports import Transaction
from archive_rules.ordering import Move, OrderedItem, propose_moves, row_of

PAPER_IS_NUMBERED = "paper_is_numbered"


@frozen(kw_only=True)
class MoveRow:
    """A document that should stand elsewhere: behind item `after_item` (None: at the beginning of
    its part). `reasons` are `{"code", "parameters"}`, worded by
    `app.words.templates.order_reason_words`; with `needs_remark` the move contradicts the numbers
    on the paper and must say why."""

    item_id: str
    part: str
    number: int
    title: str
    first_position: int
    last_position: int
    after_item: str | None
    after_number: int
    after_title: str
    reasons: tuple[dict[str, Any], ...]
    needs_remark: bool = False


@frozen(kw_only=True)
class _Lying:
    """The active sides of a dossier as they lie, and who they belong to."""

    order: list[str]
    members: dict[str, list[str]]
    sheets: dict[str, tuple[str, int]]
    parts: dict[str, str]
    volumes: dict[str, int]
    pages: dict[str, int | None]
    owners: dict[str, str] = field(factory=dict)


class Ordering(Editing):
    """Use cases of the archivist who puts the documents in order."""

    def order_proposals(self, case_no: str) -> list[MoveRow]:
        """The fewest moves that bring the documents into the order of the template."""
        rows: list[MoveRow] = []
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            lying = _lying(tx, dossier)
            for part in (MAIN, RESTRICTED):
                items = sorted(
                    tx.items.find(dossier_id=dossier.id, part=part),
                    key=lambda item: item.first_position,
                )
                by_id = {item.id: item for item in items}
                for move in moves_of(tx, dossier, part, items):
                    rows.append(_row(move, by_id, lying))
        return rows

    def accept_move(
        self, actor: Actor, item_id: str, after_item_id: str | None, remark: str = ""
    ) -> None:
        """Move an item, with the blank backs that belong to nothing, behind another item of its
        part, or with None to the beginning of the part. One edit, which can be undone.

        Raises Refused CAT-108 (no such item), ORD-101 (the numbers on the paper speak against it
        and `remark` is empty), ORD-102 (a sheet carries two documents), ORD-103 (an item of
        another part, or itself), DOS-101 once the dossier is sealed.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            item, dossier = self._item(tx, item_id)
            after = self._item(tx, after_item_id)[0] if after_item_id is not None else None
            if after is not None and (
                after.id == item.id
                or (after.dossier_id, after.part) != (item.dossier_id, item.part)
            ):
                raise Refused("ORD-103", title=item.title)
            lying = _lying(tx, dossier)
            new, moving, home = _moved(lying, item, after)
            if new == lying.order:
                return
            if _contradicts(lying, item.part, new) and not remark.strip():
                raise Refused("ORD-101", title=item.title)
            with self._edit(
                tx,
                actor,
                dossier,
                "item_moved",
                title=item.title,
                behind=after.title if after is not None else "",
                remark=remark.strip(),
            ):
                tx.sides.amend(
                    {
                        side: {"volume": lying.volumes[home]}
                        for side in moving
                        if lying.volumes[side] != lying.volumes[home]
                    }
                )
                write_order(tx, dossier, new)
                settle_items(tx, dossier, lying.members)

    def dismiss_move(self, actor: Actor, case_no: str, item_id: str) -> None:
        """The item stays where it is and is not proposed to be moved again.

        Raises Refused CAT-108, DOS-101 once the dossier is sealed.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            item, own = self._item(tx, item_id)
            if own.id != dossier.id:
                raise Refused("CAT-108")
            with self._edit(tx, actor, dossier, "move_dismissed", title=item.title):
                fields = item.fields | {ORDER: {"by": actor.name}}
                tx.items.amend({item.id: {"fields": fields}})


def moves_of(
    tx: Transaction, dossier: Dossier, part: str, items: Sequence[Item]
) -> tuple[Move, ...]:
    """The moves proposed for the items of one part, which come in the order in which they lie."""
    if len(items) < 2:
        return ()
    try:
        template = template_of(tx, dossier, part)
    except BadInput:
        # A template that is gone orders nothing; cataloguing tells of it.
        return ()
    return propose_moves(
        [
            OrderedItem(
                id=item.id,
                row=row_of(template, item.category),
                date=item.date,
                fixed=ORDER in item.fields,
                sides=item.last_position - item.first_position + 1,
            )
            for item in items
        ],
        template,
    )


def _row(move: Move, items: dict[str, Item], lying: _Lying) -> MoveRow:
    item = items[move.item]
    after = items[move.after] if move.after is not None else None
    reasons = [{"code": move.reason.code, "parameters": dict(move.reason.parameters)}]
    try:
        numbered = _contradicts(lying, item.part, _moved(lying, item, after)[0])
    except Refused:
        numbered = False  # told when somebody accepts it
    if numbered:
        reasons.append({"code": PAPER_IS_NUMBERED, "parameters": {}})
    return MoveRow(
        item_id=item.id,
        part=item.part,
        number=item.number,
        title=item.title,
        first_position=item.first_position,
        last_position=item.last_position,
        after_item=after.id if after is not None else None,
        after_number=after.number if after is not None else 0,
        after_title=after.title if after is not None else "",
        reasons=tuple(reasons),
        needs_remark=numbered,
    )


def _lying(tx: Transaction, dossier: Dossier) -> _Lying:
    members = members_of(tx, dossier)
    rows = tx.sides.pick(
        ("id", "batch_id", "sheet", "part", "volume", "page_number"),
        dossier_id=dossier.id,
        superseded=False,
    )
    return _Lying(
        order=order_of(tx, dossier),
        members=members,
        sheets={row[0]: (row[1], row[2]) for row in rows},
        parts={row[0]: row[3] for row in rows},
        volumes={row[0]: row[4] for row in rows},
        pages={row[0]: row[5] for row in rows},
        owners={side: item for item, sides in members.items() for side in sides},
    )


def _moved(lying: _Lying, item: Item, after: Item | None) -> tuple[list[str], list[str], str]:
    """(the new order, the sides that move, a side of the place they come to).

    Raises Refused ORD-102 when a sheet would have to be torn apart.
    """
    order = lying.order
    moving = _whole(lying, item)
    gone = set(moving)
    rest = [side for side in order if side not in gone]
    if after is not None:
        ahead = _whole(lying, after)
        home = ahead[-1]
        place = rest.index(home) + 1
    else:
        others = [
            side
            for side in rest
            if lying.parts[side] == item.part and lying.owners.get(side) is not None
        ]
        if not others:
            return order, moving, moving[0]
        home = others[0]
        place = rest.index(home)
        if place and lying.sheets[rest[place - 1]] == lying.sheets[home]:
            raise Refused("ORD-102", title=item.title, sheet=lying.sheets[home][1])
    return [*rest[:place], *moving, *rest[place:]], moving, home


def _whole(lying: _Lying, item: Item) -> list[str]:
    """The sides of an item with those of its sheets that belong to nothing, in their order.

    Raises Refused ORD-102 when one of its sheets carries another document too.
    """
    own = lying.members.get(item.id, [])
    sheets = {lying.sheets[side] for side in own}
    found = []
    for side in lying.order:
        if lying.sheets[side] not in sheets:
            continue
        owner = lying.owners.get(side)
        if owner not in (None, item.id):
            raise Refused("ORD-102", title=item.title, sheet=lying.sheets[side][1])
        found.append(side)
    return found


def _contradicts(lying: _Lying, part: str, new: Sequence[str]) -> bool:
    """Whether the numbers on the paper stand less in their order than before."""
    return _falls(lying, part, new) > _falls(lying, part, lying.order)


def _falls(lying: _Lying, part: str, order: Sequence[str]) -> int:
    numbers = [
        number
        for side in order
        if lying.parts[side] == part and (number := lying.pages[side]) is not None
    ]
    return sum(following < number for number, following in pairwise(numbers))
