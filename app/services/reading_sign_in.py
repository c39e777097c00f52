"""How a reader proves who she is at the terminal, and how often somebody may try."""

from __future__ import annotations

import attrs

from app.domain.dossier import Dossier
from app.domain.reading import ReadingGrant, ReadingVisit
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.reading_pages import granted_sides, read_permission
from app.services.reading_sessions import visit_view
from app.services.reading_views import ReaderVisit
from app.services.secrets import matches

TRIES = 5


class ReaderSignIn(Service):
    """Opens visits; every attempt is on record."""

    def sign_in(self, proof: str, value: str) -> ReaderVisit:
        """See `ReadingDesk.sign_in`."""
        number, _, secret = "".join(value.split()).partition("-")
        with self._context.storage.write() as tx:
            grant = tx.grants.first(number=number) if proof == "code" and number else None
            if grant is None:
                tx.audit.record("terminal", "reader_refused", "?", number=number[:8])
                tx.commit()
                raise Refused("RDR-103")
            dossier = tx.dossiers.get(grant.dossier_id)
            self._check(tx, grant, dossier, secret)
            if not granted_sides(tx, grant, dossier):
                raise Refused("RDR-109", case_no=dossier.case_no)
            visit = ReadingVisit(
                id=new_id("visit"),
                terminal=self._context.station,
                reader=grant.reader,
                proof=proof,
                started_at=self._now(),
                grants=(grant.id,),
            )
            tx.reading_visits.add(visit)
            tx.grants.replace(attrs.evolve(grant, tries_left=TRIES))
            tx.audit.record(
                "terminal", "reader_signed_in", dossier.case_no, reader=grant.reader, number=number
            )
            view = visit_view(tx, visit, self._now())
            tx.commit()
        return view

    def _check(self, tx: Transaction, grant: ReadingGrant, dossier: Dossier, secret: str) -> None:
        if grant.tries_left <= 0:
            raise Refused("RDR-104")
        if not matches(secret, grant.code_hash, grant.code_salt):
            left = grant.tries_left - 1
            tx.grants.replace(attrs.evolve(grant, tries_left=left))
            tx.audit.record("terminal", "reader_refused", dossier.case_no, reader=grant.reader)
            tx.commit()
            raise Refused("RDR-103", left=left) if left else Refused("RDR-104")
        read_permission(tx, grant, dossier, self._now())
