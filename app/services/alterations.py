"""Altered pages (改动页): a rescan or a still of a paper leaf against its electronic side.

What differs becomes one entry of the ledger for each side. It stands as long as the side has this
image; only a person settles it, a later comparison that finds less does not.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from app.domain.access import Actor
from app.domain.dossier import MAIN, Dossier, Side
from app.domain.ledger import LedgerEntry
from app.domain.lifecycle import SEALED
from app.kernel.errors import BadInput, Transient
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken
from app.services.context import Service
from app.services.ports import Transaction

ALTERED = "altered_page"
COMPARE = "ocr.alteration.comparing:compare"
SECONDS = 60.0
DIFFERS = "differs"
_CODES = {"added": "REC-218", "missing": "REC-219", "changed": "REC-220"}
_WHY_NOT = {
    "blank": "ALT-201",
    "not_found": "ALT-202",
    "unlike": "ALT-203",
    "hidden": "ALT-204",
    "coarse": "ALT-206",
    "two_tone": "ALT-207",
}


@frozen(kw_only=True)
class AlterationView:
    """The answer of a comparison.

    `verdict` is same, differs or not_comparable, `warnings` (fault records) tell why not, that
    the picture was coarse, or that the ledger is closed.
    `differences` have "box" in pixels of the upright side (`width` x `height`), "kind" (added,
    missing, changed: what the paper has against the side), "ink" (dark, red, unknown) and "score"
    (1 is the limit of this page); `numbering` are places left out as stamps of the numbering
    machine. `proof` is the digest of the picture that shows them, `discrepancy` the entry of the
    ledger; both empty where there is none.
    """

    verdict: str
    confidence: float
    agreement: float
    width: int
    height: int
    differences: tuple[dict[str, Any], ...]
    numbering: tuple[dict[str, Any], ...]
    warnings: tuple[dict[str, Any], ...] = ()
    position: int | None = None
    proof: str = ""
    discrepancy: str = ""


class Alterations(Service):
    """Use cases of the archivist who holds single leaves against their sides."""

    def compare_leaf(
        self,
        actor: Actor,
        case_no: str,
        position: int,
        image: Path,
        proof_out: Path | None = None,
        *,
        cancel: CancelToken | None = None,
    ) -> AlterationView:
        """Compare the side at `position` of the main part with `image`, a rescan or a still of its
        leaf, and keep what differs in the ledger with the pictures that prove it. With `proof_out`
        a JPEG with the boxes is written there when they differ.

        A sealed dossier has a closed ledger: what differs is then recorded in the log alone, and
        the warning ALT-205 says so.
        Raises BadInput ALT-101 (too small), ALT-102 (no such side), IMG-101 to IMG-105 (picture
        cannot be read), Transient ALT-103 (the side was changed meanwhile), OSError (`proof_out`
        cannot be written; nothing is recorded then).
        """
        actor.require("reconcile")
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            side = _side_at(tx, dossier, position)
        with tempfile.TemporaryDirectory(prefix="altered-", dir=self._context.folders.work) as work:
            proof = Path(work) / "proof.jpg"
            master = self._context.blobs.path_of(side.master)
            asked = (str(master), side.frame, side.turn, str(image), side.face, str(proof))
            answer: dict[str, Any] = self._context.pool.call(
                COMPARE, asked, seconds=SECONDS, cancel=cancel
            )
            shown = self._context.blobs.put_file(image).sha256
            kept = self._context.blobs.put_file(proof).sha256 if proof.exists() else ""
            if kept and proof_out is not None:
                shutil.copyfile(proof, proof_out)
        entry_id = self._keep_alteration(actor, dossier.id, side, answer, shown, kept)
        view = _view(answer, position=position, proof=kept, discrepancy=entry_id)
        if view.verdict == DIFFERS and not entry_id:
            told = {"code": "ALT-205", "parameters": {"case_no": dossier.case_no}}
            return attrs.evolve(view, warnings=(*view.warnings, told))
        return view

    def compare_files(
        self,
        actor: Actor,
        side: Path,
        paper: Path,
        proof: Path | None = None,
        *,
        cancel: CancelToken | None = None,
    ) -> AlterationView:
        """Compare two files without a case; with `proof` a JPEG with the boxes is written there
        when they differ. Nothing is recorded. Raises as `compare_leaf`."""
        actor.require("reconcile")
        asked = (str(side), 0, 0, str(paper), "", str(proof or ""))
        answer: dict[str, Any] = self._context.pool.call(
            COMPARE, asked, seconds=SECONDS, cancel=cancel
        )
        return _view(answer)

    def _keep_alteration(
        self,
        actor: Actor,
        dossier_id: str,
        side: Side,
        answer: dict[str, Any],
        paper: str,
        proof: str,
    ) -> str:
        """Write entry and audit record in one transaction; gives the id of the entry, or ""."""
        with self._context.storage.write() as tx:
            dossier = tx.dossiers.get(dossier_id)
            now = tx.sides.get(side.id)
            if now.superseded or not _same_picture(now, side):
                raise Transient("ALT-103", position=side.position)
            entry_id = ""
            if answer["verdict"] == DIFFERS and dossier.state not in SEALED:
                entry_id = enter_alteration(tx, dossier, now, answer, paper, proof)
            tx.audit.record(
                actor.name,
                "leaf_compared",
                dossier.case_no,
                position=now.position,
                side=now.id,
                paper=paper,
                verdict=answer["verdict"],
                why=answer["reason"],
                confidence=answer["confidence"],
                differences=answer["differences"],
                proof=proof,
            )
            tx.commit()
        return entry_id


def keep_alterations(tx: Transaction, entries: Iterable[LedgerEntry]) -> None:
    """When the ledger is made anew: alterations of sides that still have their image stay, at the
    place and page number the side has now; others go with their image."""
    for entry in entries:
        side = tx.sides.first(id=entry.reason["side"])
        if side is None or side.superseded or not _has_image(side, entry):
            tx.ledger.remove(entry)
            continue
        moved = _placed(entry, side)
        if moved != entry:
            tx.ledger.replace(moved)


def why_not(reason: str) -> dict[str, Any]:
    """The fault record that says why two pictures were not compared."""
    return {"code": _WHY_NOT[reason], "parameters": {}}


def _side_at(tx: Transaction, dossier: Dossier, position: int) -> Side:
    side = tx.sides.first(dossier_id=dossier.id, superseded=False, part=MAIN, position=position)
    if side is None:
        raise BadInput("ALT-102", case_no=dossier.case_no, position=position)
    return side


def _same_picture(one: Side, other: Side) -> bool:
    return (one.master, one.frame, one.turn) == (other.master, other.frame, other.turn)


def _has_image(side: Side, entry: LedgerEntry) -> bool:
    return (side.master, side.frame) == (entry.reason["master"], entry.reason["frame"])


def enter_alteration(
    tx: Transaction, dossier: Dossier, side: Side, answer: dict[str, Any], paper: str, proof: str
) -> str:
    """One entry for each side: what is found anew takes the place of what was found before. The
    verdict of a person stays when nothing is new."""
    differences = answer["differences"]
    kinds = {place["kind"] for place in differences}
    entry = LedgerEntry(
        id=new_id("discrepancy"),
        dossier_id=dossier.id,
        kind=ALTERED,
        positions=(),
        page_numbers=(),
        confidence=answer["confidence"],
        reason={
            "code": _CODES[kinds.pop() if len(kinds) == 1 else "changed"],
            "parameters": {"positions": str(side.position), "count": len(differences)},
            "side": side.id,
            "master": side.master,
            "frame": side.frame,
            "turn": side.turn,
            "differences": differences,
            "paper": paper,
            "proof": proof,
        },
    )
    entry = _placed(entry, side)
    for earlier in tx.ledger.find(dossier_id=dossier.id, kind=ALTERED):
        if earlier.reason["side"] != side.id:
            continue
        if _has_image(side, earlier) and _nothing_new(earlier, side.turn, differences):
            entry = entry.judged_as(earlier)
        tx.ledger.remove(earlier)
    tx.ledger.add(entry)
    return entry.id


def _placed(entry: LedgerEntry, side: Side) -> LedgerEntry:
    parameters = entry.reason["parameters"] | {"positions": str(side.position)}
    return attrs.evolve(
        entry,
        positions=(side.position,),
        page_numbers=() if side.page_number is None else (side.page_number,),
        reason=entry.reason | {"parameters": parameters},
    )


def _nothing_new(earlier: LedgerEntry, turn: int, differences: Sequence[dict[str, Any]]) -> bool:
    known = [place["box"] for place in earlier.reason["differences"]]
    return earlier.reason["turn"] == turn and all(
        any(_meet(place["box"], box) for box in known) for place in differences
    )


def _meet(one: Sequence[int], other: Sequence[int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _view(
    answer: dict[str, Any], position: int | None = None, proof: str = "", discrepancy: str = ""
) -> AlterationView:
    reason = answer["reason"]
    warnings = [why_not(reason)] if reason else []
    if answer.get("coarse"):
        warnings.append({"code": "ALT-208", "parameters": {}})
    return AlterationView(
        verdict=answer["verdict"],
        confidence=answer["confidence"],
        agreement=answer["agreement"],
        width=answer["width"],
        height=answer["height"],
        differences=tuple(answer["differences"]),
        numbering=tuple(answer["numbering"]),
        warnings=tuple(warnings),
        position=position,
        proof=proof,
        discrepancy=discrepancy,
    )
