"""Rounds: every cabinet is looked at, people are reminded, administrators hear of what stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import frozen

from app.domain.access import Actor
from app.domain.cell_facts import meaning_of
from app.domain.custody import HandOff
from app.domain.locker import LockerCell
from app.kernel.errors import Fault
from app.services.cell_incidents import freeze_and_report, holder_of
from app.services.handoff_cycles import Facts, cell_of, interrupted_cycles
from app.services.handoff_doors import JUST_BEGUN, UNDER_WAY, HandOffDoors
from app.services.handoff_offer import release_cell
from app.services.handoff_records import (
    end_incidents,
    move_hand_off,
    open_incident,
    tell_administrators,
)
from app.services.locker_cell_records import cell_record, move_cell
from app.services.locker_views import RoundsReport
from app.services.notice_queue import queue_notice
from app.services.notices import Notices
from app.services.ports import Transaction
from app.services.retrievals import ALL_OPENED
from cloud_locker.api import Cell

# A controller whose clock is further off makes codes with an end worthless (INTEGRATION 2).
MOST_DRIFT_SECONDS = 30.0
_PURPOSES = {state: purpose for purpose, state in UNDER_WAY.items()}


@frozen(kw_only=True)
class Seen:
    """What a cabinet showed; `cells` is None when it did not answer."""

    began_at: str
    cells: list[Cell] | None
    forced: tuple[int, ...] = ()
    waiting: frozenset[tuple[str, int]] = frozenset()
    busy: bool = False
    drift: float | None = None
    fault: Fault | None = None


class HandOffRounds(HandOffDoors):
    """The use case that time calls for."""

    def locker_rounds(self, actor: Actor) -> RoundsReport:
        """Look at every cabinet, end what was interrupted by facts, remind and escalate, then
        deliver messages. To be called every minute or so; nothing is done twice."""
        with self._context.storage.read() as tx:
            before = tx.incidents.count()
        silent = [name for name in self.cabinets() if not self._look_at(actor, name)]
        counts = self._remind_all(actor)
        with self._context.storage.read() as tx:
            incidents = tx.incidents.count() - before
        sent, failed = Notices(self._context).deliver_notices(actor)
        return RoundsReport(
            incidents=incidents, sent=sent, failed=failed, silent=tuple(silent), **counts
        )

    def _look_at(self, actor: Actor, name: str) -> bool:
        """Look at one cabinet and write down what does not fit; gives whether it answered."""
        seen = self._see(actor, name)
        with self._context.storage.write() as tx:
            now = self._now()
            if seen.cells is None:
                code = seen.fault.code if seen.fault is not None else "LCK-101"
                open_incident(tx, now, "board_silent", name, 0, actor=actor.name, code=code)
            else:
                end_incidents(
                    tx,
                    now,
                    actor.name,
                    "repaired",
                    kinds=("board_silent",),
                    cabinet=name,
                    cell=0,
                )
                self._compare_doors(tx, actor, name, seen)
            tx.commit()
        for hand_off, cell in self._forgotten(name, seen):
            self._end_by_facts(actor.name, hand_off, _PURPOSES[hand_off.state], cell)
        return seen.cells is not None

    def _see(self, actor: Actor, name: str) -> Seen:
        began = self._now()
        try:
            with self._cabinet(name) as cabinet:
                busy = cabinet.busy()
                seen = cabinet.observe()
                if not seen.answering:
                    return Seen(began_at=began, cells=None, fault=seen.fault)
                if not busy:
                    self._settle_interrupted(actor, cabinet, name)
                return Seen(
                    began_at=began,
                    cells=list(seen.cells),
                    forced=tuple(seen.forced),
                    waiting=interrupted_cycles(cabinet),
                    busy=busy or cabinet.busy(),
                    drift=cabinet.clock_drift(),
                )
        except Fault as fault:
            return Seen(began_at=began, cells=None, fault=fault)

    def _settle_interrupted(self, actor: Actor, cabinet: Any, name: str) -> None:
        try:
            cabinet.settle_interrupted(lambda settled: self._book(actor, name, settled))
        except Fault as fault:
            # Somebody came to the cabinet meanwhile: the next round will do.
            if fault.code != "LCK-104":
                raise

    def _book(self, actor: Actor, name: str, settled: Any) -> None:
        """Write down how an interrupted cycle ended."""
        entry, cell = settled.entry, settled.cell
        hand_off: HandOff | None = None
        with self._context.storage.read() as tx:
            hand_off = tx.hand_offs.first(id=entry.reference)
        if hand_off is None or hand_off.cell != entry.cell:
            return
        if UNDER_WAY.get(entry.purpose) != hand_off.state:
            return
        code = {"done": "done", "open": "LCK-103", "unknown": "LCK-112"}.get(settled.outcome, "")
        meaning = meaning_of(entry.purpose, code, interrupted=False)
        facts = Facts(
            purpose=entry.purpose,
            outcome=code or "undone",
            began_at=entry.at,
            occupied=cell.occupied,
            details={"cycle": entry.cycle, "settled": settled.outcome},
        )
        with self._context.storage.write() as tx:
            self._end_cycle(tx, actor.name, hand_off, meaning, facts, ())
            tx.commit()

    def _forgotten(self, name: str, seen: Seen) -> list[tuple[HandOff, Cell]]:
        """Hand-offs under way at a shut door of which neither journal nor anybody knows more."""
        if seen.cells is None or seen.busy:
            return []
        found = []
        with self._context.storage.read() as tx:
            for hand_off in tx.hand_offs.find(cabinet=name, state=tuple(_PURPOSES)):
                cell = cell_of(seen.cells, hand_off.cell)
                if (
                    cell is not None
                    and not cell.door_open
                    and (hand_off.id, hand_off.cell) not in seen.waiting
                ):
                    found.append((hand_off, cell))
        return [(hand_off, cell) for hand_off, cell in found if not self._just_begun(hand_off)]

    def _compare_doors(self, tx: Transaction, actor: Actor, name: str, seen: Seen) -> None:
        """Hold what the doors show against what the records say."""
        now = self._now()
        drifts = seen.drift is not None and abs(seen.drift) > MOST_DRIFT_SECONDS
        if drifts:
            open_incident(tx, now, "clock_wrong", name, 0, actor=actor.name, seconds=seen.drift)
        elif seen.drift is not None:
            end_incidents(
                tx, now, actor.name, "repaired", kinds=("clock_wrong",), cabinet=name, cell=0
            )
        known, freed = tx.locker_cells.count(cabinet=name), []
        for cell in seen.cells or ():
            record = cell_record(tx, now, name, cell.number)
            # What changed while we looked is compared by the next round.
            if record.changed_at >= seen.began_at and record.state != "free":
                continue
            opened = cell.door_open and not seen.busy
            if (opened or cell.number in seen.forced) and record.state in _RESTING:
                self._freeze(tx, actor, record, "force", "forced_open", now)
            elif self._is_stray(tx, record, seen):
                self._freeze(tx, actor, record, "lose", "outcome_unknown", now)
            elif self._is_free_again(record, cell):
                move_cell(tx, now, name, cell.number, "settle_free")
                freed.append(cell.number)
        if freed or tx.locker_cells.count(cabinet=name) != known:
            tx.audit.record(actor.name, "cells_noted", name, freed=freed)

    def _freeze(
        self, tx: Transaction, actor: Actor, record: LockerCell, trigger: str, kind: str, now: str
    ) -> None:
        freeze_and_report(
            tx,
            now,
            record.cabinet,
            record.number,
            trigger,
            reason=kind,
            kind=kind,
            actor=actor.name,
        )

    def _is_stray(self, tx: Transaction, record: LockerCell, seen: Seen) -> bool:
        """A cell that is written down as open for nobody who is at it."""
        if record.state not in ("open_for_deposit", "open_for_pickup") or seen.busy:
            return False
        if record.changed_at > self._after(-JUST_BEGUN):
            return False
        holder = holder_of(tx, record)
        return holder is None or holder.state not in _PURPOSES

    def _is_free_again(self, record: LockerCell, cell: Cell) -> bool:
        """A cell without paper that was opened with all the others and is shut and empty."""
        frozen = record.state == "open_unexpected" and record.reason == ALL_OPENED
        return frozen and not record.handoff_id and not cell.door_open and not cell.occupied

    def _remind_all(self, actor: Actor) -> dict[str, int]:
        """What is due by the clock, each hand-off in a transaction of its own."""
        counts = {"expired": 0, "overdue": 0, "reminders": 0, "escalations": 0}
        states = ("reserved", "deposited", "notified", "overdue", "collected")
        with self._context.storage.read() as tx:
            waiting = [
                hand_off.id
                for hand_off in tx.hand_offs.find(state=states)
                if self._due_of(hand_off)
            ]
        for handoff_id in waiting:
            with self._context.storage.write() as tx:
                hand_off = tx.hand_offs.get(handoff_id)
                due = self._due_of(hand_off)
                self._do_due(tx, actor, hand_off, due)
                tx.commit()
            for name in due:
                counts[name] += 1
        return counts

    def _due_of(self, hand_off: HandOff) -> tuple[str, ...]:
        """What the clock asks for: "expired", "overdue" with its first of the "reminders", and
        "escalations"."""
        now, terms, state = self._now(), self._context.handoff_terms, hand_off.state
        if state == "reserved":
            return ("expired",) if "" < hand_off.reserved_until <= now else ()
        due: tuple[str, ...] = ()
        if state in ("deposited", "notified") and "" < hand_off.due_at <= now:
            due = ("overdue", "reminders")
        elif state == "overdue" and hand_off.reminded_at <= self._ago(hours=terms.remind_hours):
            due = ("reminders",)
        since, hours = hand_off.deposited_at, terms.escalate_hours
        if state == "collected":
            since, hours = hand_off.collected_at, terms.confirm_hours
        waits = state in ("deposited", "notified", "overdue", "collected")
        if waits and not hand_off.escalated_at and "" < since <= self._ago(hours=hours):
            due = (*due, "escalations")
        return due

    def _do_due(
        self, tx: Transaction, actor: Actor, hand_off: HandOff, due: tuple[str, ...]
    ) -> None:
        """Do what is due; the caller commits."""
        now = self._now()
        if "expired" in due:
            release_cell(tx, now, hand_off)
            move_hand_off(tx, actor.name, hand_off, "expire", action="expired", cell=0)
        if "reminders" in due:
            trigger = "run_over" if "overdue" in due else "remind"
            self._reminded(tx, actor, hand_off, trigger, now)
        if "escalations" in due:
            current = move_hand_off(tx, actor.name, hand_off, action="escalated", escalated_at=now)
            tell_administrators(tx, now, "escalation", current.id, state=current.state)

    def _reminded(
        self, tx: Transaction, actor: Actor, hand_off: HandOff, trigger: str, now: str
    ) -> None:
        """Remind the receiver, with another code when hers has run out."""
        changes: dict[str, Any] = {"reminders": hand_off.reminders + 1, "reminded_at": now}
        run_out = "" < hand_off.code_expires_at <= now
        if run_out:
            changes["code_expires_at"] = self._code_end()
        moved = move_hand_off(tx, actor.name, hand_off, trigger, action="reminded", **changes)
        queue_notice(tx, now, moved, "reminder", due_at=moved.due_at)
        if run_out and (moved.phone or moved.email):
            queue_notice(tx, now, moved, "code")

    def _ago(self, *, hours: int) -> str:
        return self._after(-timedelta(hours=hours))


# Nobody should be at the door of a cell in one of these states.
_RESTING = ("free", "reserved", "occupied")
