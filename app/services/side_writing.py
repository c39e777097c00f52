"""Writes delivered images as sides: rows, audit records and jobs of several in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from attrs import frozen

from app.domain.access import Actor
from app.domain.dossier import Batch, Dossier, Master, Side
from app.domain.lifecycle import advance
from app.kernel.clock import timestamp
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.ports import StoredBytes, Transaction
from app.services.tasks import enqueue_examination
from scanner.api import ScannedSide

# Master, frame and name of a side: what a source that gives the same bytes again is known by.
Key = tuple[str, int, str]


def key_of(side: Side) -> Key:
    """What tells whether a source delivers a stored side once more."""
    return (side.master, side.frame, side.source_name)


@frozen(kw_only=True)
class Delivery:
    """One delivered image with its bytes in the object store. `sheet` counts in the batch."""

    scanned: ScannedSide
    stored: StoredBytes
    sheet: int
    known: bool

    @property
    def companion(self) -> bool:
        """Whether it is the second image of a side that counts by its first."""
        return self.scanned.stream == "bitonal"

    @property
    def key(self) -> Key:
        """See `Key`."""
        return (self.stored.sha256, self.scanned.frame, self.scanned.source_name)


class SideWriter:
    """Writes into one batch. The sides of an insertion or replacement are held back."""

    def __init__(self, context: Context, actor: Actor, batch: Batch) -> None:
        self._context = context
        self._actor = actor
        self._batch = batch

    def store(self, new: Sequence[Delivery]) -> dict[int, Side]:
        """Write sides with their audit records and jobs; gives them by `id` of their delivery.
        Positions go on from the last."""
        held = self._batch.purpose != "append"
        stored: dict[int, Side] = {}
        with self._context.storage.write() as tx:
            dossier = tx.dossiers.get(self._batch.dossier_id)
            position = 0 if held else _next_position(tx, dossier)
            for entry in new:
                self._add_master(tx, entry)
                if entry.companion:
                    self._add_companion(tx, dossier, entry)
                    continue
                side = self._side(entry, dossier, position)
                stored[id(entry)] = side
                position += not held
                tx.sides.add(side)
                enqueue_examination(tx, side)
                tx.audit.record(
                    self._actor.name,
                    "side_stored",
                    dossier.case_no,
                    side=side.id,
                    batch=side.batch_id,
                    position=side.position,
                    sha256=entry.stored.sha256,
                    sm3=entry.stored.sm3,
                )
            self._count(tx, dossier, list(stored.values()))
            tx.commit()
        return stored

    def _count(self, tx: Transaction, dossier: Dossier, sides: Sequence[Side]) -> None:
        if not sides:
            return
        current = tx.batches.get(self._batch.id)
        sheets = max(current.sheets, *(side.sheet for side in sides))
        tx.batches.replace(attrs.evolve(current, sides=current.sides + len(sides), sheets=sheets))
        if dossier.state != "scanned" and self._batch.purpose == "append":
            state = advance("dossier", dossier.state, "scan")
            tx.dossiers.replace(attrs.evolve(dossier, state=state))

    def _add_master(self, tx: Transaction, entry: Delivery) -> None:
        stored = entry.stored
        if tx.masters.first(sha256=stored.sha256) is None:
            tx.masters.add(
                Master(
                    sha256=stored.sha256,
                    sm3=stored.sm3,
                    size=stored.size,
                    media_type=entry.scanned.media_type,
                    stored_at=self._now(),
                )
            )

    def _add_companion(self, tx: Transaction, dossier: Dossier, entry: Delivery) -> None:
        """The bitonal image goes to the side of the same sheet and face, which came before."""
        sides = tx.sides.find(batch_id=self._batch.id, sheet=entry.sheet, face=entry.scanned.face)
        side = sides[-1] if sides else None
        if side is not None and not side.companion:
            tx.sides.amend({side.id: {"companion": entry.stored.sha256}})
        tx.audit.record(
            self._actor.name,
            "companion_stored",
            dossier.case_no,
            side=side.id if side else "",
            batch=self._batch.id,
            sheet=entry.sheet,
            sha256=entry.stored.sha256,
            sm3=entry.stored.sm3,
        )

    def _side(self, entry: Delivery, dossier: Dossier, position: int) -> Side:
        batch, scanned = self._batch, entry.scanned
        held = batch.purpose != "append"
        return Side(
            id=new_id("side"),
            dossier_id=dossier.id,
            batch_id=batch.id,
            master=entry.stored.sha256,
            frame=scanned.frame,
            position=position,
            sheet=entry.sheet,
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
            imprint=scanned.imprint,
            marker=self._count_marker(entry),
        )

    def _count_marker(self, entry: Delivery) -> dict[str, Any]:
        """A stack cut by a count begins anew with every so many sheets."""
        profile = self._batch.profile
        count = int(profile.get("count", 0)) if profile.get("separators") == "count" else 0
        starts = count > 0 and entry.scanned.face == "front" and (entry.sheet - 1) % count == 0
        return {"kind": "count"} if starts else {}

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
