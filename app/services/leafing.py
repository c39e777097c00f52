"""Flip-through (翻页核对): the paper is leafed through under a camera; every side is looked for.

The pixels are judged in other processes: sides are prepared by all workers, then one watches the
video and writes down what each frame shows. That file is read while it grows, so that whoever
listens hears of every leaf at once.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, Dossier, Side
from app.domain.leafing import (
    NOT_SEEN,
    SEEN,
    FlipThrough,
    LeafEvent,
    Leafing,
    LeafSide,
    Look,
)
from app.domain.leafing_answer import discrepancies_of
from app.domain.ledger import Discrepancy
from app.kernel.digest import digest_file
from app.kernel.errors import BadInput, Refused
from app.kernel.fault_texts import describe
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken, Progress, Report, silent
from app.services.context import Service
from app.services.leafing_views import FlipView, LeafStep, Listen
from app.services.markers import content_sides
from app.services.views import DiscrepancyRow

CHECK = "ocr.leafing.watching:check"
PREPARE = "ocr.leafing.side_index:prepare"
WATCH = "ocr.leafing.watching:watch"
CHECK_SECONDS = 60.0
PREPARE_SECONDS = 600.0
WATCH_SECONDS = 4 * 3600.0
SIDES_AT_ONCE = 8
POLL_SECONDS = 0.1
CAMERA = "camera:"


class LeafingThrough(Service):
    """Use cases of the archivist who leafs the paper through."""

    def leaf_through(
        self,
        actor: Actor,
        case_no: str,
        source: str,
        *,
        listen: Listen = lambda _step: None,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> FlipView:
        """Look for every side of the main part in `source` (a video or `camera:N`) and keep what
        was found with the dossier.

        Cancelling ends the watching; what was seen until then is kept and given. Raises Refused
        FLP-106 (no side), BadInput FLP-101 to FLP-103, FLP-107 (no leaf in the whole video),
        Transient FLP-104, FLP-105 (camera).
        """
        actor.require("reconcile")
        cancel = cancel or CancelToken()
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            sides = content_sides(tx.sides.find(dossier_id=dossier.id, superseded=False, part=MAIN))
        if not sides:
            raise Refused("FLP-106", case_no=dossier.case_no)
        self._context.live_pool.call(CHECK, (source,), seconds=CHECK_SECONDS, cancel=cancel)
        work = self._context.folders.work
        with tempfile.TemporaryDirectory(prefix="leafing-", dir=work) as temporary:
            folder = Path(temporary)
            leaf_sides, prepared = self._prepared(sides, folder, report, cancel)
            leafing = Leafing(leaf_sides)
            watching = _Watching(self._context.live_pool, folder, source, prepared, cancel)
            for look in watching.looks():
                self._tell(leafing, look, leafing.observe(look), listen)
                report(Progress(step="flip", done=_seen(leafing), total=len(sides)))
            closing = leafing.finish()
            if closing:
                self._tell(leafing, closing[-1].look, closing, listen)
            result = watching.result
            if not leafing.leaves_shown and not _seen(leafing) and not result["stopped"]:
                raise BadInput("FLP-107", source=_name(source))
            kept = self._kept(leafing)
        return self._store(actor, dossier, source, sides, leaf_sides, leafing, kept, result)

    def flip_throughs(self, case_no: str) -> tuple[FlipThrough, ...]:
        """The flip-throughs kept with a dossier, oldest first."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            return tuple(tx.flip_throughs.find(dossier_id=dossier.id))

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
        leaves: dict[tuple[str, int], int] = {}
        leaf_sides = [
            LeafSide(
                position=side.position,
                leaf=leaves.setdefault((side.batch_id, side.sheet), len(leaves) + 1),
                blank=side.blank or bool(known[side.id]["blank"] and not side.examined),
            )
            for side in sides
        ]
        files = [
            (side.position, str(folder / f"{side.id}.npz"))
            for side in sides
            if known[side.id]["readable"]
        ]
        return leaf_sides, files

    @staticmethod
    def _tell(leafing: Leafing, look: Look, events: Sequence[LeafEvent], listen: Listen) -> None:
        step = LeafStep(
            look=look, events=tuple(events), seen=_seen(leafing), sides=len(leafing.states)
        )
        listen(step)

    def _kept(self, leafing: Leafing) -> dict[str, str]:
        """Digests of the pictures that a person must look at, by file."""
        wanted = {event.look.picture for event in leafing.unknown}
        wanted |= {side.picture for side in leafing.states.values()}
        return {
            picture: self._context.blobs.put_file(Path(picture)).sha256
            for picture in sorted(wanted - {""})
        }

    def _store(
        self,
        actor: Actor,
        dossier: Dossier,
        source: str,
        sides: Sequence[Side],
        leaf_sides: Sequence[LeafSide],
        leafing: Leafing,
        kept: dict[str, str],
        result: dict[str, Any],
    ) -> FlipView:
        numbers = {side.position: side.page_number for side in sides if side.page_number}
        blank = {side.position for side in leaf_sides if side.blank}
        found = discrepancies_of(
            leaf_sides, leafing.states, leafing.unknown, leafing.missed, numbers
        )
        complete = not result["cut_off"] and not result["stopped"]
        record = FlipThrough(
            id=new_id("flip"),
            dossier_id=dossier.id,
            made_at=self._now(),
            made_by=actor.name,
            source=_name(source),
            video="" if source.startswith(CAMERA) else digest_file(Path(source)).sha256,
            frames=int(result["frames"]),
            complete=complete,
            verdict="discrepant" if found else "consistent",
            sides=tuple(
                _side_record(side, numbers, blank, kept)
                for side in map(attrs.asdict, leafing.states.values())
            ),
            unknown=tuple(
                {
                    "after": event.after,
                    "seconds": event.look.seconds,
                    "frame": event.look.frame,
                    "picture": kept.get(event.look.picture, ""),
                }
                for event in leafing.unknown
            ),
            missed=tuple(
                {
                    "kind": event.kind,
                    "positions": list(event.positions),
                    "after": event.after,
                    "seconds": event.look.seconds,
                }
                for event in leafing.missed
            ),
        )
        with self._context.storage.write() as tx:
            tx.flip_throughs.add(record)
            tx.audit.record(
                actor.name,
                "leafed_through",
                dossier.case_no,
                source=record.source,
                video=record.video,
                seen=_seen(leafing),
                sides=len(sides),
                unknown=len(record.unknown),
                verdict=record.verdict,
                complete=complete,
            )
            tx.commit()
        return self._flip_view(record, found, leafing, numbers, blank, result)

    def _flip_view(
        self,
        record: FlipThrough,
        found: Sequence[Discrepancy],
        leafing: Leafing,
        numbers: dict[int, int],
        blank: set[int],
        result: dict[str, Any],
    ) -> FlipView:
        states = leafing.states
        warnings = []
        if result["cut_off"]:
            parameters = {"file": record.source, "seconds": round(result["seconds"])}
            warnings.append({"code": "FLP-207", "parameters": parameters})
        counts: dict[str, int | None] = {
            "sides": len(states),
            "numbered": len(numbers),
            "blank": len(blank),
            "expected_pages": None,
            "seen": _seen(leafing),
            "not_seen": sum(side.state == NOT_SEEN for side in states.values()),
            "blank_not_seen": sum(states[position].state == NOT_SEEN for position in blank),
            "unknown": len(record.unknown),
        }
        return FlipView(
            id=record.id,
            verdict=record.verdict,
            counts=counts,
            discrepancies=tuple(
                DiscrepancyRow(
                    id="",
                    kind=entry.kind,
                    positions=entry.positions,
                    page_numbers=entry.page_numbers,
                    confidence=entry.confidence,
                    explanation=describe(
                        {"code": entry.code, "parameters": entry.parameters},
                        self._context.language,
                    ).message,
                    verdict="",
                    verdict_by="",
                    remark="",
                )
                for entry in found
            ),
            sides=record.sides,
            unknown=record.unknown,
            missed=record.missed,
            complete=record.complete,
            warnings=tuple(warnings),
        )


