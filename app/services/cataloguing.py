"""Cataloguing: roles of sides, page numbers and items, proposed by rules and settled by people."""

from __future__ import annotations

import itertools
from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED, Dossier, Item, Recognised, Side
from app.domain.lifecycle import advance
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.catalogue_edits import CatalogueEditing, field_records, reason_record
from app.services.catalogue_templates import template_of
from app.services.editing import repaged
from app.services.item_rows import ORDER
from app.services.ports import Transaction
from app.services.side_evidence import declared_rows, evidence_of, party_names
from archive_rules.api import CatalogueProposal, ItemProposal
from archive_rules.cataloguing import catalogue as propose
from archive_rules.templates import Template

# What a proposal writes on a side.
PROPOSED = ("role", "page_number", "page_number_confidence", "number_reason", "item_number")
# Doubts that rows and sides tell of themselves; see `app.services.doubts`.
TOLD_ELSEWHERE = ("item_unsure", "number_")
# How sure the rest of a document is whose first page a person gave to another one.
TORN = 0.3


class Cataloguing(CatalogueEditing):
    """Use cases of the archivist who makes the catalogue."""

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
            templates = {part: template_of(tx, dossier, part) for part in (MAIN, RESTRICTED)}
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
                proposals[part] = self._propose(dossier, part, members, texts, templates[part])
        with self._context.storage.write() as tx:
            self._apply(tx, actor, dossier.id, proposals)
            tx.commit()
        report(Progress(step="catalogue", done=len(sides), total=len(sides)))

    def _propose(
        self,
        dossier: Dossier,
        part: str,
        sides: list[Side],
        texts: dict[str, Recognised],
        template: Template,
    ) -> CatalogueProposal:
        declared = declared_rows(dossier) if part == MAIN else ()
        evidence = evidence_of(sides, texts)
        parties = party_names(dossier)
        return propose(evidence, template, declared, dossier.case_no, parties=parties)

    def _apply(
        self,
        tx: Transaction,
        actor: Actor,
        dossier_id: str,
        proposals: dict[str, CatalogueProposal],
    ) -> None:
        dossier = tx.dossiers.get(dossier_id)
        before = {
            side.position: side for side in tx.sides.find(dossier_id=dossier_id, superseded=False)
        }
        sides = dict(before)
        standing = tx.items.find(dossier_id=dossier_id)
        kept = [item for item in standing if item.confirmed_by or item.keyed]
        for item in standing:
            tx.items.remove(item)
        for part, proposal in proposals.items():
            for proposed in proposal.sides:
                side = sides[proposed.position]
                sides[side.position] = _with_proposal(side, proposed)
            _write_items(tx, dossier, part, proposal, kept, sides)
        _leave_in_place(tx, dossier_id, standing)
        tx.sides.amend(
            {
                side.id: {name: getattr(side, name) for name in PROPOSED}
                for side in sides.values()
                if side != before[side.position]
            }
        )
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
                doubts=tuple(
                    {**reason_record(doubt), "part": part}
                    for part, proposal in proposals.items()
                    for doubt in proposal.doubts
                    if not doubt.code.startswith(TOLD_ELSEWHERE)
                ),
            )
        )
        tx.audit.record(
            actor.name,
            "catalogue_proposed",
            dossier.case_no,
            items=tx.items.count(dossier_id=dossier_id),
            template=dossier.template,
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
        number_reason=reason_record(proposed.number_reason),
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
    taken = {
        position
        for item in confirmed
        for position in range(item.first_position, item.last_position + 1)
    }
    free = [
        _item_of(left, dossier, part)
        for proposed in proposal.items
        for left in _left_over(proposed, taken)
    ]
    items = sorted([*confirmed, *free], key=lambda item: item.first_position)
    for number, item in enumerate(items, start=1):
        places = range(item.first_position, item.last_position + 1)
        own = [sides[position] for position in places if position in sides]
        tx.items.add(repaged(attrs.evolve(item, number=number), own))
        for position in places:
            if position in sides and sides[position].part == part:
                sides[position] = attrs.evolve(sides[position], item_number=number)


def _leave_in_place(tx: Transaction, dossier_id: str, earlier: Sequence[Item]) -> None:
    """Whoever said of a document that it stays where it lies is not asked again: what begins at
    the same side now, or holds that side as a document of the same category, stays too."""
    stays = {(i.part, i.first_position): i for i in earlier if ORDER in i.fields}
    if not stays:
        return
    changes: dict[str, dict[str, Any]] = {}
    for item in tx.items.find(dossier_id=dossier_id):
        if ORDER in item.fields:
            continue
        same = stays.get((item.part, item.first_position)) or next(
            (
                left
                for (part, position), left in stays.items()
                if (part, left.category) == (item.part, item.category)
                and item.first_position <= position <= item.last_position
            ),
            None,
        )
        if same is not None:
            changes[item.id] = {"fields": item.fields | {ORDER: same.fields[ORDER]}}
    tx.items.amend(changes)


def _left_over(proposed: ItemProposal, taken: Container[int]) -> list[ItemProposal]:
    """What a proposal keeps beside the sides that people gave to documents (`taken`), so that no
    page is left without one: all of it, or runs of sides, doubtful where its own first page is not
    among them."""
    places = range(proposed.first_position, proposed.last_position + 1)
    left = [position for position in places if position not in taken]
    starts = [n for n, position in enumerate(left) if n == 0 or left[n - 1] != position - 1]
    runs = [left[a:b] for a, b in itertools.pairwise([*starts, len(left)])]
    return [
        replace(
            proposed,
            first_position=run[0],
            last_position=run[-1],
            confidence=proposed.confidence
            if run[0] == proposed.first_position
            else min(proposed.confidence, TORN),
        )
        for run in runs
    ]


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
        reason=reason_record(proposed.reason),
        author=proposed.author,
        fields=field_records(proposed),
    )
