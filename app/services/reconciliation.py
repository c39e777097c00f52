"""Consistency review (一致性审查): the captured sides against what is known of the paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, Dossier, Item, Recognised, Side
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
from app.kernel.ids import new_id
from app.services.alterations import ALTERED, keep_alterations
from app.services.case_evidence import Belonging, belonging, evidence_of
from app.services.cases import Cases, facts_values
from app.services.context import Context
from app.services.doubts import Doubts
from app.services.last_comparisons import LastComparisons
from app.services.leafing_ledger import keep_leafing, of_leafing
from app.services.ledger_rows import discrepancy_row
from app.services.ports import Transaction
from app.services.text_continuity import begins_by_title, plain_titles, with_continuity
from app.services.twins import same_sheet
from app.services.views import PaperTile, ReconciliationView
from archive_rules.case_number import parse
from archive_rules.text import plain

VERDICTS = ("same", "differs", "ask")
WEAKEST_CANDIDATE = 0.3
FEWEST_CHARACTERS = 20
SAME_TEXT = 0.85
# Numbers that the run of numbers proposes where another one was read.
PROPOSED_NUMBERS = ("number_look_alike", "number_sequence")


class Reconciling(Doubts, Cases):
    """Use cases of the archivist who proves that image and paper are the same."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._comparisons = LastComparisons()

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
        self.find_size_outliers(actor, case_no)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            state = advance("dossier", dossier.state, "reconcile")
            result = self._compare(tx, dossier)
            self._keep(tx, dossier, result)
            left = tx.ledger.count(dossier_id=dossier.id)
            tx.dossiers.replace(attrs.evolve(dossier, state=state))
            tx.audit.record(
                actor.name,
                "reconciled",
                dossier.case_no,
                verdict="discrepant" if left else "consistent",
                discrepancies=left,
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
                attrs.evolve(
                    entry,
                    verdict=verdict,
                    verdict_by=actor.name,
                    verdict_at=self._now(),
                    remark=remark,
                )
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
        twins = {
            finding.side_id: int(finding.value)
            for finding in tx.findings.find(dossier_id=dossier.id, code="duplicate")
        }
        items = tx.items.find(dossier_id=dossier.id, part=MAIN)
        expected, titles = _expected(dossier, items), plain_titles(items)
        # A text that is read again gets another id.
        read = tx.recognised.pick(("id",), dossier_id=dossier.id)
        named = (dossier.plaintiff, dossier.defendant, dossier.court)

        def compare() -> Reconciliation:
            texts = {r.side_id: r for r in tx.recognised.find(dossier_id=dossier.id)}
            own = belonging(dossier, sides, texts)
            alike = same_content(sides, texts) | twins
            captured = [
                captured_side(side, texts.get(side.id), own, alike.get(side.id)) for side in sides
            ]
            return reconcile(with_continuity(captured, sides, texts, titles), expected)

        return self._comparisons.of(
            dossier.id, (expected, titles, sides, twins, read, named), compare
        )

    def _keep(self, tx: Transaction, dossier: Dossier, result: Reconciliation) -> None:
        altered, leafed, found_before = _by_origin(tx.ledger.find(dossier_id=dossier.id))
        keep_alterations(tx, altered)
        keep_leafing(tx, dossier, leafed)
        earlier = {_key(entry): entry for entry in found_before}
        for entry in found_before:
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
                entry = entry.judged_as(judged)
            tx.ledger.add(entry)

    def _view(
        self, tx: Transaction, dossier: Dossier, result: Reconciliation
    ) -> ReconciliationView:
        entries = tx.ledger.find(dossier_id=dossier.id)
        return ReconciliationView(
            verdict="discrepant" if entries else "consistent",
            counts=result.counts,
            discrepancies=tuple(
                discrepancy_row(entry, self._context.language) for entry in entries
            ),
            tiles=tuple(
                PaperTile(page_number=tile.page_number, positions=tile.positions, state=tile.state)
                for tile in result.tiles
            ),
        )


def captured_side(
    side: Side, recognised: Recognised | None, own: Belonging, twin: int | None
) -> CapturedSide:
    """A side as reconciliation sees it."""
    evidence = evidence_of(recognised, own)
    return CapturedSide(
        position=side.position,
        role=side.role or ("blank" if side.blank else "page"),
        page_number=side.page_number,
        confidence=side.page_number_confidence,
        candidates=_candidates(side, recognised),
        proposed=side.number_reason.get("code", "") in PROPOSED_NUMBERS,
        readable=not side.fault,
        has_text=recognised is not None and len(plain(recognised.text)) >= FEWEST_CHARACTERS,
        foreign_case=evidence.foreign_case,
        near_case=evidence.near_case,
        own_case=evidence.own_case,
        own_party=evidence.own_party,
        other_party=evidence.other_party,
        other_court=evidence.other_court,
        procedural=evidence.procedural,
        ruling=evidence.ruling,
        twin=twin,
    )


def _candidates(side: Side, recognised: Recognised | None) -> tuple[int, ...]:
    """All readings of the number; none where a person said what the page bears."""
    if recognised is None or side.number_by:
        return ()
    return tuple(
        int(number["value"])
        for number in recognised.numbers
        if number["confidence"] >= WEAKEST_CANDIDATE
    )


def same_content(sides: Sequence[Side], texts: Mapping[str, Recognised]) -> dict[str, int]:
    """Later sides that bear the number of an earlier one and nearly its text: a second scan of one
    sheet that differs too much in picture (a crease, another turn) to be found by it."""
    first: dict[int, Side] = {}
    twins: dict[str, int] = {}
    for side in sides:
        if side.page_number is None or side.role != "page":
            continue
        earlier = first.setdefault(side.page_number, side)
        if earlier is side or side.id not in texts or earlier.id not in texts:
            continue
        one, other = plain(texts[earlier.id].text), plain(texts[side.id].text)
        if min(len(one), len(other)) < FEWEST_CHARACTERS:
            continue
        alike = SequenceMatcher(None, one, other, autojunk=False).ratio() >= SAME_TEXT
        if alike and same_sheet(texts[earlier.id], texts[side.id]):
            twins[side.id] = earlier.position
    return twins


def _expected(dossier: Dossier, items: Sequence[Item]) -> Expected:
    """What is known of the paper, and what was found of it in the images."""
    return Expected(
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
                position=item.first_position,
                certain=bool(item.confirmed_by) or begins_by_title(item),
            )
            for item in items
        ),
    )


def _rows(rows: tuple[dict[str, Any], ...]) -> tuple[Row, ...]:
    return tuple(
        Row(
            title=row["title"],
            first_page=row["pages"][0] if row["pages"] else None,
            last_page=row["pages"][-1] if len(row["pages"]) > 1 else None,
        )
        for row in rows
    )


def _by_origin(
    entries: Iterable[LedgerEntry],
) -> tuple[list[LedgerEntry], list[LedgerEntry], list[LedgerEntry]]:
    """Entries of altered pages, those of leafing through, and those that reconciliation finds."""
    altered: list[LedgerEntry] = []
    leafed: list[LedgerEntry] = []
    found: list[LedgerEntry] = []
    for entry in entries:
        origin = altered if entry.kind == ALTERED else leafed if of_leafing(entry) else found
        origin.append(entry)
    return altered, leafed, found


def _key(entry: LedgerEntry) -> tuple[str, tuple[int, ...], tuple[int, ...], str]:
    """What makes two entries one cause: two rows of a catalogue may differ at the same pages."""
    title = str(entry.reason.get("parameters", {}).get("title", ""))
    return entry.kind, entry.page_numbers, entry.positions, title
