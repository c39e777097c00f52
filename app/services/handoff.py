"""Hand-offs of paper through a cloud locker, and the paper's way back to the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.custody import CustodyEvent, HandOff, shelf_location
from app.domain.dossier import Dossier
from app.domain.lifecycle import advance
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.locker_views import CellRow, HandOffRow
from app.services.ports import Transaction
from app.services.secrets import hash_secret, matches, new_code
from app.services.sheet_sums import require_balance

OPEN_STATES = (
    "reserved",
    "depositing",
    "deposited",
    "notified",
    "overdue",
    "collecting",
    "collected",
    "disputed",
)


class HandingOver(Service):
    """Use cases around the paper: offer, deposit, collect, acknowledge."""

    def cabinets(self) -> list[str]:
        """Names of the cabinets of this site."""
        return list(self._context.cabinets)

    def cells(self, cabinet: str) -> list[CellRow]:
        """The cells of a cabinet as its board reports them, with the hand-offs in them."""
        with self._cabinet(cabinet) as session:
            cells = session.cells()
        with self._context.storage.read() as tx:
            busy = {h.cell: h.id for h in _in_cabinet(tx, cabinet)}
        return [
            CellRow(
                cabinet=cabinet,
                number=cell.number,
                door_open=cell.door_open,
                occupied=cell.occupied,
                handoff=busy.get(cell.number, ""),
            )
            for cell in cells
        ]

    def handoffs(self, case_no: str | None = None) -> list[HandOffRow]:
        """Hand-offs of one case or of all, newest last."""
        with self._context.storage.read() as tx:
            where: dict[str, Any] = {}
            if case_no is not None:
                where["dossier_id"] = self._dossier(tx, case_no).id
            return [self._row(tx, hand_off) for hand_off in tx.hand_offs.find(**where)]

    def offer(
        self,
        actor: Actor,
        case_no: str,
        receiver: str,
        cabinet: str,
        *,
        volumes: int,
        pages: int | None,
    ) -> tuple[HandOffRow, str]:
        """Reserve a free cell for the paper; the one-time code is shown once and never stored.

        Raises Refused HND-101 when no cell is free, HND-102 when the paper is already on its way,
        SUM-101 to SUM-106 when scanning has begun and the sheet arithmetic does not balance.
        """
        actor.require("custody")
        if volumes < 1 or (pages is not None and pages < 0):
            raise BadInput("HND-103", volumes=volumes, pages=pages)
        with self._cabinet(cabinet) as session:
            cells = session.cells()
        code = new_code()
        code_hash, salt = hash_secret(code)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            under_way = tx.hand_offs.first(dossier_id=dossier.id, state=OPEN_STATES)
            if under_way is not None:
                raise Refused("HND-102", case_no=dossier.case_no, cell=under_way.cell)
            if dossier.state != "registered":
                # Before the first scan the paper comes to the station: there is nothing to weigh.
                require_balance(tx, dossier)
            busy = {hand_off.cell for hand_off in _in_cabinet(tx, cabinet)}
            free = [
                cell.number
                for cell in cells
                if not cell.door_open and not cell.occupied and cell.number not in busy
            ]
            if not free:
                raise Refused("HND-101", cabinet=cabinet)
            hand_off = HandOff(
                id=new_id("handoff"),
                dossier_id=dossier.id,
                state="reserved",
                giver=actor.name,
                receiver=receiver,
                cabinet=cabinet,
                cell=free[0],
                volumes=volumes,
                pages=pages,
                code_hash=code_hash,
                code_salt=salt,
                offered_at=self._now(),
            )
            tx.hand_offs.add(hand_off)
            tx.audit.record(
                actor.name,
                "handoff_offered",
                dossier.case_no,
                handoff=hand_off.id,
                receiver=receiver,
                cabinet=cabinet,
                cell=hand_off.cell,
                volumes=volumes,
                pages=pages,
            )
            tx.commit()
            return self._row(tx, hand_off), code

    def deposit(self, actor: Actor, handoff_id: str) -> HandOffRow:
        """Open the reserved cell, wait until the paper is in it and the door is closed."""
        actor.require("custody")
        hand_off = self._ready(handoff_id, "begin_deposit")
        with self._cabinet(hand_off.cabinet) as session:
            session.deposit(hand_off.cell, hand_off.id)
        return self._move(
            actor,
            hand_off,
            ("begin_deposit", "deposit"),
            "deposited",
            deposited_at=self._now(),
            place=f"{hand_off.cabinet}#{hand_off.cell}",
        )

    def collect(self, actor: Actor, handoff_id: str, code: str) -> HandOffRow:
        """Open the cell for whoever knows the code. Raises Refused HND-104 (wrong code, with the
        tries left) and HND-105 (no tries left)."""
        hand_off = self._ready(handoff_id, "begin_collect")
        self._check_code(actor, hand_off, code)
        with self._cabinet(hand_off.cabinet) as session:
            session.collect(hand_off.cell, hand_off.id)
        return self._move(
            actor,
            hand_off,
            ("begin_collect", "collect"),
            "collected",
            collected_at=self._now(),
            place=hand_off.receiver,
        )

    def acknowledge(
        self, actor: Actor, handoff_id: str, *, volumes: int, pages: int | None
    ) -> HandOffRow:
        """The receiver's own count. Only when it agrees does custody move; a difference makes the
        hand-off disputed and raises Refused HND-106."""
        actor.require("custody")
        hand_off = self._ready(handoff_id, "confirm")
        agrees = volumes == hand_off.volumes and (
            pages is None or hand_off.pages is None or pages == hand_off.pages
        )
        if not agrees:
            if hand_off.state != "disputed":
                self._move(
                    actor,
                    hand_off,
                    ("dispute",),
                    "disputed",
                    counted_volumes=volumes,
                    counted_pages=pages,
                    place=hand_off.receiver,
                )
            raise Refused(
                "HND-106",
                volumes=volumes,
                pages=pages,
                stated_volumes=hand_off.volumes,
                stated_pages=hand_off.pages,
            )
        return self._move(
            actor,
            hand_off,
            ("confirm",),
            "returned",
            acknowledged_at=self._now(),
            counted_volumes=volumes,
            counted_pages=pages,
            place=hand_off.receiver,
        )

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

    def _ready(self, handoff_id: str, trigger: str) -> HandOff:
        with self._context.storage.read() as tx:
            try:
                hand_off = tx.hand_offs.get(handoff_id)
            except KeyError:
                raise BadInput("HND-107", handoff=handoff_id) from None
        advance("hand_off", hand_off.state, trigger)
        return hand_off

    def _check_code(self, actor: Actor, hand_off: HandOff, code: str) -> None:
        if hand_off.tries_left <= 0:
            raise Refused("HND-105")
        if matches(code.strip(), hand_off.code_hash, hand_off.code_salt):
            return
        left = hand_off.tries_left - 1
        with self._context.storage.write() as tx:
            tx.hand_offs.replace(attrs.evolve(hand_off, tries_left=left))
            case_no = tx.dossiers.get(hand_off.dossier_id).case_no
            tx.audit.record(actor.name, "handoff_code_wrong", case_no, handoff=hand_off.id)
            tx.commit()
        raise Refused("HND-104", tries=left) if left else Refused("HND-105")

    def _move(
        self,
        actor: Actor,
        hand_off: HandOff,
        triggers: tuple[str, ...],
        action: str,
        *,
        place: str,
        **changes: Any,
    ) -> HandOffRow:
        with self._context.storage.write() as tx:
            current = tx.hand_offs.get(hand_off.id)
            state = current.state
            for trigger in triggers:
                state = advance("hand_off", state, trigger)
            moved = attrs.evolve(current, state=state, **changes)
            tx.hand_offs.replace(moved)
            dossier = tx.dossiers.get(moved.dossier_id)
            tx.custody.add(
                CustodyEvent(
                    id=new_id("custody"),
                    dossier_id=dossier.id,
                    happened_at=self._now(),
                    action=action,
                    giver=moved.giver,
                    receiver=moved.receiver,
                    place=place,
                    volumes=moved.volumes,
                    pages=moved.pages,
                    details={"handoff": moved.id, "cabinet": moved.cabinet, "cell": moved.cell},
                )
            )
            tx.audit.record(
                actor.name,
                f"handoff_{moved.state}",
                dossier.case_no,
                handoff=moved.id,
                cabinet=moved.cabinet,
                cell=moved.cell,
            )
            tx.commit()
            return self._row(tx, moved)

    def _row(self, tx: Transaction, hand_off: HandOff) -> HandOffRow:
        return HandOffRow(
            id=hand_off.id,
            case_no=tx.dossiers.get(hand_off.dossier_id).case_no,
            state=hand_off.state,
            giver=hand_off.giver,
            receiver=hand_off.receiver,
            cabinet=hand_off.cabinet,
            cell=hand_off.cell,
            volumes=hand_off.volumes,
            pages=hand_off.pages,
            offered_at=hand_off.offered_at,
        )

    @contextmanager
    def _cabinet(self, name: str) -> Iterator[Any]:
        if name not in self._context.cabinets:
            raise BadInput("HND-108", cabinet=name, known=", ".join(self._context.cabinets))
        session = self._context.open_cabinet(name)
        try:
            yield session
        finally:
            session.close()


def paper_holder(tx: Transaction, dossier: Dossier) -> str:
    """Who holds the paper by the last custody event, or where it lies."""
    events = tx.custody.find(dossier_id=dossier.id)
    if not events:
        return dossier.clerk
    last = events[-1]
    return last.place if last.action in ("deposited", "shelved") else last.receiver


def _in_cabinet(tx: Transaction, cabinet: str) -> list[HandOff]:
    return tx.hand_offs.find(cabinet=cabinet, state=OPEN_STATES[:5])
