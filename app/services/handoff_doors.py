"""Door cycles of hand-offs: a door opens for the giver or the receiver, and what came of it.

Before the pulse the hand-off and its cell are written as under way, in one transaction; after the
cycle its record, both states, the incident and the audit are, in another. What stops in between is
ended by what the cabinet reports, never by another pulse.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.access import Actor
from app.domain.cell_facts import (
    COLLECT,
    DEPOSIT,
    DONE,
    meaning_of,
)
from app.domain.custody import HandOff
from app.domain.hand_off_guards import FROZEN_CELLS, may_deposit, may_receive
from app.domain.lifecycle import advance
from app.kernel.errors import Fault, Refused, Transient
from app.kernel.ids import new_id
from app.services.credentials import check_code
from app.services.handoff_cycles import (
    cell_of,
    facts_of_cycle,
    facts_of_fault,
    is_interrupted,
    reported_cells,
)
from app.services.handoff_endings import BEGIN, JUST_BEGUN, UNDER_WAY, CycleEndings
from app.services.handoff_records import (
    move_hand_off,
)
from app.services.handoff_rows import hand_off_row
from app.services.locker_cell_records import (
    cell_record,
    move_cell,
    step_cell,
)
from app.services.locker_views import HandOffRow
from cloud_locker.api import Cell

__all__ = ["BEGIN", "JUST_BEGUN", "NOT_BEGUN", "UNDER_WAY", "HandOffDoors", "Nag", "Opened"]

Opened = Callable[[Cell], None]
Nag = Callable[[float], None]

# The cabinet was in use by somebody else: nothing was begun.
NOT_BEGUN = ("LCK-104", "LCK-118")


class HandOffDoors(CycleEndings):
    """Use cases that open a cell for its hand-off."""

    def deposit(
        self,
        actor: Actor,
        handoff_id: str,
        *,
        opened: Opened | None = None,
        nag: Nag | None = None,
        identified_by: str = "",
    ) -> HandOffRow:
        """Open the reserved cell, wait until the paper is in it and the door is closed.

        A draft gets a cell first; a deposit that was interrupted is gone on with. Raises Refused
        HND-115 (not her paper), HND-122 (the cell is frozen), HND-101, DOS-101 and what
        `LockerSession` raises; afterwards the hand-off is in a state somebody can act on.
        """
        hand_off = self._hand_off(handoff_id)
        may_deposit(actor, hand_off)
        with self._cabinet(hand_off.cabinet) as cabinet:
            hand_off = self._settled(actor, cabinet, hand_off, DEPOSIT)
            if hand_off.state == "deposited":
                return self._row_of(hand_off)
            if hand_off.state == "draft":
                hand_off = self._with_cell(actor, cabinet, hand_off)
            return self._cycle(actor, cabinet, hand_off, DEPOSIT, identified_by, opened, nag)

    def collect(
        self,
        actor: Actor,
        handoff_id: str,
        code: str,
        *,
        opened: Opened | None = None,
        nag: Nag | None = None,
    ) -> HandOffRow:
        """Open the cell for whoever knows the code. Raises Refused HND-104 (wrong code, with the
        tries left), HND-105 (no tries left), IDN codes of `check_code`, and what `deposit` does."""
        hand_off = self._hand_off(handoff_id)
        if hand_off.state != UNDER_WAY[COLLECT]:
            advance("hand_off", hand_off.state, BEGIN[COLLECT])
        check_code(self._context, hand_off, code, actor=actor.name)
        return self._take_out(actor, hand_off, "code", opened, nag)

    def collect_identified(
        self,
        actor: Actor,
        handoff_id: str,
        *,
        identified_by: str,
        opened: Opened | None = None,
        nag: Nag | None = None,
    ) -> HandOffRow:
        """Open the cell for a receiver whom a cabinet knows by card, ID card, QR or PIN, or by
        the code it has checked. Raises Refused HND-115 when she is not the receiver."""
        hand_off = self._hand_off(handoff_id)
        if identified_by not in ("code", "qr"):
            may_receive(actor, hand_off)
        return self._take_out(actor, hand_off, identified_by, opened, nag)

    def _take_out(
        self,
        actor: Actor,
        hand_off: HandOff,
        identified_by: str,
        opened: Opened | None,
        nag: Nag | None,
    ) -> HandOffRow:
        with self._cabinet(hand_off.cabinet) as cabinet:
            hand_off = self._settled(actor, cabinet, hand_off, COLLECT)
            if hand_off.state == "collected":
                return self._row_of(hand_off)
            return self._cycle(actor, cabinet, hand_off, COLLECT, identified_by, opened, nag)

    def _with_cell(self, actor: Actor, cabinet: Any, hand_off: HandOff) -> HandOff:
        cells = cabinet.cells()
        with self._context.storage.write() as tx:
            current = self._reserve_again(tx, actor, hand_off, cells)
            tx.commit()
        return current

    def _settled(self, actor: Actor, cabinet: Any, hand_off: HandOff, purpose: str) -> HandOff:
        """The hand-off, once an earlier cycle whose end nobody wrote down is ended by facts.

        One that the journal of the cabinet still has open is left: the cycle goes on with it.
        Raises Transient LCK-104 while somebody is at the door, Refused LCK-112 when the facts do
        not tell what came of it.
        """
        if hand_off.state != UNDER_WAY[purpose]:
            return hand_off
        if is_interrupted(cabinet, hand_off.id, hand_off.cell) and not cabinet.busy():
            return hand_off
        if cabinet.busy() or self._just_begun(hand_off):
            raise Transient("LCK-104", cabinet=hand_off.cabinet)
        cell = cell_of(cabinet.cells(), hand_off.cell)
        if cell is None or cell.door_open:
            return hand_off
        ended = self._end_by_facts(actor.name, hand_off, purpose, cell)
        if ended.state == "fault":
            raise Refused("LCK-112", cell=hand_off.cell, reference=hand_off.id)
        return ended

    def _cycle(
        self,
        actor: Actor,
        cabinet: Any,
        hand_off: HandOff,
        purpose: str,
        identified_by: str,
        opened: Opened | None,
        nag: Nag | None,
    ) -> HandOffRow:
        attempt = new_id("attempt")
        hand_off, resumed = self._begin_cycle(actor, hand_off, purpose, attempt)
        wanted = {"opened": opened, "nag": nag}
        heard = {name: call for name, call in wanted.items() if call is not None}
        began_at = self._now()
        try:
            cycle = getattr(cabinet, purpose)(hand_off.cell, hand_off.id, **heard)
        except Fault as fault:
            if fault.code in NOT_BEGUN:
                if not resumed:
                    self._put_back(actor, hand_off, purpose, attempt)
                raise
            cells = reported_cells(cabinet)
            cell = cell_of(cells, hand_off.cell)
            facts = facts_of_fault(purpose, fault, began_at, identified_by, cell)
            waits = is_interrupted(cabinet, hand_off.id, hand_off.cell)
            with self._context.storage.write() as tx:
                meaning = meaning_of(purpose, fault.code, interrupted=waits)
                self._end_cycle(tx, actor.name, hand_off, meaning, facts, cells)
                tx.commit()
            raise
        facts = facts_of_cycle(cycle, began_at, identified_by)
        with self._context.storage.write() as tx:
            meaning = meaning_of(purpose, DONE, interrupted=False)
            ended = self._end_cycle(tx, actor.name, hand_off, meaning, facts, ())
            tx.commit()
            return hand_off_row(tx, ended, self._now())

    def _begin_cycle(
        self, actor: Actor, hand_off: HandOff, purpose: str, attempt: str
    ) -> tuple[HandOff, bool]:
        """Write down that the door is about to open; gives whether it was so already.

        Raises Refused HND-122 when the cell is frozen or is not kept for this hand-off.
        """
        now = self._now()
        with self._context.storage.write() as tx:
            current = tx.hand_offs.get(hand_off.id)
            resumed = current.state == UNDER_WAY[purpose]
            triggers = () if resumed else (BEGIN[purpose],)
            for trigger in triggers:
                advance("hand_off", current.state, trigger)
            cell = cell_record(tx, now, current.cabinet, current.cell)
            if cell.state in FROZEN_CELLS or cell.handoff_id != current.id:
                raise Refused("HND-122", cell=current.cell)
            if not resumed:
                move_cell(tx, now, current.cabinet, current.cell, "open")
            moved = move_hand_off(
                tx,
                actor.name,
                current,
                *triggers,
                action="door_opening",
                details={**current.details, "attempt": attempt},
            )
            tx.commit()
        return moved, resumed

    def _put_back(self, actor: Actor, hand_off: HandOff, purpose: str, attempt: str) -> None:
        """Take back what `_begin_cycle` wrote, unless somebody else is at it by now."""
        with self._context.storage.write() as tx:
            current = tx.hand_offs.get(hand_off.id)
            own = current.details.get("attempt") == attempt
            if not own or current.state != UNDER_WAY[purpose]:
                return
            move_hand_off(tx, actor.name, current, "abandon", action="door_not_begun")
            close = "close_empty" if purpose == DEPOSIT else "close_full"
            step_cell(tx, self._now(), current.cabinet, current.cell, close)
            tx.commit()

    def _row_of(self, hand_off: HandOff) -> HandOffRow:
        with self._context.storage.read() as tx:
            return hand_off_row(tx, hand_off, self._now())
