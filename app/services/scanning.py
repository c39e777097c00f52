"""Scanning: batches from a device or a folder into the store, side by side, nothing lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN
from app.domain.lifecycle import advance
from app.kernel.digest import digest_bytes, digest_file
from app.kernel.errors import Refused
from app.kernel.progress import CancelToken
from app.services.capture import Key, Listener, key_of, warning_record
from app.services.feeding import FeedOrder
from app.services.interrupted import Interrupted
from app.services.placing import write_order
from app.services.tasks import enqueue_examination
from app.services.views import ScanResult, SourceRow
from scanner.api import ScannedSide, ScanRequest
from scanner.session import list_devices, open_source

# Dossiers drawn beforehand (the frozen program ships them); see `scanner.drivers.simulated`.
BUNDLED_ENVIRONMENT = "JUANZONG_BUNDLED"
DRAWING_SECONDS = 600.0
# Why a side that a source no longer holds is put aside.
LEFT_OUT = "left_out"


class Scanning(Interrupted):
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
        order = FeedOrder(
            case_no=case_no,
            source=normal_source(source),
            profile=profile,
            part=part,
            volume=volume,
            options=options or {},
        )
        return self._feed(actor, order, on_event, cancel)[0]

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
        order = FeedOrder(case_no=case_no, source=normal_source(source))
        result, keys = self._feed(actor, order, on_event, cancel)
        self._align(actor, case_no, keys)
        return result

    def _align(self, actor: Actor, case_no: str, keys: list[Key]) -> None:
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            every = tx.sides.find(dossier_id=dossier.id)
            newest = {key_of(side): side for side in every if side.part == MAIN}
            later = {side.replaces: side for side in every if not side.superseded}
            named = [newest[key] for key in dict.fromkeys(keys)]
            # What was scanned again stands for the file that it replaced.
            resolved = [later.get(side.id, side) for side in named]
            ordered = list({side.id: side for side in resolved}.values())
            kept = {side.id for side in ordered}
            aside = [s for s in every if s.part == MAIN and not s.superseded and s.id not in kept]
            ordered += [s for s in every if s.part != MAIN and not s.superseded]
            wanted = {side.id: place for place, side in enumerate(ordered, start=1)}
            moved = [s for s in ordered if s.superseded or s.position != wanted[s.id]]
            if not moved and not aside:
                return
            state = advance("dossier", dossier.state, "scan")
            write_order(tx, dossier, list(wanted))
            tx.sides.amend({side.id: {"put_aside": LEFT_OUT} for side in aside})
            tx.sides.amend({side.id: {"put_aside": ""} for side in moved})
            for side in moved:
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
    scheme = scheme.strip().lower()
    if scheme not in ("folder", "watch") or not separator or not name.strip():
        return source
    return f"{scheme}:{Path(name).expanduser().absolute()}"


def _digest(side: ScannedSide) -> str:
    try:
        return digest_file(side.path).sha256
    except OSError:
        if not side.fault:
            raise
        return digest_bytes(b"").sha256  # as `Capture` stores what the disk does not give away
