"""One feeding of a batch: what comes is stored side by side, what is stored already is left out.

A side is reported only after its bytes are durable in the object store and its row, audit record
and examination job are committed together. Bytes are stored ahead in a few threads and rows are
written by one (`app.services.intake`), so that the scanner waits for neither; live inspection
looks at every side as soon as it is stored (`app.services.live`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.custody import CustodyEvent
from app.domain.dossier import Batch, Side
from app.domain.lifecycle import advance
from app.domain.slips import slip_matches
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.intake import Arrival, Intake
from app.services.leftovers import keep_shift
from app.services.live import LiveInspection
from app.services.ports import StoredBytes
from app.services.side_rows import side_row
from app.services.side_writing import Delivery, Key, SideWriter, key_of
from app.services.slips import CODED
from app.services.tasks import WARM, engine_of
from app.services.views import ScanEventView, ScanResult, SideRow
from scanner.api import ScannedSide, ScanWarning
from scanner.spool import delivered, preview_of, remove_image

__all__ = ["Capture", "Key", "Listener", "key_of", "warning_record"]

# Called with one event at a time, from the thread that writes the rows. What it raises stops the
# feeding and is raised again by `take`.
Listener = Callable[[ScanEventView], None]

# How long the end of a batch waits for live inspection; what is left is examined as usual.
LIVE_SECONDS = 3.0
LIVE_SECONDS_WHEN_STOPPED = 1.0
# A stack is cut by codes that only the first look reads: it is waited for.
LIVE_SECONDS_FOR_CODES = 120.0


class Capture:
    """Stores the events of one driver run into a batch.

    `known` are sides stored earlier from the same source. `offset` is the number of sheets in the
    batch so far: a device starts counting at 1 again when it is resumed, unless its first sheets
    turn out to be the ones stored before. End it by `finish` or `pause`.
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
        self._on_event = on_event
        self._spool = context.folders.spool / batch.id
        self._last: Path | None = None
        with context.storage.read() as tx:
            self._case_no = tx.dossiers.get(batch.dossier_id).case_no
        self._warnings: list[dict[str, Any]] = []
        self._written = False
        self._sheets: set[int] = set()
        self._skipped = 0
        self.keys: list[Key] = []
        self._writer = SideWriter(context, actor, batch)
        self._live = LiveInspection(context, self._wake)
        self._intake = Intake(self._put, self._record, self._write_seen, context.dispatcher.resting)
        self._live.start()
        context.pool.warm(WARM, (engine_of(context, batch.profile),))
        keep_shift(self._spool, offset)

    def take(self, event: ScannedSide | ScanWarning) -> None:
        """Put one side or warning in line; it is told to the listener once it is stored.

        Waits while too much is in line. Raises what stopped the storing of earlier events.
        """
        self._intake.take(event)

    def drain(self) -> None:
        """Wait until everything taken is stored. Raises what stopped the storing."""
        self._intake.drain()

    def pause(self) -> None:
        """Store what came, then stop here; the next run with the same source goes on."""
        try:
            if not self._intake.failed:
                self._intake.drain()
        finally:
            try:
                self._clear_last()
                waiting, bare = delivered(self._spool)
                if not self._close("pause").sides and not waiting and not bare:
                    self._discard()
                self._await_live(LIVE_SECONDS_WHEN_STOPPED)
            finally:
                self.close()

    def finish(self) -> ScanResult:
        """Close the batch and tell what it holds. Raises what stopped the storing."""
        self._intake.drain()
        sides = len(self.keys)
        if sides == self._skipped and self._offset == 0:
            self._discard()
            if sides:
                self._keep_warning("CAP-103", {"sides": sides})
        else:
            self._close("finish")
        self._clear_spool()
        self._await_live(LIVE_SECONDS_FOR_CODES if self._coded else LIVE_SECONDS)
        self.close()
        self._tell("closed")
        return ScanResult(
            batch=self._batch.id,
            sheets=len(self._sheets),
            sides=sides,
            skipped=self._skipped,
            warnings=tuple(self._warnings),
        )

    def close(self) -> None:
        """End the threads. May be called again."""
        self._live.close()
        self._intake.close()

    def _wake(self) -> None:
        self._intake.wake()

    def _await_live(self, seconds: float) -> None:
        self._intake.wait_until(lambda: self._live.waiting == 0, seconds)

    def _put(self, event: ScannedSide) -> StoredBytes:
        blobs = self._context.blobs
        try:
            if event.path.is_relative_to(self._spool):
                return blobs.link_file(event.path)
            return blobs.put_file(event.path)
        except BadInput:
            if not event.fault:
                raise
            # The driver said already that the disk does not give the file away. It still counts
            # as a side, so that somebody sees what is missing.
            return blobs.put_bytes(b"")

    def _record(self, arrivals: Sequence[Arrival]) -> None:
        """Write what arrived, all sides in one transaction, and tell it in order."""
        told: list[Delivery | ScanWarning] = []
        try:
            for arrival in arrivals:
                if isinstance(arrival.event, ScanWarning):
                    told.append(arrival.event)
                elif arrival.stored is not None:
                    told.append(self._delivery(arrival.event, arrival.stored.result()))
        finally:
            # What came before a side that cannot be stored is kept.
            self._record_deliveries(told)

    def _delivery(self, event: ScannedSide, stored: StoredBytes) -> Delivery:
        key = (stored.sha256, event.frame, event.source_name)
        known = event.stream == "main" and key in self._known
        if known and not self._matched:
            self._matched = True
            keep_shift(self._spool, 0)
        sheet = event.sheet if self._matched else event.sheet + self._offset
        return Delivery(scanned=event, stored=stored, sheet=sheet, known=known)

    def _record_deliveries(self, told: Sequence[Delivery | ScanWarning]) -> None:
        deliveries = [entry for entry in told if isinstance(entry, Delivery)]
        new = [entry for entry in deliveries if not entry.known]
        sides = self._writer.store(new) if new else {}
        for entry in told:
            if isinstance(entry, ScanWarning):
                self._warn(entry.code, entry.parameters)
            elif not entry.companion:
                self._sheets.add(entry.scanned.sheet)
                self.keys.append(entry.key)
                self._skipped += entry.known
                if not entry.known:
                    self._told_as_stored(entry, sides[id(entry)])
                else:
                    preview_of(entry.scanned.path).unlink(missing_ok=True)
        self._clear(deliveries)

    @property
    def _coded(self) -> bool:
        return self._batch.profile.get("separators", "none") in CODED

    def _told_as_stored(self, entry: Delivery, side: Side) -> None:
        self._tell("side", side=side_row(side, (), self._context.blobs))
        separators = str(self._batch.profile.get("separators", "none"))
        self._live.submit(side, separators, preview_of(entry.scanned.path))

    def _clear(self, deliveries: Sequence[Delivery]) -> None:
        """Take recorded files out of the spool; the last one may be a container with more."""
        for entry in deliveries:
            path = entry.scanned.path
            if self._last is not None and self._last != path:
                self._intake.forget(self._last)
                if self._last.is_relative_to(self._spool):
                    remove_image(self._last)
            self._last = path

    def _clear_last(self) -> None:
        if self._last is not None and self._last.is_relative_to(self._spool):
            remove_image(self._last)

    def _clear_spool(self) -> None:
        """Every byte is in the object store by now, but for images that nobody reported: the
        driver of a program that was killed may have written them late."""
        self._clear_last()
        late, bare = delivered(self._spool)
        files = {side.path for side in late} | set(bare)
        if not files:
            shutil.rmtree(self._spool, ignore_errors=True)
            return
        parameters = {"files": len(files), "folder": str(self._spool)}
        self._warn("CAP-122", parameters)

    def _write_seen(self) -> None:
        """Write what live inspection has seen, and tell it."""
        while batch := self._live.take_seen():
            for row in self._live.write(batch):
                self._tell("glance", side=row)
                self._watch_slips(row)

    def _watch_slips(self, row: SideRow) -> None:
        """The work slip of another case in the stack: what follows lies in the wrong dossier."""
        ticket = row.marker.get("ticket", "") if row.marker.get("kind") == "slip" else ""
        if ticket and not slip_matches(ticket, self._case_no):
            parameters = {
                "sheet": row.sheet,
                "case_no": row.marker.get("case_no") or ticket,
                "own": self._case_no,
            }
            self._warn("SLP-104", parameters)

    def _warn(self, code: str, parameters: dict[str, Any]) -> None:
        """Keep a warning with the batch and tell it."""
        self._keep_warning(code, parameters)
        self._tell("warning", code=code, parameters=parameters)

    def _keep_warning(self, code: str, parameters: dict[str, Any]) -> None:
        """Closing writes the warnings; one that comes later is added to what was written."""
        self._warnings.append({"code": code, "parameters": parameters})
        if not self._written:
            return
        with self._context.storage.write() as tx:
            stored = tx.batches.get(self._batch.id)
            tx.batches.replace(attrs.evolve(stored, warnings=self._all_warnings(stored)))
            tx.audit.record(
                self._actor.name, "batch_warned", self._case_no, batch=stored.id, code=code
            )
            tx.commit()

    def _all_warnings(self, stored: Batch) -> tuple[dict[str, Any], ...]:
        """What an earlier run of the batch was warned of stays; told again it counts once."""
        new = [warning for warning in self._warnings if warning not in stored.warnings]
        return (*stored.warnings, *new)

    def _close(self, trigger: str) -> Batch:
        """Finish or pause; finishing records that the paper was in the operator's hands."""
        with self._context.storage.write() as tx:
            current = tx.batches.get(self._batch.id)
            dossier = tx.dossiers.get(current.dossier_id)
            closed = attrs.evolve(
                current,
                state=advance("batch", current.state, trigger),
                closed_at=self._now(),
                warnings=self._all_warnings(current),
            )
            tx.batches.replace(closed)
            if trigger == "finish" and closed.sides:
                place = self._context.station
                tx.custody.add(scanned_event(closed, self._actor, place, self._now()))
            tx.audit.record(
                self._actor.name,
                f"batch_{closed.state}",
                dossier.case_no,
                batch=closed.id,
                sheets=closed.sheets,
                sides=closed.sides,
            )
            tx.commit()
        self._written = True
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

    def _tell(
        self,
        kind: str,
        code: str = "",
        parameters: dict[str, Any] | None = None,
        side: SideRow | None = None,
    ) -> None:
        self._on_event(
            ScanEventView(
                kind=kind,
                case_no=self._case_no,
                side=side,
                code=code,
                parameters=parameters or {},
                sheets=len(self._sheets),
                sides=len(self.keys),
            )
        )

    def _now(self) -> str:
        return timestamp(self._context.clock.now())


def scanned_event(batch: Batch, actor: Actor, place: str, moment: str) -> CustodyEvent:
    """The record that the paper of a batch was in the operator's hands."""
    return CustodyEvent(
        id=new_id("custody"),
        dossier_id=batch.dossier_id,
        happened_at=moment,
        action="scanned",
        giver=actor.name,
        receiver=actor.name,
        place=place,
        volumes=1,
        remark=batch.source,
        details={"batch": batch.id, "sheets": batch.sheets, "sides": batch.sides},
    )


def warning_record(warning: ScanWarning) -> dict[str, Any]:
    """A warning as plain data."""
    return {"code": warning.code, "parameters": warning.parameters}
