"""Offering paper: guards, a reserved cell, the codes; and calling it off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.custody import STAFF, HandOff
from app.domain.dossier import Dossier
from app.domain.hand_off_guards import (
    CELL_STATES,
    LEAVING_TASKS,
    OPEN_STATES,
    check_counts,
    check_offer,
    overlap,
    part_for,
    same_person,
)
from app.domain.lifecycle import advance
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.credentials import (
    identity_digest,
    new_collection_code,
    new_nonce,
    with_new_code,
)
from app.services.handoff_records import move_hand_off, record_step
from app.services.handoff_rows import hand_off_row
from app.services.locker_cell_records import free_cell, move_cell
from app.services.locker_cells import LockerCells
from app.services.locker_views import HandOffRow
from app.services.notice_queue import queue_notice
from app.services.ports import Transaction
from app.services.sheet_sums import require_balance
from cloud_locker.api import Cell


class Offering(LockerCells):
    """Use cases before the paper is in its cell, and codes."""

    def offer(
        self,
        actor: Actor,
        case_no: str,
        receiver: str,
        cabinet: str,
        *,
        volumes: int,
        pages: int | None,
        task: str = "clerk_to_archive",
        part: str = "",
        receiver_kind: str = STAFF,
        phone: str = "",
        email: str = "",
        identity: str = "",
        giver: str = "",
        giver_kind: str = STAFF,
        giver_phone: str = "",
        giver_identity: str = "",
        counts: Iterable[Mapping[str, Any]] = (),
        size: str = "",
        due_at: str = "",
        reason: str = "",
    ) -> tuple[HandOffRow, str]:
        """Reserve a free cell for the paper; the one-time code is shown once and never stored.

        Raises Refused HND-101 when no cell is free, HND-102 when the paper is already on its way,
        HND-110, HND-112 and HND-114 when it may not go this way, SUM-101 to SUM-106 when scanning
        has begun and the sheet arithmetic does not balance; BadInput HND-103, HND-111, HND-113.
        """
        actor.require("hand_over")
        rows = tuple(dict(row) for row in counts)
        check_counts(volumes, pages, rows)
        due = self._due(due_at)
        drafted = HandOff(
            id=new_id("handoff"),
            dossier_id="",
            state="draft",
            giver=giver.strip() or actor.name,
            receiver=receiver.strip(),
            cabinet=cabinet,
            cell=0,
            volumes=volumes,
            pages=pages,
            task=task,
            part=part_for(part, receiver_kind),
            reason=reason.strip(),
            counts=rows,
            giver_kind=giver_kind,
            receiver_kind=receiver_kind,
            phone=phone.strip(),
            email=email.strip(),
            giver_phone=giver_phone.strip(),
            identity_hash=self._digest(identity),
            giver_identity_hash=self._digest(giver_identity),
            size=size,
            due_at=due,
            code_expires_at=due,
            nonce=new_nonce(),
        )
        if not same_person(drafted.giver, actor.name):
            actor.require("custody")
        check_offer(drafted)
        return self._offer_draft(actor, case_no, drafted)

    def _offer_draft(self, actor: Actor, case_no: str, drafted: HandOff) -> tuple[HandOffRow, str]:
        """Reserve the cell and write the hand-off down, with its code."""
        with self._cabinet(drafted.cabinet) as opened:
            cells = opened.cells()
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            drafted = attrs.evolve(drafted, dossier_id=dossier.id)
            _require_at_hand(tx, dossier, drafted)
            locator, code, code_hash, salt = new_collection_code(tx, drafted.cabinet)
            offered = attrs.evolve(
                self._reserved(tx, drafted, cells),
                offered_at=self._now(),
                code_locator=locator,
                code_hash=code_hash,
                code_salt=salt,
            )
            tx.hand_offs.add(offered)
            record_step(
                tx,
                actor.name,
                offered,
                "offered",
                giver=offered.giver,
                receiver=offered.receiver,
                task=offered.task,
                part=offered.part,
                volumes=offered.volumes,
                pages=offered.pages,
            )
            if offered.giver_kind != STAFF:
                queue_notice(tx, self._now(), offered, "deposit_code")
            tx.commit()
            return hand_off_row(tx, offered, self._now()), code

    def reserve_cell(self, actor: Actor, handoff_id: str) -> HandOffRow:
        """A cell again for a hand-off that has lost its own. Raises Refused HND-101, HND-115,
        DOS-101."""
        hand_off = self._hand_off(handoff_id)
        self._require_giving(actor, hand_off)
        with self._cabinet(hand_off.cabinet) as opened:
            cells = opened.cells()
        with self._context.storage.write() as tx:
            current = self._reserve_again(tx, actor, hand_off, cells)
            tx.commit()
            return hand_off_row(tx, current, self._now())

    def renew_code(self, actor: Actor, handoff_id: str) -> str:
        """Another collection code with all its tries; the one before opens nothing any more.

        For the giver and staff that handles paper. Raises Refused HND-120 once the paper was
        taken out or the hand-off is over.
        """
        hand_off = self._hand_off(handoff_id)
        self._require_giving(actor, hand_off)
        with self._context.storage.write() as tx:
            current = tx.hand_offs.get(hand_off.id)
            if current.state != "draft" and current.state not in CELL_STATES:
                raise Refused("HND-120", state=current.state)
            changed, code = with_new_code(tx, current)
            if changed.code_expires_at and changed.code_expires_at <= self._now():
                changed = attrs.evolve(changed, code_expires_at=self._code_end())
            tx.hand_offs.replace(changed)
            record_step(tx, actor.name, changed, "code_renewed")
            tx.commit()
        return code

    def cancel_handoff(self, actor: Actor, handoff_id: str, reason: str) -> HandOffRow:
        """Call a hand-off off before its paper is in a cell. Raises Refused HND-118 without a
        reason, DOS-101 once the paper is in."""
        hand_off = self._hand_off(handoff_id)
        self._require_giving(actor, hand_off)
        if not reason.strip():
            raise Refused("HND-118")
        with self._context.storage.write() as tx:
            current = tx.hand_offs.get(hand_off.id)
            advance("hand_off", current.state, "cancel")
            release_cell(tx, self._now(), current)
            moved = move_hand_off(
                tx,
                actor.name,
                current,
                "cancel",
                cell=0,
                details={**current.details, "cancelled": reason.strip()},
            )
            queue_notice(tx, self._now(), moved, "cancelled")
            tx.commit()
            return hand_off_row(tx, moved, self._now())

    def _require_giving(self, actor: Actor, hand_off: HandOff) -> None:
        """The giver herself, or staff that handles paper. Raises Refused ACC-101."""
        if not same_person(actor.name, hand_off.giver):
            actor.require("custody")

    def _reserve_again(
        self, tx: Transaction, actor: Actor, hand_off: HandOff, cells: Iterable[Cell]
    ) -> HandOff:
        """A free cell for a draft, part of the caller's transaction."""
        current = tx.hand_offs.get(hand_off.id)
        reserved = self._reserved(tx, current, cells)
        return move_hand_off(
            tx,
            actor.name,
            current,
            "reserve",
            cell=reserved.cell,
            reserved_until=reserved.reserved_until,
        )

    def _reserved(self, tx: Transaction, hand_off: HandOff, cells: Iterable[Cell]) -> HandOff:
        """The draft with a free cell; the cell is written, the hand-off is the caller's."""
        now = self._now()
        state = advance("hand_off", hand_off.state, "reserve")
        number = free_cell(tx, now, hand_off.cabinet, cells, hand_off.size)
        if number is None:
            raise Refused("HND-101", cabinet=hand_off.cabinet)
        move_cell(tx, now, hand_off.cabinet, number, "reserve", handoff=hand_off.id)
        return attrs.evolve(
            hand_off, state=state, cell=number, reserved_until=self._reserved_until(hand_off)
        )

    def _due(self, text: str) -> str:
        """A moment or a day of the person at the desk as a moment in UTC, "" as it is. Raises
        BadInput HND-121 when it is neither, or over."""
        if not text.strip():
            return ""
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise BadInput("HND-121", text=text) from None
        if len(text.strip()) == len("2026-12-31"):
            moment = datetime.combine(moment.date(), time.max)
        # Without a zone it is meant in that of this station.
        due = moment.astimezone()
        if due <= self._context.clock.now():
            raise BadInput("HND-121", text=text)
        return timestamp(due)

    def _reserved_until(self, hand_off: HandOff) -> str:
        terms = self._context.handoff_terms
        own = timedelta(minutes=terms.reserve_minutes)
        other = timedelta(hours=terms.outsider_hours)
        return self._after(own if hand_off.giver_kind == STAFF else other)

    def _terms_from_now(self, hand_off: HandOff) -> dict[str, Any]:
        """When the paper is due and its code ends, where nobody named a moment."""
        due = self._after(timedelta(hours=self._context.handoff_terms.remind_hours))
        return {
            "due_at": hand_off.due_at or due,
            "code_expires_at": hand_off.code_expires_at or self._code_end(),
        }

    def _code_end(self) -> str:
        return self._after(timedelta(hours=self._context.handoff_terms.code_hours))

    def _after(self, span: timedelta) -> str:
        """The moment that long from now, as a text."""
        return timestamp(self._context.clock.now() + span)

    def _digest(self, number: str) -> str:
        return identity_digest(self._context, number) if number.strip() else ""


def _require_at_hand(tx: Transaction, dossier: Dossier, hand_off: HandOff) -> None:
    """The paper must not be on its way already, nor leave the station with sheets amiss."""
    for other in tx.hand_offs.find(dossier_id=dossier.id, state=OPEN_STATES):
        if overlap(hand_off, other):
            raise Refused("HND-102", case_no=dossier.case_no, cell=other.cell)
    if hand_off.task in LEAVING_TASKS and dossier.state != "registered":
        # Before the first scan the paper comes to the station: there is nothing to weigh.
        require_balance(tx, dossier)


def release_cell(tx: Transaction, now: str, hand_off: HandOff) -> None:
    """Let go of the cell that a hand-off had reserved."""
    if hand_off.state != "reserved":
        return
    cell = tx.locker_cells.first(cabinet=hand_off.cabinet, handoff_id=hand_off.id)
    if cell is not None and cell.state == "reserved":
        move_cell(tx, now, cell.cabinet, cell.number, "release", handoff="")
    elif cell is not None:
        # A frozen cell stays as it is for whoever looks into it.
        move_cell(tx, now, cell.cabinet, cell.number, handoff="", reason=cell.reason)
