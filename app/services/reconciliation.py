"""Consistency review (一致性审查): the captured sides against what is known of the paper."""

from __future__ import annotations

from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, Dossier, Recognised, Side
from app.domain.lifecycle import advance
from app.domain.reconciliation import (
    CapturedSide,
    Expected,
    LedgerEntry,
    Reconciliation,
    Row,
    reconcile,
)
from app.kernel.errors import BadInput, Refused
from app.kernel.fault_texts import describe
from app.kernel.ids import new_id
from app.services.cases import Cases, facts_values
from app.services.cataloguing import Cataloguing
from app.services.ports import Transaction
from app.services.views import DiscrepancyRow, PaperTile, ReconciliationView
from archive_rules.case_number import CaseNumber, find_all, parse

VERDICTS = ("same", "differs", "ask")
# A page names its own case near its head; what stands further down may be a citation.
HEAD_FRACTION = 0.3
SHORTEST_PARTY = 2
CLEAR_READING = 0.85


class Reconciling(Cataloguing, Cases):
    """Use cases of the archivist who proves that image and paper are the same."""

    def reconcile(
        self, actor: Actor, case_no: str, paper: dict[str, Any] | None = None
    ) -> ReconciliationView:
        """Compare, store the discrepancies and give the ledger.

        Verdicts of people on discrepancies that are still found stay. `paper` (the record of
        `--paper`) completes what is known of the case first.
        """
        actor.require("process")
        if paper is not None:
            values = facts_values(paper)
            if parse(case_no).normal != values["case_no"]:
                raise BadInput("REC-101", case_no=case_no, paper=values["case_no"])
            self.register_case(actor, paper)
        self.find_duplicates(actor, case_no)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            state = advance("dossier", dossier.state, "reconcile")
            result = self._compare(tx, dossier)
            self._keep(tx, dossier, result)
            tx.dossiers.replace(attrs.evolve(dossier, state=state))
            tx.audit.record(
                actor.name,
                "reconciled",
                dossier.case_no,
                verdict="consistent" if result.consistent else "discrepant",
                discrepancies=len(result.discrepancies),
            )
            tx.commit()
            return self._view(tx, dossier, result)

    def reconciliation(self, case_no: str) -> ReconciliationView | None:
        """The ledger as it stands now, None before the first comparison."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state in ("registered", "scanned", "catalogued"):
                return None
            return self._view(tx, dossier, self._compare(tx, dossier))

    def resolve(self, actor: Actor, discrepancy_id: str, verdict: str, remark: str = "") -> None:
        """A person's verdict: "same" (image and paper agree after all), "differs" (true, known
        and to be noted in the 备考表) or "ask" (stays open)."""
        actor.require("reconcile")
        if verdict not in VERDICTS:
            raise BadInput("REC-102", verdict=verdict)
        with self._context.storage.write() as tx:
            try:
                entry = tx.ledger.get(discrepancy_id)
            except KeyError:
                raise Refused("REC-103") from None
            dossier = tx.dossiers.get(entry.dossier_id)
            advance("dossier", dossier.state, "resolve")
            tx.ledger.replace(
                attrs.evolve(entry, verdict=verdict, verdict_by=actor.name, remark=remark)
            )
            tx.audit.record(
                actor.name,
                "discrepancy_resolved",
                dossier.case_no,
                kind=entry.kind,
                page_numbers=list(entry.page_numbers),
                verdict=verdict,
                remark=remark,
            )
            tx.commit()

    def _compare(self, tx: Transaction, dossier: Dossier) -> Reconciliation:
        sides = tx.sides.find(dossier_id=dossier.id, superseded=False, part=MAIN)
        texts = {r.side_id: r for r in tx.recognised.find(dossier_id=dossier.id)}
        twins = {
            finding.side_id: int(finding.value)
            for finding in tx.findings.find(dossier_id=dossier.id, code="duplicate")
        }
        own = parse(dossier.case_no)
        parties = party_names(dossier)
        captured = [
            captured_side(side, texts.get(side.id), own, parties, twins.get(side.id))
            for side in sides
        ]
        items = tx.items.find(dossier_id=dossier.id, part=MAIN)
        return reconcile(
            captured,
            Expected(
                case_no=dossier.case_no,
                stated_pages=dossier.paper_pages,
                end_note_pages=dossier.end_note_pages,
                stated_rows=_rows(dossier.declared),
                paper_rows=_rows(dossier.paper_rows),
                found_rows=tuple(
                    Row(
                        title=item.title,
                        first_page=item.first_page,
                        last_page=item.last_page,
                        certain=bool(item.confirmed_by)
                        or (item.reason.get("code") == "title_line" and item.confidence >= 0.8),
                    )
                    for item in items
                ),
            ),
        )

    def _keep(self, tx: Transaction, dossier: Dossier, result: Reconciliation) -> None:
        earlier = {_key(entry): entry for entry in tx.ledger.find(dossier_id=dossier.id)}
        for entry in earlier.values():
            tx.ledger.remove(entry)
        for found in result.discrepancies:
            entry = LedgerEntry(
                id=new_id("discrepancy"),
                dossier_id=dossier.id,
                kind=found.kind,
                positions=found.positions,
                page_numbers=found.page_numbers,
                confidence=found.confidence,
                reason={"code": found.code, "parameters": found.parameters},
            )
            judged = earlier.get(_key(entry))
            if judged is not None:
                entry = attrs.evolve(
                    entry,
                    verdict=judged.verdict,
                    verdict_by=judged.verdict_by,
                    remark=judged.remark,
                )
            tx.ledger.add(entry)

    def _view(
        self, tx: Transaction, dossier: Dossier, result: Reconciliation
    ) -> ReconciliationView:
        entries = tx.ledger.find(dossier_id=dossier.id)
        return ReconciliationView(
            verdict="discrepant" if entries else "consistent",
            counts=result.counts,
            discrepancies=tuple(
                DiscrepancyRow(
                    id=entry.id,
                    kind=entry.kind,
                    positions=entry.positions,
                    page_numbers=entry.page_numbers,
                    confidence=entry.confidence,
                    explanation=describe(entry.reason, self._context.language).message,
                    verdict=entry.verdict,
                    verdict_by=entry.verdict_by,
                    remark=entry.remark,
                )
                for entry in entries
            ),
            tiles=tuple(
                PaperTile(page_number=tile.page_number, positions=tile.positions, state=tile.state)
                for tile in result.tiles
            ),
        )


def captured_side(
    side: Side,
    recognised: Recognised | None,
    own: CaseNumber,
    parties: tuple[str, ...],
    twin: int | None,
) -> CapturedSide:
    """A side as reconciliation sees it."""
    text = "".join(recognised.text.split()) if recognised is not None else ""
    return CapturedSide(
        position=side.position,
        role="blank" if side.blank else (side.role or "page"),
        page_number=side.page_number,
        confidence=side.page_number_confidence,
        readable=not side.fault,
        has_text=len(text) >= 20,
        foreign_case=foreign_case(recognised, own),
        own_case=any(found.case_number.normal == own.normal for found in find_all(text)),
        own_party=any(party in text for party in parties),
        twin=twin,
    )


def foreign_case(recognised: Recognised | None, own: CaseNumber) -> str:
    """Another case's number in the head of the page, in its normal form, or ""."""
    if recognised is None:
        return ""
    limit = recognised.tree["height"] * HEAD_FRACTION
    for line in recognised.tree["lines"]:
        if line["box"][1] > limit:
            continue
        for found in find_all(line["text"]):
            if not _same_case(found.case_number, own, line["confidence"]):
                return found.case_number.normal
    return ""


