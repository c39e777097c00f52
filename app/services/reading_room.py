"""The reading room (阅卷): all that the review terminal may do, and nothing else.

A reader sees granted, numbered pages of the sealed main part, each with her watermark burned in.
The restricted part (副卷) is out of reach here, whatever a grant says.
"""

from __future__ import annotations

from datetime import timedelta

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, Dossier, Side
from app.domain.lifecycle import SEALED
from app.domain.reading import ReadingGrant
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.administration import Administration
from app.services.context import Service
from app.services.item_rows import item_row
from app.services.ports import Transaction
from app.services.secrets import hash_secret, matches, new_code
from app.services.views import ReaderSession

FIRST_NUMBER = 1001
TRIES = 5
WATERMARK = "app.adapters.reading.watermark:watermarked_page"
READY = "app.adapters.reading.watermark:ready"


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


class ReadingRoom(Service):
    """What the review terminal may call."""

    def prepare(self) -> None:
        """Start what the first page needs, so that no reader waits for it.

        Raises Broken SYS-403 when pages cannot be marked on this machine.
        """
        self._context.pool.call(READY, (), seconds=60)

    def sign_in(self, code: str) -> ReaderSession:
        """The session behind a grant code ("1001-123456").

        Raises Refused RDR-103 (wrong; `left` tries, where the number is known), RDR-104 (no tries
        left), RDR-105 (not valid now), RDR-108 (the dossier is not sealed), RDR-109 (no page to
        show).
        """
        number, _, secret = "".join(code.split()).partition("-")
        with self._context.storage.write() as tx:
            grant = tx.grants.first(number=number) if number else None
            if grant is None:
                tx.audit.record("terminal", "reader_refused", "?", number=number[:8])
                tx.commit()
                raise Refused("RDR-103")
            dossier = tx.dossiers.get(grant.dossier_id)
            self._check(tx, grant, dossier, secret)
            session = self._session(tx, grant, dossier)
            grant = attrs.evolve(grant, tries_left=TRIES, views=grant.views + 1)
            tx.grants.replace(grant)
            tx.audit.record(
                "terminal", "reader_signed_in", dossier.case_no, reader=grant.reader, number=number
            )
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
            raise Refused("RDR-103", left=left) if left else Refused("RDR-104")
        self._check_valid(grant, dossier)

    def _check_valid(self, grant: ReadingGrant, dossier: Dossier) -> None:
        if grant.revoked or not grant.valid_from <= self._now() <= grant.valid_until:
            raise Refused("RDR-105")
        if dossier.state not in SEALED:
            raise Refused("RDR-108", case_no=dossier.case_no)

    def page(self, session: ReaderSession, page_number: int, *, ahead: bool = False) -> bytes:
        """One granted page as a JPEG with the reader's watermark burned in.

        A page made `ahead` is not on record yet: call `opened` before it is shown. Raises Refused
        RDR-106 for a page that is not granted, RDR-105 once the grant has ended, RDR-108 when the
        dossier is no longer sealed.
        """
        if ahead:
            with self._context.storage.read() as tx:
                grant, dossier, side = self._side(tx, session, page_number)
        else:
            grant, dossier, side = self._record(session, page_number)
        moment = self._context.clock.now().astimezone()
        lines = (
            f"仅供阅卷 {grant.reader} 证件尾号 {grant.certificate[-4:]}",
            dossier.case_no,
            f"{moment:%Y-%m-%d %H:%M} {self._context.station}",
        )
        path = self._context.blobs.path_of(side.picture)
        picture: bytes = self._context.pool.call(WATERMARK, (str(path), lines), seconds=30)
        return picture

    def opened(self, session: ReaderSession, page_number: int) -> None:
        """Record that a page made ahead, or kept at the terminal, is shown. Raises as `page`."""
        self._record(session, page_number)

    def _record(
        self, session: ReaderSession, page_number: int
    ) -> tuple[ReadingGrant, Dossier, Side]:
        with self._context.storage.write() as tx:
            grant, dossier, side = self._side(tx, session, page_number)
            tx.audit.record(
                "terminal",
                "page_read",
                dossier.case_no,
                reader=grant.reader,
                page=page_number,
                side=side.id,
            )
            tx.commit()
        return grant, dossier, side

    def _side(
        self, tx: Transaction, session: ReaderSession, page_number: int
    ) -> tuple[ReadingGrant, Dossier, Side]:
        grant = tx.grants.get(session.grant)
        dossier = tx.dossiers.get(grant.dossier_id)
        self._check_valid(grant, dossier)
        side = self._granted(tx, grant, dossier).get(page_number)
        if side is None:
            raise Refused("RDR-106", page=page_number)
        return grant, dossier, side

    def sign_out(self, session: ReaderSession) -> None:
        """The reader leaves."""
        with self._context.storage.write() as tx:
            tx.audit.record("terminal", "reader_signed_out", session.case_no, reader=session.reader)
            tx.commit()

    def staff_names(self) -> tuple[str, ...]:
        """Who of the staff may close the terminal."""
        return tuple(name for name, _role in Administration(self._context).people())

    def confirm_staff(self, name: str, pin: str) -> None:
        """Let a member of staff close the terminal; anybody while no staff is registered.

        Raises Refused ACC-106 (wrong), ACC-107 (locked).
        """
        administration, closer = Administration(self._context), "terminal"
        if not administration.needs_first_person():
            closer = administration.sign_in(name, pin).name
        with self._context.storage.write() as tx:
            tx.audit.record(closer, "terminal_closed", self._context.station)
            tx.commit()

    def _session(self, tx: Transaction, grant: ReadingGrant, dossier: Dossier) -> ReaderSession:
        pages = tuple(sorted(self._granted(tx, grant, dossier)))
        if not pages:
            raise Refused("RDR-109", case_no=dossier.case_no)
        items = tx.items.find(dossier_id=dossier.id, part=MAIN)
        return ReaderSession(
            grant=grant.id,
            reader=grant.reader,
            case_no=dossier.case_no,
            pages=pages,
            prints_left=grant.prints_left,
            valid_until=grant.valid_until,
            catalogue=tuple(
                attrs.evolve(item_row(item), reason={})
                for item in items
                if item.first_page is not None
                and any(item.first_page <= page <= (item.last_page or 0) for page in pages)
            ),
        )

    def _granted(self, tx: Transaction, grant: ReadingGrant, dossier: Dossier) -> dict[int, Side]:
        """Numbered, written sides of the main part that the grant covers, by page number. The
        restricted part counts its pages anew, so a number alone never leads there."""
        granted: dict[int, Side] = {}
        for side in tx.sides.find(dossier_id=dossier.id, superseded=False, part=MAIN):
            if side.role != "page" or side.blank or side.page_number is None or not side.picture:
                continue
            if not grant.pages or side.page_number in grant.pages:
                granted.setdefault(side.page_number, side)
        return granted


def system_actor(name: str) -> Actor:
    """The actor of the command line: whoever holds the data folder holds its rights."""
    return Actor(name=name, role="administrator")
