"""Cataloguing: roles of sides, page numbers and items, proposed by rules and settled by people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED, ROLES, Dossier, Item, Recognised, Side
from app.domain.lifecycle import advance
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.cases import DOUBTFUL_BELOW
from app.services.editing import repaged
from app.services.inspection import Inspection
from app.services.markers import item_markers
from app.services.ports import Transaction
from app.services.views import ItemRow
from archive_rules.api import (
    CatalogueProposal,
    DeclaredRow,
    ItemProposal,
    NumberCandidate,
    Reason,
    SideEvidence,
    TextLine,
)
from archive_rules.case_number import parse
from archive_rules.cataloguing import catalogue as propose
from archive_rules.templates import load_template, template_for


class Cataloguing(Inspection):
    """Use cases of the archivist who makes the catalogue."""

    def templates(self, case_no: str) -> list[str]:
        """Titles of the rows of the catalogue template of a case, for completion."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
        return [row.title for row in load_template(dossier.template).rows]

    def catalogue(
        self,
        actor: Actor,
        case_no: str,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> None:
        """Propose roles, page numbers and items from what was recognised.

        What a person settled (roles, numbers, confirmed items) stays. Raises Refused CAT-101 when
        there is nothing to catalogue, CAT-102 while sides wait for recognition.
        """
        actor.require("process")
        cancel = cancel or CancelToken()
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            advance("dossier", dossier.state, "catalogue")
            sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
            texts = {r.side_id: r for r in tx.recognised.find(dossier_id=dossier.id)}
        if not sides:
            raise Refused("CAT-101", case_no=dossier.case_no)
        waiting = sum(not side.examined or not side.recognised for side in sides)
        if waiting:
            raise Refused("CAT-102", waiting=waiting)
        proposals: dict[str, CatalogueProposal] = {}
        for part in (MAIN, RESTRICTED):
            members = [side for side in sides if side.part == part]
            if members:
                cancel.check()
                report(Progress(step="catalogue", done=0, total=len(sides)))
                proposals[part] = self._propose(dossier, part, members, texts)
        with self._context.storage.write() as tx:
            self._apply(tx, actor, dossier.id, proposals)
            tx.commit()
        report(Progress(step="catalogue", done=len(sides), total=len(sides)))

    def _propose(
        self, dossier: Dossier, part: str, sides: list[Side], texts: dict[str, Recognised]
    ) -> CatalogueProposal:
        template = (
            load_template(dossier.template)
            if part == MAIN
            else template_for(parse(dossier.case_no), part)
        )
        declared = declared_rows(dossier) if part == MAIN else ()
        markers = item_markers(sides)
        evidence = [
            replace(side_evidence(side, texts.get(side.id)), marker=markers.get(side.id, ""))
            for side in sides
        ]
        return propose(evidence, template, declared, dossier.case_no)

    def _apply(
        self,
        tx: Transaction,
        actor: Actor,
        dossier_id: str,
        proposals: dict[str, CatalogueProposal],
    ) -> None:
        dossier = tx.dossiers.get(dossier_id)
        sides = {
            side.position: side for side in tx.sides.find(dossier_id=dossier_id, superseded=False)
        }
        kept = [i for i in tx.items.find(dossier_id=dossier_id) if i.confirmed_by]
        for item in tx.items.find(dossier_id=dossier_id):
            tx.items.remove(item)
        for part, proposal in proposals.items():
            for proposed in proposal.sides:
                side = sides[proposed.position]
                sides[side.position] = _with_proposal(side, proposed)
            _write_items(tx, dossier, part, proposal, kept, sides)
        for side in sides.values():
            tx.sides.replace(side)
        main = proposals.get(MAIN)
        tx.dossiers.replace(
            attrs.evolve(
                dossier,
                state=advance("dossier", dossier.state, "catalogue"),
                paper_rows=tuple(
                    {"title": r.title, "pages": [p for p in (r.first_page, r.last_page) if p]}
                    for r in (main.paper_catalogue if main else ())
                ),
                end_note_pages=main.declared_page_count if main else None,
            )
        )
        tx.audit.record(
            actor.name,
            "catalogue_proposed",
            dossier.case_no,
            items=tx.items.count(dossier_id=dossier_id),
            template=dossier.template,
        )

    def items(self, case_no: str) -> list[ItemRow]:
        """The catalogue, main part first."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            items = tx.items.find(dossier_id=dossier.id)
        return [item_row(item) for item in sorted(items, key=lambda i: (i.part, i.number))]

    def edit_item(
        self,
        actor: Actor,
        item_id: str,
        *,
        title: str | None = None,
        category: str | None = None,
        date: str | None = None,
    ) -> None:
        """Correct a row of the catalogue; it then counts as confirmed."""
        changes = {
            name: value.strip()
            for name, value in (("title", title), ("category", category), ("date", date))
            if value is not None
        }
        if changes.get("title") == "":
            raise BadInput("CAT-103")
        self._change_item(actor, item_id, "item_edited", **changes)

    def confirm_item(self, actor: Actor, item_id: str) -> None:
        """A person says that the row is right."""
        self._change_item(actor, item_id, "item_confirmed")

    def confirm_all(self, actor: Actor, case_no: str) -> int:
        """Confirm every row nobody confirmed yet; gives how many."""
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            waiting = [i for i in tx.items.find(dossier_id=dossier.id) if not i.confirmed_by]
            if not waiting:
                return 0
            with self._edit(tx, actor, dossier, "items_confirmed", items=len(waiting)):
                for item in waiting:
                    tx.items.replace(attrs.evolve(item, confirmed_by=actor.name))
        return len(waiting)

    def split_item(self, actor: Actor, case_no: str, position: int, title: str) -> None:
        """Begin a new item at a side that lies inside another one.

        Raises Refused CAT-104 when no item can be split there.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            items = tx.items.find(dossier_id=dossier.id)
            whole = next((i for i in items if i.first_position < position <= i.last_position), None)
            if whole is None:
                raise Refused("CAT-104", position=position)
            with self._edit(tx, actor, dossier, "item_split", position=position, title=title):
                sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
                tx.items.replace(repaged(attrs.evolve(whole, last_position=position - 1), sides))
                second = attrs.evolve(
                    whole,
                    id=new_id("item"),
                    title=title.strip() or whole.title,
                    first_position=position,
                    confidence=1.0,
                    confirmed_by=actor.name,
                    reason={"code": "split", "parameters": {}},
                )
                tx.items.add(repaged(second, sides))
                self._renumber(tx, dossier)

    def merge_item(self, actor: Actor, item_id: str) -> None:
        """Join a row with the one before it. Raises Refused CAT-105 for the first row."""
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            item, dossier = self._item(tx, item_id)
            before = self._item_before(tx, item)
            if before is None:
                raise Refused("CAT-105")
            with self._edit(tx, actor, dossier, "items_merged", title=before.title):
                sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
                joined = attrs.evolve(
                    before, last_position=item.last_position, confirmed_by=actor.name
                )
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
                sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
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
                sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
                for item in tx.items.find(dossier_id=dossier.id):
                    tx.items.replace(repaged(item, sides))

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
                tx.items.replace(attrs.evolve(item, confirmed_by=actor.name, **changes))

    def _item(self, tx: Transaction, item_id: str) -> tuple[Item, Dossier]:
        try:
            item = tx.items.get(item_id)
        except KeyError:
            raise Refused("CAT-108") from None
        return item, tx.dossiers.get(item.dossier_id)

    def _item_before(self, tx: Transaction, item: Item) -> Item | None:
        earlier = [
            other
            for other in tx.items.find(dossier_id=item.dossier_id, part=item.part)
            if other.first_position < item.first_position
        ]
        return max(earlier, key=lambda other: other.first_position) if earlier else None

    def _renumber(self, tx: Transaction, dossier: Dossier) -> None:
        """Number the rows of each part by position and tell the sides which item they are of."""
        sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
        numbers: dict[int, int] = {}
        for part in (MAIN, RESTRICTED):
            items = sorted(
                tx.items.find(dossier_id=dossier.id, part=part), key=lambda i: i.first_position
            )
            for number, item in enumerate(items, start=1):
                if item.number != number:
                    tx.items.replace(attrs.evolve(item, number=number))
                for position in range(item.first_position, item.last_position + 1):
                    numbers[position] = number
        for side in sides:
            if side.item_number != numbers.get(side.position):
                tx.sides.replace(attrs.evolve(side, item_number=numbers.get(side.position)))


def item_row(item: Item) -> ItemRow:
    """The read model of an item."""
    return ItemRow(
        id=item.id,
        part=item.part,
        number=item.number,
        title=item.title,
        category=item.category,
        date=item.date,
        first_page=item.first_page,
        last_page=item.last_page,
        first_position=item.first_position,
        last_position=item.last_position,
        confidence=item.confidence,
        doubtful=not item.confirmed_by and item.confidence < DOUBTFUL_BELOW,
        confirmed_by=item.confirmed_by,
        reason=item.reason,
        author=item.author,
        fields=item.fields,
        keyed=item.keyed,
    )


def declared_rows(dossier: Dossier) -> tuple[DeclaredRow, ...]:
    """The catalogue stated with the case, as evidence for the rules."""
    return tuple(
        DeclaredRow(
            title=row["title"],
            first_page=row["pages"][0] if row["pages"] else None,
            last_page=row["pages"][-1] if row["pages"] else None,
        )
        for row in dossier.declared
    )


def side_evidence(side: Side, recognised: Recognised | None) -> SideEvidence:
    """What was seen on a side, in fractions of the upright page."""
    if recognised is None:
        return SideEvidence(position=side.position, readable=not side.fault, blank=side.blank)
    width = max(1, recognised.tree["width"])
    height = max(1, recognised.tree["height"])
    printed = recognised.printed_page
    return SideEvidence(
        position=side.position,
        readable=not side.fault,
        blank=side.blank,
        lines=tuple(
            TextLine(
                text=line["text"],
                confidence=line["confidence"],
                x0=line["box"][0] / width,
                y0=line["box"][1] / height,
                x1=line["box"][2] / width,
                y1=line["box"][3] / height,
            )
            for line in recognised.tree["lines"]
            if line["text"]
        ),
        numbers=tuple(
            NumberCandidate(
                value=number["value"], confidence=number["confidence"], corner=number["corner"]
            )
            for number in recognised.numbers
        ),
        printed_page=(printed[0], printed[1]) if printed else None,
    )


def _with_proposal(side: Side, proposed: Any) -> Side:
    role = side.role if side.role_by else proposed.role
    if side.blank_by:
        role = "blank" if side.blank else ("page" if role == "blank" else role)
    if side.number_by:
        return attrs.evolve(side, role=role, item_number=None)
    return attrs.evolve(
        side,
        role=role,
        page_number=proposed.page_number,
        page_number_confidence=proposed.page_number_confidence,
        item_number=None,
    )


def _write_items(
    tx: Transaction,
    dossier: Dossier,
    part: str,
    proposal: CatalogueProposal,
    kept: list[Item],
    sides: dict[int, Side],
) -> None:
    """Confirmed items stay as they are; proposals fill the sides between them."""
    confirmed = [item for item in kept if item.part == part]
    free = []
    for proposed in proposal.items:
        overlaps = any(
            proposed.first_position <= item.last_position
            and item.first_position <= proposed.last_position
            for item in confirmed
        )
        if not overlaps:
            free.append(_item_of(proposed, dossier, part))
    items = sorted([*confirmed, *free], key=lambda item: item.first_position)
    for number, item in enumerate(items, start=1):
        numbered = repaged(attrs.evolve(item, number=number), list(sides.values()))
        tx.items.add(numbered)
        for position in range(item.first_position, item.last_position + 1):
            if position in sides and sides[position].part == part:
                sides[position] = attrs.evolve(sides[position], item_number=number)


def _item_of(proposed: ItemProposal, dossier: Dossier, part: str) -> Item:
    return Item(
        id=new_id("item"),
        dossier_id=dossier.id,
        part=part,
        number=proposed.number,
        title=proposed.title,
        category=proposed.category,
        date=proposed.date or "",
        first_page=proposed.first_page,
        last_page=proposed.last_page,
        first_position=proposed.first_position,
        last_position=proposed.last_position,
        confidence=proposed.confidence,
        reason=_reason(proposed.reason),
        author=proposed.author,
        fields={
            name: {"confidence": field.confidence, "reason": _reason(field.reason)}
            for name, field in proposed.fields.items()
        },
    )


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "parameters": dict(reason.parameters)}
