"""Counts that differ stop both tracks of a dossier until a person signs which one is right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from app.domain.access import Actor, is_among
from app.domain.archiving_records import TrackFreeze
from app.domain.dossier import Dossier
from app.domain.reconciling_tracks import RESOLUTIONS, open_differences
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.archive_views import FreezeView
from app.services.context import Service
from app.services.ports import Transaction
from app.services.track_standing import paper_days, records_of, track_facts

OPEN, SETTLED = "open", "settled"
LONGEST_SHOWN = 80
# Databases take some thousands of values in one question.
MOST_NAMED = 500


class TrackFreezes(Service):
    """Use cases of whoever settles counts that differ."""

    def freezes(self, case_no: str = "", *, open_only: bool = True) -> list[FreezeView]:
        """Freezes of one case or of all, oldest first."""
        with self._context.storage.read() as tx:
            where: dict[str, Any] = {"state": OPEN} if open_only else {}
            if case_no:
                where["dossier_id"] = self._dossier(tx, case_no).id
            found = tx.track_freezes.find(**where)
            numbers = case_numbers(tx, found)
            return [_view(freeze, numbers[freeze.dossier_id]) for freeze in found]

    def settle_freeze(
        self, actor: Actor, freeze_id: str, resolution: str, reason: str
    ) -> FreezeView:
        """Sign which count is right: "electronic", "paper" or "both_wrong". With the first the
        tracks may close; with the others a new version has to be made.

        Raises Refused ACC-101, FRZ-103 (whoever made a count signs nothing about it), FRZ-104
        (settled already); BadInput FRZ-102 (no such freeze), FRZ-105 (no resolution or reason).
        """
        actor.require("submit")
        if resolution not in RESOLUTIONS or not reason.strip():
            raise BadInput("FRZ-105", resolution=resolution, known=", ".join(RESOLUTIONS))
        with self._context.storage.write() as tx:
            freeze = tx.track_freezes.first(id=freeze_id)
            if freeze is None:
                raise BadInput("FRZ-102", id=freeze_id[:LONGEST_SHOWN])
            dossier = tx.dossiers.get(freeze.dossier_id)
            if freeze.state != OPEN:
                raise Refused("FRZ-104", case_no=dossier.case_no, by=freeze.settled_by)
            counters = _counters(tx, dossier)
            if is_among(actor.name, counters):
                raise Refused("FRZ-103", case_no=dossier.case_no, actor=actor.name)
            settled = attrs.evolve(
                freeze,
                state=SETTLED,
                settled_at=self._now(),
                settled_by=actor.name,
                resolution=resolution,
                reason=reason.strip(),
            )
            tx.track_freezes.replace(settled)
            tx.audit.record(
                actor.name,
                "tracks_unfrozen",
                dossier.case_no,
                freeze=freeze.id,
                resolution=resolution,
                reason=reason.strip(),
            )
            self._after_settling(tx, actor, dossier)
            tx.commit()
            return _view(settled, dossier.case_no)

    def _after_settling(self, tx: Transaction, actor: Actor, dossier: Dossier) -> None:
        """What follows in the same transaction; given by the tracks."""


def refuse_frozen(tx: Transaction, dossier: Dossier) -> None:
    """Raises Refused FRZ-101 while the tracks of a dossier stand still."""
    freeze = tx.track_freezes.first(dossier_id=dossier.id, state=OPEN)
    if freeze is not None:
        raise Refused("FRZ-101", case_no=dossier.case_no, since=freeze.opened_at)


def freeze_where_counts_differ(
    tx: Transaction, actor: str, dossier: Dossier, now: datetime
) -> bool:
    """Open a freeze when counts differ that nobody signed; gives whether the tracks stand still.
    Part of the caller's transaction."""
    if tx.track_freezes.first(dossier_id=dossier.id, state=OPEN) is not None:
        return True
    facts = track_facts(records_of(tx, dossier), now, paper_days(tx))
    differences = open_differences(facts)
    if not differences:
        return False
    freeze = TrackFreeze(
        id=new_id("freeze"),
        dossier_id=dossier.id,
        state=OPEN,
        opened_at=timestamp(now),
        differences=differences,
    )
    tx.track_freezes.add(freeze)
    tx.audit.record(
        actor,
        "tracks_frozen",
        dossier.case_no,
        freeze=freeze.id,
        differences=[dict(difference) for difference in differences],
    )
    return True


def case_numbers(tx: Transaction, rows: Any) -> dict[str, str]:
    """The case numbers of the dossiers of some rows, by dossier id, in one question."""
    ids = {row.dossier_id for row in rows}
    if not ids:
        return {}
    where: dict[str, Any] = {"id": list(ids)} if len(ids) <= MOST_NAMED else {}
    return {
        str(dossier_id): str(case_no)
        for dossier_id, case_no in tx.dossiers.pick(("id", "case_no"), **where)
    }


def _counters(tx: Transaction, dossier: Dossier) -> list[str]:
    """Who made the counts of the paper."""
    shelved = records_of(tx, dossier).shelved
    receipt: Mapping[str, Any] = shelved.receipt if shelved is not None else {}
    by = [str(receipt.get("shelved_by", ""))]
    return [name for name in (*by, *receipt.get("counted_by", ())) if name]


def _view(freeze: TrackFreeze, case_no: str) -> FreezeView:
    return FreezeView(
        id=freeze.id,
        case_no=case_no,
        state=freeze.state,
        opened_at=freeze.opened_at,
        differences=freeze.differences,
        settled_by=freeze.settled_by,
        settled_at=freeze.settled_at,
        resolution=freeze.resolution,
        reason=freeze.reason,
    )
