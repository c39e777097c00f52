"""The timeline of a dossier's paper: everything that happened to it, in one row of steps."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.custody import CustodyEvent, HandOff
from app.domain.dossier import Dossier
from app.domain.stock_taking import MISSING, VOLUME
from app.services.context import Service
from app.services.locker_views import TimelineRow
from app.services.ports import Transaction

# What the audit of a case tells of slips and labels, and the action it is on the timeline.
_PRINTED = {"work_slip_printed": "slip_printed", "volume_labels_printed": "labelled"}
_SHELVED = "shelved"
_COUNTED = "counted"


class Timelines(Service):
    """Use cases of whoever asks what became of the paper."""

    def dossier_timeline(self, case_no: str) -> list[TimelineRow]:
        """Everything that happened to the paper of a case, oldest first: slips and labels,
        custody, doors, batches, messages, incidents, shelf and stock-takes."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            hand_offs = tx.hand_offs.find(dossier_id=dossier.id)
            rows = [
                *_slips(tx, dossier),
                *_batches(tx, dossier),
                *(_custody(event) for event in tx.custody.find(dossier_id=dossier.id)),
                *_doors(tx, hand_offs),
                *_notices(tx, hand_offs),
                *_incidents(tx, dossier),
                *_stock_takes(tx, dossier),
            ]
        return sorted(rows, key=lambda row: row.at)


def _slips(tx: Transaction, dossier: Dossier) -> Iterator[TimelineRow]:
    for row in tx.audit.rows(dossier.case_no):
        if row.action in _PRINTED:
            yield TimelineRow(
                at=row.at,
                kind="slip",
                action=_PRINTED[row.action],
                actor=row.actor,
                place=row.station,
                details=row.details,
            )


def _batches(tx: Transaction, dossier: Dossier) -> Iterator[TimelineRow]:
    for batch in tx.batches.find(dossier_id=dossier.id):
        details = {
            "batch": batch.id,
            "part": batch.part,
            "volume": batch.volume,
            "sheets": batch.sheets,
            "sides": batch.sides,
        }
        for action, moment in (("opened", batch.started_at), ("closed", batch.closed_at)):
            if moment:
                yield TimelineRow(
                    at=moment,
                    kind="batch",
                    action=action,
                    actor=batch.operator,
                    place=batch.station,
                    details=details,
                )


def _custody(event: CustodyEvent) -> TimelineRow:
    return TimelineRow(
        at=event.happened_at,
        kind="shelf" if event.action == _SHELVED else "custody",
        action=event.action,
        # Who did it: whoever takes the paper on, but whoever lays it in gives it.
        actor=event.giver if event.action == "deposited" else event.receiver,
        place=event.place,
        volumes=event.volumes,
        pages=event.pages,
        details={
            **event.details,
            "giver": event.giver,
            "receiver": event.receiver,
            "remark": event.remark,
        },
    )


def _doors(tx: Transaction, hand_offs: list[HandOff]) -> Iterator[TimelineRow]:
    for cycle in tx.door_cycles.find(handoff_id=[hand_off.id for hand_off in hand_offs]):
        yield TimelineRow(
            at=cycle.began_at,
            kind="door",
            action=cycle.purpose,
            actor=cycle.actor,
            place=f"{cycle.cabinet}#{cycle.cell}",
            details={
                "handoff": cycle.handoff_id,
                "outcome": cycle.outcome,
                "ended_at": cycle.ended_at,
                "identified_by": cycle.identified_by,
                "occupied": cycle.occupied,
            },
        )


def _notices(tx: Transaction, hand_offs: list[HandOff]) -> Iterator[TimelineRow]:
    for notice in tx.notices.find(handoff_id=[hand_off.id for hand_off in hand_offs]):
        # The address stays where the message is: a timeline is shown to many.
        yield TimelineRow(
            at=notice.sent_at or notice.made_at,
            kind="notice",
            action=notice.kind,
            actor=notice.person,
            place=notice.channel,
            details={
                "handoff": notice.handoff_id,
                "notice": notice.id,
                "state": notice.state,
                "attempts": notice.attempts,
            },
        )


def _incidents(tx: Transaction, dossier: Dossier) -> Iterator[TimelineRow]:
    for incident in tx.incidents.find(dossier_id=dossier.id):
        details = {"handoff": incident.handoff_id, "incident": incident.id}
        place = f"{incident.cabinet}#{incident.cell}" if incident.cell else incident.cabinet
        yield TimelineRow(
            at=incident.opened_at,
            kind="incident",
            action=incident.kind,
            actor="",
            place=place,
            details=details | {"state": "open"},
        )
        if incident.closed_at:
            yield TimelineRow(
                at=incident.closed_at,
                kind="incident",
                action=incident.kind,
                actor=incident.closed_by,
                place=place,
                details=details
                | {
                    "state": "closed",
                    "resolution": incident.resolution,
                    "reason": incident.reason,
                },
            )


def _stock_takes(tx: Transaction, dossier: Dossier) -> Iterator[TimelineRow]:
    for take in tx.stock_takes.find():
        for line in take.lines:
            if line["kind"] == VOLUME and line["case_no"] == dossier.case_no:
                yield TimelineRow(
                    at=line["at"],
                    kind="stock",
                    action=_COUNTED,
                    actor=line["by"],
                    place=line["place"],
                    details={
                        "stock_take": take.id,
                        "part": line["part"],
                        "volume": line["volume"],
                    },
                )
        for row in take.discrepancies:
            if row["case_no"] == dossier.case_no:
                yield TimelineRow(
                    at=take.closed_at,
                    kind="stock",
                    action=row["kind"],
                    actor=take.closed_by,
                    place=row["expected_place"] if row["kind"] == MISSING else row["place"],
                    details={"stock_take": take.id, **row},
                )
