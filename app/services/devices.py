"""Scanners as this station knows them: what they can do, and their own options as kept here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.station import Device, Preference
from app.kernel.errors import BadInput
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.station_views import DeviceView, OptionRow
from app.services.tasks import MACHINE
from scanner.api import Capabilities
from scanner.session import capabilities_of

FLAGS = ("brightness", "contrast", "multifeed", "imprinter", "long_paper", "dual_stream")


class Devices(Service):
    """Use cases about devices and about what people prefer."""

    def device(self, source: str, *, refresh: bool = False) -> DeviceView:
        """What the device behind `source` can do. Asked once and remembered; `refresh` asks again.

        Raises the faults of the driver when it has to be asked.
        """
        with self._context.storage.read() as tx:
            known = tx.devices.first(source=source)
        if known is not None and known.capabilities and not refresh:
            return _view(known)
        return _view(self._remember(source, capabilities_of(source)))

    def save_device_options(
        self, actor: Actor, source: str, options: Mapping[str, Any]
    ) -> DeviceView:
        """Keep values of the device's own options; every batch from it uses them.

        None takes a kept value away. Raises BadInput PRF-106 for an option that the device does
        not have or that cannot be set.
        """
        actor.require("scan")
        view = self.device(source)
        settable = {row.name for row in view.options if row.settable and row.type != "button"}
        for name in options:
            if name not in settable:
                raise BadInput("PRF-106", source=source, option=name)
        with self._context.storage.write() as tx:
            device = tx.devices.first(source=source)
            if device is None:
                raise BadInput("PRF-106", source=source, option=next(iter(options), ""))
            kept = dict(device.options) | dict(options)
            kept = {name: value for name, value in kept.items() if value is not None}
            changed = attrs.evolve(device, options=kept)
            tx.devices.replace(changed)
            tx.audit.record(actor.name, "device_options_kept", source, options=kept)
            tx.commit()
        return _view(changed)

    def preference(self, actor: Actor, name: str) -> dict[str, Any]:
        """What a person prefers ("keys", "source"), empty when nothing was kept."""
        with self._context.storage.read() as tx:
            found = tx.preferences.first(person=actor.name, name=name)
        return dict(found.value) if found is not None else {}

    def save_preference(self, actor: Actor, name: str, value: Mapping[str, Any]) -> None:
        """Keep what a person prefers."""
        with self._context.storage.write() as tx:
            found = tx.preferences.first(person=actor.name, name=name)
            if found is not None and found.value == dict(value):
                return
            if found is None:
                made = Preference(
                    id=new_id("preference"), person=actor.name, name=name, value=dict(value)
                )
                tx.preferences.add(made)
            else:
                tx.preferences.replace(attrs.evolve(found, value=dict(value)))
            tx.audit.record(actor.name, "preference_kept", actor.name, name=name)
            tx.commit()

    def _remember(self, source: str, found: Capabilities) -> Device:
        # Through JSON, so that what is read back later equals what is shown now.
        record = json.loads(json.dumps(asdict(found)))
        with self._context.storage.write() as tx:
            known = tx.devices.first(source=source)
            device = attrs.evolve(
                known or Device(id=new_id("device"), source=source),
                capabilities=record,
                seen_at=self._now(),
            )
            if known is None:
                tx.devices.add(device)
            else:
                tx.devices.replace(device)
            tx.audit.record(MACHINE, "device_seen", source)
            tx.commit()
        return device


def _view(device: Device) -> DeviceView:
    found = device.capabilities
    return DeviceView(
        source=device.source,
        maker=device.maker,
        model=device.model,
        seen_at=device.seen_at,
        sources=tuple(found.get("sources", ())),
        flags={name: bool(found.get(name)) for name in FLAGS},
        options=tuple(
            OptionRow(
                **(entry | {"choices": tuple(entry["choices"])}),
                stored=device.options.get(entry["name"]),
            )
            for entry in found.get("options", ())
        ),
    )
