"""Sides that look different under the camera: a closer look, and what it leaves in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from app.domain.dossier import Dossier, Side
from app.domain.leafing import SideSeen
from app.domain.leafing_answer import ALTERED
from app.domain.ledger import LedgerEntry, joined
from app.kernel.errors import Fault
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken, Progress, Report
from app.services.alterations import COMPARE, DIFFERS, SECONDS, enter_alteration
from app.services.context import Context
from app.services.leafing_ledger import SETTLED, of_leafing
from app.services.ports import Transaction

# What the camera alone saw, and what the comparison of altered pages did not find again.
_ALONE, _NOT_FOUND = 0.6, 0.4
# So many comparisons nobody can cancel any more: half a minute on two cores.
MOST_UNASKED = 30


@frozen(kw_only=True)
class ClosePicture:
    """A side that looked different, and what the comparison says of it: `answer` is empty where
    nobody compared. `paper` and `proof` are digests."""

    side: Side
    seen: SideSeen
    answer: dict[str, Any]
    paper: str
    proof: str = ""


def look_closer(
    context: Context,
    wanted: Sequence[tuple[Side, SideSeen]],
    folder: Path,
    report: Report,
    cancel: CancelToken,
) -> list[ClosePicture]:
    """Hold the kept frames against their sides. Whoever cancels, or a frame that cannot be
    compared, leaves what the camera saw. A token that is cancelled already has ended the watching
    before a camera: a few sides are compared all the same, and nobody waits long."""
    pictured = [one for one in wanted if one[1].picture]
    compared = {side.id for side, _seen in pictured}
    if cancel.cancelled:
        cancel = CancelToken()
        compared = {side.id for side, _seen in pictured[:MOST_UNASKED]}

    def compare(one: tuple[Side, SideSeen]) -> ClosePicture:
        side, seen = one
        proof = folder / f"proof-{side.id}.jpg"
        master = str(context.blobs.path_of(side.master))
        asked = (master, side.frame, side.turn, seen.picture, side.face, str(proof))
        answer: dict[str, Any] = {}
        if side.id in compared:
            with suppress(Fault, Cancelled):
                answer = context.pool.call(COMPARE, asked, seconds=SECONDS, cancel=cancel)
        return ClosePicture(
            side=side,
            seen=seen,
            answer=answer,
            paper=context.blobs.put_file(Path(seen.picture)).sha256,
            proof=context.blobs.put_file(proof).sha256 if proof.exists() else "",
        )

    found: list[ClosePicture] = []
    with ThreadPoolExecutor(max_workers=max(1, context.pool.workers)) as threads:
        for picture in threads.map(compare, pictured):
            found.append(picture)
            report(Progress(step="flip_compare", done=len(found), total=len(pictured)))
    return found


def enter_altered(
    tx: Transaction,
    dossier: Dossier,
    present: Mapping[str, Side],
    pictures: Sequence[ClosePicture],
    *,
    leafing: str,
) -> set[str]:
    """One entry for each side that differs; gives their ids. What a person settled, and what was
    proved by a comparison, is not overruled by a camera that found less."""
    before = {entry.reason["side"]: entry for entry in _altered(tx, dossier)}
    entered: set[str] = set()
    for picture in pictures:
        side = present.get(picture.side.id)
        if side is None or not _same_picture(side, picture.side):
            continue
        if picture.answer.get("verdict") == DIFFERS:
            entered.add(
                enter_alteration(tx, dossier, side, picture.answer, picture.paper, picture.proof)
            )
            continue
        entry = _unproved(dossier, side, picture, leafing)
        known = before.get(side.id)
        if known is None:
            tx.ledger.add(entry)
        elif of_leafing(known) and known.verdict not in SETTLED:
            entry = attrs.evolve(entry.judged_as(known), id=known.id)
            tx.ledger.replace(entry)
        else:
            entry = known
        entered.add(entry.id)
    return entered


def drop_seen(tx: Transaction, dossier: Dossier, seen: AbstractSet[str]) -> list[LedgerEntry]:
    """Take away what a camera alone said of sides that it has now seen to be the same."""
    gone = [
        entry
        for entry in _altered(tx, dossier)
        if of_leafing(entry) and entry.verdict not in SETTLED and entry.reason["side"] in seen
    ]
    for entry in gone:
        tx.ledger.remove(entry)
    return gone


def _altered(tx: Transaction, dossier: Dossier) -> list[LedgerEntry]:
    return tx.ledger.find(dossier_id=dossier.id, kind=ALTERED)


def _unproved(dossier: Dossier, side: Side, picture: ClosePicture, leafing: str) -> LedgerEntry:
    """The form is that of `app.services.alterations`, so that both are shown and kept alike."""
    return LedgerEntry(
        id=new_id("discrepancy"),
        dossier_id=dossier.id,
        kind=ALTERED,
        positions=(side.position,),
        page_numbers=() if side.page_number is None else (side.page_number,),
        confidence=_NOT_FOUND if picture.answer else _ALONE,
        reason={
            "code": "FLP-205",
            "parameters": {"positions": joined([side.position])},
            "side": side.id,
            "master": side.master,
            "frame": side.frame,
            "turn": side.turn,
            "differences": _places(side, picture.seen),
            "paper": picture.paper,
            "proof": "",
            "leafing": leafing,
        },
    )


def _places(side: Side, seen: SideSeen) -> list[dict[str, Any]]:
    """The places in pixels of the upright side; the camera tells neither ink nor what changed."""
    sideways = side.turn in (90, 270)
    width, height = (side.height, side.width) if sideways else (side.width, side.height)
    scale = (width, height, width, height)
    return [
        {
            "box": [round(share * size) for share, size in zip(box, scale, strict=True)],
            "kind": "changed",
            "ink": "dark",
            "score": 1.0,
        }
        for box in seen.boxes
    ]


def _same_picture(one: Side, other: Side) -> bool:
    return (one.master, one.frame, one.turn) == (other.master, other.frame, other.turn)
