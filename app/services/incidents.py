"""What went wrong at a cabinet: seen by somebody, settled with what she found."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from app.domain.access import Actor
from app.domain.cell_facts import (
    PAPER_RESOLUTIONS,
    cell_after,
    resolutions,
    settling_steps,
    steps_to,
)
from app.domain.custody import HandOff
from app.domain.hand_off_guards import CELL_STATES, FROZEN_CELLS
from app.domain.lifecycle import advance
from app.domain.locker import Incident
from app.kernel.errors import BadInput, Refused
from app.services.handoff_doors import HandOffDoors
from app.services.handoff_records import (
    end_incidents,
    move_hand_off,
    record_custody,
    record_incident,
)
from app.services.locker_cell_records import cell_record, move_cell, state_of_cell
from app.services.locker_views import IncidentRow
from app.services.notice_queue import queue_notice
from app.services.ports import Transaction


class Incidents(HandOffDoors):
    """Use cases around incidents."""

    def incidents(self, cabinet: str = "", *, open_only: bool = True) -> list[IncidentRow]:
        """Incidents of one cabinet or of all, newest last; `open_only` leaves out closed ones."""
        where: dict[str, object] = {"cabinet": cabinet} if cabinet else {}
        if open_only:
            where["state"] = ("open", "seen")
        with self._context.storage.read() as tx:
            return _rows(tx, tx.incidents.find(**where))

    def see_incident(self, actor: Actor, incident_id: str) -> IncidentRow:
        """Somebody looks into it. Raises BadInput HND-124, Refused DOS-101."""
        actor.require("custody")
        with self._context.storage.write() as tx:
            incident = _incident(tx, incident_id)
            seen = attrs.evolve(
                incident,
                state=advance("incident", incident.state, "see"),
                seen_by=actor.name,
                seen_at=self._now(),
            )
            tx.incidents.replace(seen)
            record_incident(tx, actor.name, seen, "incident_seen")
            tx.commit()
            return _rows(tx, [seen])[0]

    def close_incident(
        self, actor: Actor, incident_id: str, *, resolution: str, reason: str
    ) -> IncidentRow:
        """Settle an incident with what was found; hand-off and cell go on from there.

        `resolution` is one of the row's. Only an administrator says where the paper is. Raises
        BadInput HND-124 (no such incident), Refused HND-125 (resolution not open to it), HND-118
        (no reason), DOS-101 (closed before).
        """
        actor.require("custody")
        if resolution in PAPER_RESOLUTIONS:
            actor.require("open_cabinets")
        if not reason.strip():
            raise Refused("HND-118")
        now = self._now()
        with self._context.storage.write() as tx:
            incident = _incident(tx, incident_id)
            advance("incident", incident.state, "close")
            hand_off = _concerned(tx, incident)
            possible = _resolutions(incident, hand_off)
            if resolution not in possible:
                raise Refused("HND-125", known=", ".join(possible))
            if incident.cell and incident.kind != "count_differs":
                self._settle_incident(tx, actor, incident, hand_off, resolution, reason.strip())
            end_incidents(tx, now, actor.name, resolution, id=incident.id, reason=reason.strip())
            tx.commit()
            return _rows(tx, [tx.incidents.get(incident.id)])[0]

    def _settle_incident(
        self,
        tx: Transaction,
        actor: Actor,
        incident: Incident,
        hand_off: HandOff | None,
        resolution: str,
        reason: str,
    ) -> None:
        """Lead hand-off and cell to what was found."""
        now = self._now()
        state = ""
        if hand_off is not None:
            moved = self._moved_to(tx, actor, hand_off, resolution, reason)
            state = moved.state if moved.state in CELL_STATES else ""
        holder = hand_off.id if hand_off is not None and state else ""
        if resolution == "out_of_service" or not state:
            holder = ""
        if self._others_wait(tx, incident):
            # The cell stays frozen until its last incident is settled.
            found = state_of_cell(tx, incident.cabinet, incident.cell)
            if found in FROZEN_CELLS:
                move_cell(tx, now, incident.cabinet, incident.cell, handoff=holder, reason=reason)
                return
        cell = cell_record(tx, now, incident.cabinet, incident.cell)
        found = cell_after(resolution, state)
        steps = steps_to(cell.state, found)
        move_cell(tx, now, cell.cabinet, cell.number, *steps, handoff=holder, reason=reason)

    def _moved_to(
        self, tx: Transaction, actor: Actor, hand_off: HandOff, resolution: str, reason: str
    ) -> HandOff:
        """The hand-off once somebody said where its paper is."""
        now = self._now()
        steps = settling_steps(resolution, hand_off.state)
        if not steps:
            return hand_off
        settled = {**hand_off.details, "settled": {"as": resolution, "reason": reason}}
        changes: dict[str, object] = {"details": settled}
        following = hand_off.state
        for step in steps:
            following = advance("hand_off", following, step)
        if following == "deposited":
            changes["deposited_at"] = hand_off.deposited_at or now
            changes |= self._terms_from_now(hand_off)
        elif following == "collected":
            changes["collected_at"] = now
        elif following == "draft":
            changes |= {"cell": 0, "deposited_at": ""}
        moved = move_hand_off(tx, actor.name, hand_off, *steps, action="settled", **changes)
        if following == "deposited" and not hand_off.deposited_at:
            record_custody(tx, now, moved, "deposited", f"{moved.cabinet}#{moved.cell}")
            queue_notice(tx, now, moved, "code" if moved.phone or moved.email else "deposited")
        elif following == "collected":
            record_custody(tx, now, moved, "collected", moved.receiver)
            queue_notice(tx, now, moved, "collected")
        return moved

    def _others_wait(self, tx: Transaction, incident: Incident) -> bool:
        """Whether another incident of the same cell is still open."""
        return any(
            other.id != incident.id and other.kind != "count_differs"
            for other in tx.incidents.find(
                cabinet=incident.cabinet, cell=incident.cell, state=("open", "seen")
            )
        )


def _incident(tx: Transaction, incident_id: str) -> Incident:
    found = tx.incidents.first(id=incident_id)
    if found is None:
        raise BadInput("HND-124", incident=incident_id)
    return found


def _concerned(tx: Transaction, incident: Incident) -> HandOff | None:
    """The hand-off that has the cell of an incident now; for a count, the one that was counted."""
    if incident.kind == "count_differs":
        return tx.hand_offs.first(id=incident.handoff_id)
    if not incident.cell:
        return None
    return tx.hand_offs.first(cabinet=incident.cabinet, cell=incident.cell, state=CELL_STATES)


def _resolutions(incident: Incident, hand_off: HandOff | None) -> tuple[str, ...]:
    cell_state = "known" if incident.cell else ""
    return resolutions(incident.kind, hand_off.state if hand_off is not None else "", cell_state)


def _rows(tx: Transaction, incidents: Iterable[Incident]) -> list[IncidentRow]:
    wanted = list(incidents)
    ids = sorted({incident.dossier_id for incident in wanted if incident.dossier_id})
    case_numbers = dict(tx.dossiers.pick(("id", "case_no"), id=ids)) if ids else {}
    return [
        IncidentRow(
            id=incident.id,
            cabinet=incident.cabinet,
            cell=incident.cell,
            kind=incident.kind,
            state=incident.state,
            opened_at=incident.opened_at,
            handoff=incident.handoff_id,
            case_no=str(case_numbers.get(incident.dossier_id, "")),
            seen_by=incident.seen_by,
            closed_by=incident.closed_by,
            closed_at=incident.closed_at,
            resolution=incident.resolution,
            reason=incident.reason,
            details=incident.details,
            resolutions=(
                _resolutions(incident, _concerned(tx, incident))
                if incident.state != "closed"
                else ()
            ),
        )
        for incident in wanted
    ]