def party_names(dossier: Dossier) -> tuple[str, ...]:
    """The names of the parties as they may stand in a text."""
    names: list[str] = []
    for party in (dossier.plaintiff, dossier.defendant):
        single = party.translate(dict.fromkeys(map(ord, "，,、;；"), " "))
        names.extend(name for name in single.split() if len(name) >= SHORTEST_PARTY)
    return tuple(names)


def _same_case(number: CaseNumber, own: CaseNumber, confidence: float) -> bool:
    """Equal but for the suffix of a further ruling, or for one character in a weak reading.

    In a clear reading one other digit is another case: strays come from the next dossier.
    """
    first, second = number.normal, own.normal
    if own.suffix == "" and number.suffix:
        first = first.removesuffix(number.suffix)
    if first == second:
        return True
    if len(first) != len(second) or confidence >= CLEAR_READING:
        return False
    return sum(a != b for a, b in zip(first, second, strict=True)) == 1


def _rows(rows: tuple[dict[str, Any], ...]) -> tuple[Row, ...]:
    return tuple(
        Row(
            title=row["title"],
            first_page=row["pages"][0] if row["pages"] else None,
            last_page=row["pages"][-1] if len(row["pages"]) > 1 else None,
        )
        for row in rows
    )


def _key(entry: LedgerEntry) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    return entry.kind, entry.page_numbers, entry.positions
