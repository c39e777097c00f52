"""The secrets of this station: kept and removed by an administrator, never shown."""

from __future__ import annotations

from attrs import frozen

from app.domain.access import Actor
from app.services.context import Service


@frozen(kw_only=True)
class SecretRow:
    """A secret that is there: its name and where it lies ("environment" or "file")."""

    name: str
    place: str


class KeepingSecrets(Service):
    """Use cases of the administrator who sets up keys and passwords."""

    def keep_secret(self, actor: Actor, name: str, value: str) -> None:
        """Keep a secret under a name, in place of an earlier one. The record has its name alone.

        Raises Refused ACC-101, BadInput SEC-102 and SEC-104, Broken SEC-103.
        """
        actor.require("administer")
        with self._context.storage.write() as tx:
            tx.audit.record(actor.name, "secret_kept", name)
            self._context.secrets.keep(name, value)
            tx.commit()

    def remove_secret(self, actor: Actor, name: str) -> None:
        """Remove a secret. Raises Refused ACC-101 and SEC-101, BadInput SEC-102, Broken
        SEC-103."""
        actor.require("administer")
        with self._context.storage.write() as tx:
            tx.audit.record(actor.name, "secret_removed", name)
            self._context.secrets.remove(name)
            tx.commit()

    def secrets(self) -> list[SecretRow]:
        """Which secrets there are, without their values."""
        found = self._context.secrets.names()
        return [SecretRow(name=name, place=place) for name, place in found.items()]
