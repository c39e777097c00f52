"""Grants (阅卷许可): who may read which pages of a sealed main part, and until when."""

from __future__ import annotations

from datetime import timedelta

from app.domain.access import Actor
from app.domain.lifecycle import SEALED
from app.domain.reading import ReadingGrant
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.secrets import hash_secret, new_code

FIRST_NUMBER = 1001


class Granting(Service):
    """Use case of the clerk who lets somebody read."""

    def grant(
        self,
        actor: Actor,
        case_no: str,
        *,
        reader: str,
        certificate: str,
        pages: tuple[int, ...] = (),
        valid_days: int = 1,
        prints: int = 0,
    ) -> str:
        """Grant reading of the main part; gives the code for the terminal, shown once.

        `pages` are page numbers, empty for all. Raises Refused RDR-101 while the dossier is not
        sealed, BadInput RDR-102 without a reader or certificate.
        """
        actor.require("grant")
        if not reader.strip() or not certificate.strip() or valid_days < 1 or prints < 0:
            raise BadInput("RDR-102")
        secret = new_code()
        code_hash, salt = hash_secret(secret)
        now = self._context.clock.now()
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state not in SEALED:
                raise Refused("RDR-101", case_no=dossier.case_no)
            number = str(FIRST_NUMBER + tx.grants.count())
            tx.grants.add(
                ReadingGrant(
                    id=new_id("grant"),
                    dossier_id=dossier.id,
                    reader=reader.strip(),
                    certificate=certificate.strip(),
                    code_hash=code_hash,
                    code_salt=salt,
                    pages=tuple(sorted(set(pages))),
                    valid_from=timestamp(now),
                    valid_until=timestamp(now + timedelta(days=valid_days)),
                    prints_left=prints,
                    granted_by=actor.name,
                    number=number,
                    prints_granted=prints,
                    approved_by=actor.name,
                )
            )
            tx.audit.record(
                actor.name,
                "reading_granted",
                dossier.case_no,
                reader=reader.strip(),
                number=number,
                pages=list(pages),
                prints=prints,
            )
            tx.commit()
        return f"{number}-{secret}"
