"""Cabinets by name: `simulated:hall`. Knows no driver; loads the one that is asked for."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

from app.kernel.errors import BadInput
from cloud_locker.api import LockerDriver
from cloud_locker.steady import SteadyCabinet

ENTRY_POINT_GROUP = "dossier.locker"
# Files are named after the cabinet.
_NAME = re.compile(r"[\w-]{1,40}")
_BUS = re.compile(r"[\w-]{1,80}")

_BUILT_IN = {
    "simulated": "cloud_locker.drivers.simulated:SimulatedCabinet",
    "mqtt": "cloud_locker.drivers.mqtt_controllers:make_cabinet",
    "modbus": "cloud_locker.drivers.modbus_relays:make_cabinet",
    "wkly": "cloud_locker.drivers.wkly:make_cabinet",
    "kerong": "cloud_locker.drivers.kerong:make_cabinet",
    "kerong48": "cloud_locker.drivers.kerong_cu48:make_cabinet",
    "relay8a": "cloud_locker.drivers.relay_0x8a:make_cabinet",
}


def driver_locations() -> dict[str, str]:
    """Every driver by scheme as `module:class`; an installed plug-in cannot replace a built-in."""
    found = {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}
    return found | _BUILT_IN


def file_stem(cabinet: str) -> str:
    """What the files and folders of the cabinet `scheme:name` begin with."""
    return cabinet.replace(":", "-")


def open_cabinet(name: str, folder: Path, **options: Any) -> LockerDriver:
    """The driver of the cabinet `scheme:name`, with what it keeps on disk in `folder`.

    `options` go to the driver as they are, but for `bus`: cabinets that hang on one wire name the
    same one, so that only one of them speaks at a time. Raises BadInput LCK-115 for an unknown
    scheme or an unusable name of cabinet or bus.
    """
    scheme, separator, own_name = name.partition(":")
    locations = driver_locations()
    bus = str(options.pop("bus", file_stem(name)))
    if not (
        separator and scheme in locations and _NAME.fullmatch(own_name) and _BUS.fullmatch(bus)
    ):
        raise BadInput("LCK-115", name=name, known=", ".join(sorted(locations)))
    module, _, attribute = locations[scheme].partition(":")
    driver = getattr(import_module(module), attribute)
    cabinet = cast(LockerDriver, driver(own_name, folder, **options))
    if isinstance(cabinet, SteadyCabinet):
        cabinet.share_bus(folder / f"{bus}.bus.lock")
    return cabinet
