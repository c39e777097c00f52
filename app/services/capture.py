"""One feeding of a batch: what comes is stored side by side, what is stored already is left out.

A side is reported only after its bytes are durable in the object store and its row, audit record
and examination job are committed together.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.custody import CustodyEvent
from app.domain.dossier import Batch, Dossier, Master, Side
from app.domain.lifecycle import advance
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.ports import StoredBytes, Transaction
from app.services.tasks import enqueue_examination
from app.services.views import ScanEventView, ScanResult
from scanner.api import ScannedSide, ScanWarning

Listener = Callable[[ScanEventView], None]
# Master, frame and name of a side: what a source that gives the same bytes again is known by.
Key = tuple[str, int, str]


def key_of(side: Side) -> Key:
    """What tells whether a source delivers a stored side once more."""
    return (side.master, side.frame, side.source_name)


class Capture:
    """Stores the events of one driver run into a batch.

    `known` are sides stored earlier from the same source. `offset` is the number of sheets in the
    batch so far: a device starts counting at 1 again when it is resumed, unless its first sheets
    turn out to be the ones stored before.
    """

    def __init__(
        self,
        context: Context,
        actor: Actor,
        batch: Batch,
        known: list[Side],
        offset: int,
        on_event: Listener,
    ) -> None:
        self._context = context
        self._actor = actor
        self._batch = batch
        self._known = {key_of(side) for side in known}
        self._offset = offset
        self._matched = False
        self._blobs: dict[Path, StoredBytes] = {}
        self._on_event = on_event
        self._warnings: list[dict[str, Any]] = []
        self._sheets: set[int] = set()
        self._skipped = 0
        self.keys: list[Key] = []

    def take(self, event: ScannedSide | ScanWarning) -> None:
        """Store one side or keep one warning, then tell the listener."""
        if isinstance(event, ScanWarning):
            self._warnings.append(warning_record(event))
            self._tell("warning", code=event.code, parameters=event.parameters)
            return
        stored = self._blobs.get(event.path)
        if stored is None:
            stored = self._put(event)
            self._blobs[event.path] = stored
        self._sheets.add(event.sheet)
        key = (stored.sha256, event.frame, event.source_name)
        self.keys.append(key)
        if key in self._known:
            self._skipped += 1
            self._matched = True
            return
        sheet = event.sheet if self._matched else event.sheet + self._offset
        self._store(event, stored, sheet)
        self._tell("side")

    def _put(self, event: ScannedSide) -> StoredBytes:
        try:
            return self._context.blobs.put_file(event.path)
        except BadInput:
            if not event.fault:
                raise
            # The driver said already that the disk does not give the file away. It still counts
            # as a side, so that somebody sees what is missing.
            return self._context.blobs.put_bytes(b"")

    def pause(self) -> None:
        """Stop here; the next run with the same source goes on."""
        closed = self._close("pause")
        if not closed.sides:
            self._discard()
        spool = self._context.folders.spool / self._batch.id
        for path in self._blobs:
            if path.is_relative_to(spool):
                path.unlink(missing_ok=True)

    def finish(self) -> ScanResult:
        """Close the batch and tell what it holds."""
        sides = len(self.keys)
        if sides == self._skipped and self._offset == 0:
            self._discard()
            if sides:
                self._warnings.append({"code": "CAP-103", "parameters": {"sides": sides}})
        else:
            self._close("finish")
        # Every byte is in the object store by now; the spool only held what was delivered, also
        # by runs that were killed.
        shutil.rmtree(self._context.folders.spool / self._batch.id, ignore_errors=True)
        self._tell("closed")
        return ScanResult(
            batch=self._batch.id,
            sheets=len(self._sheets),
            sides=sides,
            skipped=self._skipped,
            warnings=tuple(self._warnings),
        )

    def _store(self, scanned: ScannedSide, stored: StoredBytes, sheet: int) -> None:
        """Write one side with its audit record and job. Positions go on from the last."""
        batch = self._batch
        held = batch.purpose != "append"
        with self._context.storage.write() as tx:
            dossier = tx.dossiers.get(batch.dossier_id)
            if tx.masters.first(sha256=stored.sha256) is None:
                tx.masters.add(
                    Master(
                        sha256=stored.sha256,
                        sm3=stored.sm3,
                        size=stored.size,
                        media_type=scanned.media_type,
                        stored_at=self._now(),
                    )
                )
            side = Side(
                id=new_id("side"),
                dossier_id=dossier.id,
                batch_id=batch.id,
                master=stored.sha256,
                frame=scanned.frame,
                position=0 if held else _next_position(tx, dossier),
                sheet=sheet,
                face=scanned.face,
                part=batch.part,
                volume=batch.volume,
                media_type=scanned.media_type,
                source_name=scanned.source_name,
                width=scanned.width,
                height=scanned.height,
                dpi=scanned.dpi,
                fault=scanned.fault,
                captured_at=self._now(),
                superseded=held,
                put_aside="held" if held else "",
            )
            tx.sides.add(side)
            current = tx.batches.get(batch.id)
            sheets = max(current.sheets, side.sheet)
            tx.batches.replace(attrs.evolve(current, sides=current.sides + 1, sheets=sheets))
            if dossier.state != "scanned" and not held:
                state = advance("dossier", dossier.state, "scan")
                tx.dossiers.replace(attrs.evolve(dossier, state=state))
            enqueue_examination(tx, side)
            tx.audit.record(
                self._actor.name,
                "side_stored",
                dossier.case_no,
                side=side.id,
                batch=batch.id,
                position=side.position,
                sha256=stored.sha256,
                sm3=stored.sm3,
            )
            tx.commit()

    def _close(self, trigger: str) -> Batch:
        """Finish or pause; finishing records that the paper was in the operator's hands."""
        with self._context.storage.write() as tx:
            current = tx.batches.get(self._batch.id)
            dossier = tx.dossiers.get(current.dossier_id)
            closed = attrs.evolve(
                current,
                state=advance("batch", current.state, trigger),
                closed_at=self._now(),
                warnings=tuple(self._warnings) or current.warnings,
            )
            tx.batches.replace(closed)
            if trigger == "finish" and closed.sides:
                tx.custody.add(
                    CustodyEvent(
                        id=new_id("custody"),
                        dossier_id=dossier.id,
                        happened_at=self._now(),
                        action="scanned",
                        giver=self._actor.name,
                        receiver=self._actor.name,
                        place=self._context.station,
                        volumes=1,
                        remark=closed.source,
                        details={
                            "batch": closed.id,
                            "sheets": closed.sheets,
                            "sides": closed.sides,
                        },
                    )
                )
            tx.audit.record(
                self._actor.name,
                f"batch_{closed.state}",
                dossier.case_no,
                batch=closed.id,
                sheets=closed.sheets,
                sides=closed.sides,
            )
            tx.commit()
        return closed

    def _discard(self) -> None:
        """A batch that stored nothing leaves a record and no open end."""
        with self._context.storage.write() as tx:
            current = tx.batches.get(self._batch.id)
            state = current.state
            if state == "capturing":
                state = advance("batch", state, "pause")
            tx.batches.replace(
                attrs.evolve(
                    current, state=advance("batch", state, "discard"), closed_at=self._now()
                )
            )
            case_no = tx.dossiers.get(current.dossier_id).case_no
            tx.audit.record(
                self._actor.name, "batch_discarded", case_no, batch=current.id, reason="empty"
            )
            tx.commit()

    def _tell(self, kind: str, code: str = "", parameters: dict[str, Any] | None = None) -> None:
        self._on_event(
            ScanEventView(
                kind=kind,
                code=code,
                parameters=parameters or {},
                sheets=len(self._sheets),
                sides=len(self.keys),
            )
        )

    def _now(self) -> str:
        return timestamp(self._context.clock.now())


def _next_position(tx: Transaction, dossier: Dossier) -> int:
    # Positions of active sides have no gaps as a rule; counting spares reading them all.
    following = tx.sides.count(dossier_id=dossier.id, superseded=False) + 1
    if following == 1:
        return 1
    last = tx.sides.first(dossier_id=dossier.id, superseded=False, position=following - 1)
    if last is not None:
        return following
    active = tx.sides.find(dossier_id=dossier.id, superseded=False)
    return max(side.position for side in active) + 1


def warning_record(warning: ScanWarning) -> dict[str, Any]:
    """A warning as plain data."""
    return {"code": warning.code, "parameters": warning.parameters}
