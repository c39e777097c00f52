"""How far a case is, for whoever holds its query code (案件进度查询): no names, no page.

A query code is the number of the code and a secret ("5001-123456"). Wrong ones are counted twice:
against the code, whose tries end, and against the terminal, which pauses.
"""

from __future__ import annotations

from datetime import date, datetime

import attrs

from app.domain.custody import CustodyEvent
from app.domain.dossier import Dossier
from app.domain.hand_off_guards import MATERIAL_TASKS
from app.domain.lifecycle import SEALED
from app.domain.reading import QueryCode
from app.kernel.errors import Refused
from app.services.context import Service
from app.services.court_settings import term_rules
from app.services.guess_counts import minutes_paused, note_guess
from app.services.hall_notices import notices_for_everybody
from app.services.handoff_records import HANDED_OVER
from app.services.ports import Transaction
from app.services.reading_views import NoticeRow, ProgressRow
from app.services.secrets import matches
from app.services.terms import term

QUERY = "query"
LONGEST_CODE = 40
TRIES = 5
# What each state of a dossier has behind it; later states have all that earlier ones have.
_SCANNED = ("scanned", "catalogued", "reconciled", *SEALED)
_CATALOGUED = ("catalogued", "reconciled", *SEALED)
_SUBMITTED = ("submitted", "accessioned")
# Who has the paper once a hand-off of this kind was confirmed.
_PLACES = {"clerk_to_scanning": "centre", "clerk_to_archive": "archive"}


class PublicQuery(Service):
    """What the terminal shows to everybody, without signing in."""

    def notices(self) -> tuple[NoticeRow, ...]:
        """See `ReadingDesk.notices`."""
        with self._context.storage.read() as tx:
            return notices_for_everybody(tx, self._today())

    def progress(self, code: str) -> ProgressRow:
        """See `ReadingDesk.progress`."""
        number, _, secret = _plain(code).partition("-")
        now = self._now()
        with self._context.storage.write() as tx:
            minutes = minutes_paused(tx, self._place(), QUERY, now)
            if minutes:
                raise Refused("RDR-161", minutes=minutes)
            found = tx.query_codes.first(number=number) if number else None
            if found is None or found.tries_left <= 0 or not self._fits(found, secret):
                raise self._refused(tx, found, number)
            if found.revoked or found.valid_until < now:
                raise Refused("RDR-162")
            dossier = tx.dossiers.get(found.dossier_id)
            tx.query_codes.replace(attrs.evolve(found, tries_left=TRIES))
            tx.audit.record("terminal", "progress_asked", dossier.case_no, number=number)
            row = progress_of(tx, dossier, self._today())
            tx.commit()
        return row

    def _fits(self, found: QueryCode, secret: str) -> bool:
        return bool(secret) and matches(secret, found.code_hash, found.code_salt)

    def _refused(self, tx: Transaction, found: QueryCode | None, number: str) -> Refused:
        """Count a wrong code, here and against the terminal, and commit. A code without tries and
        one that does not exist are told alike, so that nobody learns which numbers exist."""
        if found is not None and found.tries_left > 0:
            tx.query_codes.replace(attrs.evolve(found, tries_left=found.tries_left - 1))
        guesses, until = note_guess(tx, self._place(), QUERY, self._context.clock.now())
        tx.audit.record("terminal", "progress_refused", "?", number=number[:8])
        if guesses:
            tx.audit.record(
                "terminal", "progress_paused", self._context.station, guesses=guesses, until=until
            )
        tx.commit()
        return Refused("RDR-160")

    def _place(self) -> str:
        return f"terminal:{self._context.station}"


def progress_of(tx: Transaction, dossier: Dossier, today: date) -> ProgressRow:
    """How far this case is."""
    due = term(dossier, term_rules(tx), today).due_on
    state = dossier.state
    return ProgressRow(
        case_no=dossier.case_no,
        cause=dossier.cause,
        steps=(
            ("filed", dossier.filed_on, True),
            ("closed", dossier.closed_on, bool(dossier.closed_on)),
            ("digitized", "", state in _SCANNED),
            ("catalogued", "", state in _CATALOGUED),
            ("sealed", _sealed_on(tx, dossier), state in SEALED),
            ("submitted", "", state in _SUBMITTED),
            ("archived", "", state == "accessioned"),
        ),
        paper=paper_place(tx.custody.find(dossier_id=dossier.id), dossier.clerk),
        term_until=due.isoformat() if due is not None and state != "accessioned" else "",
    )


def _plain(code: str) -> str:
    """The code without blanks; "" for what cannot be one."""
    plain = "".join(code[:LONGEST_CODE].split())
    return plain if plain.isascii() and plain.isprintable() else ""


def paper_place(events: list[CustodyEvent], clerk: str) -> str:
    """Where the paper is: "court", "centre", "archive", or "unknown" when nobody answers for it."""
    own = [event for event in events if event.details.get("task") not in MATERIAL_TASKS]
    if not own:
        return "court" if clerk else "unknown"
    last = own[-1]
    if last.action == "shelved":
        return "archive"
    if last.action not in HANDED_OVER:
        return "court"
    return _PLACES.get(str(last.details.get("task", "")), "court")


def _sealed_on(tx: Transaction, dossier: Dossier) -> str:
    """The day of the last sealing by this station's calendar, "" while it is not sealed."""
    if dossier.state not in SEALED:
        return ""
    moments = [row.at for row in tx.audit.rows(dossier.case_no) if row.action == "sealed"]
    return datetime.fromisoformat(moments[-1]).astimezone().date().isoformat() if moments else ""
