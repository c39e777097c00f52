"""What the server gives a cabinet for the time it may be cut off, and takes back afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from app.domain.access import Actor
from app.domain.cell_facts import COLLECT, DEPOSIT, DONE, meaning_of
from app.domain.custody import HandOff
from app.domain.hand_off_guards import CODE_STATES, FROZEN_CELLS
from app.domain.lifecycle import advance
from app.domain.locker import QueuedEvent
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Fault, Refused, fault_from_record
from app.kernel.ids import new_id
from app.services import offline_desk as kinds
from app.services.hand_keys import PICKUP_LIST, key_for
from app.services.handoff import HandingOver
from app.services.handoff_cycles import Facts, facts_of_fault
from app.services.handoff_doors import BEGIN, UNDER_WAY
from app.services.handoff_records import move_hand_off, open_incident
from app.services.locker_cell_records import move_cell, state_of_cell
from app.services.ports import Transaction
from cloud_locker.event_queue import CabinetEvent, EventQueue, genuine_events
from cloud_locker.pickup_list import KeptList, PickUpEntry, PickUpList, signed
from cloud_locker.registry import file_stem

LIST_HOURS = 12
MOST_HOURS = 72
# A cycle of which nobody knows what came: the facts of the door decide later.
_SILENT = ("LCK-101", "LCK-116", "LCK-103")
_PURPOSES = {kinds.DONE[purpose]: purpose for purpose in (COLLECT, DEPOSIT)}
_BEGUN = {kinds.BEGAN[purpose]: purpose for purpose in (COLLECT, DEPOSIT)}
_STEPS = (*_PURPOSES, *_BEGUN, kinds.DOOR_FAULT, kinds.CODE_WRONG)

Note = Callable[[Transaction], None]


@frozen(kw_only=True)
class Absorbed:
    """What was taken over of a queue: new events, those that were known, those for which a person
    is asked (an incident each), and whether the rest of the queue was changed by somebody."""

    taken: int
    known: int
    conflicts: int
    whole: bool


@frozen(kw_only=True)
class _Moment:
    """A clock that stands still at the moment of an event."""

    moment: datetime

    def now(self) -> datetime:
        """That moment."""
        return self.moment


class PickUpLists(HandingOver):
    """Use cases of cabinets that go on without the server."""

    def issue_pickup_list(self, actor: Actor, cabinet: str, *, hours: float = LIST_HOURS) -> bytes:
        """A signed list of what lies in a cabinet and is expected there, good for some hours.

        Raises BadInput HND-108 (no such cabinet), LCK-314 (hours that are too many or none).
        """
        actor.require("custody")
        if cabinet not in self._context.cabinets:
            raise BadInput("HND-108", cabinet=cabinet, known=", ".join(self._context.cabinets))
        if not 0 < hours <= MOST_HOURS:
            raise BadInput("LCK-314", hours=hours, most=MOST_HOURS)
        now = self._context.clock.now()
        with self._context.storage.write() as tx:
            entries = tuple(
                _entry(tx, hand_off)
                for hand_off in tx.hand_offs.find(
                    cabinet=cabinet, state=("reserved", "depositing", *CODE_STATES)
                )
                if hand_off.cell and state_of_cell(tx, cabinet, hand_off.cell) not in FROZEN_CELLS
            )
            made = PickUpList(
                list_id=new_id("list"),
                cabinet=cabinet,
                issued_at=timestamp(now),
                expires_at=timestamp(now + timedelta(hours=hours)),
                entries=entries,
                absorbed=tx.queued_events.count(cabinet=cabinet),
            )
            tx.audit.record(
                actor.name,
                "pickup_list_issued",
                cabinet,
                list=made.list_id,
                entries=len(entries),
                expires_at=made.expires_at,
            )
            tx.commit()
        return signed(made, self._key(cabinet))

    def keep_pickup_list(self, actor: Actor, cabinet: str, data: bytes) -> PickUpList:
        """Put a list that was brought here by hand into the folder of the cabinet, for a computer
        at the cabinet that never reaches the server. Raises as `KeptList.keep`."""
        actor.require("custody")
        kept = KeptList(self._pickup_folder(cabinet), self._key(cabinet), cabinet=cabinet)
        return kept.keep(data, self._context.clock.now())

    def cabinet_events(self, actor: Actor, cabinet: str) -> bytes:
        """The events that the cabinet of this computer has kept, to be carried to the server."""
        actor.require("custody")
        folder, key = self._pickup_folder(cabinet), self._key(cabinet)
        return EventQueue(folder, key, cabinet=cabinet).data()

    def _key(self, cabinet: str) -> bytes:
        return pickup_key(self._context.hand_key(), cabinet)

    def _pickup_folder(self, cabinet: str) -> Path:
        if cabinet not in self._context.cabinets:
            raise BadInput("HND-108", cabinet=cabinet, known=", ".join(self._context.cabinets))
        return self._context.folders.cabinets / file_stem(cabinet)

    def absorb_cabinet_events(self, actor: Actor, cabinet: str, data: bytes) -> Absorbed:
        """Take over the events of a cabinet in their order, each once, whatever comes twice.

        An event that does not fit what happened here meanwhile changes nothing and becomes an
        incident; the ones after it go on. A queue that was changed or cut short is taken up to
        there, with an incident.
        """
        actor.require("custody")
        events, whole = genuine_events(data.splitlines(), self._key(cabinet), cabinet=cabinet)
        with self._context.storage.read() as tx:
            known = tx.queued_events.count(cabinet=cabinet)
        conflicts = sum(not self._absorb(actor, event) for event in events[known:])
        whole = whole and len(events) >= known
        if not whole:
            self._report_damage(actor, cabinet, len(events))
        return Absorbed(
            taken=max(0, len(events) - known),
            known=min(known, len(events)),
            conflicts=conflicts,
            whole=whole,
        )

    def _absorb(self, actor: Actor, event: CabinetEvent) -> bool:
        """Take over one event; False when a person must look at it."""
        stopped = _Moment(moment=datetime.fromisoformat(event.at))
        at_that_time = attrs.evolve(self._context, clock=stopped)
        outcome, noted = DONE, False
        try:
            noted = _Replay(at_that_time).replay(
                event, lambda tx: self._note(tx, actor, event, DONE)
            )
        except Fault as fault:
            outcome = fault.code
        if not noted:
            with self._context.storage.write() as tx:
                self._note(tx, actor, event, outcome)
                tx.commit()
        return outcome == DONE

    def _note(self, tx: Transaction, actor: Actor, event: CabinetEvent, outcome: str) -> None:
        """Write down that an event was taken over, in the transaction of its step."""
        tx.queued_events.add(
            QueuedEvent(
                id=f"{event.cabinet}/{event.sequence}",
                cabinet=event.cabinet,
                list_id=event.list_id,
                sequence=event.sequence,
                happened_at=event.at,
                kind=event.kind,
                handoff_id=event.handoff,
                outcome=outcome,
                absorbed_at=self._now(),
                details=dict(event.details),
            )
        )
        if outcome != DONE:
            self._report_conflict(tx, actor, event, outcome)
        tx.audit.record(
            actor.name,
            "cabinet_event_absorbed",
            event.cabinet,
            sequence=event.sequence,
            kind=event.kind,
            handoff=event.handoff,
            outcome=outcome,
        )

    def _report_conflict(
        self, tx: Transaction, actor: Actor, event: CabinetEvent, outcome: str
    ) -> None:
        hand_off = tx.hand_offs.first(id=event.handoff) if event.handoff else None
        open_incident(
            tx,
            self._now(),
            "offline_conflict",
            event.cabinet,
            int(event.details.get("cell", 0)),
            actor=actor.name,
            hand_off=hand_off,
            code=outcome,
            event=event.kind,
            sequence=event.sequence,
            happened_at=event.at,
        )

    def _report_damage(self, actor: Actor, cabinet: str, good: int) -> None:
        with self._context.storage.write() as tx:
            open_incident(
                tx,
                self._now(),
                "offline_conflict",
                cabinet,
                0,
                actor=actor.name,
                code="LCK-309",
                sequence=good + 1,
            )
            tx.commit()


class _Replay(HandingOver):
    """The steps of one event, at its own moment."""

    def replay(self, event: CabinetEvent, note: Note) -> bool:
        """Do what the event says; True when `note` was called in the transaction of the step.

        Raises the fault of a step that does not fit; then nothing was changed.
        """
        if event.kind in (kinds.CONFIRMED, kinds.DISPUTED):
            self._replay_count(event)
            return False
        if event.kind not in _STEPS:
            return False
        with self._context.storage.write() as tx:
            hand_off = self._named(tx, event)
            if event.kind in _BEGUN:
                self._replay_beginning(tx, hand_off, event, _BEGUN[event.kind])
            elif event.kind in _PURPOSES:
                facts = _facts_of_end(event, _PURPOSES[event.kind])
                self._replay_cycle(tx, hand_off, event, facts)
            elif event.kind == kinds.DOOR_FAULT:
                self._replay_fault(tx, hand_off, event)
            else:
                self._replay_wrong_code(tx, hand_off, event)
            note(tx)
            tx.commit()
        return True

    def _named(self, tx: Transaction, event: CabinetEvent) -> HandOff:
        found = tx.hand_offs.first(id=event.handoff)
        if found is None:
            raise BadInput("HND-107", handoff=event.handoff)
        return found

    def _replay_beginning(
        self, tx: Transaction, hand_off: HandOff, event: CabinetEvent, purpose: str
    ) -> None:
        if hand_off.cell != event.details["cell"]:
            raise Refused("HND-122", cell=event.details["cell"])
        if hand_off.state == UNDER_WAY[purpose]:
            return
        move_hand_off(tx, _person(event), hand_off, BEGIN[purpose], action="door_opening")
        move_cell(tx, self._now(), hand_off.cabinet, hand_off.cell, "open")

    def _replay_cycle(
        self, tx: Transaction, hand_off: HandOff, event: CabinetEvent, facts: Facts
    ) -> None:
        interrupted = facts.outcome in _SILENT
        meaning = meaning_of(facts.purpose, facts.outcome, interrupted=interrupted)
        if meaning.hand_off:
            advance("hand_off", hand_off.state, meaning.hand_off)
        self._end_cycle(tx, _person(event), hand_off, meaning, facts, ())

    def _replay_fault(self, tx: Transaction, hand_off: HandOff, event: CabinetEvent) -> None:
        for purpose, under_way in UNDER_WAY.items():
            if hand_off.state == under_way:
                self._replay_cycle(tx, hand_off, event, _facts_of_fault(event, purpose))

    def _replay_wrong_code(self, tx: Transaction, hand_off: HandOff, event: CabinetEvent) -> None:
        field = "tries_left" if hand_off.state in CODE_STATES else "deposit_tries_left"
        left = max(0, getattr(hand_off, field) - 1)
        move_hand_off(tx, _person(event), hand_off, action="code_wrong", **{field: left})

    def _replay_count(self, event: CabinetEvent) -> None:
        volumes, pages = int(event.details["volumes"]), event.details["pages"]
        with self._context.storage.read() as tx:
            hand_off = self._named(tx, event)
        if hand_off.state == event.kind:
            # Taken over before, and stopped before that was written down.
            return
        actor = Actor(name=_person(event), role="")
        if event.kind == kinds.DISPUTED:
            self._dispute(actor, hand_off, volumes, pages, ())
        else:
            self._confirm(actor, hand_off, volumes, pages, ())


def pickup_key(master: bytes, cabinet: str) -> bytes:
    """The key that server and cabinet share (32 bytes), from the secret of the data folder."""
    return key_for(master, f"{PICKUP_LIST}:{cabinet}")


def _entry(tx: Transaction, hand_off: HandOff) -> PickUpEntry:
    waits = hand_off.state in CODE_STATES
    person = hand_off.receiver if waits else hand_off.giver
    cards = tx.staff_cards.find(person=person, revoked=False)
    facts = {
        name: getattr(hand_off, name)
        for name in ("giver", "receiver", "task", "part", "due_at", "offered_at", "state")
    }
    kind = hand_off.receiver_kind if waits else hand_off.giver_kind
    return PickUpEntry(
        handoff=hand_off.id,
        purpose=COLLECT if waits else DEPOSIT,
        cell=hand_off.cell,
        person=person,
        volumes=hand_off.volumes,
        pages=hand_off.pages,
        code_locator=hand_off.code_locator,
        code_hash=hand_off.code_hash if waits else hand_off.deposit_code_hash,
        code_salt=hand_off.code_salt if waits else hand_off.deposit_code_salt,
        tries_left=hand_off.tries_left if waits else hand_off.deposit_tries_left,
        expires_at=hand_off.code_expires_at,
        card_hashes=tuple(card.card_hash for card in cards) if kind == "staff" else (),
        facts=facts | {"case_no": tx.dossiers.get(hand_off.dossier_id).case_no, "role": kind},
    )


def _person(event: CabinetEvent) -> str:
    return str(event.details.get("person", event.cabinet))


def _identified_by(event: CabinetEvent) -> str:
    return str(event.details.get("proof", ""))


def _details(event: CabinetEvent) -> dict[str, Any]:
    """Where the record of a cycle comes from."""
    return {"offline": event.sequence, "cycle": event.details.get("cycle", "")}


def _facts_of_end(event: CabinetEvent, purpose: str) -> Facts:
    """The facts of a cycle that came to its end at the cabinet."""
    return Facts(
        purpose=purpose,
        outcome=DONE,
        began_at=event.at,
        identified_by=_identified_by(event),
        pulses=int(event.details.get("pulses", 0)),
        occupied=event.details.get("occupied"),
        details=_details(event),
    )


def _facts_of_fault(event: CabinetEvent, purpose: str) -> Facts:
    """The facts of a cycle that a fault ended at the cabinet."""
    fault = fault_from_record(event.details["fault"])
    facts = facts_of_fault(purpose, fault, event.at, _identified_by(event), None)
    return attrs.evolve(facts, details=_details(event))