class _Watching:
    """Runs the watching in a worker and reads what it writes down."""

    def __init__(
        self,
        pool: Any,
        folder: Path,
        source: str,
        sides: Sequence[tuple[int, str]],
        cancel: CancelToken,
    ) -> None:
        self._pool = pool
        self._out = folder / "looks.jsonl"
        self._stop = folder / "stop"
        pictures = folder / "pictures"
        pictures.mkdir()
        self._out.touch()
        self._arguments = (source, list(sides), str(self._out), str(self._stop), str(pictures))
        self._cancel = cancel
        self._done = threading.Event()
        self._fault: BaseException | None = None
        self.result: dict[str, Any] = {}

    def looks(self) -> Iterator[Look]:
        """The looks as they are made. Raises what the watching raises."""
        thread = threading.Thread(target=self._run, name="leafing", daemon=True)
        thread.start()
        try:
            with self._out.open(encoding="utf-8") as stream:
                partial = ""
                while True:
                    ended = self._done.wait(POLL_SECONDS)
                    if self._cancel.cancelled:
                        self._stop.touch()
                    for line in stream:
                        partial += line
                        if partial.endswith("\n"):
                            yield _look(json.loads(partial))
                            partial = ""
                    if ended:
                        break
        finally:
            self._stop.touch()
            thread.join()
        if self._fault is not None:
            raise self._fault

    def _run(self) -> None:
        try:
            # The worker is asked to stop, not killed: what it saw is evidence.
            self.result = self._pool.call(WATCH, self._arguments, seconds=WATCH_SECONDS)
        except (Exception, Cancelled) as fault:
            self._fault = fault
        finally:
            self._done.set()


def _look(record: dict[str, Any]) -> Look:
    return Look(
        kind=record["kind"],
        rest=record["rest"],
        position=record["position"],
        candidates=tuple(record["candidates"]),
        similarity=record["similarity"],
        boxes=tuple(tuple(box) for box in record["boxes"]),
        corners=tuple(tuple(corner) for corner in record["corners"]),
        frame=record["frame"],
        seconds=record["seconds"],
        still=record["still"],
        picture=record["picture"],
    )


def _side_record(
    side: dict[str, Any], numbers: dict[int, int], blank: set[int], kept: dict[str, str]
) -> dict[str, Any]:
    return {
        "position": side["position"],
        "page_number": numbers.get(side["position"]),
        "seen": side["state"] == SEEN,
        "state": side["state"],
        "blank": side["position"] in blank,
        "similarity": side["similarity"],
        "seconds": side["seconds"],
        "frame": side["frame"],
        "candidates": list(side["candidates"]),
        "boxes": [list(box) for box in side["boxes"]],
        "picture": kept.get(side["picture"], ""),
    }


def _seen(leafing: Leafing) -> int:
    return sum(side.state == SEEN for side in leafing.states.values())


def _name(source: str) -> str:
    return source if source.startswith(CAMERA) else Path(source).name
