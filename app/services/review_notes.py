"""Notes on places of sides, and correction requests: nothing is replaced in silence."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from app.domain.access import Actor, is_among
from app.domain.dossier import Dossier, Side
from app.domain.lifecycle import SEALED
from app.domain.review import (
    DECLINED,
    DONE,
    OPEN,
    WANTED,
    CorrectionRequest,
    SideNote,
    image_of,
    page_box,
)
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.review_views import CorrectionRow, NoteRow
from app.services.reviewed import Reviewed

# What is wished for that takes the side itself away.
_REPLACING = ("rescan", "remove")


class ReviewNotes(Service):
    """Use cases about what people ask of each other over a side."""

    def add_note(
        self,
        actor: Actor,
        case_no: str,
        side_id: str,
        text: str,
        box: Sequence[float] | None = None,
    ) -> NoteRow:
        """Put a note on a side, or on a place of it in parts of the page; it stays open until
        somebody answers. Raises BadInput NOT-101 (no text), REV-111 (no such side), REV-114."""
        actor.require("sign")
        text = text.strip()
        if not text:
            raise BadInput("NOT-101")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            side = _side(tx, dossier, side_id)
            note = SideNote(
                id=new_id("side_note"),
                dossier_id=dossier.id,
                side_id=side.id,
                box=page_box(box),
                text=text,
                by=actor.name,
                at=self._now(),
            )
            tx.side_notes.add(note)
            tx.audit.record(
                actor.name, "note_added", dossier.case_no, position=side.position, text=text
            )
            tx.commit()
            return _note_row(note, side)

    def answer_note(self, actor: Actor, note_id: str, answer: str) -> None:
        """Answer a note, which settles it. Raises BadInput NOT-101 (no text), Refused NOT-102 (no
        such note), NOT-103 (answered already)."""
        actor.require("sign")
        answer = answer.strip()
        if not answer:
            raise BadInput("NOT-101")
        with self._context.storage.write() as tx:
            note = tx.side_notes.first(id=note_id)
            if note is None:
                raise Refused("NOT-102")
            if note.answered_by:
                raise Refused("NOT-103", by=note.answered_by)
            tx.side_notes.replace(
                attrs.evolve(note, answer=answer, answered_by=actor.name, answered_at=self._now())
            )
            dossier = tx.dossiers.get(note.dossier_id)
            tx.audit.record(actor.name, "note_answered", dossier.case_no, text=answer)
            tx.commit()

    def side_notes(self, case_no: str) -> tuple[NoteRow, ...]:
        """The notes of a case by position, open ones and answered ones."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            return note_rows(Reviewed(tx, dossier))

    def request_correction(
        self,
        actor: Actor,
        case_no: str,
        wanted: str,
        reason: str,
        *,
        side_id: str = "",
        page_number: int | None = None,
    ) -> CorrectionRow:
        """Ask to have a side scanned again, a page inserted, order or numbers mended.

        Also of a sealed dossier: it goes back to the desk before anything changes. Raises BadInput
        COR-101 (no such wish), COR-102 (no reason), COR-107 (neither side nor page), REV-111,
        Refused COR-106 (archived: see the rules for later additions).
        """
        actor.require("sign")
        reason = reason.strip()
        if wanted not in WANTED:
            raise BadInput("COR-101", value=wanted, known=", ".join(WANTED))
        if not reason:
            raise BadInput("COR-102")
        if not side_id and page_number is None:
            raise BadInput("COR-107")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state == SEALED[-1]:
                raise Refused("COR-106", case_no=dossier.case_no)
            side = _side(tx, dossier, side_id) if side_id else None
            asked = ask_correction(
                tx,
                actor,
                dossier,
                side=side,
                page_number=page_number,
                wanted=wanted,
                reason=reason,
                by=actor.name,
                at=self._now(),
            )
            tx.commit()
            return _correction_row(asked, side)

    def settle_correction(
        self, actor: Actor, request_id: str, *, done: bool, remark: str = ""
    ) -> None:
        """Say that a correction was made, or decline it with a reason.

        Raises Refused COR-103 (no such request), COR-104 (settled already), COR-105 (said to be
        done, and the side is still the one it was), COR-109 (said to be inserted, and nothing was
        scanned since), COR-108 (one's own request declined), BadInput COR-102 (declined without a
        reason).
        """
        actor.require("sign")
        remark = remark.strip()
        if not done and not remark:
            raise BadInput("COR-102")
        with self._context.storage.write() as tx:
            asked = tx.correction_requests.first(id=request_id)
            if asked is None:
                raise Refused("COR-103")
            if asked.state != OPEN:
                raise Refused("COR-104", by=asked.settled_by)
            if not done and is_among(actor.name, (asked.by,)):
                raise Refused("COR-108")
            dossier = tx.dossiers.get(asked.dossier_id)
            side = tx.sides.get(asked.side_id) if asked.side_id else None
            if done:
                _require_made(tx, asked, side)
            tx.correction_requests.replace(
                attrs.evolve(
                    asked,
                    state=DONE if done else DECLINED,
                    settled_by=actor.name,
                    settled_at=self._now(),
                    remark=remark,
                )
            )
            tx.audit.record(
                actor.name,
                "correction_settled",
                dossier.case_no,
                wanted=asked.wanted,
                page_number=asked.page_number,
                result=DONE if done else DECLINED,
                remark=remark,
            )
            tx.commit()

    def correction_requests(self, case_no: str) -> tuple[CorrectionRow, ...]:
        """The correction requests of a case, as they were made."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            return correction_rows(Reviewed(tx, dossier))


def ask_correction(
    tx: Transaction,
    actor: Actor,
    dossier: Dossier,
    *,
    side: Side | None,
    wanted: str,
    reason: str,
    by: str,
    at: str,
    page_number: int | None = None,
) -> CorrectionRequest:
    """Write a request and its audit record. `by` is who found what is to be mended, `page_number`
    a page that is missing, where there is no side."""
    asked = CorrectionRequest(
        id=new_id("correction_request"),
        dossier_id=dossier.id,
        side_id=side.id if side is not None else "",
        image=image_of(side) if side is not None else "",
        page_number=page_number if side is None else side.page_number,
        wanted=wanted,
        reason=reason,
        by=by,
        at=at,
    )
    tx.correction_requests.add(asked)
    tx.audit.record(
        actor.name,
        "correction_requested",
        dossier.case_no,
        position=side.position if side is not None else 0,
        page_number=asked.page_number,
        wanted=wanted,
        reason=reason,
    )
    return asked


def note_rows(now: Reviewed) -> tuple[NoteRow, ...]:
    """The notes of a dossier by position."""
    notes = now.tx.side_notes.find(dossier_id=now.dossier.id)
    rows = [
        attrs.evolve(
            _note_row(note, now.everything[note.side_id]), position=now.position_of(note.side_id)
        )
        for note in notes
    ]
    return tuple(sorted(rows, key=lambda row: row.position))


def correction_rows(now: Reviewed) -> tuple[CorrectionRow, ...]:
    """The correction requests of a dossier, as they were made."""
    asked = now.tx.correction_requests.find(dossier_id=now.dossier.id)
    return tuple(
        attrs.evolve(
            _correction_row(entry, now.everything.get(entry.side_id)),
            position=now.position_of(entry.side_id),
        )
        for entry in asked
    )


def open_notes(tx: Transaction, dossier: Dossier) -> int:
    """How many notes wait for an answer."""
    return tx.side_notes.count(dossier_id=dossier.id, answered_by="")


def open_corrections(tx: Transaction, dossier: Dossier) -> int:
    """How many correction requests wait."""
    return tx.correction_requests.count(dossier_id=dossier.id, state=OPEN)


def _require_made(tx: Transaction, asked: CorrectionRequest, side: Side | None) -> None:
    """What can be seen of a correction must be there: a side that is another one, a page that was
    scanned since."""
    if side is not None and asked.wanted in _REPLACING:
        if not side.superseded and image_of(side) == asked.image:
            raise Refused("COR-105", position=side.position)
    elif asked.wanted == "insert":
        came = tx.sides.pick(("captured_at",), dossier_id=asked.dossier_id, superseded=False)
        if not any(row[0] > asked.at for row in came):
            raise Refused("COR-109")


def _side(tx: Transaction, dossier: Dossier, side_id: str) -> Side:
    side = tx.sides.first(id=side_id, dossier_id=dossier.id, superseded=False)
    if side is None:
        raise BadInput("REV-111", side=side_id)
    return side


def _note_row(note: SideNote, side: Side) -> NoteRow:
    return NoteRow(
        id=note.id,
        side_id=note.side_id,
        position=side.position,
        page_number=side.page_number,
        box=note.box,
        text=note.text,
        by=note.by,
        at=note.at,
        answer=note.answer,
        answered_by=note.answered_by,
        answered_at=note.answered_at,
    )


def _correction_row(asked: CorrectionRequest, side: Side | None) -> CorrectionRow:
    return CorrectionRow(
        id=asked.id,
        side_id=asked.side_id,
        position=side.position if side is not None else 0,
        page_number=asked.page_number,
        wanted=asked.wanted,
        reason=asked.reason,
        by=asked.by,
        at=asked.at,
        state=asked.state,
        settled_by=asked.settled_by,
        settled_at=asked.settled_at,
        remark=asked.remark,
    )
