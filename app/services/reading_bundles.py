"""Reading bundles: what one grant shows, made for a terminal without the database."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import CLERK, Actor, Person
from app.domain.dossier import Dossier
from app.domain.reading import ReadingBundle, ReadingGrant
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.carried_identity import carried_card
from app.services.context import Service
from app.services.ports import Transaction
from app.services.reading_applications import LONGEST_NAME, text_of_form
from app.services.reading_bundle_content import BundleContent, bundle_content
from app.services.reading_bundle_terminals import SECONDS, secret_name, terminal_secret
from app.services.reading_desk_views import BundleRow
from app.services.reading_grants import grant_of
from app.services.reading_keys import page_key
from app.services.reading_rows import APPOINTED_TERMINAL, LIVE, grant_state
from app.services.secrets import hash_secret

MAKE = "app.adapters.reading_bundle_files:make"
WRITE_TERMINAL = "app.adapters.reading_bundle:write_terminal"
# Several people know it, and it is typed in a public hall.
SHORTEST_CLOSING_CODE, LONGEST_CLOSING_CODE = 6, 32


class ReadingBundles(Service):
    """Use cases of whoever sends grants to terminals that reach no database."""

    def enrol_reading_terminal(self, actor: Actor, terminal: str, path: Path) -> Path:
        """Write the file by which a terminal is set up: its name, a new secret, and by which key
        this station signs. Bundles made before for a terminal of this name open there no more.
        Raises BadInput RDR-121 (no name), Broken SYS-401, IDN-113, SEC-103."""
        actor.require("administer")
        name = text_of_form(terminal, "terminal", LONGEST_NAME)
        if not name:
            raise BadInput("RDR-121", field="terminal")
        secret = secrets.token_hex(32)
        arguments = (str(self._context.folders.root), name, secret, str(path))
        self._context.pool.call(WRITE_TERMINAL, arguments, seconds=SECONDS)
        self._context.secrets.keep(secret_name(name), secret)
        with self._context.storage.write() as tx:
            tx.audit.record(actor.name, "reading_terminal_enrolled", name)
            tx.commit()
        return path

    def make_reading_bundle(
        self,
        actor: Actor,
        grant_id: str,
        out: Path,
        *,
        terminal: str = "",
        closing_code: str = "",
    ) -> BundleRow:
        """Write what one grant shows as an encrypted and signed file for a terminal, its booked
        one where none is named, to be opened until the grant ends. With a `closing_code` staff
        can close the terminal on its screen; the newest bundle that brings one decides.

        Raises Refused RDR-149 (the grant cannot be used), RDR-148 (the terminal is not enrolled),
        BadInput RDR-136, RDR-181 (the closing code), Broken SYS-401 (cannot be written), IDN-113.
        """
        actor.require("grant")
        code = _checked_code(closing_code)
        with self._context.storage.read() as tx:
            grant = grant_of(tx, grant_id)
            dossier = tx.dossiers.get(grant.dossier_id)
            if grant_state(grant, dossier, self._now()) not in (LIVE, "future"):
                raise Refused("RDR-149", number=grant.number)
            card = carried_card(self._context, grant.identity_hash)
            content = bundle_content(tx, grant, dossier, card=card.digest)
        bundle = self._new_bundle(actor, grant, out, terminal)
        order = self._bundle_order(bundle, dossier, content) | {"card": dict(card.file)}
        order["records"]["people"] = [_closer(bundle.terminal, code)] if code else []
        sha256 = str(self._context.pool.call(MAKE, (order,), seconds=SECONDS))
        made = attrs.evolve(bundle, sha256=sha256)
        return self._keep_bundle(made, grant, pages=len(content.records["sides"]))

    def reading_bundles(self, *, case_no: str = "") -> tuple[BundleRow, ...]:
        """The bundles that were made, the newest first."""
        with self._context.storage.read() as tx:
            wanted = {"dossier_id": self._dossier(tx, case_no).id} if case_no else {}
            rows = [_bundle_row(tx, bundle) for bundle in tx.reading_bundles.find(**wanted)]
        return tuple(reversed(rows))

    def _new_bundle(
        self, actor: Actor, grant: ReadingGrant, out: Path, terminal: str
    ) -> ReadingBundle:
        return ReadingBundle(
            id=new_id("bundle"),
            grant_id=grant.id,
            dossier_id=grant.dossier_id,
            made_at=self._now(),
            made_by=actor.name,
            valid_until=grant.valid_until,
            sha256="",
            terminal=terminal.strip() or str(grant.details.get(APPOINTED_TERMINAL, "")),
            path=str(out),
        )

    def _bundle_order(
        self, bundle: ReadingBundle, dossier: Dossier, content: BundleContent
    ) -> dict[str, Any]:
        """What `MAKE` writes. Raises Refused RDR-148, Broken IDN-113."""
        return {
            "data": str(self._context.folders.root),
            "work": str(self._context.folders.work),
            "out": bundle.path,
            "secret": terminal_secret(self._context, bundle.terminal),
            "head": {
                "bundle": bundle.id,
                "terminal": bundle.terminal,
                "valid_until": bundle.valid_until,
                "made_at": bundle.made_at,
            },
            "records": dict(content.records),
            "covers": dict(content.covers),
            "key": page_key(self._context, bundle.grant_id).hex(),
            "actor": bundle.made_by,
            "case_no": dossier.case_no,
        }

    def _keep_bundle(self, bundle: ReadingBundle, grant: ReadingGrant, *, pages: int) -> BundleRow:
        """Write down that a bundle was made."""
        with self._context.storage.write() as tx:
            tx.reading_bundles.add(bundle)
            row = attrs.evolve(_bundle_row(tx, bundle), pages=pages)
            tx.audit.record(
                bundle.made_by,
                "reading_bundle_made",
                row.case_no,
                bundle=bundle.id,
                number=grant.number,
                reader=grant.reader,
                terminal=bundle.terminal,
                sha256=bundle.sha256,
                pages=pages,
            )
            tx.commit()
        return row


def _checked_code(text: str) -> str:
    """Raises BadInput RDR-181 for a code that is too short or too long."""
    code = text.strip()
    if code and not SHORTEST_CLOSING_CODE <= len(code) <= LONGEST_CLOSING_CODE:
        raise BadInput("RDR-181", shortest=SHORTEST_CLOSING_CODE, longest=LONGEST_CLOSING_CODE)
    return code


def _closer(terminal: str, code: str) -> Person:
    """Whoever closes the terminal, as a person there: wrong codes are counted as everywhere. She
    bears the name of the terminal, because nobody can tell who of the staff it was."""
    pin_hash, salt = hash_secret(code)
    return Person(id=new_id("person"), name=terminal, role=CLERK, pin_hash=pin_hash, pin_salt=salt)


def _bundle_row(tx: Transaction, bundle: ReadingBundle) -> BundleRow:
    grant = tx.grants.get(bundle.grant_id)
    return BundleRow(
        id=bundle.id,
        grant=grant.id,
        number=grant.number,
        case_no=tx.dossiers.get(bundle.dossier_id).case_no,
        reader=grant.reader,
        terminal=bundle.terminal,
        path=bundle.path,
        sha256=bundle.sha256,
        made_at=bundle.made_at,
        made_by=bundle.made_by,
        valid_until=bundle.valid_until,
        carried_at=bundle.carried_at,
        carried_by=bundle.carried_by,
        log_rows=bundle.log_rows,
    )
