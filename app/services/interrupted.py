"""Batches that were interrupted: where each goes on, and declaring one complete as it is."""

from __future__ import annotations

import attrs

from app.domain.access import Actor
from app.domain.lifecycle import advance
from app.kernel.errors import Refused
from app.services.adoption import adopt_delivered
from app.services.capture import scanned_event
from app.services.feeding import REPEATABLE, STOPPED, Feeding, half_sheet, kept_sides, place_of
from app.services.leftovers import sheet_to_feed, waiting_places
from app.services.profiles import is_duplex
from app.services.sheet_sums import UNFINISHED
from app.services.side_rows import side_row
from app.services.station_views import Resumption
from scanner.faults import NEXT_SHEET, NO_RESUME, SAME_SHEET, trouble_of


class Interrupted(Feeding):
    """Use cases about a batch that stopped half way."""

    def resumption(self, case_no: str) -> Resumption | None:
        """Where the newest interrupted batch of a case goes on, None when none is open."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            batches = [
                batch
                for batch in tx.batches.find(dossier_id=dossier.id, state=list(UNFINISHED))
                if batch.id not in self._running
            ]
            if not batches:
                return None
            batch = batches[-1]
            own = kept_sides(tx, batch)
        last = max((side.sheet for side in own), default=0)
        half = half_sheet(batch, own)
        stopped = batch.target.get(STOPPED, {})
        trouble = trouble_of(str(stopped.get("code", "")))
        known_place = trouble is not None and trouble.resume in (NEXT_SHEET, SAME_SHEET, NO_RESUME)
        sheet = sheet_to_feed(
            waiting_places(self._context, batch),
            last if half is not None else last + 1,
            duplex=is_duplex(batch),
        )
        newest = max(own, key=lambda side: (side.sheet, side.face == "back"), default=None)
        return Resumption(
            batch=batch.id,
            source=batch.source,
            profile=str(batch.profile.get("name", "")),
            part=batch.part,
            volume=batch.volume,
            purpose=batch.purpose,
            sheet=sheet,
            certain=known_place or batch.source.partition(":")[0] in REPEATABLE,
            code=str(stopped.get("code", "")),
            parameters={"sheet": sheet} | dict(stopped.get("parameters") or {}),
            drawing=trouble.drawing if trouble is not None else "",
            last=side_row(newest, (), self._context.blobs) if newest is not None else None,
        )

    def discard_rest(self, actor: Actor, case_no: str, batch: str, reason: str) -> None:
        """Declare an interrupted batch complete as it is; what is stored stays.

        Raises Refused CAP-107 without a reason, CAP-106 when the batch is not an interrupted one
        of this case, CAP-105 while it is being fed.
        """
        actor.require("scan")
        if not reason.strip():
            raise Refused("CAP-107")
        with self._context.storage.read() as tx:
            interrupted = tx.batches.first(id=batch, state=list(UNFINISHED))
        if interrupted is not None and interrupted.id not in self._running:
            adopt_delivered(self._context, actor, interrupted, lambda _: None)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            found = tx.batches.first(id=batch, dossier_id=dossier.id, state=list(UNFINISHED))
            if found is None:
                raise Refused("CAP-106")
            if found.id in self._running:
                raise Refused("CAP-105", source=found.source)
            state = advance("batch", found.state, "finish")
            tx.batches.replace(
                attrs.evolve(found, state=state, closed_at=self._now(), target=place_of(found))
            )
            if found.sides:
                place = self._context.station
                tx.custody.add(scanned_event(found, actor, place, self._now()))
            tx.audit.record(
                actor.name,
                "batch_declared_complete",
                dossier.case_no,
                batch=found.id,
                sheets=found.sheets,
                sides=found.sides,
                reason=reason.strip(),
            )
            tx.commit()
