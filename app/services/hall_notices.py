"""Notices and guides that the terminal in the hall shows to everybody (公告、办事指南)."""

from __future__ import annotations

from datetime import date

import attrs

from app.domain.access import Actor
from app.domain.reading import HallNotice
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.reading_views import NoticeRow

NOTICE, GUIDE = "notice", "guide"
LONGEST_TITLE, LONGEST_TEXT = 60, 4000


class HallNotices(Service):
    """Use cases of whoever writes what hangs in the hall."""

    def hall_notices(self) -> tuple[NoticeRow, ...]:
        """All that are not withdrawn, whether shown today or not: notices before guides, the
        newest first."""
        with self._context.storage.read() as tx:
            return _ordered(tx.hall_notices.find(withdrawn=False))

    def keep_hall_notice(
        self,
        actor: Actor,
        kind: str,
        title: str,
        text: str,
        shown_from: str = "",
        shown_until: str = "",
    ) -> NoticeRow:
        """Put up a notice ("notice") or a guide ("guide"); `shown_from` and `shown_until` are days
        (ISO), "" for at once and for good.

        Raises Refused ACC-101, BadInput RDR-164 (no such kind, no title or text, too long),
        RDR-165 (no days, or the end lies before the start).
        """
        actor.require("approve_reading")
        title, text = title.strip(), text.strip().replace("\r\n", "\n")
        if kind not in (NOTICE, GUIDE) or not _fits(title, LONGEST_TITLE, ""):
            raise BadInput("RDR-164", longest_title=LONGEST_TITLE, longest_text=LONGEST_TEXT)
        if not _fits(text, LONGEST_TEXT, "\n\t"):
            raise BadInput("RDR-164", longest_title=LONGEST_TITLE, longest_text=LONGEST_TEXT)
        first, last = _day(shown_from), _day(shown_until)
        if first and last and last < first:
            raise BadInput("RDR-165", value=f"{first} – {last}")
        notice = HallNotice(
            id=new_id("hall_notice"),
            kind=kind,
            title=title,
            text=text,
            made_at=self._now(),
            made_by=actor.name,
            shown_from=first,
            shown_until=last,
        )
        with self._context.storage.write() as tx:
            tx.hall_notices.add(notice)
            tx.audit.record(
                actor.name, "hall_notice_kept", self._context.station, kind=kind, title=title
            )
            tx.commit()
        return _row(notice)

    def withdraw_hall_notice(self, actor: Actor, notice_id: str) -> None:
        """Take a notice down. Raises Refused ACC-101, RDR-166 when it does not hang."""
        actor.require("approve_reading")
        with self._context.storage.write() as tx:
            notice = tx.hall_notices.first(id=notice_id, withdrawn=False)
            if notice is None:
                raise Refused("RDR-166")
            tx.hall_notices.replace(attrs.evolve(notice, withdrawn=True))
            tx.audit.record(
                actor.name, "hall_notice_withdrawn", self._context.station, title=notice.title
            )
            tx.commit()


def notices_for_everybody(tx: Transaction, today: date) -> tuple[NoticeRow, ...]:
    """What the terminal shows today; who wrote it is nobody's business there."""
    day = today.isoformat()
    shown = [
        attrs.evolve(notice, made_by="")
        for notice in tx.hall_notices.find(withdrawn=False)
        if notice.shown_from <= day and (not notice.shown_until or day <= notice.shown_until)
    ]
    return _ordered(shown)


def _ordered(notices: list[HallNotice]) -> tuple[NoticeRow, ...]:
    newest = sorted(notices, key=lambda notice: notice.made_at, reverse=True)
    return tuple(_row(each) for each in sorted(newest, key=lambda each: each.kind == GUIDE))


def _row(notice: HallNotice) -> NoticeRow:
    return NoticeRow(
        id=notice.id,
        kind=notice.kind,
        title=notice.title,
        text=notice.text,
        made_at=notice.made_at,
        made_by=notice.made_by,
        shown_from=notice.shown_from,
        shown_until=notice.shown_until,
    )


def _fits(text: str, longest: int, also: str) -> bool:
    """Whether it can be shown: printable signs, and `also`."""
    return 0 < len(text) <= longest and all(sign.isprintable() or sign in also for sign in text)


def _day(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise BadInput("RDR-165", value=text.strip()[:LONGEST_TITLE]) from None
