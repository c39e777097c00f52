"""Administration: people and sign-in, audit chain, fixity, and what this machine lacks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import attrs

from app.domain.access import ADMINISTRATOR, STAFF_ROLES, Actor, Person
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.context import Service
from app.services.secrets import hash_secret, matches
from app.services.views import AuditReport, DoctorRow, SearchHit
from archive_rules.case_number import parse
from archive_rules.text import plain

FAILED_BEFORE_LOCK = 5
LOCK_MINUTES = 10
SHORTEST_PIN = 4
SNIPPET = 30
# Sides that hold the figures of a case number, of which those with the number itself are chosen.
MOST_CANDIDATES = 5000


class Administration(Service):
    """Use cases of the administrator, and signing in."""

    def people(self) -> list[tuple[str, str]]:
        """Names and roles of all staff."""
        with self._context.storage.read() as tx:
            return [(person.name, person.role) for person in tx.people.find()]

    def needs_first_person(self) -> bool:
        """Whether nobody can sign in yet."""
        with self._context.storage.read() as tx:
            return tx.people.count() == 0

    def create_first_person(self, name: str, pin: str) -> Actor:
        """The first administrator of an empty data folder. Raises Refused ACC-102 afterwards."""
        if not self.needs_first_person():
            raise Refused("ACC-102")
        actor = Actor(name=name.strip(), role=ADMINISTRATOR)
        self._add(actor, name, ADMINISTRATOR, pin)
        return actor

    def add_person(self, actor: Actor, name: str, role: str, pin: str) -> None:
        """Let somebody sign in. Raises BadInput ACC-103, ACC-104, Refused ACC-105."""
        actor.require("administer")
        self._add(actor, name, role, pin)

    def _add(self, actor: Actor, name: str, role: str, pin: str) -> None:
        name = name.strip()
        if not name or role not in STAFF_ROLES:
            raise BadInput("ACC-103", name=name, role=role)
        if len(pin) < SHORTEST_PIN:
            raise BadInput("ACC-104", shortest=SHORTEST_PIN)
        with self._context.storage.write() as tx:
            if tx.people.first(name=name) is not None:
                raise Refused("ACC-105", name=name)
            pin_hash, salt = hash_secret(pin)
            tx.people.add(
                Person(id=new_id("person"), name=name, role=role, pin_hash=pin_hash, pin_salt=salt)
            )
            tx.audit.record(actor.name, "person_added", name, role=role)
            tx.commit()

    def sign_in(self, name: str, pin: str) -> Actor:
        """The actor behind a name and PIN. Raises Refused ACC-106 (wrong), ACC-107 (locked)."""
        now = self._now()
        with self._context.storage.write() as tx:
            person = tx.people.first(name=name.strip())
            if person is not None and person.locked_until > now:
                raise Refused("ACC-107", minutes=LOCK_MINUTES)
            if person is None or not matches(pin, person.pin_hash, person.pin_salt):
                if person is not None:
                    tx.people.replace(self._failed(person))
                tx.audit.record(name.strip() or "?", "sign_in_failed", name.strip() or "?")
                tx.commit()
                raise Refused("ACC-106")
            tx.people.replace(attrs.evolve(person, failed=0, locked_until=""))
            tx.audit.record(person.name, "signed_in", person.name)
            tx.commit()
        return Actor(name=person.name, role=person.role)

    def _failed(self, person: Person) -> Person:
        failed = person.failed + 1
        if failed < FAILED_BEFORE_LOCK:
            return attrs.evolve(person, failed=failed)
        until = self._context.clock.now() + timedelta(minutes=LOCK_MINUTES)
        return attrs.evolve(person, failed=0, locked_until=timestamp(until))

    def audit_verify(self) -> AuditReport:
        """Check the whole audit chain."""
        with self._context.storage.read() as tx:
            intact, rows, head, broken_at = tx.audit.verify()
        return AuditReport(ok=intact, rows=rows, head=head, broken_at=broken_at)

    def fixity(
        self, actor: Actor, *, report: Report = silent, cancel: CancelToken | None = None
    ) -> dict[str, Any]:
        """Read every master again and compare its digest.

        {"masters", "damaged": [sha256], "sides": [{"sha256", "case_no", "position"}]}
        """
        cancel = cancel or CancelToken()
        with self._context.storage.read() as tx:
            masters = tx.masters.find()
        damaged = []
        for index, master in enumerate(masters, start=1):
            cancel.check()
            if not self._context.blobs.verify(master.sha256):
                damaged.append(master.sha256)
            report(Progress(step="fixity", done=index, total=len(masters)))
        with self._context.storage.write() as tx:
            sides = [
                {
                    "sha256": side.master,
                    "case_no": tx.dossiers.get(side.dossier_id).case_no,
                    "position": side.position,
                }
                for sha256 in damaged
                for side in tx.sides.find(master=sha256)
            ]
            tx.audit.record(
                actor.name, "fixity_checked", "store", masters=len(masters), damaged=damaged
            )
            tx.commit()
        return {"masters": len(masters), "damaged": damaged, "sides": sides}

    def search(self, text: str, limit: int = 200) -> list[SearchHit]:
        """Sides whose recognised text holds `text`, with the words around it. A case number is
        found in whatever brackets, width and spacing it stands on the page."""
        text = text.strip()
        if not text:
            return []
        number, sought, most = "", text, limit
        with suppress(BadInput):
            written = parse(text)
            number, sought, most = plain(written.normal), str(written.number), MOST_CANDIDATES
        hits: list[SearchHit] = []
        with self._context.storage.read() as tx:
            for dossier_id, side_id, found in self._context.storage.search(sought, most):
                side = tx.sides.get(side_id)
                if side.superseded or number not in plain(found):
                    continue
                place = max(0, found.casefold().find(sought.casefold()))
                snippet = found[max(0, place - SNIPPET) : place + len(text) + SNIPPET]
                hits.append(
                    SearchHit(
                        case_no=tx.dossiers.get(dossier_id).case_no,
                        position=side.position,
                        page_number=side.page_number,
                        snippet=" ".join(snippet.split()),
                    )
                )
                if len(hits) == limit:
                    break
        return sorted(hits, key=lambda hit: (hit.case_no, hit.position))

    def data_version(self) -> int:
        """A number that changes when anybody committed."""
        return self._context.storage.data_version()

    def targets(self) -> list[str]:
        """Names of the archive targets."""
        return sorted(self._context.targets)

    def engines(self) -> list[str]:
        """Names of the recognition engines."""
        return ["rapidocr", "tesseract"]

    def doctor(self, probes: list[Callable[[], DoctorRow]] | None = None) -> list[DoctorRow]:
        """What this machine needs and whether it is there."""
        return [probe() for probe in (probes if probes is not None else self._context.probes)]
