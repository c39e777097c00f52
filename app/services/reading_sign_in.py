"""How a reader proves who she is at the terminal, and how often somebody may try.

Five wrong codes lock a grant: its code and its pass open nothing until the counter makes new ones.
Its reader's ID card still does, for a card proves who she is, whatever somebody else guessed at.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from app.domain.dossier import Dossier
from app.domain.reading import ReadingGrant, ReadingVisit
from app.kernel.errors import Fault, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.credentials import code_digits, identity_digest
from app.services.guess_counts import minutes_paused, note_guess
from app.services.ports import Transaction
from app.services.reading_endings import close_visit, end_prints_of
from app.services.reading_passes import grant_of_pass
from app.services.reading_sessions import require_openable, require_reading_clock, visit_view
from app.services.reading_views import ReaderVisit
from app.services.secrets import CODE_DIGITS, matches

TRIES = 5
CODE, PASS, CARD = "code", "qr", "id_card"
LONGEST_CODE = 40
# The fault that tells of a locked grant; it is also why on record.
LOCKED = "RDR-104"
# Codes and passes are counted together, cards apart: a terminal that was guessed at still knows
# somebody by her card.
_GUESSED = {CODE: "codes", PASS: "codes", CARD: "cards"}


class ReaderSignIn(Service):
    """Opens visits; every attempt is on record."""

    def sign_in(self, proof: str, value: str) -> ReaderVisit:
        """See `ReadingDesk.sign_in`."""
        require_reading_clock(self._context)
        if proof not in _GUESSED or not isinstance(value, str):
            raise Refused("RDR-103")
        # The reader is asked before the transaction begins: it may take seconds.
        digest = self._card_digest(value) if proof == CARD else ""
        with self._context.storage.write() as tx:
            self._require_not_paused(tx, _GUESSED[proof])
            if proof == CARD:
                grants = self._of_card(tx, digest, typed=bool(value.strip()))
            else:
                grants = [self._of_code(tx, value) if proof == CODE else self._of_pass(tx, value)]
            view, before = self._opened(tx, proof, grants)
            tx.commit()
        end_prints_of(self._context, before)
        return view

    def require_cards_taken(self) -> None:
        """Raises Refused RDR-111 while no numbers of cards are taken."""
        with self._context.storage.read() as tx:
            self._require_not_paused(tx, _GUESSED[CARD])

    def _of_code(self, tx: Transaction, value: str) -> ReadingGrant:
        digits = code_digits(value) if len(value) <= LONGEST_CODE else ""
        number, secret = digits[:-CODE_DIGITS], digits[-CODE_DIGITS:]
        plain = digits.isascii() and digits.isdecimal() and number
        grant = tx.grants.first(number=number) if plain else None
        if grant is None:
            raise self._wrong(tx, CODE, "?", number=number[:8])
        case_no = tx.dossiers.get(grant.dossier_id).case_no
        if grant.tries_left <= 0:
            # It may be a right code, but whoever types it was told that it opens nothing.
            self._wrong(tx, CODE, case_no, reader=grant.reader, grant=grant.id, why=LOCKED)
            raise Refused("RDR-104")
        if not matches(secret, grant.code_hash, grant.code_salt):
            left = grant.tries_left - 1
            tx.grants.replace(attrs.evolve(grant, tries_left=left))
            why = {} if left else {"why": LOCKED}
            self._wrong(tx, CODE, case_no, reader=grant.reader, grant=grant.id, **why)
            raise Refused("RDR-103", left=left) if left else Refused("RDR-104")
        fresh = attrs.evolve(grant, tries_left=TRIES)
        tx.grants.replace(fresh)
        return fresh

    def _of_pass(self, tx: Transaction, value: str) -> ReadingGrant:
        grant = grant_of_pass(tx, self._context, value)
        if grant is None:
            raise self._wrong(tx, PASS, "?")
        if grant.tries_left <= 0:
            dossier = tx.dossiers.get(grant.dossier_id)
            self._record(tx, "reader_refused", grant, dossier, proof=PASS, why=LOCKED)
            tx.commit()
            raise Refused("RDR-104")
        return grant

    def _card_digest(self, value: str) -> str:
        """Raises Refused IDN-116 for a number that was typed where only the reader is believed,
        BadInput IDN-115, and as `IdentityReader.read_number`."""
        reader = self._context.identity_reader
        if value.strip() and not reader.typed_numbers:
            raise Refused("IDN-116")
        number = value.strip()[:LONGEST_CODE] or reader.read_number()
        return identity_digest(self._context, number)

    def _of_card(self, tx: Transaction, digest: str, *, typed: bool) -> list[ReadingGrant]:
        """The grants of this person that have not ended; one that has when there is no other."""
        known = tx.grants.find(identity_hash=digest)
        lasting = [each for each in known if not each.revoked and each.valid_until >= self._now()]
        if not known:
            tx.audit.record("terminal", "reader_refused", "?", proof=CARD)
            if typed:
                self._count(tx, CARD)
            tx.commit()
            raise Refused("RDR-116")
        return lasting or known[-1:]

    def _opened(
        self, tx: Transaction, proof: str, grants: Sequence[ReadingGrant]
    ) -> tuple[ReaderVisit, list[str]]:
        """The new visit, and the ids of those that it ended. Raises what keeps every case
        closed."""
        faults = [self._fault(tx, grant) for grant in grants]
        fault, grant = faults[0], grants[0]
        if fault is not None and all(faults):
            dossier = tx.dossiers.get(grant.dossier_id)
            self._record(tx, "reader_refused", grant, dossier, proof=proof, why=fault.code)
            tx.commit()
            raise fault
        before = self._end_others(tx, {grant.id for grant in grants})
        visit = ReadingVisit(
            id=new_id("visit"),
            terminal=self._context.station,
            reader=grants[0].reader,
            proof=proof,
            started_at=self._now(),
            grants=tuple(grant.id for grant in grants),
        )
        tx.reading_visits.add(visit)
        for grant in grants:
            dossier = tx.dossiers.get(grant.dossier_id)
            facts = {"proof": proof, "visit": visit.id}
            if grant.tries_left <= 0:
                # By her card: that somebody had guessed at her code is known all the same.
                facts["locked"] = LOCKED
            self._record(tx, "reader_signed_in", grant, dossier, **facts)
        return visit_view(tx, visit, self._now()), before

    def _fault(self, tx: Transaction, grant: ReadingGrant) -> Fault | None:
        """Why the case cannot be opened now, None when it can."""
        try:
            require_openable(tx, grant, tx.dossiers.get(grant.dossier_id), self._now())
        except Refused as fault:
            return fault
        return None

    def _end_others(self, tx: Transaction, grants: set[str]) -> list[str]:
        """A grant is read in one place at a time: whoever proves herself anew ends the visit
        before, which may have been left open by a terminal that lost its power."""
        ended = []
        for visit in tx.reading_visits.find(ended_at=""):
            if grants & set(visit.grants):
                close_visit(tx, visit, self._now(), "lost")
                ended.append(visit.id)
        return ended

    def _require_not_paused(self, tx: Transaction, kind: str) -> None:
        minutes = minutes_paused(tx, self._place(), kind, self._now())
        if minutes:
            raise Refused("RDR-111", minutes=minutes)

    def _wrong(self, tx: Transaction, proof: str, subject: str, **details: str) -> Refused:
        """Count a wrong code or pass, on record and for good."""
        tx.audit.record("terminal", "reader_refused", subject, proof=proof, **details)
        self._count(tx, proof)
        tx.commit()
        return Refused("RDR-103")

    def _count(self, tx: Transaction, proof: str) -> None:
        guesses, until = note_guess(tx, self._place(), _GUESSED[proof], self._context.clock.now())
        if guesses:
            tx.audit.record(
                "terminal",
                "reading_paused",
                self._context.station,
                what=_GUESSED[proof],
                guesses=guesses,
                until=until,
            )

    def _record(
        self,
        tx: Transaction,
        action: str,
        grant: ReadingGrant,
        dossier: Dossier,
        **details: str,
    ) -> None:
        tx.audit.record(
            "terminal",
            action,
            dossier.case_no,
            reader=grant.reader,
            grant=grant.id,
            number=grant.number,
            **details,
        )

    def _place(self) -> str:
        return f"terminal:{self._context.station}"
