"""Doors that only two administrators open: paper retrieved, a look into a cell, all doors."""

from __future__ import annotations

from typing import Any

import attrs
from attrs import frozen

from app.domain.access import ADMINISTRATOR, Actor
from app.domain.cell_facts import DONE, LOOK, OPEN_ALL, RETRIEVE, steps_to, visit_meaning
from app.domain.custody import HandOff
from app.domain.hand_off_guards import require_two, same_person
from app.domain.lifecycle import advance
from app.kernel.errors import BadInput, Fault, Refused
from app.kernel.ids import new_id
from app.services.cell_incidents import holder_of
from app.services.handoff_cycles import (
    Facts,
    cell_of,
    facts_of_cycle,
    facts_of_fault,
    is_interrupted,
    record_cycle,
    reported_cells,
)
from app.services.handoff_doors import NOT_BEGUN, HandOffDoors, Nag, Opened
from app.services.handoff_records import (
    end_incidents,
    move_hand_off,
    open_incident,
    record_custody,
    record_incident,
    record_step,
)
from app.services.handoff_rows import hand_off_row
from app.services.locker_cell_records import cell_record, freeze_cell, move_cell, step_cell
from app.services.locker_views import CellRow, HandOffRow
from app.services.notice_queue import queue_notice
from app.services.ports import Transaction

# Why a cell is frozen that was opened with all the others.
ALL_OPENED = "open_all"


@frozen(kw_only=True)
class Visit:
    """One cell that is opened whatever is in it. `unlocked`: its record was moved for it."""

    cabinet: str
    cell: int
    purpose: str
    reference: str
    began_at: str
    unlocked: bool = False


