"""Scan profiles (扫描方案): named settings, which an administrator can lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from app.domain.access import ADMINISTRATOR, Actor
from app.domain.dossier import Batch, Dossier
from app.domain.profile_rules import BUILT_IN, checked_name, full_settings
from app.domain.station import ScanProfile
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.station_views import ProfileRow

DAY_LENGTH = len("2026-01-31")


class Profiles(Service):
    """Use cases about scan profiles."""

    def profiles(self) -> list[str]:
        """Names of the scan profiles, the built-in ones first."""
        return [row.name for row in self.profile_rows()]

    def profile_rows(self) -> tuple[ProfileRow, ...]:
        """All profiles in force. A built-in one that somebody changed stands at its place."""
        with self._context.storage.read() as tx:
            stored = {profile.name: profile for profile in tx.profiles.find()}
        names = [*BUILT_IN, *(name for name in stored if name not in BUILT_IN)]
        return tuple(
            _row(name, stored.get(name))
            for name in names
            if name not in stored or not stored[name].retired
        )

    def save_profile(
        self,
        actor: Actor,
        name: str,
        settings: Mapping[str, Any],
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """Make or change a profile.

        Raises BadInput PRF-101 to PRF-103, Refused PRF-104 when it is locked and the actor is no
        administrator.
        """
        actor.require("scan")
        name = checked_name(name)
        changed = full_settings(settings)
        with self._context.storage.write() as tx:
            earlier = tx.profiles.first(name=name)
            _require_unlocked(actor, earlier)
            profile = attrs.evolve(
                earlier or ScanProfile(id=new_id("profile"), name=name, settings={}),
                settings=changed,
                options=dict(options or {}),
                retired=False,
                changed_at=self._now(),
                changed_by=actor.name,
            )
            _put(tx, profile, earlier)
            tx.audit.record(
                actor.name, "profile_saved", name, settings=changed, options=profile.options
            )
            tx.commit()

    def lock_profile(self, actor: Actor, name: str, locked: bool) -> None:
        """Let only administrators change a profile, or everybody again. Administrators only."""
        actor.require("administer")
        with self._context.storage.write() as tx:
            earlier, profile = self._stored(tx, name)
            _put(
                tx,
                attrs.evolve(profile, locked=locked, changed_at=self._now(), changed_by=actor.name),
                earlier,
            )
            tx.audit.record(actor.name, "profile_locked", name, locked=locked)
            tx.commit()

    def retire_profile(self, actor: Actor, name: str) -> None:
        """Take a profile out of use; a built-in one goes back to its first settings. Batches keep
        the settings they were scanned with. Raises Refused PRF-104, BadInput CAP-101."""
        actor.require("scan")
        with self._context.storage.write() as tx:
            earlier, profile = self._stored(tx, name)
            _require_unlocked(actor, earlier)
            changed = attrs.evolve(
                profile,
                settings=full_settings(BUILT_IN.get(name, {})),
                options={},
                retired=name not in BUILT_IN,
                changed_at=self._now(),
                changed_by=actor.name,
            )
            _put(tx, changed, earlier)
            tx.audit.record(actor.name, "profile_retired", name)
            tx.commit()

    def _stored(self, tx: Transaction, name: str) -> tuple[ScanProfile | None, ScanProfile]:
        """(the row, or None for a built-in profile nobody changed; the profile)."""
        earlier = tx.profiles.first(name=name, retired=False)
        if earlier is not None:
            return earlier, earlier
        if name in BUILT_IN:
            settings = full_settings(BUILT_IN[name])
            return None, ScanProfile(id=new_id("profile"), name=name, settings=settings)
        raise BadInput("CAP-101", profile=name, known=", ".join(self.profiles()))

    def _feeding_settings(
        self,
        actor: Actor,
        case_no: str,
        source: str,
        profile: str,
        options: Mapping[str, Any],
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """As `_profile_settings`, with the text to print made that of a case and its number the
        next one of the dossier."""
        settings, feeding = self._profile_settings(actor, source, profile, options)
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            printed = _imprinted_sheets(tx, dossier) if settings["imprint"] else 0
        settings["imprint"] = settings["imprint"].replace("{case}", dossier.case_no)
        settings["imprint_start"] += printed
        return settings, feeding

    def _profile_settings(
        self, actor: Actor, source: str, profile: str, options: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """(all settings of the profile, driver options) for a batch from `source`.

        The options of the profile win over those kept for the device, those given with the batch
        over both. Raises BadInput CAP-101 (no such profile), Refused PRF-105 when options are
        given beside a locked profile by somebody who is no administrator.
        """
        with self._context.storage.read() as tx:
            _earlier, found = self._stored(tx, profile)
            device = tx.devices.first(source=source)
        if options and found.locked and actor.role != ADMINISTRATOR:
            raise Refused("PRF-105", name=profile)
        settings = full_settings(found.settings)
        settings["imprint"] = settings["imprint"].replace("{date}", self._now()[:DAY_LENGTH])
        kept = dict(device.options) if device is not None else {}
        return settings, kept | found.options | dict(options)


def batch_profile(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a batch keeps of the profile it was scanned with."""
    return {"name": name} | dict(settings)


def is_duplex(batch: Batch) -> bool:
    """Whether both sides of every sheet of a batch were asked for."""
    return bool(batch.profile.get("duplex", True))


def _imprinted_sheets(tx: Transaction, dossier: Dossier) -> int:
    """How many sheets of a dossier carry an imprint already, so that numbers go on."""
    sides = tx.sides.find(dossier_id=dossier.id)
    return len({(side.batch_id, side.sheet) for side in sides if side.imprint})


def _require_unlocked(actor: Actor, profile: ScanProfile | None) -> None:
    if profile is not None and profile.locked and actor.role != ADMINISTRATOR:
        raise Refused("PRF-104", name=profile.name)


def _put(tx: Transaction, profile: ScanProfile, earlier: ScanProfile | None) -> None:
    if earlier is None:
        tx.profiles.add(profile)
    else:
        tx.profiles.replace(profile)


def _row(name: str, stored: ScanProfile | None) -> ProfileRow:
    settings = stored.settings if stored is not None else BUILT_IN[name]
    return ProfileRow(
        name=name,
        settings=full_settings(settings),
        options=dict(stored.options) if stored is not None else {},
        locked=stored.locked if stored is not None else False,
        built_in=name in BUILT_IN,
        changed_at=stored.changed_at if stored is not None else "",
        changed_by=stored.changed_by if stored is not None else "",
    )
