"""People, roles and what each role may do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from attrs import frozen

from app.kernel.errors import Refused

OPERATOR = "operator"
ARCHIVIST = "archivist"
CLERK = "clerk"
INSPECTOR = "inspector"
JUDGE = "judge"
ADMINISTRATOR = "administrator"
# The role of somebody who works here no more.
RETIRED = "retired"
STAFF_ROLES = (OPERATOR, INSPECTOR, ARCHIVIST, CLERK, JUDGE, ADMINISTRATOR)

PERMISSIONS: dict[str, frozenset[str]] = {
    OPERATOR: frozenset({"register", "scan", "process", "inspect", "sign", "hand_over"}),
    INSPECTOR: frozenset({"process", "inspect", "reconcile", "review", "sign", "hand_over"}),
    JUDGE: frozenset({"sign", "hand_over", "approve_reading"}),
    ARCHIVIST: frozenset(
        {
            "register",
            "process",
            "inspect",
            "catalogue",
            "reconcile",
            "seal",
            "package",
            "submit",
            "custody",
            "hand_over",
            "grant",
            "approve_reading",
            "review",
            "sign",
        }
    ),
    CLERK: frozenset(
        {"register", "scan", "process", "inspect", "custody", "hand_over", "grant", "sign"}
    ),
}


def person_key(name: str) -> str:
    """What tells people apart: their name however it was typed. Full and half width, upper and
    lower case and spaces make nobody another person."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def is_among(person: str, people: Iterable[str]) -> bool:
    """Whether somebody is one of these people, however her name was typed."""
    return person_key(person) in {person_key(name) for name in people}


@frozen(kw_only=True)
class Actor:
    """Whoever gives a command. `role` is one of STAFF_ROLES."""

    name: str
    role: str

    def require(self, permission: str) -> None:
        """Raises Refused ACC-101 when the role may not do this."""
        if self.role == ADMINISTRATOR:
            return
        if permission not in PERMISSIONS.get(self.role, frozenset()):
            raise Refused("ACC-101", actor=self.name, role=self.role, permission=permission)


@frozen(kw_only=True)
class Person:
    """A member of staff who may sign in with a PIN (scrypt hash, never the PIN itself)."""

    id: str
    name: str
    role: str
    pin_hash: str
    pin_salt: str
    failed: int = 0
    locked_until: str = ""
