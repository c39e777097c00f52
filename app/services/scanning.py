"""Scanning: batches from a device or a folder into the store, side by side, nothing lost."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED, Batch, Side
from app.domain.lifecycle import advance
from app.domain.profile_rules import request_part
from app.kernel.digest import digest_bytes, digest_file
from app.kernel.errors import BadInput, Fault, Refused
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled, CancelToken
from app.services.capture import Capture, Key, Listener, key_of, warning_record
from app.services.profiles import Profiles, batch_profile
from app.services.tasks import enqueue_examination
from app.services.views import ScanResult, SourceRow
from scanner.api import ScannedSide, ScanRequest
from scanner.session import list_devices, open_source

log = logging.getLogger(__name__)

# These give the same bytes whenever they are read again, so a second run must add nothing.
REPEATABLE = ("folder", "simulated")
# Dossiers drawn beforehand (the frozen program ships them); see `scanner.drivers.simulated`.
BUNDLED_ENVIRONMENT = "JUANZONG_BUNDLED"
DRAWING_SECONDS = 600.0


class Scanning(Profiles):
    """Use cases of the scanning operator."""

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
        return rows, [warning_record(warning) for warning in warnings]

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
        return self._feed(
            actor, case_no, source, profile, part, volume, options or {}, on_event, cancel
        )[0]

    def scan_whole(
        self,
        actor: Actor,
        case_no: str,
        source: str,
        *,
        on_event: Listener = lambda _: None,
        cancel: CancelToken | None = None,
    ) -> ScanResult:
        """One batch from a source that is the whole main part (bulk conversion of a folder).

        Sides follow the order of the source, and sides it does not hold are put aside; they stay
        stored and reachable. Raises as `scan`.
        """
        result, keys = self._feed(actor, case_no, source, "standard", MAIN, 1, {}, on_event, cancel)
        self._align(actor, case_no, keys)
        return result

    def _feed(
        self,
        actor: Actor,
        case_no: str,
        source: str,
        profile: str,
        part: str,
        volume: int,
        options: dict[str, Any],
        on_event: Listener,
        cancel: CancelToken | None,
    ) -> tuple[ScanResult, list[Key]]:
        actor.require("scan")
        if part not in (MAIN, RESTRICTED):
            raise BadInput("CAP-102", part=part)
        if volume < 1:
            raise BadInput("CAP-104", volume=volume)
        source = normal_source(source)
        driver, name = open_source(source)
        settings, options = self._feeding_settings(actor, case_no, source, profile, options)
        kept = batch_profile(profile, settings)
        batch, known, offset = self._open_batch(actor, case_no, source, kept, part, volume)
        feeding = {"cache": str(self._context.folders.bundled)} | options
        if batch.closed_at and source.startswith("simulated:") and "start_sheet" not in feeding:
            # The batch stopped at a fault of the device: the operator put the rest back. (After
            # a kill everything is fed again instead, and what is stored is left out.)
            feeding["start_sheet"] = self._first_unfinished_sheet(batch, offset)
            offset = 0
        request = ScanRequest(
            name=name,
            spool=self._spool(batch),
            options=feeding,
            **request_part(settings),
        )
        run = Capture(self._context, actor, batch, known, offset, on_event)
        try:
            for event in driver.scan(request, cancel or CancelToken()):
                run.take(event)
        except (Fault, Cancelled) as reason:
            try:
                run.pause()
            except Fault as second:
                # The disk is full or the database gone: a batch left open is resumed as well.
                log.warning("batch %s stays open after %s: %s", batch.id, reason, second.code)
            raise
        return run.finish(), run.keys

    def _align(self, actor: Actor, case_no: str, keys: list[Key]) -> None:
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            every = tx.sides.find(dossier_id=dossier.id)
            newest = {key_of(side): side for side in every if side.part == MAIN}
            ordered = [newest[key] for key in dict.fromkeys(keys)]
            kept = {side.id for side in ordered}
            aside = [s for s in every if s.part == MAIN and not s.superseded and s.id not in kept]
            ordered += [s for s in every if s.part != MAIN and not s.superseded]
            wanted = {side.id: place for place, side in enumerate(ordered, start=1)}
            moved = [s for s in ordered if s.superseded or s.position != wanted[s.id]]
            if not moved and not aside:
                return
            state = advance("dossier", dossier.state, "scan")
            # Out of the way first: no two active sides may hold one position.
            for side in [*aside, *moved]:
                tx.sides.replace(attrs.evolve(side, superseded=True, position=0))
            for side in moved:
                tx.sides.replace(attrs.evolve(side, superseded=False, position=wanted[side.id]))
                if not side.examined:
                    enqueue_examination(tx, side)
            tx.dossiers.replace(attrs.evolve(dossier, state=state))
            tx.audit.record(
                actor.name,
                "sides_aligned",
                dossier.case_no,
                put_aside=len(aside),
                moved=len(moved),
            )
            tx.commit()

    def check_same_pages(
        self, case_no: str, source: str, cancel: CancelToken | None = None
    ) -> None:
        """Raises Refused DOS-102 when a source does not hold what a sealed dossier holds."""
        driver, name = open_source(normal_source(source))
        request = ScanRequest(name=name, spool=self._context.folders.spool)
        digests: dict[Path, str] = {}
        keys: list[Key] = []
        for event in driver.scan(request, cancel or CancelToken()):
            if isinstance(event, ScannedSide):
                if event.path not in digests:
                    digests[event.path] = _digest(event)
                keys.append((digests[event.path], event.frame, event.source_name))
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            sides = tx.sides.find(dossier_id=dossier.id, superseded=False, part=MAIN)
        if [key_of(side) for side in sides] != keys:
            raise Refused("DOS-102", case_no=dossier.case_no, state=dossier.state)

    def _open_batch(
        self,
        actor: Actor,
        case_no: str,
        source: str,
        profile: dict[str, Any],
        part: str,
        volume: int,
    ) -> tuple[Batch, list[Side], int]:
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
                    profile=profile,
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
        return batch, sides, offset

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


def normal_source(source: str) -> str:
    """The source by which a batch is known again: a folder by its full path."""
    scheme, separator, name = source.partition(":")
    if scheme.strip().lower() != "folder" or not separator or not name.strip():
        return source
    return f"folder:{Path(name).expanduser().absolute()}"


def _digest(side: ScannedSide) -> str:
    try:
        return digest_file(side.path).sha256
    except OSError:
        if not side.fault:
            raise
        return digest_bytes(b"").sha256  # as `Capture` stores what the disk does not give away
