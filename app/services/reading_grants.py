"""Grants after they were given: listed, changed, ended, with a new code, with an appointment."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.page_lists import listed_ranges
from app.domain.reading import ReadingGrant
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.services.context import Context, Service
from app.services.granting import TRIES, granted_code
from app.services.paper_files import PICTURE_SECONDS, write_whole
from app.services.ports import Transaction
from app.services.reading_applications import require_reason
from app.services.reading_desk_views import GrantedCode, GrantRow
from app.services.reading_passes import pass_text
from app.services.reading_rows import APPOINTED_TERMINAL, grant_row
from app.services.reading_terms import MOST_COUNT, MOST_DAYS, moment_of
from app.services.secrets import hash_secret, new_code
from archive_rules.reading import load_reading_rules

MOST_MINUTES = 720
PASS = "app.adapters.printing.reading_pass:reading_pass"


class KeepingGrants(Service):
    """Use cases of the counter over grants that were given."""

    def reading_grants(self, *, case_no: str = "", live_only: bool = False) -> tuple[GrantRow, ...]:
        """Grants, the newest first; of one case, or those alone that are not over."""
        with self._context.storage.read() as tx:
            wanted = {"dossier_id": self._dossier(tx, case_no).id} if case_no else {}
            rows = [grant_row(tx, grant, self._now()) for grant in tx.grants.find(**wanted)]
        over = ("ended", "revoked", "used") if live_only else ()
        return tuple(row for row in reversed(rows) if row.state not in over)

    def renew_reading_code(self, actor: Actor, grant_id: str) -> GrantedCode:
        """A new code and pass; the ones before end at once. Raises Refused RDR-137 (the grant is
        over), BadInput RDR-136."""
        actor.require("grant")
        with self._context.storage.write() as tx:
            grant = self._running_grant(tx, grant_id)
            secret = new_code()
            code_hash, salt = hash_secret(secret)
            renewed = attrs.evolve(
                grant,
                code_hash=code_hash,
                code_salt=salt,
                tries_left=TRIES,
                nonce=secrets.token_hex(8),
            )
            _keep_grant(tx, actor, renewed, "reading_code_renewed")
            tx.commit()
        return granted_code(self._context, renewed, f"{renewed.number}-{secret}")

    def revoke_grant(self, actor: Actor, grant_id: str, reason: str) -> GrantRow:
        """End a grant at once, in the middle of a visit too. Raises Refused RDR-137 (it is over),
        BadInput RDR-134 (no reason), RDR-136."""
        actor.require("grant")
        said = require_reason(reason)
        with self._context.storage.write() as tx:
            revoked = attrs.evolve(self._running_grant(tx, grant_id), revoked=True)
            _keep_grant(tx, actor, revoked, "reading_revoked", reason=said)
            row = grant_row(tx, revoked, self._now())
            tx.commit()
        return row

    def change_grant(
        self,
        actor: Actor,
        grant_id: str,
        *,
        valid_until: str | None = None,
        prints: int | None = None,
        views: int | None = None,
        reason: str,
    ) -> GrantRow:
        """Another end, another number of pages that may be printed in all, another number of
        visits in all (0 for any); None leaves it. What was used counts.

        Raises Refused RDR-137 (the grant is over), RDR-131 (no copies for this kind of reader),
        BadInput RDR-132 (a time or number that cannot be), RDR-134, RDR-136.
        """
        actor.require("approve_reading")
        said = require_reason(reason)
        with self._context.storage.write() as tx:
            grant = self._running_grant(tx, grant_id, ended=True)
            changes: dict[str, Any] = {}
            if valid_until is not None:
                changes["valid_until"] = self._new_end(grant, valid_until)
            if prints is not None:
                changes |= _new_quota(grant, prints)
            if views is not None:
                if not 0 <= views <= MOST_COUNT:
                    raise BadInput("RDR-132", what="views")
                changes["views_limit"] = views
            changed = attrs.evolve(grant, **changes)
            _keep_grant(tx, actor, changed, "reading_changed", reason=said, **changes)
            row = grant_row(tx, changed, self._now())
            tx.commit()
        return row

    def appoint(
        self, actor: Actor, grant_id: str, at: str, minutes: int, *, terminal: str = ""
    ) -> GrantRow:
        """Book a terminal for the holder of a grant (STANDARDS 8.3); `at` is a moment. An
        appointment made before is given up. Raises Refused RDR-138 (somebody else has the terminal
        then), RDR-137, BadInput RDR-132 (not within the time of the grant, or over), RDR-136."""
        actor.require("grant")
        begins = moment_of(at)
        if not 1 <= minutes <= MOST_MINUTES:
            raise BadInput("RDR-132", what="minutes")
        times = (timestamp(begins), timestamp(begins + timedelta(minutes=minutes)))
        with self._context.storage.write() as tx:
            grant = self._running_grant(tx, grant_id)
            if (
                times[0] < grant.valid_from
                or times[1] > grant.valid_until
                or times[1] < self._now()
            ):
                raise BadInput("RDR-132", what=at[:40])
            self._require_free(tx, grant, times, terminal.strip())
            booked = attrs.evolve(
                grant,
                appointed_at=times[0],
                appointed_until=times[1],
                details={**grant.details, APPOINTED_TERMINAL: terminal.strip()},
            )
            _keep_grant(
                tx,
                actor,
                booked,
                "reading_appointed",
                at=times[0],
                until=times[1],
                terminal=terminal.strip(),
            )
            row = grant_row(tx, booked, self._now())
            tx.commit()
        return row

    def appointments(self, day: str = "") -> tuple[GrantRow, ...]:
        """Who comes when, in order of time; of one day (2026-11-25), or all that are not over.
        Raises BadInput RDR-132."""
        begins = timestamp(moment_of(day)) if day else self._now()
        ends = timestamp(moment_of(day, ends=True)) if day else ""
        with self._context.storage.read() as tx:
            booked = [
                grant
                for grant in tx.grants.find(revoked=False)
                if grant.appointed_at
                and grant.appointed_until >= begins
                and (not ends or grant.appointed_at <= ends)
            ]
            rows = [grant_row(tx, grant, self._now()) for grant in booked]
        return tuple(sorted(rows, key=lambda row: row.appointed_at))

    def print_reading_pass(self, actor: Actor, grant_id: str, path: Path) -> Path:
        """Write the pass of a grant as PDF: signed QR code, times, place, what to bring. Raises
        Broken SLP-103 (it cannot be written), SYS-403, Refused RDR-137, BadInput RDR-136."""
        actor.require("grant")
        with self._context.storage.read() as tx:
            grant = self._running_grant(tx, grant_id)
            facts = _pass_facts(tx, self._context, grant)

        def draw(target: Path) -> None:
            self._context.pool.call(PASS, (facts, str(target)), seconds=PICTURE_SECONDS)

        write_whole(path, draw, code="SLP-103")
        with self._context.storage.write() as tx:
            _keep_grant(tx, actor, tx.grants.get(grant.id), "reading_pass_printed")
            tx.commit()
        return path

    def _running_grant(
        self, tx: Transaction, grant_id: str, *, ended: bool = False
    ) -> ReadingGrant:
        """A grant that is not over, or (`ended`) is over by its time alone. Raises BadInput
        RDR-136, Refused RDR-137."""
        grant = grant_of(tx, grant_id)
        if grant.revoked or (grant.valid_until < self._now() and not ended):
            raise Refused("RDR-137", number=grant.number)
        return grant

    def _new_end(self, grant: ReadingGrant, text: str) -> str:
        ends = moment_of(text, ends=True)
        now: datetime = self._context.clock.now()
        if not now < ends <= now + timedelta(days=MOST_DAYS) or timestamp(ends) <= grant.valid_from:
            raise BadInput("RDR-132", what=text[:40])
        return timestamp(ends)

    def _require_free(
        self, tx: Transaction, grant: ReadingGrant, times: tuple[str, str], terminal: str
    ) -> None:
        """Raises Refused RDR-138 when the terminal is booked at that time. Where no terminal is
        named there is one only."""
        for other in tx.grants.find(revoked=False):
            place = str(other.details.get(APPOINTED_TERMINAL, ""))
            meets = other.appointed_at < times[1] and times[0] < other.appointed_until
            same = not place or not terminal or place == terminal
            if other.id != grant.id and other.appointed_at and meets and same:
                raise Refused("RDR-138", number=other.number, at=local_time(other.appointed_at))


def grant_of(tx: Transaction, grant_id: str) -> ReadingGrant:
    """The grant with this id or number. Raises BadInput RDR-136."""
    found = tx.grants.first(id=grant_id) or tx.grants.first(number=grant_id)
    if found is None:
        raise BadInput("RDR-136", what=grant_id[:40])
    return found


def local_time(moment: str) -> str:
    """A moment for people of this station."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def _pass_facts(tx: Transaction, context: Context, grant: ReadingGrant) -> dict[str, Any]:
    """What stands on the pass of a grant."""
    row = grant_row(tx, grant, timestamp(context.clock.now()))
    rules = load_reading_rules()
    papers = [
        rules.papers[paper]
        for kind in rules.kinds
        if kind.code == grant.reader_kind
        for paper in kind.needed
    ]
    booked = grant.appointed_at and f"{local_time(grant.appointed_at)} 至 "
    return {
        "court": tx.dossiers.get(grant.dossier_id).court,
        "number": grant.number,
        "reader": grant.reader,
        "kind": row.kind_name,
        "case_no": row.case_no,
        "pages": f"正卷第 {listed_ranges(grant.pages)} 页" if grant.pages else "正卷",
        "validity": f"{local_time(grant.valid_from)} 至 {local_time(grant.valid_until)}",
        "appointment": booked and booked + local_time(grant.appointed_until),
        "place": row.terminal,
        "bring": "、".join(papers),
        "qr": pass_text(context, grant),
    }


def _new_quota(grant: ReadingGrant, prints: int) -> dict[str, int]:
    used = grant.prints_granted - grant.prints_left
    if not max(0, used) <= prints <= MOST_COUNT:
        raise BadInput("RDR-132", what="prints")
    kinds = {kind.code: kind for kind in load_reading_rules().kinds}
    kind = kinds.get(grant.reader_kind)
    if prints and kind is not None and not kind.copies:
        raise Refused("RDR-131", kind=kind.title)
    return {"prints_granted": prints, "prints_left": prints - used}


def _keep_grant(
    tx: Transaction, actor: Actor, grant: ReadingGrant, action: str, **details: Any
) -> None:
    """Write a changed grant with its audit record; the caller commits."""
    tx.grants.replace(grant)
    tx.audit.record(
        actor.name,
        action,
        tx.dossiers.get(grant.dossier_id).case_no,
        number=grant.number,
        reader=grant.reader,
        **details,
    )
