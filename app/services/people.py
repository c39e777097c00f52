"""People: who works here, in which role, and how they sign in."""

from __future__ import annotations

from datetime import timedelta

import attrs

from app.domain.access import ADMINISTRATOR, RETIRED, STAFF_ROLES, Actor, Person, is_among
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.secrets import hash_secret, matches

FAILED_BEFORE_LOCK = 5
LOCK_MINUTES = 10
SHORTEST_PIN = 4


class People(Service):
    """Use cases about the staff, and signing in."""

    def people(self) -> list[tuple[str, str]]:
        """Names and roles of all staff who may sign in."""
        with self._context.storage.read() as tx:
            return [(person.name, person.role) for person in tx.people.find() if _works(person)]

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
            if is_among(name, (known.name for known in tx.people.find())):
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
            if (
                person is None
                or not _works(person)
                or not matches(pin, person.pin_hash, person.pin_salt)
            ):
                if person is not None and _works(person):
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

    def change_role(self, actor: Actor, name: str, role: str) -> None:
        """Give somebody another role from the next sign-in on; what she did stays hers.

        Raises BadInput ACC-103 (no such role), ACC-108 (nobody of that name), Refused ACC-109 (the
        last administrator).
        """
        actor.require("administer")
        if role not in STAFF_ROLES:
            raise BadInput("ACC-103", name=name, role=role)
        self._set_role(actor, name, role, "role_changed")

    def retire_person(self, actor: Actor, name: str) -> None:
        """Let somebody sign in no more. Her name stays with everything she did, and is not given
        to anybody else. Raises BadInput ACC-108, Refused ACC-109."""
        actor.require("administer")
        self._set_role(actor, name, RETIRED, "person_retired")

    def reset_pin(self, actor: Actor, name: str, pin: str) -> None:
        """Give somebody a new PIN, which also ends a lock. Raises BadInput ACC-104, ACC-108."""
        actor.require("administer")
        self._set_pin(actor, name, pin)

    def change_pin(self, actor: Actor, old: str, new: str) -> None:
        """Change one's own PIN. Raises Refused ACC-106 (the old one is wrong), BadInput ACC-104."""
        with self._context.storage.read() as tx:
            person = _person(tx, actor.name)
        if not matches(old, person.pin_hash, person.pin_salt):
            raise Refused("ACC-106")
        self._set_pin(actor, actor.name, new)

    def _set_role(self, actor: Actor, name: str, role: str, action: str) -> None:
        with self._context.storage.write() as tx:
            person = _person(tx, name)
            if person.role == ADMINISTRATOR and role != ADMINISTRATOR:
                others = tx.people.count(role=ADMINISTRATOR) - 1
                if not others:
                    raise Refused("ACC-109", name=person.name)
            tx.people.replace(attrs.evolve(person, role=role))
            tx.audit.record(actor.name, action, person.name, role=role, before=person.role)
            tx.commit()

    def _set_pin(self, actor: Actor, name: str, pin: str) -> None:
        if len(pin) < SHORTEST_PIN:
            raise BadInput("ACC-104", shortest=SHORTEST_PIN)
        pin_hash, salt = hash_secret(pin)
        with self._context.storage.write() as tx:
            person = _person(tx, name)
            tx.people.replace(
                attrs.evolve(person, pin_hash=pin_hash, pin_salt=salt, failed=0, locked_until="")
            )
            tx.audit.record(actor.name, "pin_changed", person.name)
            tx.commit()


def _works(person: Person) -> bool:
    return person.role in STAFF_ROLES


def _person(tx: Transaction, name: str) -> Person:
    person = tx.people.first(name=name.strip())
    if person is None or not _works(person):
        raise BadInput("ACC-108", name=name.strip())
    return person
