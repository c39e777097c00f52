"""The end of a door cycle, written down: states, custody, messages, incident, another cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from app.domain.cell_facts import (
    ANSWERED_KINDS,
    ANSWERS,
    COLLECT,
    DEPOSIT,
    DONE,
    Meaning,
    meaning_of_facts,
)
from app.domain.custody import HandOff
from app.domain.lifecycle import may
from app.services.cell_incidents import freeze_and_report
from app.services.handoff_cycles import Facts, record_cycle
from app.services.handoff_offer import Offering
from app.services.handoff_records import (
    end_incidents,
    move_hand_off,
    open_incident,
    record_custody,
    record_step,
)
from app.services.locker_cell_records import free_cell, move_cell, step_cell
from app.services.notice_queue import queue_notice
from app.services.ports import Transaction
from cloud_locker.api import Cell

BEGIN = {DEPOSIT: "begin_deposit", COLLECT: "begin_collect"}
UNDER_WAY = {DEPOSIT: "depositing", COLLECT: "collecting"}
# Between writing down the beginning and holding the cabinet there is a second at most.
JUST_BEGUN = timedelta(seconds=30)


class CycleEndings(Offering):
    """What every door cycle of a hand-off leaves, part of the use cases that open doors."""

    def _end_cycle(
        self,
        tx: Transaction,
        actor: str,
        hand_off: HandOff,
        meaning: Meaning,
        facts: Facts,
        cells: Sequence[Cell],
    ) -> HandOff:
        """Everything that the end of a cycle means, part of the caller's transaction."""
        now = self._now()
        current = tx.hand_offs.get(hand_off.id)
        record_cycle(tx, now, actor, hand_off.cabinet, hand_off.cell, facts, handoff=hand_off.id)
        begun = current.state == UNDER_WAY[facts.purpose]
        # Somebody may have taken the beginning for abandoned meanwhile: the fact counts.
        first = () if begun else (BEGIN[facts.purpose],)
        moves = bool(meaning.hand_off) and (begun or may("hand_off", current.state, *first))
        if moves:
            current = self._moved(tx, actor, current, (*first, meaning.hand_off), facts, now)
            leaves = meaning.another_cell or current.state == "collected"
            step_cell(
                tx,
                now,
                current.cabinet,
                current.cell,
                *(() if begun else ("open",)),
                meaning.cell,
                handoff="" if leaves else None,
                reason=facts.outcome if meaning.incident else "",
            )
        else:
            record_step(tx, actor, current, "interrupted", code=facts.outcome)
        if meaning.incident:
            place = (hand_off.cabinet, hand_off.cell)
            self._report(tx, actor, place, hand_off, meaning, facts, now)
        if moves and meaning.another_cell:
            current = self._elsewhere(tx, actor, current, cells, now)
        return current

    def _moved(
        self,
        tx: Transaction,
        actor: str,
        current: HandOff,
        triggers: tuple[str, ...],
        facts: Facts,
        now: str,
    ) -> HandOff:
        """The steps of the hand-off, with custody and messages when it was done."""
        changes: dict[str, Any] = {}
        if triggers[-1] == "deposit":
            changes = {"deposited_at": now, **self._terms_from_now(current)}
        elif triggers[-1] == "collect":
            changes = {"collected_at": now}
        moved = move_hand_off(tx, actor, current, *triggers, **changes)
        if triggers[-1] == "deposit":
            record_custody(tx, now, moved, "deposited", f"{moved.cabinet}#{moved.cell}")
            reached = moved.phone or moved.email
            queue_notice(tx, now, moved, "code" if reached else "deposited")
        elif triggers[-1] == "collect":
            record_custody(tx, now, moved, "collected", moved.receiver)
            queue_notice(tx, now, moved, "collected")
        if facts.outcome == DONE:
            end_incidents(
                tx,
                now,
                actor,
                ANSWERS[facts.purpose],
                kinds=ANSWERED_KINDS,
                cabinet=moved.cabinet,
                cell=moved.cell,
                handoff_id=moved.id,
            )
        return moved

    def _report(
        self,
        tx: Transaction,
        actor: str,
        place: tuple[str, int],
        hand_off: HandOff | None,
        meaning: Meaning,
        facts: Facts,
        now: str,
    ) -> None:
        """The incident of a cycle at (cabinet, cell), and one for every other cell that its fault
        names."""
        details: dict[str, Any] = {
            "code": facts.outcome,
            "parameters": facts.details,
            "purpose": facts.purpose,
        }
        open_incident(
            tx,
            now,
            meaning.incident,
            *place,
            actor=actor,
            hand_off=hand_off,
            **details,
        )
        for number in facts.others if meaning.others else ():
            freeze_and_report(
                tx,
                now,
                place[0],
                number,
                "lose",
                reason=facts.outcome,
                kind=meaning.incident,
                actor=actor,
                beside=place[1],
                **details,
            )

    def _elsewhere(
        self, tx: Transaction, actor: str, current: HandOff, cells: Sequence[Cell], now: str
    ) -> HandOff:
        """Another cell for a hand-off whose own cannot be used; a draft when there is none."""
        others = [cell for cell in cells if cell.number != current.cell]
        number = free_cell(tx, now, current.cabinet, others, current.size)
        if number is None:
            return move_hand_off(tx, actor, current, "expire", action="cell_lost", cell=0)
        move_cell(tx, now, current.cabinet, number, "reserve", handoff=current.id)
        return move_hand_off(tx, actor, current, action="cell_changed", cell=number)

    def _just_begun(self, hand_off: HandOff) -> bool:
        """Whether somebody wrote her beginning down a moment ago and may be about to pulse."""
        with self._context.storage.read() as tx:
            cell = tx.locker_cells.first(cabinet=hand_off.cabinet, number=hand_off.cell)
        return cell is not None and cell.changed_at > self._after(-JUST_BEGUN)

    def _end_by_facts(self, actor: str, hand_off: HandOff, purpose: str, cell: Cell) -> HandOff:
        """End a cycle by what the closed door shows."""
        meaning = meaning_of_facts(purpose, occupied=cell.occupied)
        facts = Facts(
            purpose=purpose,
            outcome=DONE if meaning.hand_off == purpose else "LCK-112",
            began_at=self._now(),
            occupied=cell.occupied,
            details={"by_facts": True},
        )
        with self._context.storage.write() as tx:
            ended = self._end_cycle(tx, actor, hand_off, meaning, facts, ())
            tx.commit()
        return ended