class Retrievals(HandOffDoors):
    """Use cases for two administrators. `second` was identified like the first, by her PIN."""

    def retrieve(
        self,
        actor: Actor,
        handoff_id: str,
        *,
        second: Actor,
        reason: str,
        opened: Opened | None = None,
        nag: Nag | None = None,
    ) -> HandOffRow:
        """Two administrators take paper out of its cell that nobody fetched, or nobody can; it is
        in their hands until `give_back`. The giver answers for it as before.

        Raises Refused HND-116 (one person), HND-126 (not an administrator here), HND-118 (no
        reason), HND-127 (something is still in the cell), DOS-101, and what the cabinet raises.
        """
        hand_off = self._hand_off(handoff_id)
        self._require_two(actor, second, reason)
        details = {"second": second.name, "reason": reason.strip()}
        with self._cabinet(hand_off.cabinet) as cabinet:
            began = self._now()
            with self._context.storage.write() as tx:
                current = tx.hand_offs.get(hand_off.id)
                advance("hand_off", current.state, "retrieve")
                record = cell_record(tx, began, current.cabinet, current.cell)
                unlocked = record.state == "occupied"
                if unlocked:
                    move_cell(tx, began, current.cabinet, current.cell, "open")
                record_step(tx, actor.name, current, "retrieving", **details)
                tx.commit()
            visit = Visit(
                cabinet=current.cabinet,
                cell=current.cell,
                purpose=RETRIEVE,
                reference=current.id,
                began_at=began,
                unlocked=unlocked,
            )
            facts = self._visit(actor, cabinet, visit, current, opened, nag)
        return self._retrieved(actor, second, hand_off, facts, reason.strip())

    def look_into(
        self,
        actor: Actor,
        incident_id: str,
        *,
        second: Actor,
        reason: str,
        opened: Opened | None = None,
        nag: Nag | None = None,
    ) -> CellRow:
        """Two administrators open the cell of an incident and see what is in it. The cell is
        frozen until they settle the incident. Raises as `retrieve`, and BadInput HND-124."""
        self._require_two(actor, second, reason)
        with self._context.storage.read() as tx:
            incident = tx.incidents.first(id=incident_id)
        if incident is None or not incident.cell:
            raise BadInput("HND-124", incident=incident_id)
        advance("incident", incident.state, "close")
        with self._cabinet(incident.cabinet) as cabinet:
            began = self._now()
            with self._context.storage.write() as tx:
                freeze_cell(tx, began, incident.cabinet, incident.cell, "force", incident.kind)
                record_incident(
                    tx,
                    actor.name,
                    incident,
                    "incident_looked",
                    second=second.name,
                    reason=reason.strip(),
                )
                tx.commit()
            visit = Visit(
                cabinet=incident.cabinet,
                cell=incident.cell,
                purpose=LOOK,
                reference=incident.id,
                began_at=began,
            )
            facts = self._visit(actor, cabinet, visit, None, opened, nag)
            cells = reported_cells(cabinet)
        now = self._now()
        with self._context.storage.write() as tx:
            record_cycle(tx, now, actor.name, incident.cabinet, incident.cell, facts)
            seen = {**incident.details, "looked_at": now, "occupied": facts.occupied}
            tx.incidents.replace(attrs.evolve(tx.incidents.get(incident.id), details=seen))
            record_incident(tx, actor.name, incident, "incident_looked", occupied=facts.occupied)
            tx.commit()
            rows = self._cell_rows(tx, incident.cabinet, cells or None)
            return next(row for row in rows if row.number == incident.cell)

    def open_all(self, actor: Actor, cabinet: str, *, second: Actor, reason: str) -> list[CellRow]:
        """Open every cell, one after the other, in an emergency. Every cell is frozen: those with
        paper get an incident and must be looked at, the others are free again once they are seen
        shut and empty. Raises as `retrieve`."""
        self._require_two(actor, second, reason)
        self._require_known(cabinet)
        reference = new_id("openall")
        with self._cabinet(cabinet) as opened:
            began, cells = self._now(), opened.cells()
            with self._context.storage.write() as tx:
                tx.audit.record(
                    actor.name,
                    "doors_opened",
                    cabinet,
                    reference=reference,
                    second=second.name,
                    reason=reason.strip(),
                )
                for cell in cells:
                    self._freeze_for_all(tx, actor, cabinet, cell.number, reason.strip())
                tx.commit()
            outcome = DONE
            try:
                cells = opened.open_all(reference)
            except Fault as fault:
                outcome = fault.code
                raise
            finally:
                facts = Facts(purpose=OPEN_ALL, outcome=outcome, began_at=began)
                with self._context.storage.write() as tx:
                    record_cycle(tx, self._now(), actor.name, cabinet, 0, facts)
                    tx.audit.record(actor.name, "doors_opened", cabinet, outcome=outcome)
                    tx.commit()
        with self._context.storage.read() as tx:
            return self._cell_rows(tx, cabinet, cells)

    def _freeze_for_all(
        self, tx: Transaction, actor: Actor, cabinet: str, number: int, reason: str
    ) -> None:
        """A cell that is about to be opened with all the others."""
        now = self._now()
        record = freeze_cell(tx, now, cabinet, number, "force", ALL_OPENED)
        holder = holder_of(tx, record)
        if holder is not None:
            open_incident(
                tx,
                now,
                "forced_open",
                cabinet,
                number,
                actor=actor.name,
                hand_off=holder,
                open_all=True,
                why=reason,
            )

    def _require_two(self, actor: Actor, second: Actor, reason: str) -> None:
        require_two(actor, second, administrators=True)
        if not reason.strip():
            raise Refused("HND-118")
        with self._context.storage.read() as tx:
            people = tx.people.find(role=ADMINISTRATOR)
        if people and not any(same_person(second.name, person.name) for person in people):
            raise Refused("HND-126", person=second.name)

    def _visit(
        self,
        actor: Actor,
        cabinet: Any,
        visit: Visit,
        hand_off: HandOff | None,
        opened: Opened | None,
        nag: Nag | None,
    ) -> Facts:
        """Open the cell and wait; what a fault leaves is written down before it is raised."""
        wanted = {"opened": opened, "nag": nag}
        heard = {name: call for name, call in wanted.items() if call is not None}
        try:
            cycle = cabinet.visit(visit.cell, visit.reference, visit.purpose, **heard)
        except Fault as fault:
            self._visit_failed(actor, cabinet, visit, hand_off, fault)
            raise
        return facts_of_cycle(cycle, visit.began_at, "pin")

    def _visit_failed(
        self, actor: Actor, cabinet: Any, visit: Visit, hand_off: HandOff | None, fault: Fault
    ) -> None:
        """Write down what a fault of a visit leaves: its cell shut again, or frozen."""
        now, name, number = self._now(), visit.cabinet, visit.cell
        cell = cell_of(reported_cells(cabinet), number)
        facts = facts_of_fault(visit.purpose, fault, visit.began_at, "pin", cell)
        waits = is_interrupted(cabinet, visit.reference, visit.cell)
        meaning = visit_meaning(fault.code, interrupted=waits)
        handoff = hand_off.id if hand_off is not None else ""
        with self._context.storage.write() as tx:
            if fault.code not in NOT_BEGUN:
                record_cycle(tx, now, actor.name, name, number, facts, handoff=handoff)
            if meaning.cell:
                freeze_cell(tx, now, name, number, meaning.cell, fault.code)
            elif visit.unlocked:
                step_cell(tx, now, name, number, "close_full")
            if meaning.incident:
                self._report(tx, actor.name, (name, number), hand_off, meaning, facts, now)
            tx.audit.record(actor.name, "cell_visited", name, cell=number, code=fault.code)
            tx.commit()

    def _retrieved(
        self, actor: Actor, second: Actor, hand_off: HandOff, facts: Facts, reason: str
    ) -> HandOffRow:
        now = self._now()
        with self._context.storage.write() as tx:
            record_cycle(
                tx, now, actor.name, hand_off.cabinet, hand_off.cell, facts, handoff=hand_off.id
            )
            record = cell_record(tx, now, hand_off.cabinet, hand_off.cell)
            if facts.occupied:
                if record.state == "open_for_pickup":
                    move_cell(tx, now, record.cabinet, record.number, "close_full")
                open_incident(
                    tx,
                    now,
                    "item_left",
                    record.cabinet,
                    record.number,
                    actor=actor.name,
                    hand_off=hand_off,
                    purpose=RETRIEVE,
                )
                record_step(tx, actor.name, hand_off, "interrupted", code="HND-127")
                tx.commit()
                raise Refused("HND-127", cell=hand_off.cell)
            current = tx.hand_offs.get(hand_off.id)
            holders = (actor.name, second.name)
            moved = move_hand_off(
                tx,
                actor.name,
                current,
                "retrieve",
                held_by=holders,
                details={**current.details, "retrieved": reason},
            )
            record_custody(tx, now, moved, "retrieved", "、".join(holders), remark=reason)
            end_incidents(
                tx,
                now,
                actor.name,
                "cell_free",
                reason=reason,
                cabinet=record.cabinet,
                cell=record.number,
            )
            steps = steps_to(record.state, "free")
            move_cell(tx, now, record.cabinet, record.number, *steps, handoff="")
            queue_notice(tx, now, moved, "retrieved")
            tx.commit()
            return hand_off_row(tx, moved, now)
