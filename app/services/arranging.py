"""Changes of many sides at once: turning, marking, moving. Each call is one undoable edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier, Side
from app.kernel.errors import BadInput, Refused
from app.kernel.progress import CancelToken
from app.services.editing import resume_work
from app.services.inspection import Inspection, recipe_after_turn
from app.services.placing import Members, members_of, order_of, owner_of, settle_items, write_order
from app.services.ports import Transaction
from app.services.selection import select
from app.services.sheet_sums import side_at

TURNS = (90, 180, 270)


class Arranging(Inspection):
    """Use cases of whoever puts a stack in order."""

    def select_sides(self, case_no: str, what: str) -> list[str]:
        """The ids of the sides that `what` names; see `app.services.selection.select`."""
        return select(self.sides(case_no), what)

    def turn_sides(
        self,
        actor: Actor,
        case_no: str,
        side_ids: Sequence[str],
        degrees: int,
        *,
        cancel: CancelToken | None = None,
    ) -> None:
        """Turn sides clockwise by 90, 180 or 270. The masters stay; pictures and text follow.

        Raises BadInput INS-102, Refused INS-107 when sides left the order meanwhile, DOS-101.
        """
        actor.require("inspect")
        if degrees not in TURNS:
            raise BadInput("INS-102", degrees=degrees)

        def turned(side: Side) -> dict[str, Any]:
            return {
                "turn": (side.turn + degrees) % 360,
                "turned_by": actor.name,
                "recipe": recipe_after_turn(side, degrees),
            }

        dossier = self._change(
            actor, case_no, side_ids, "sides_turned", turned, degrees=degrees, settled="orientation"
        )
        self._context.dispatcher.run_until_idle(dossier.id, lambda: None, cancel or CancelToken())

    def mark_blank_sides(
        self, actor: Actor, case_no: str, side_ids: Sequence[str], blank: bool
    ) -> None:
        """Mark sides as blank, or as not blank. Raises Refused INS-107, DOS-101."""
        actor.require("inspect")

        def marked(side: Side) -> dict[str, Any]:
            role = "blank" if blank else ("page" if side.role == "blank" else side.role)
            return {
                "blank": blank,
                "blank_by": actor.name,
                "role": role,
                "page_number": None if blank else side.page_number,
            }

        self._change(actor, case_no, side_ids, "blanks_marked", marked, blank=blank)

    def mark_separator(
        self, actor: Actor, case_no: str, side_ids: Sequence[str], separator: bool
    ) -> None:
        """Say that sides are separator sheets, which belong to no document, or that they are
        pages after all. Raises Refused INS-107, DOS-101."""
        actor.require("inspect")

        def marked(side: Side) -> dict[str, Any]:
            other = "blank" if side.blank else "page"
            return {
                "role": "separator" if separator else other,
                "role_by": actor.name,
                "page_number": None if separator else side.page_number,
            }

        self._change(actor, case_no, side_ids, "separators_marked", marked, separator=separator)

    def move_sides(
        self, actor: Actor, case_no: str, side_ids: Sequence[str], after_position: int
    ) -> None:
        """Move sides, in the order they have, behind a position (0: before everything).

        They join the item they come into; whole items that stay whole keep their own. Raises
        BadInput INS-105 (no such position), Refused INS-107, DOS-101.
        """
        actor.require("inspect")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            order = order_of(tx, dossier)
            after = side_at(tx, dossier, after_position)
            moving = _in_order(order, side_ids)
            place = order.index(after) + 1 if after else 0
            gone = set(moving)
            ahead = [side_id for side_id in order[:place] if side_id not in gone]
            behind = [side_id for side_id in order[place:] if side_id not in gone]
            new = [*ahead, *moving, *behind]
            if new == order:
                return
            members = _rehoused(members_of(tx, dossier), moving, ahead[-1:], behind[:1])
            with self._edit(
                tx,
                actor,
                dossier,
                "sides_moved",
                sides=len(moving),
                position=after_position,
            ):
                tx.sides.amend(_homes(tx, moving, [*ahead[-1:], *behind[:1]]))
                write_order(tx, dossier, new)
                settle_items(tx, dossier, members)

    def move_to_item(
        self, actor: Actor, case_no: str, side_ids: Sequence[str], item_number: int
    ) -> None:
        """Move sides to the end of an item of their part. Raises Refused INS-108 (no such item),
        INS-107, DOS-101."""
        actor.require("inspect")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            order = order_of(tx, dossier)
            moving = _in_order(order, side_ids)
            part = tx.sides.get(moving[0]).part
            item = tx.items.first(dossier_id=dossier.id, part=part, number=item_number)
            if item is None:
                raise Refused("INS-108", number=item_number)
            members = members_of(tx, dossier)
            gone = set(moving)
            staying = [side_id for side_id in members[item.id] if side_id not in gone]
            rest = [side_id for side_id in order if side_id not in gone]
            if staying:
                place = rest.index(staying[-1]) + 1
            else:
                # The whole item is named: it stays where it is.
                first = order.index(members[item.id][0])
                place = sum(side_id not in gone for side_id in order[:first])
            new = [*rest[:place], *moving, *rest[place:]]
            for owner, sides in members.items():
                members[owner] = [side_id for side_id in sides if side_id not in gone]
            members[item.id] = [*staying, *moving]
            with self._edit(tx, actor, dossier, "sides_moved", sides=len(moving), item=item_number):
                write_order(tx, dossier, new)
                settle_items(tx, dossier, members)

    def _change(
        self,
        actor: Actor,
        case_no: str,
        side_ids: Sequence[str],
        action: str,
        values: Callable[[Side], dict[str, Any]],
        *,
        settled: str = "",
        **details: Any,
    ) -> Dossier:
        """One edit of the same kind on many sides; open findings `settled` by it are accepted."""
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            chosen = _in_order(order_of(tx, dossier), side_ids)
            sides = tx.sides.find(id=chosen)
            with self._edit(tx, actor, dossier, action, sides=len(sides), **details):
                changes = {side.id: values(side) for side in sides}
                tx.sides.amend(changes)
                changed = [attrs.evolve(side, **changes[side.id]) for side in sides]
                resume_work(tx, changed, {side.id: side for side in sides})
                if settled:
                    for finding in tx.findings.find(side_id=chosen, code=settled, verdict=""):
                        self._judge(tx, actor, finding, "accepted", "")
        return dossier


def _in_order(order: Sequence[str], side_ids: Sequence[str]) -> list[str]:
    """The chosen sides by position. Raises Refused INS-107 when one is no longer in the order."""
    chosen = set(side_ids)
    found = [side_id for side_id in order if side_id in chosen]
    if not found or len(found) != len(chosen):
        raise Refused("INS-107")
    return found


def _homes(
    tx: Transaction, moving: Sequence[str], neighbours: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Part and volume of sides that come between sides of another part or volume: theirs."""
    homes = [(side.part, side.volume) for side in (tx.sides.get(entry) for entry in neighbours)]
    rows = tx.sides.pick(("id", "part", "volume"), id=list(moving))
    return {
        side_id: {"part": homes[0][0], "volume": homes[0][1]}
        for side_id, part, volume in rows
        if homes and (part, volume) not in homes
    }


def _rehoused(
    members: Members, moving: Sequence[str], ahead: Sequence[str], behind: Sequence[str]
) -> Members:
    """The items after a move: what moves joins the item it comes into, or the one it follows,
    unless it is made of whole items and comes between two."""
    target = owner_of(members, ahead[0]) if ahead else ""
    inside = bool(target) and bool(behind) and owner_of(members, behind[0]) == target
    gone = set(moving)
    wholly = {owner for owner, sides in members.items() if sides and gone.issuperset(sides)}
    owned = {side_id for owner in wholly for side_id in members[owner]}
    if not inside and gone == owned:
        return members
    changed = {
        owner: [side_id for side_id in sides if side_id not in gone]
        for owner, sides in members.items()
    }
    if target:
        changed[target] += moving
    return changed
