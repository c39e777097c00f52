"""Telling people: the messages that wait are sent, tried again, or put before a person.

A message of kind "code" or "deposit_code" gets a new code for each try, which is never kept; the
one before ends. Messages of one moment for one hand-off share that code, so that a telephone and a
mailbox are told the same. A message that was overtaken by what happened since is dropped.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

import attrs
from attrs import frozen

from app.domain.access import Actor
from app.domain.custody import HandOff
from app.domain.lifecycle import advance
from app.domain.notices import SCREEN, Notice
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Fault, Refused, Transient
from app.services.context import Context, Service
from app.services.credentials import (
    BEFORE_DEPOSIT,
    IN_CELL,
    qr_text,
    with_new_code,
    with_new_deposit_code,
)
from app.services.locker_views import NoticeView
from app.services.notice_texts import masked, notice_text
from app.services.ports import Message, Transaction

# Minutes until the next try; after the last one in vain a person is asked.
BACK_OFF = (1, 5, 15, 60)
TRIES = len(BACK_OFF) + 1

CODE, DEPOSIT_CODE = "code", "deposit_code"
# A message is of use only while the hand-off is in one of these states; others never go stale.
_USEFUL_IN = {
    CODE: IN_CELL,
    DEPOSIT_CODE: BEFORE_DEPOSIT,
    "deposited": IN_CELL,
    "reminder": (*IN_CELL, "collected", *BEFORE_DEPOSIT),
    "escalation": (*IN_CELL, "collected", "disputed", "fault"),
}
# What tells the receiver that her paper is there.
_ANNOUNCING = (CODE, "deposited")


@frozen(kw_only=True)
class _Ready:
    """A message that is about to be sent, and its notice."""

    notice: Notice
    message: Message


class Notices(Service):
    """Use cases about messages to people."""

    def deliver_notices(self, actor: Actor) -> tuple[int, int]:
        """Try every message that is due; (sent, not sent). What cannot be sent now is tried again
        after 1, 5, 15 and 60 minutes, then it is marked as failed."""
        return _Outbox(self._context, actor).deliver()

    def notices(self, handoff: str = "", *, state: str = "") -> list[NoticeView]:
        """Messages of one hand-off or of all, in one state or in any, oldest first."""
        where = {"handoff_id": handoff} if handoff else {}
        if state:
            where["state"] = state
        with self._context.storage.read() as tx:
            return [_view(notice) for notice in tx.notices.find(**where)]

    def retry_notice(self, actor: Actor, notice_id: str) -> NoticeView:
        """Queue a failed message again with all its tries. Raises BadInput NTC-106 (no such
        message), Refused NTC-107 (it did not fail)."""
        actor.require("custody")
        return _Outbox(self._context, actor).retry(notice_id)


class _Outbox(Service):
    """Works through the messages that wait, on behalf of one actor."""

    def __init__(self, context: Context, actor: Actor) -> None:
        super().__init__(context)
        self._actor = actor

    def deliver(self) -> tuple[int, int]:
        """(sent, not sent)."""
        sent = failed = 0
        now = self._now()
        with self._context.storage.read() as tx:
            due = [notice for notice in tx.notices.find(state="queued") if notice.not_before <= now]
        due.sort(key=_together)
        for _, together in groupby(due, key=_together):
            for ready in self._prepared([notice.id for notice in together]):
                fault = self._try(ready)
                self._settle(ready.notice.id, fault)
                sent, failed = sent + (fault is None), failed + (fault is not None)
        return sent, failed

    def retry(self, notice_id: str) -> NoticeView:
        """Queue a failed message again."""
        with self._context.storage.write() as tx:
            notice = tx.notices.first(id=notice_id)
            if notice is None:
                raise BadInput("NTC-106", notice=notice_id)
            if notice.state != "failed":
                raise Refused("NTC-107", notice=notice_id)
            again = attrs.evolve(
                notice, state="queued", attempts=0, not_before=self._now(), error={}
            )
            self._keep(tx, again, "notice_retried")
            tx.commit()
            return _view(again)

    def _prepared(self, notice_ids: list[str]) -> list[_Ready]:
        """Claim messages of one kind and moment: written down before they are sent, so that
        neither another program nor a crash sends them twice at once."""
        now = self._now()
        with self._context.storage.write() as tx:
            waiting = [tx.notices.get(notice_id) for notice_id in notice_ids]
            waiting = [n for n in waiting if n.state == "queued" and n.not_before <= now]
            usable = [notice for notice in waiting if self._is_usable(tx, notice)]
            ready = self._claimed(tx, usable) if usable else []
            tx.commit()
        return ready

    def _is_usable(self, tx: Transaction, notice: Notice) -> bool:
        """Whether to send it now; what never can be sent is put away here."""
        hand_off = _hand_off_of(tx, notice)
        if notice.kind == CODE and hand_off.state == "fault":
            return False  # An administrator looks into it; a code would open nothing meanwhile.
        if _is_overtaken(tx, notice, hand_off):
            self._keep(tx, attrs.evolve(notice, state="dropped"), "notice_dropped")
            return False
        try:
            self._context.notifier(notice.channel)
        except Fault as fault:
            failed = attrs.evolve(notice, state="failed", error=fault.as_record())
            self._keep(tx, failed, "notice_failed")
            return False
        return True

    def _claimed(self, tx: Transaction, notices: list[Notice]) -> list[_Ready]:
        """The messages, each with one try less, and with a new code where their kind has one."""
        hand_off = _hand_off_of(tx, notices[0])
        case_no = _subject_of(tx, hand_off)
        code = ""
        if any(_bears_code(notice) for notice in notices):
            renew = with_new_code if notices[0].kind == CODE else with_new_deposit_code
            hand_off, code = renew(tx, hand_off)
            hand_off = self._with_time(hand_off)
            tx.hand_offs.replace(hand_off)
            tx.audit.record(
                self._actor.name, "code_issued", case_no, handoff=hand_off.id, kind=notices[0].kind
            )
        ready = []
        for notice in notices:
            wait = timedelta(minutes=BACK_OFF[min(notice.attempts, len(BACK_OFF) - 1)])
            claimed = attrs.evolve(
                notice,
                attempts=notice.attempts + 1,
                not_before=timestamp(self._context.clock.now() + wait),
            )
            self._keep(tx, claimed, "notice_tried")
            ready.append(
                _Ready(notice=claimed, message=self._message(claimed, hand_off, case_no, code))
            )
        return ready

    def _with_time(self, hand_off: HandOff) -> HandOff:
        """A new code is not over before it is read."""
        if not hand_off.code_expires_at or hand_off.code_expires_at > self._now():
            return hand_off
        span = timedelta(hours=self._context.handoff_terms.code_hours)
        return attrs.evolve(hand_off, code_expires_at=timestamp(self._context.clock.now() + span))

    def _message(self, notice: Notice, hand_off: HandOff, case_no: str, code: str) -> Message:
        subject, text = notice_text(
            notice, hand_off, case_no=case_no, language=self._context.language, code=code
        )
        return Message(
            id=f"{notice.id}-{notice.attempts}",
            kind=notice.kind,
            address=notice.address,
            person=notice.person,
            subject=subject,
            text=text,
            qr=qr_text(self._context, hand_off) if code and notice.kind == CODE else "",
        )

    def _try(self, ready: _Ready) -> Fault | None:
        try:
            self._context.notifier(ready.notice.channel).send(ready.message)
        except Fault as fault:
            return fault
        return None

    def _settle(self, notice_id: str, fault: Fault | None) -> None:
        """Write down how a try ended."""
        with self._context.storage.write() as tx:
            notice = tx.notices.get(notice_id)
            if fault is None:
                done = attrs.evolve(notice, state="sent", sent_at=self._now(), error={})
                self._keep(tx, done, "notice_sent")
                self._announce(tx, done)
            elif isinstance(fault, Transient) and notice.attempts < TRIES:
                later = attrs.evolve(notice, error=fault.as_record())
                self._keep(tx, later, "notice_delayed", fault=fault.code)
            else:
                failed = attrs.evolve(notice, state="failed", error=fault.as_record())
                self._keep(tx, failed, "notice_failed", fault=fault.code)
            tx.commit()

    def _announce(self, tx: Transaction, notice: Notice) -> None:
        """The receiver knows now: part of the transaction that says so."""
        hand_off = _hand_off_of(tx, notice)
        if notice.kind not in _ANNOUNCING or hand_off.state != "deposited":
            return
        state = advance("hand_off", hand_off.state, "notify")
        tx.hand_offs.replace(attrs.evolve(hand_off, state=state))
        case_no = _subject_of(tx, hand_off)
        tx.audit.record(self._actor.name, "handoff_notified", case_no, handoff=hand_off.id)

    def _keep(self, tx: Transaction, notice: Notice, action: str, **details: str) -> None:
        """Write a message with its audit record; address and text stay out of it."""
        tx.notices.replace(notice)
        hand_off = _hand_off_of(tx, notice)
        tx.audit.record(
            self._actor.name,
            action,
            _subject_of(tx, hand_off),
            handoff=notice.handoff_id,
            notice=notice.id,
            kind=notice.kind,
            channel=notice.channel,
            attempt=notice.attempts,
            **details,
        )


def _hand_off_of(tx: Transaction, notice: Notice) -> HandOff:
    """The hand-off that a message is about; for an incident of a cell that no hand-off has, one
    without an id that names the cell, and for paper that nobody hands over, one that names it."""
    if notice.handoff_id:
        return tx.hand_offs.get(notice.handoff_id)
    if "dossier" in notice.parameters:
        return HandOff(
            id="",
            dossier_id=notice.parameters["dossier"],
            state="",
            giver="",
            receiver=notice.person,
            cabinet="",
            cell=0,
            volumes=notice.parameters["volumes"],
            pages=None,
        )
    incident = tx.incidents.get(notice.parameters["incident"])
    return HandOff(
        id="",
        dossier_id="",
        state="",
        giver="",
        receiver=notice.person,
        cabinet=incident.cabinet,
        cell=incident.cell,
        volumes=0,
        pages=None,
    )


def _subject_of(tx: Transaction, hand_off: HandOff) -> str:
    """What the audit calls it: the case, or the cabinet where no paper plays a part."""
    if not hand_off.dossier_id:
        return hand_off.cabinet
    return tx.dossiers.get(hand_off.dossier_id).case_no


def _together(notice: Notice) -> tuple[str, str, str, str]:
    """Messages of one moment about one thing share their code and are claimed as one."""
    incident = str(notice.parameters.get("incident", ""))
    return notice.made_at, notice.handoff_id, notice.kind, incident


def _bears_code(notice: Notice) -> bool:
    return notice.kind in (CODE, DEPOSIT_CODE) and notice.channel != SCREEN


def _is_overtaken(tx: Transaction, notice: Notice, hand_off: HandOff) -> bool:
    """Whether a message would tell what is no longer so, or end a code that somebody has."""
    if hand_off.state not in _USEFUL_IN.get(notice.kind, (hand_off.state,)):
        return True
    alike = tx.notices.find(handoff_id=notice.handoff_id, kind=notice.kind)
    others = [other for other in alike if other.id != notice.id]
    if not _bears_code(notice):
        return False
    return any(
        other.made_at > notice.made_at
        or (other.state == "sent" and other.made_at == notice.made_at)
        for other in others
        if _bears_code(other)
    )


def _view(notice: Notice) -> NoticeView:
    return NoticeView(
        id=notice.id,
        handoff=notice.handoff_id,
        kind=notice.kind,
        channel=notice.channel,
        address=masked(notice.address),
        person=notice.person,
        state=notice.state,
        attempts=notice.attempts,
        made_at=notice.made_at,
        sent_at=notice.sent_at,
        not_before=notice.not_before,
        fault=str(notice.error.get("code", "")),
        fault_parameters=dict(notice.error.get("parameters", {})),
    )
