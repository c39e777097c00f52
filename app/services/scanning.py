"""Scanning: batches from a device or a folder into the store, side by side, nothing lost.

A side is reported only after its bytes are durable in the object store and its row, custody
record, audit record and examination job are committed together.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.custody import CustodyEvent
from app.domain.dossier import MAIN, RESTRICTED, Batch, Dossier, Master, Side
from app.domain.lifecycle import advance
from app.kernel.errors import BadInput, Fault, Refused
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken
from app.services.context import Service
from app.services.ports import StoredBytes, Transaction
from app.services.tasks import enqueue_examination
from app.services.views import ScanEventView, ScanResult, SourceRow
from scanner.api import ScannedSide, ScanRequest, ScanWarning
from scanner.session import list_devices, open_source

Listener = Callable[[ScanEventView], None]

# What a profile asks of the device. Administrators get their own profiles with issue 2.
PROFILES: dict[str, dict[str, Any]] = {
    "standard": {"resolution": 300, "mode": "color", "duplex": True},
    "gray": {"resolution": 300, "mode": "gray", "duplex": True},
    "simplex": {"resolution": 300, "mode": "color", "duplex": False},
    "fine": {"resolution": 600, "mode": "color", "duplex": True},
}
# These give the same bytes whenever they are read again, so a second run must add nothing.
REPEATABLE = ("folder", "simulated")
# Dossiers drawn beforehand (the frozen program ships them); see `scanner.drivers.simulated`.
BUNDLED_ENVIRONMENT = "JUANZONG_BUNDLED"
DRAWING_SECONDS = 600.0


class _Known:
    """Sides stored earlier under the same source, by which a repeated run is recognised."""

    def __init__(self, sides: list[Side]) -> None:
        self.keys = {(side.master, side.frame, side.source_name) for side in sides}


class Scanning(Service):
    """Use cases of the scanning operator."""

    def profiles(self) -> list[str]:
        """Names of the scan profiles."""
        return list(PROFILES)

    def sources(self) -> tuple[list[SourceRow], list[dict[str, Any]]]:
        """Devices that answer now, and a warning for each driver that could not be asked."""
        devices, warnings = list_devices()
        rows = [
            SourceRow(
                source=device.source,
                maker=device.maker,
                model=device.model,
                feeder=device.feeder,
                duplex=device.duplex,
            )
            for device in devices
        ]
        return rows, [_warning_record(warning) for warning in warnings]

    def scan(
        self,
        actor: Actor,
        case_no: str,
        source: str,
        *,
        profile: str = "standard",
        part: str = MAIN,
        volume: int = 1,
        options: dict[str, Any] | None = None,
        on_event: Listener = lambda _: None,
        cancel: CancelToken | None = None,
    ) -> ScanResult:
        """One batch. An interrupted batch of the same source goes on where it stopped.

        Raises the faults of the device; what was stored before stays, and calling again resumes.
        Raises Refused DOS-101 once the dossier is sealed.
        """
        actor.require("scan")
        if profile not in PROFILES:
            raise BadInput("CAP-101", profile=profile, known=", ".join(PROFILES))
        if part not in (MAIN, RESTRICTED):
            raise BadInput("CAP-102", part=part)
        driver, name = open_source(source)
        batch, known, offset = self._open_batch(actor, case_no, source, profile, part, volume)
        feeding = {"cache": str(self._context.folders.bundled)} | (options or {})
        if batch.closed_at and source.startswith("simulated:") and "start_sheet" not in feeding:
            # The batch stopped at a fault of the device: the operator put the rest back. (After
            # a kill everything is fed again instead, and what is stored is left out.)
            feeding["start_sheet"] = self._first_unfinished_sheet(batch, offset)
            offset = 0
        request = ScanRequest(
            name=name,
            spool=self._spool(batch),
            options=feeding,
            **PROFILES[profile],
        )
        run = _Run(self, actor, batch, known, offset, on_event)
        try:
            for event in driver.scan(request, cancel or CancelToken()):
                run.take(event)
        except (Fault, Cancelled):
            run.pause()
            raise
        except GeneratorExit:
            run.pause()
            raise
        return run.finish()

    def _open_batch(
        self, actor: Actor, case_no: str, source: str, profile: str, part: str, volume: int
    ) -> tuple[Batch, _Known, int]:
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            advance("dossier", dossier.state, "scan")
            repeatable = source.partition(":")[0] in REPEATABLE
            earlier = tx.batches.find(
                dossier_id=dossier.id, source=source, part=part, volume=volume
            )
            unfinished = [batch for batch in earlier if batch.state in ("capturing", "paused")]
            if unfinished:
                batch = attrs.evolve(unfinished[-1], state="capturing")
                tx.batches.replace(batch)
                action = "batch_resumed"
            else:
                batch = Batch(
                    id=new_id("batch"),
                    dossier_id=dossier.id,
                    source=source,
                    state=advance("batch", "open", "start"),
                    part=part,
                    volume=volume,
                    profile={"name": profile} | PROFILES[profile],
                    operator=actor.name,
                    station=self._context.station,
                    started_at=self._now(),
                )
                tx.batches.add(batch)
                action = "batch_opened"
            compare = earlier if repeatable else unfinished
            sides = tx.sides.find(batch_id=[entry.id for entry in compare]) if compare else []
            offset = max((side.sheet for side in sides if side.batch_id == batch.id), default=0)
            tx.audit.record(actor.name, action, dossier.case_no, batch=batch.id, source=source)
            tx.commit()
        return batch, _Known(sides), offset

    def _first_unfinished_sheet(self, batch: Batch, last: int) -> int:
        """The sheet to feed next: the last one again when only its front was stored."""
        with self._context.storage.read() as tx:
            faces = {side.face for side in tx.sides.find(batch_id=batch.id, sheet=last)}
        whole = "back" in faces or not batch.profile.get("duplex", True)
        return last + 1 if whole or last == 0 else last

    def _spool(self, batch: Batch) -> Path:
        spool = self._context.folders.spool / batch.id
        spool.mkdir(parents=True, exist_ok=True)
        return spool

    def store_side(
        self, actor: Actor, batch: Batch, scanned: ScannedSide, stored: StoredBytes, sheet: int
    ) -> Side:
        """Write one side with its custody, audit record and job. Positions go on from the last."""
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
            active = tx.sides.find(dossier_id=dossier.id, superseded=False)
            side = Side(
                id=new_id("side"),
                dossier_id=dossier.id,
                batch_id=batch.id,
                master=stored.sha256,
                frame=scanned.frame,
                position=max((entry.position for entry in active), default=0) + 1,
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
            )
            tx.sides.add(side)
            current = tx.batches.get(batch.id)
            tx.batches.replace(
                attrs.evolve(
                    current, sides=current.sides + 1, sheets=max(current.sheets, side.sheet)
                )
            )
            if dossier.state != "scanned":
                self._advance(tx, dossier, "scan")
            enqueue_examination(tx, side)
            tx.audit.record(
                actor.name,
                "side_stored",
                dossier.case_no,
                side=side.id,
                batch=batch.id,
                position=side.position,
                sha256=stored.sha256,
                sm3=stored.sm3,
            )
            tx.commit()
        return side

    def close_batch(self, actor: Actor, batch: Batch, trigger: str, warnings: list[Any]) -> Batch:
        """Finish or pause a batch; finishing records that the paper was in the operator's hands."""
        with self._context.storage.write() as tx:
            current = tx.batches.get(batch.id)
            dossier = tx.dossiers.get(batch.dossier_id)
            closed = attrs.evolve(
                current,
                state=advance("batch", current.state, trigger),
                closed_at=self._now(),
                warnings=tuple(warnings) or current.warnings,
            )
            tx.batches.replace(closed)
            if trigger == "finish" and closed.sides:
                tx.custody.add(
                    CustodyEvent(
                        id=new_id("custody"),
                        dossier_id=dossier.id,
                        happened_at=self._now(),
                        action="scanned",
                        giver=actor.name,
                        receiver=actor.name,
                        place=self._context.station,
                        volumes=1,
                        remark=batch.source,
                        details={"batch": batch.id, "sheets": closed.sheets, "sides": closed.sides},
                    )
                )
            tx.audit.record(
                actor.name,
                f"batch_{closed.state}",
                dossier.case_no,
                batch=batch.id,
                sheets=closed.sheets,
                sides=closed.sides,
            )
            tx.commit()
        return closed

    def discard_empty(self, actor: Actor, batch: Batch) -> None:
        """A batch that stored nothing leaves a record and no open end."""
        with self._context.storage.write() as tx:
            current = tx.batches.get(batch.id)
            if current.sides:
                return
            tx.batches.replace(
                attrs.evolve(
                    current,
                    state=advance("batch", advance("batch", current.state, "pause"), "discard"),
                    closed_at=self._now(),
                )
            )
            case_no = tx.dossiers.get(batch.dossier_id).case_no
            tx.audit.record(actor.name, "batch_discarded", case_no, batch=batch.id, reason="empty")
            tx.commit()

    def bundled_dossier(self, name: str) -> Path:
        """The folder of a bundled paper dossier, drawn by the generator the first time."""
        shipped = os.environ.get(BUNDLED_ENVIRONMENT)
        if shipped and (Path(shipped) / name).is_dir():
            return Path(shipped) / name
        folder: Path = self._context.pool.call(
            "scanner.paper.build:build_bundled",
            (name, self._context.folders.bundled),
            seconds=DRAWING_SECONDS,
        )
        return folder

    def check_same_source(self, case_no: str, source: str) -> None:
        """Raises Refused DOS-102 when a sealed dossier holds sides of other sources only."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            if tx.batches.first(dossier_id=dossier.id, source=source) is None:
                raise Refused("DOS-102", case_no=dossier.case_no, state=dossier.state)

    def supersede_batches(self, actor: Actor, case_no: str, keep_source: str) -> int:
        """Put aside the sides of all other sources; they stay stored and reachable.

        Used by bulk conversion, whose folder is the whole dossier. Gives how many were put aside.
        """
        actor.require("scan")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            others = [b for b in tx.batches.find(dossier_id=dossier.id) if b.source != keep_source]
            sides = (
                tx.sides.find(batch_id=[batch.id for batch in others], superseded=False)
                if others
                else []
            )
            if not sides:
                return 0
            if not dossier.state.startswith(("registered", "scanned", "catalogued", "reconciled")):
                raise Refused("DOS-102", case_no=dossier.case_no, state=dossier.state)
            for side in sides:
                tx.sides.replace(attrs.evolve(side, superseded=True, position=0))
            tx.audit.record(
                actor.name,
                "sides_superseded",
                dossier.case_no,
                sides=len(sides),
                source=keep_source,
            )
            tx.commit()
        return len(sides)

    def _advance(self, tx: Transaction, dossier: Dossier, trigger: str) -> Dossier:
        following = advance("dossier", dossier.state, trigger)
        moved = attrs.evolve(dossier, state=following)
        tx.dossiers.replace(moved)
        return attrs.evolve(moved, version=moved.version + 1)


class _Run:
    """One feeding of a batch: stores what comes, leaves out what is stored already."""

    def __init__(
        self,
        scanning: Scanning,
        actor: Actor,
        batch: Batch,
        known: _Known,
        offset: int,
        on_event: Listener,
    ) -> None:
        self._scanning = scanning
        self._actor = actor
        self._batch = batch
        self._known = known.keys
        # A resumed batch of a device starts counting sheets at 1 again, unless its first sheets
        # turn out to be the ones stored before.
        self._offset = offset
        self._matched = False
        self._blobs: dict[Path, StoredBytes] = {}
        self._on_event = on_event
        self._warnings: list[dict[str, Any]] = []
        self._sides = 0
        self._sheets: set[int] = set()
        self._skipped = 0

    def take(self, event: ScannedSide | ScanWarning) -> None:
        """Store one side or keep one warning, then tell the listener."""
        if isinstance(event, ScanWarning):
            record = _warning_record(event)
            self._warnings.append(record)
            self._tell("warning", code=event.code, parameters=event.parameters)
            return
        stored = self._blobs.get(event.path)
        if stored is None:
            stored = self._scanning._context.blobs.put_file(event.path)
            self._blobs[event.path] = stored
        self._sheets.add(event.sheet)
        self._sides += 1
        if (stored.sha256, event.frame, event.source_name) in self._known:
            self._skipped += 1
            self._matched = True
            return
        sheet = event.sheet if self._matched else event.sheet + self._offset
        self._scanning.store_side(self._actor, self._batch, event, stored, sheet)
        self._tell("side")

    def pause(self) -> None:
        """Stop here; the next run with the same source goes on."""
        closed = self._scanning.close_batch(self._actor, self._batch, "pause", self._warnings)
        if not closed.sides:
            self._close_empty(closed)
        self._clear_spool()

    def finish(self) -> ScanResult:
        """Close the batch and tell what it holds."""
        if self._sides == self._skipped and self._offset == 0:
            self._scanning.discard_empty(self._actor, self._batch)
            if self._skipped:
                self._warnings.append({"code": "CAP-103", "parameters": {"sides": self._skipped}})
            closed = self._batch
        else:
            closed = self._scanning.close_batch(self._actor, self._batch, "finish", self._warnings)
        self._clear_spool()
        self._tell("closed")
        return ScanResult(
            batch=closed.id,
            sheets=len(self._sheets),
            sides=self._sides,
            skipped=self._skipped,
            warnings=tuple(self._warnings),
        )

    def _close_empty(self, batch: Batch) -> None:
        with self._scanning._context.storage.write() as tx:
            current = tx.batches.get(batch.id)
            tx.batches.replace(
                attrs.evolve(current, state=advance("batch", current.state, "discard"))
            )
            case_no = tx.dossiers.get(batch.dossier_id).case_no
            tx.audit.record(
                self._actor.name, "batch_discarded", case_no, batch=batch.id, reason="empty"
            )
            tx.commit()

    def _clear_spool(self) -> None:
        # Every byte is in the object store by now; the spool only held what the device delivered.
        spool = self._scanning._spool(self._batch)
        for path in self._blobs:
            if path.is_relative_to(spool):
                path.unlink(missing_ok=True)

    def _tell(self, kind: str, code: str = "", parameters: dict[str, Any] | None = None) -> None:
        self._on_event(
            ScanEventView(
                kind=kind,
                code=code,
                parameters=parameters or {},
                sheets=len(self._sheets),
                sides=self._sides,
            )
        )


def _warning_record(warning: ScanWarning) -> dict[str, Any]:
    return {"code": warning.code, "parameters": warning.parameters}
