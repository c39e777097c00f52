"""The reading room (阅卷): all that the review terminal may do, and nothing else.

A reader sees granted, numbered pages of the sealed main part, each with her watermark burned in.
The restricted part (副卷) is out of reach here, whatever a grant says.
"""

from __future__ import annotations

from datetime import timedelta

import attrs

from app.domain.access import Actor, ReadingGrant
from app.domain.dossier import MAIN, Dossier, Side
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.cataloguing import item_row
from app.services.context import Service
from app.services.ports import Transaction
from app.services.secrets import hash_secret, matches, new_code
from app.services.views import ReaderSession

READABLE_STATES = ("sealed", "packaged", "submitted", "accessioned")
FIRST_NUMBER = 1001
WATERMARK = "app.adapters.reading.watermark:watermarked_page"


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
            if dossier.state not in READABLE_STATES:
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
                    details={"number": number},
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


class ReadingRoom(Service):
    """What the review terminal may call."""

    def sign_in(self, code: str) -> ReaderSession:
        """The session behind a grant code ("1001-123456").

        Raises Refused RDR-103 (wrong), RDR-104 (no tries left), RDR-105 (not valid now).
        """
        number, _, secret = "".join(code.split()).partition("-")
        with self._context.storage.write() as tx:
            grant = next((g for g in tx.grants.find() if g.details.get("number") == number), None)
            if grant is None:
                tx.audit.record("terminal", "reader_refused", "?", number=number[:8])
                tx.commit()
                raise Refused("RDR-103")
            dossier = tx.dossiers.get(grant.dossier_id)
            self._check(tx, grant, dossier, secret)
            grant = attrs.evolve(grant, tries_left=5, views=grant.views + 1)
            tx.grants.replace(grant)
            tx.audit.record(
                "terminal", "reader_signed_in", dossier.case_no, reader=grant.reader, number=number
            )
            session = self._session(tx, grant, dossier)
            tx.commit()
        return session

    def _check(self, tx: Transaction, grant: ReadingGrant, dossier: Dossier, secret: str) -> None:
        if grant.tries_left <= 0:
            raise Refused("RDR-104")
        if not matches(secret, grant.code_hash, grant.code_salt):
            left = grant.tries_left - 1
            tx.grants.replace(attrs.evolve(grant, tries_left=left))
            tx.audit.record("terminal", "reader_refused", dossier.case_no, reader=grant.reader)
            tx.commit()
            raise Refused("RDR-103") if left else Refused("RDR-104")
        now = self._now()
        if grant.revoked or not grant.valid_from <= now <= grant.valid_until:
            raise Refused("RDR-105")

    def page(self, session: ReaderSession, page_number: int) -> bytes:
        """One granted page as a JPEG with the reader's watermark burned in.

        Raises Refused RDR-106 for a page that is not granted, RDR-105 once the grant has ended.
        """
        with self._context.storage.write() as tx:
            grant = tx.grants.get(session.grant)
            if grant.revoked or self._now() > grant.valid_until:
                raise Refused("RDR-105")
            dossier = tx.dossiers.get(grant.dossier_id)
            side = self._granted(tx, grant, dossier).get(page_number)
            if side is None:
                raise Refused("RDR-106", page=page_number)
            tx.audit.record(
                "terminal",
                "page_read",
                dossier.case_no,
                reader=grant.reader,
                page=page_number,
                side=side.id,
            )
            tx.commit()
        lines = (
            f"仅供阅卷 {grant.reader} {grant.certificate[-4:]}",
            f"{dossier.case_no} {self._now()[:16].replace('T', ' ')} {self._context.station}",
        )
        path = self._context.blobs.path_of(side.picture)
        picture: bytes = self._context.pool.call(WATERMARK, (str(path), lines), seconds=30)
        return picture

    def sign_out(self, session: ReaderSession) -> None:
        """The reader leaves."""
        with self._context.storage.write() as tx:
            tx.audit.record("terminal", "reader_signed_out", session.case_no, reader=session.reader)
            tx.commit()

    def _session(self, tx: Transaction, grant: ReadingGrant, dossier: Dossier) -> ReaderSession:
        pages = tuple(sorted(self._granted(tx, grant, dossier)))
        items = tx.items.find(dossier_id=dossier.id, part=MAIN)
        return ReaderSession(
            grant=grant.id,
            reader=grant.reader,
            case_no=dossier.case_no,
            pages=pages,
            prints_left=grant.prints_left,
            valid_until=grant.valid_until,
            catalogue=tuple(
                item_row(item)
                for item in items
                if item.first_page is not None
                and any(item.first_page <= page <= (item.last_page or 0) for page in pages)
            ),
        )

    def _granted(self, tx: Transaction, grant: ReadingGrant, dossier: Dossier) -> dict[int, Side]:
        if dossier.state not in READABLE_STATES:
            return {}
        granted: dict[int, Side] = {}
        for side in tx.sides.find(dossier_id=dossier.id, superseded=False, part=MAIN):
            if side.role != "page" or side.page_number is None or not side.picture:
                continue
            if not grant.pages or side.page_number in grant.pages:
                granted.setdefault(side.page_number, side)
        return granted


def system_actor(name: str) -> Actor:
    """The actor of the command line: whoever holds the data folder holds its rights."""
    return Actor(name=name, role="administrator")
