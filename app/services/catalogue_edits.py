"""What a person changes in a catalogue: each change is one edit that can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED, ROLES, Dossier, Item, Side
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.catalogue_templates import template_of
from app.services.editing import repaged
from app.services.field_values import iso_day
from app.services.inspection import Inspection
from app.services.item_rows import catalogue_items, is_doubtful, item_row
from app.services.ports import Transaction
from app.services.side_evidence import evidence_of, party_names
from app.services.views import ItemRow
from archive_rules.api import ItemProposal, Reason
from archive_rules.cataloguing import catalogue as propose


class CatalogueEditing(Inspection):
    """Use cases of a person who corrects and confirms the rows of a catalogue."""

    def items(self, case_no: str) -> list[ItemRow]:
        """The catalogue, main part first."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            return [item_row(item) for item in catalogue_items(tx, dossier.id)]

    def edit_item(
        self,
        actor: Actor,
        item_id: str,
        *,
        title: str | None = None,
        category: str | None = None,
        date: str | None = None,
        author: str | None = None,
    ) -> None:
        """Correct a row of the catalogue; it then counts as confirmed.

        Raises BadInput CAT-103 for an empty title, CAT-109 for a date that is none (ISO, or as
        courts write it).
        """
        given = {"title": title, "category": category, "date": date, "author": author}
        changes = {name: value.strip() for name, value in given.items() if value is not None}
        if changes.get("title") == "":
            raise BadInput("CAT-103")
        if changes.get("date"):
            changes["date"] = iso_day(changes["date"])
        self._change_item(actor, item_id, "item_edited", **changes)

    def confirm_item(self, actor: Actor, item_id: str) -> None:
        """A person says that the row is right."""
        self._change_item(actor, item_id, "item_confirmed")

    def confirm_all(self, actor: Actor, case_no: str, *, sure_only: bool = False) -> int:
        """Confirm every row nobody confirmed yet, with `sure_only` none that is doubtful; gives
        how many."""
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            waiting = [
                item
                for item in catalogue_items(tx, dossier.id)
                if not item.confirmed_by and not (sure_only and is_doubtful(item))
            ]
            if not waiting:
                return 0
            with self._edit(tx, actor, dossier, "items_confirmed", items=len(waiting)):
                tx.items.amend({item.id: {"confirmed_by": actor.name} for item in waiting})
        return len(waiting)

    def split_item(self, actor: Actor, case_no: str, position: int, title: str) -> None:
        """Begin a new item at a side that lies inside another one. Without a `title` it is named
        by what stands on its pages, and counts as confirmed only when that is sure.

        Raises Refused CAT-104 when no item can be split there.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            spans = tx.items.pick(("id", "first_position", "last_position"), dossier_id=dossier.id)
            inside = [item_id for item_id, first, last in spans if first < position <= last]
            if not inside:
                raise Refused("CAT-104", position=position)
            whole = tx.items.get(inside[0])
            with self._edit(tx, actor, dossier, "item_split", position=position, title=title):
                sides = _span(tx, whole, whole)
                tx.items.replace(repaged(attrs.evolve(whole, last_position=position - 1), sides))
                second = attrs.evolve(
                    whole,
                    id=new_id("item"),
                    first_position=position,
                    confidence=1.0,
                    confirmed_by=actor.name,
                    reason={"code": "split", "parameters": {}},
                    fields={},
                    keyed={},
                )
                if title.strip():
                    second = attrs.evolve(
                        second, title=title.strip(), fields={"title": {"by": actor.name}}
                    )
                else:
                    second = self._named_by_its_pages(tx, dossier, second, sides)
                tx.items.add(repaged(second, sides))
                self._renumber(tx, dossier)

    def _named_by_its_pages(
        self, tx: Transaction, dossier: Dossier, item: Item, sides: Sequence[Side]
    ) -> Item:
        """The item with title, category, date and author as its own pages tell them."""
        own = [
            side
            for side in sides
            if side.part == item.part and item.first_position <= side.position <= item.last_position
        ]
        texts = {r.side_id: r for r in tx.recognised.find(side_id=[side.id for side in own])}
        template = template_of(tx, dossier, item.part)
        parties = party_names(dossier)
        evidence = evidence_of(own, texts)
        proposal = propose(evidence, template, (), dossier.case_no, parties=parties)
        found = next((one for one in proposal.items if one.title), None)
        if found is None:
            return attrs.evolve(item, confirmed_by="", confidence=0.0)
        named = attrs.evolve(
            item,
            title=found.title,
            category=found.category,
            date=found.date or "",
            author=found.author,
            fields=field_records(found),
        )
        unsure = is_doubtful(attrs.evolve(named, confirmed_by="", confidence=found.confidence))
        return attrs.evolve(named, confirmed_by="" if unsure else item.confirmed_by)

    def merge_item(self, actor: Actor, item_id: str) -> None:
        """Join a row with the one before it. Raises Refused CAT-105 for the first row."""
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            item, dossier = self._item(tx, item_id)
            before = self._item_before(tx, item)
            if before is None:
                raise Refused("CAT-105")
            self._merge(tx, actor, dossier, [before, item])

    def merge_items(self, actor: Actor, item_ids: Sequence[str]) -> None:
        """Join rows that follow each other into one that keeps what the first is called.

        Raises Refused CAT-110 when they are fewer than two or do not follow each other.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            found = [self._item(tx, item_id) for item_id in item_ids]
            items = sorted((item for item, _dossier in found), key=lambda i: i.first_position)
            if len(items) < 2 or not self._follow_each_other(tx, items):
                raise Refused("CAT-110")
            self._merge(tx, actor, found[0][1], items)

    def _follow_each_other(self, tx: Transaction, items: Sequence[Item]) -> bool:
        spans = tx.items.pick(
            ("first_position", "id"), dossier_id=items[0].dossier_id, part=items[0].part
        )
        order = [item_id for _position, item_id in sorted(spans)]
        ids = [item.id for item in items]
        if any(item_id not in order for item_id in ids):
            return False
        start = order.index(ids[0])
        return order[start : start + len(ids)] == ids

    def _merge(
        self, tx: Transaction, actor: Actor, dossier: Dossier, items: Sequence[Item]
    ) -> None:
        first, last = items[0], items[-1]
        with self._edit(tx, actor, dossier, "items_merged", title=first.title):
            sides = _span(tx, first, last)
            joined = attrs.evolve(first, last_position=last.last_position, confirmed_by=actor.name)
            for item in items[1:]:
                tx.items.remove(item)
            tx.items.replace(repaged(joined, sides))
            self._renumber(tx, dossier)

    def move_boundary(self, actor: Actor, item_id: str, first_position: int) -> None:
        """Let an item begin at another side; the item before it ends just ahead.

        Raises Refused CAT-104 when the boundary would leave one of the two without a side.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            item, dossier = self._item(tx, item_id)
            before = self._item_before(tx, item)
            lowest = before.first_position + 1 if before is not None else 1
            if not lowest <= first_position <= item.last_position:
                raise Refused("CAT-104", position=first_position)
            with self._edit(tx, actor, dossier, "boundary_moved", position=first_position):
                sides = _span(tx, before or item, item)
                moved = attrs.evolve(item, first_position=first_position, confirmed_by=actor.name)
                tx.items.replace(repaged(moved, sides))
                if before is not None:
                    tx.items.replace(
                        repaged(attrs.evolve(before, last_position=first_position - 1), sides)
                    )
                self._renumber(tx, dossier)

    def set_page_number(self, actor: Actor, side_id: str, number: int | None) -> None:
        """Enter the page number a person sees on the side, or that there is none."""
        actor.require("catalogue")
        if number is not None and not 1 <= number <= 99999:
            raise BadInput("CAT-106", number=number)
        with self._context.storage.write() as tx:
            side, dossier = self._side(tx, side_id)
            with self._edit(tx, actor, dossier, "page_number_set", side=side_id, number=number):
                tx.sides.replace(
                    attrs.evolve(
                        side,
                        page_number=number,
                        page_number_confidence=1.0,
                        number_by=actor.name,
                    )
                )
                spans = tx.items.pick(
                    ("id", "first_position", "last_position"), dossier_id=dossier.id
                )
                for item_id, first, last in spans:
                    if first <= side.position <= last:
                        item = tx.items.get(item_id)
                        tx.items.replace(repaged(item, _span(tx, item, item)))

    def set_role(self, actor: Actor, side_id: str, role: str) -> None:
        """Say what a side is. Raises BadInput CAT-107 for a role that does not exist."""
        actor.require("catalogue")
        if role not in ROLES:
            raise BadInput("CAT-107", role=role, known=", ".join(ROLES))
        with self._context.storage.write() as tx:
            side, dossier = self._side(tx, side_id)
            with self._edit(tx, actor, dossier, "role_set", side=side_id, role=role):
                tx.sides.replace(attrs.evolve(side, role=role, role_by=actor.name))

    def _change_item(self, actor: Actor, item_id: str, action: str, **changes: Any) -> None:
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            item, dossier = self._item(tx, item_id)
            with self._edit(tx, actor, dossier, action, item=item.number, title=item.title):
                told = {**item.fields, **{name: {"by": actor.name} for name in changes}}
                tx.items.replace(
                    attrs.evolve(item, confirmed_by=actor.name, fields=told, **changes)
                )

    def _item_before(self, tx: Transaction, item: Item) -> Item | None:
        earlier = [
            (position, item_id)
            for position, item_id in tx.items.pick(
                ("first_position", "id"), dossier_id=item.dossier_id, part=item.part
            )
            if position < item.first_position
        ]
        return tx.items.get(max(earlier)[1]) if earlier else None

    def _renumber(self, tx: Transaction, dossier: Dossier) -> None:
        """Number the rows of each part by position and tell the sides which item they are of."""
        numbers: dict[int, int] = {}
        changed: dict[str, dict[str, int]] = {}
        for part in (MAIN, RESTRICTED):
            spans = sorted(
                tx.items.pick(
                    ("first_position", "last_position", "number", "id"),
                    dossier_id=dossier.id,
                    part=part,
                )
            )
            for number, (first, last, standing, item_id) in enumerate(spans, start=1):
                if standing != number:
                    changed[item_id] = {"number": number}
                for position in range(first, last + 1):
                    numbers[position] = number
        tx.items.amend(changed)
        sides = tx.sides.pick(
            ("id", "position", "item_number"), dossier_id=dossier.id, superseded=False
        )
        tx.sides.amend(
            {
                side_id: {"item_number": numbers.get(position)}
                for side_id, position, number in sides
                if number != numbers.get(position)
            }
        )


def _span(tx: Transaction, first: Item, last: Item) -> list[Side]:
    """The sides from the start of one item to the end of another."""
    positions = list(range(first.first_position, last.last_position + 1))
    return tx.sides.find(dossier_id=first.dossier_id, superseded=False, position=positions)


def field_records(proposed: ItemProposal) -> dict[str, Any]:
    """What is stored of how sure the single fields of a proposal are, and why."""
    return {
        name: {"confidence": field.confidence, "reason": reason_record(field.reason)}
        for name, field in proposed.fields.items()
    }


def reason_record(reason: Reason) -> dict[str, Any]:
    """A reason as plain data; it is put into words by `app.words.cataloguing`."""
    return {"code": reason.code, "parameters": dict(reason.parameters)}
