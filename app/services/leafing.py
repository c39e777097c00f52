"""Flip-through (翻页核对): the paper is leafed through under a camera; every side is looked for.

The pixels are judged in other processes: sides are prepared by all workers, then one watches the
video and writes down what each frame shows. That file is read while it grows, so that whoever
listens hears of every leaf at once. What it leaves goes into the ledger.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier, Side
from app.domain.leafing import SEEN, FlipThrough, LeafEvent, Leafing, Look
from app.domain.leafing_sides import LeafSide
from app.domain.lifecycle import SEALED
from app.kernel.digest import digest_file
from app.kernel.errors import BadInput, Fault, Refused
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken, Progress, Report, silent
from app.services.leafing_alterations import ClosePicture, look_closer
from app.services.leafing_ledger import entry_of
from app.services.leafing_outcome import before, bring_up, earlier_states, unseen_after, warnings_of
from app.services.leafing_record import CAMERA, Session, source_name
from app.services.leafing_sides import kept_flip_throughs, leaf_numbers, leaf_sides
from app.services.leafing_state import LeafingState
from app.services.leafing_views import FlipView, LeafStep, Listen, ShowFrame, show_nothing
from app.services.leafing_watching import Watching
from app.services.ledger_rows import discrepancy_row

CHECK = "ocr.leafing.watching:check"
PREPARE = "ocr.leafing.side_index:prepare"
CHECK_SECONDS = 60.0
PREPARE_SECONDS = 600.0
SIDES_AT_ONCE = 8


class LeafingThrough(LeafingState):
    """Use cases of the archivist who leafs the paper through."""

    def leaf_through(
        self,
        actor: Actor,
        case_no: str,
        source: str,
        *,
        listen: Listen = lambda _step: None,
        show: ShowFrame = show_nothing,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> FlipView:
        """Look for every side of the main part in `source` (a video or `camera:N`), keep what was
        found with the dossier and what it leaves in its ledger. `show` gets what the source shows.

        Cancelling ends the watching, and so does a camera that goes away: what was seen until then
        is kept and given. The ledger of a sealed dossier is closed: then the answer alone tells.
        Raises Refused FLP-106 (no side), BadInput FLP-101 to FLP-103, FLP-107 (no leaf in the
        whole video), Transient FLP-104; FLP-105 (camera) and the faults of workers only where
        nothing was seen before, as Cancelled.
        """
        actor.require("reconcile")
        cancel = cancel or CancelToken()
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            sides = list(leaf_sides(tx, dossier).values())
        if not sides:
            raise Refused("FLP-106", case_no=dossier.case_no)
        self._context.live_pool.call(CHECK, (source,), seconds=CHECK_SECONDS, cancel=cancel)
        work = self._context.folders.work
        with tempfile.TemporaryDirectory(prefix="leafing-", dir=work) as temporary:
            folder = Path(temporary)
            leaf_list, prepared = self._prepared(sides, folder, report, cancel)
            watching = Watching(self._context.live_pool, folder, source, prepared, cancel, show)
            leafing = Leafing(leaf_list)
            looks = self._watched(watching, leafing, listen, report)
            _require_something(leafing, source, watching.fault, cancel)
            session = Session(
                source=source,
                sides=sides,
                leaf_sides=leaf_list,
                leafing=leafing,
                looks=looks,
                result=watching.result,
                kept=self._kept(leafing),
                fault=watching.fault,
            )
            pictures = self._looked_closer(dossier, session, folder, report, cancel)
        return self._store(actor, dossier, session, pictures)

    def flip_throughs(self, case_no: str) -> tuple[FlipThrough, ...]:
        """The flip-throughs kept with a dossier, oldest first."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            return tuple(kept_flip_throughs(tx, dossier))

    def _prepared(
        self, sides: Sequence[Side], folder: Path, report: Report, cancel: CancelToken
    ) -> tuple[list[LeafSide], list[tuple[int, str]]]:
        """The sides as leafing knows them, and `(position, file)` of those that can be found."""
        pool = self._context.live_pool
        groups = [sides[at : at + SIDES_AT_ONCE] for at in range(0, len(sides), SIDES_AT_ONCE)]

        def prepare(group: Sequence[Side]) -> dict[str, Any]:
            asked = [
                (side.id, str(self._context.blobs.path_of(side.master)), side.frame, side.turn)
                for side in group
            ]
            answer: dict[str, Any] = pool.call(
                PREPARE, (asked, str(folder)), seconds=PREPARE_SECONDS, cancel=cancel
            )
            return answer

        known: dict[str, Any] = {}
        with ThreadPoolExecutor(max_workers=max(1, pool.workers)) as threads:
            for answer in threads.map(prepare, groups):
                known |= answer
                report(Progress(step="flip_prepare", done=len(known), total=len(sides)))
        leaves = leaf_numbers(sides)
        leaf_list = [
            LeafSide(
                position=side.position,
                leaf=leaves[side.id],
                blank=side.blank or bool(known[side.id]["blank"] and not side.examined),
            )
            for side in sides
        ]
        files = [
            (side.position, str(folder / f"{side.id}.npz"))
            for side in sides
            if known[side.id]["readable"]
        ]
        return leaf_list, files

    @staticmethod
    def _watched(
        watching: Watching, leafing: Leafing, listen: Listen, report: Report
    ) -> list[Look]:
        """Follow the looks to their end and tell what follows from each."""
        looks: list[Look] = []

        def tell(look: Look, events: Sequence[LeafEvent]) -> None:
            seen = sum(side.state == SEEN for side in leafing.states.values())
            total = len(leafing.states)
            listen(LeafStep(look=look, events=tuple(events), seen=seen, sides=total))
            report(Progress(step="flip", done=seen, total=total))

        for look in watching.looks():
            looks.append(look)
            tell(look, leafing.observe(look))
        closing = leafing.finish()
        if closing:
            tell(closing[-1].look, closing)
        return looks

    def _kept(self, leafing: Leafing) -> dict[str, str]:
        """Digests of the pictures that a person must look at, by file."""
        wanted = {event.look.picture for event in leafing.unknown}
        wanted |= {side.picture for side in leafing.states.values()}
        return {
            picture: self._context.blobs.put_file(Path(picture)).sha256
            for picture in sorted(wanted - {""})
        }

    def _looked_closer(
        self,
        dossier: Dossier,
        session: Session,
        folder: Path,
        report: Report,
        cancel: CancelToken,
    ) -> list[ClosePicture]:
        with self._context.storage.read() as tx:
            earlier = earlier_states(before(tx, dossier).standing(), session)
        by_position, states = session.by_position, session.leafing.states
        wanted = [(by_position[p], states[p]) for p in session.differing(earlier)]
        return look_closer(self._context, wanted, folder, report, cancel)

    def _store(
        self, actor: Actor, dossier: Dossier, session: Session, pictures: Sequence[ClosePicture]
    ) -> FlipView:
        """Record, ledger and audit in one transaction."""
        video = (
            "" if session.source.startswith(CAMERA) else digest_file(Path(session.source)).sha256
        )
        record = session.record(new_id("flip"), dossier, at=self._now(), by=actor.name, video=video)
        order = session.order()
        with self._context.storage.write() as tx:
            dossier = tx.dossiers.get(dossier.id)
            known = before(tx, dossier)
            earlier = earlier_states(known.standing(), session)
            standing = known.standing(record)
            found = [
                entry_of(
                    dossier,
                    entry,
                    session.by_position,
                    leafing=record.id,
                    paper=session.frame_of(entry),
                )
                for entry in session.found(earlier, order)
            ]
            closed = dossier.state in SEALED
            cleared: list[dict[str, Any]] = []
            if not closed:
                found, cleared = bring_up(
                    tx, dossier, session, record, found, pictures, known.sides, standing
                )
            unseen = unseen_after(standing, session)
            verdict = "discrepant" if found or unseen else "consistent"
            record = attrs.evolve(record, verdict=verdict)
            tx.flip_throughs.add(record)
            tx.audit.record(
                actor.name,
                "leafed_through",
                dossier.case_no,
                source=record.source,
                video=record.video,
                seen=session.seen,
                sides=len(session.sides),
                unknown=len(record.unknown),
                verdict=verdict,
                complete=record.complete,
                fault=session.fault.code if isinstance(session.fault, Fault) else "",
                left=len(found),
                cleared=cleared,
            )
            tx.commit()
        return FlipView(
            id=record.id,
            verdict=verdict,
            counts=session.counts(),
            discrepancies=tuple(
                discrepancy_row(
                    attrs.evolve(entry, id="") if closed else entry, self._context.language
                )
                for entry in found
            ),
            sides=record.sides,
            unknown=record.unknown,
            missed=record.missed,
            complete=record.complete,
            warnings=tuple(warnings_of(session, order, dossier, closed=closed)),
        )


def _require_something(
    leafing: Leafing, source: str, fault: Fault | Cancelled | None, cancel: CancelToken
) -> None:
    """Where nothing at all was seen there is nothing to keep."""
    if leafing.leaves_shown or any(side.state == SEEN for side in leafing.states.values()):
        return
    if fault is not None:
        raise fault
    cancel.check()
    raise BadInput("FLP-107", source=source_name(source))
