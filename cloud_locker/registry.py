"""Cabinets by name: `simulated:hall`. Knows no driver; loads the one that is asked for."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

from app.kernel.errors import BadInput
from cloud_locker.api import LockerDriver

ENTRY_POINT_GROUP = "dossier.locker"

_BUILT_IN = {
    "simulated": "cloud_locker.drivers.simulated:SimulatedCabinet",
    "mqtt": "cloud_locker.drivers.mqtt_controllers:make_cabinet",
}


def driver_locations() -> dict[str, str]:
    """Every driver by scheme as `module:class`; an installed plug-in cannot replace a built-in."""
    found = {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}
    return found | _BUILT_IN


def open_cabinet(name: str, folder: Path, **options: Any) -> LockerDriver:
    """The driver of the cabinet `scheme:name`, with what it keeps on disk in `folder`.

    `options` go to the driver as they are. Raises BadInput LCK-115 for an unknown scheme or an
    unusable name.
    """
    scheme, separator, own_name = name.partition(":")
    locations = driver_locations()
    if not separator or scheme not in locations:
        raise BadInput("LCK-115", name=name, known=", ".join(sorted(locations)))
    module, _, attribute = locations[scheme].partition(":")
    driver = getattr(import_module(module), attribute)
    return cast(LockerDriver, driver(own_name, folder, **options))
