"""Hand-offs of paper from one person to another, and the paper's way back to the shelf."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.custody import CustodyEvent, HandOff, shelf_location
from app.domain.dossier import Dossier
from app.domain.hand_off_guards import (
    OPEN_STATES,
    agrees,
    check_counts,
    count_differs,
    may_receive,
    require_two,
)
from app.domain.lifecycle import advance
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.services.commissionings import Commissionings
from app.services.handoff_records import (
    end_incidents,
    move_hand_off,
    open_incident,
    paper_holder,
    record_custody,
)
from app.services.handoff_rounds import HandOffRounds
from app.services.handoff_rows import hand_off_row, hand_off_rows
from app.services.incidents import Incidents
from app.services.locker_views import HandOffRow
from app.services.notice_queue import queue_notice
from app.services.ports import Transaction
from app.services.retrievals import Retrievals

__all__ = ["HandingOver", "paper_holder"]


class HandingOver(HandOffRounds, Retrievals, Incidents, Commissionings):
    """Use cases around the paper: what is under way, the receiver's count, disputes, the shelf."""

    def handoffs(self, case_no: str | None = None, *, open_only: bool = False) -> list[HandOffRow]:
        """Hand-offs of one case or of all, newest last; `open_only` leaves out what is over."""
        with self._context.storage.read() as tx:
            where: dict[str, Any] = {"state": OPEN_STATES} if open_only else {}
            if case_no is not None:
                where["dossier_id"] = self._dossier(tx, case_no).id
            return hand_off_rows(tx, tx.hand_offs.find(**where), self._now())

    def handoff(self, handoff_id: str) -> HandOffRow:
        """One hand-off. Raises BadInput HND-107."""
        return self._row_of(self._hand_off(handoff_id))

    def acknowledge(
        self,
        actor: Actor,
        handoff_id: str,
        *,
        volumes: int,
        pages: int | None,
        counts: Iterable[Mapping[str, Any]] = (),
    ) -> HandOffRow:
        """The receiver's own count. Only when it agrees does custody move; a difference makes the
        hand-off disputed and raises Refused HND-106.

        By the receiver herself; by staff that handles paper when she is from outside. Raises
        Refused HND-115 for anybody else.
        """
        hand_off = self._hand_off(handoff_id)
        may_receive(actor, hand_off)
        advance("hand_off", hand_off.state, "confirm")
        rows = tuple(dict(row) for row in counts)
        check_counts(max(volumes, 1), pages, rows)
        if not agrees(hand_off, volumes, pages, rows):
            self._dispute(actor, hand_off, volumes, pages, rows)
            raise count_differs(hand_off, volumes, pages)
        return self._confirm(actor, hand_off, volumes, pages, rows)

    def settle_dispute(
        self,
        actor: Actor,
        handoff_id: str,
        *,
        volumes: int,
        pages: int | None,
        reason: str,
        second: Actor,
        counts: Iterable[Mapping[str, Any]] = (),
    ) -> HandOffRow:
        """Two people agree on a count after a dispute; with it custody moves to the receiver, of
        the volumes in `counts` alone where they are named.

        Raises Refused HND-116 when both are one person, HND-118 without a reason.
        """
        hand_off = self._hand_off(handoff_id)
        require_two(actor, second, administrators=False)
        rows = tuple(dict(row) for row in counts)
        check_counts(volumes, pages, rows)
        if not reason.strip():
            raise Refused("HND-118")
        if hand_off.state != "disputed":
            raise Refused("HND-123", state=hand_off.state)
        settled = {
            "by": [actor.name, second.name],
            "reason": reason.strip(),
            "stated": {"volumes": hand_off.volumes, "pages": hand_off.pages},
        }
        return self._confirm(
            actor,
            hand_off,
            volumes,
            pages,
            rows,
            remark=reason.strip(),
            details={**hand_off.details, "settled": settled},
        )

    def give_back(
        self, actor: Actor, handoff_id: str, *, volumes: int, pages: int | None, reason: str
    ) -> HandOffRow:
        """The paper is in its giver's hands again, after a retrieval or a dispute.

        After a retrieval a count that differs from the stated one makes it disputed and raises
        Refused HND-106. Raises Refused HND-118 without a reason, DOS-101.
        """
        actor.require("custody")
        if not reason.strip():
            raise Refused("HND-118")
        hand_off = self._hand_off(handoff_id)
        advance("hand_off", hand_off.state, "give_back")
        check_counts(max(volumes, 1), pages, ())
        if hand_off.state == "retrieved" and not agrees(hand_off, volumes, pages, ()):
            self._dispute(actor, hand_off, volumes, pages, ())
            raise count_differs(hand_off, volumes, pages)
        now = self._now()
        with self._context.storage.write() as tx:
            current = tx.hand_offs.get(hand_off.id)
            moved = move_hand_off(
                tx,
                actor.name,
                current,
                "give_back",
                counted_volumes=volumes,
                counted_pages=pages,
                held_by=(),
                details={**current.details, "given_back": reason.strip()},
            )
            record_custody(tx, now, moved, "given_back", moved.giver, remark=reason.strip())
            self._end_dispute(tx, actor, moved, "with_giver")
            queue_notice(tx, now, moved, "cancelled")
            tx.commit()
            return hand_off_row(tx, moved, now)

    def record_shelved(
        self,
        tx: Transaction,
        actor: Actor,
        dossier: Dossier,
        location: str,
        volumes: int,
        pages: int,
    ) -> CustodyEvent:
        """The paper stands on the shelf; part of the caller's transaction."""
        place = shelf_location(location)
        event = CustodyEvent(
            id=new_id("custody"),
            dossier_id=dossier.id,
            happened_at=self._now(),
            action="shelved",
            giver=paper_holder(tx, dossier),
            receiver=actor.name,
            place=place.label(),
            volumes=volumes,
            pages=pages,
            details=attrs.asdict(place),
        )
        tx.custody.add(event)
        return event

    def _confirm(
        self,
        actor: Actor,
        hand_off: HandOff,
        volumes: int,
        pages: int | None,
        counts: tuple[dict[str, Any], ...],
        *,
        remark: str = "",
        **changes: Any,
    ) -> HandOffRow:
        """Custody moves to the receiver."""
        now = self._now()
        with self._context.storage.write() as tx:
            moved = move_hand_off(
                tx,
                actor.name,
                hand_off,
                "confirm",
                acknowledged_at=now,
                counted_volumes=volumes,
                counted_pages=pages,
                held_by=(),
                **changes,
            )
            record_custody(
                tx, now, moved, "confirmed", moved.receiver, counts=counts, remark=remark
            )
            self._end_dispute(tx, actor, moved, "taken")
            queue_notice(tx, now, moved, "confirmed")
            tx.commit()
            return hand_off_row(tx, moved, now)

    def _dispute(
        self,
        actor: Actor,
        hand_off: HandOff,
        volumes: int,
        pages: int | None,
        counts: tuple[Mapping[str, Any], ...],
    ) -> None:
        """Write down a count that differs; custody stays where it is."""
        now = self._now()
        counted: dict[str, Any] = {"counted_volumes": volumes, "counted_pages": pages}
        with self._context.storage.write() as tx:
            current = tx.hand_offs.get(hand_off.id)
            steps = () if current.state == "disputed" else ("dispute",)
            moved = move_hand_off(tx, actor.name, current, *steps, **counted)
            if steps:
                record_custody(tx, now, moved, "disputed", moved.receiver)
            open_incident(
                tx,
                now,
                "count_differs",
                moved.cabinet,
                moved.cell,
                actor=actor.name,
                hand_off=moved,
                stated={"volumes": moved.volumes, "pages": moved.pages},
                counted={"volumes": volumes, "pages": pages},
                volumes=[dict(row) for row in counts],
            )
            tx.commit()

    def _end_dispute(
        self, tx: Transaction, actor: Actor, hand_off: HandOff, resolution: str
    ) -> None:
        end_incidents(
            tx,
            self._now(),
            actor.name,
            resolution,
            kinds=("count_differs",),
            handoff_id=hand_off.id,
        )
