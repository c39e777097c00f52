"""Names of the drivers and where they live. Knows no driver: only the host loads one."""

from __future__ import annotations

from importlib.metadata import entry_points

ENTRY_POINT_GROUP = "dossier.scanner"

_BUILT_IN = {
    "camera": "scanner.drivers.camera:CameraDriver",
    "escl": "scanner.drivers.escl:EsclDriver",
    "folder": "scanner.drivers.folder:FolderDriver",
    "sane": "scanner.drivers.sane:SaneDriver",
    "simulated": "scanner.drivers.simulated:SimulatedDriver",
    "twain": "scanner.drivers.twain:TwainDriver",
    "watch": "scanner.drivers.watch:WatchDriver",
}


def driver_locations() -> dict[str, str]:
    """Every driver by scheme as `module:class`; an installed plug-in cannot replace a built-in."""
    found = {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}
    return found | _BUILT_IN


def known_schemes() -> list[str]:
    """The schemes that a source may start with, in alphabetical order."""
    return sorted(driver_locations())
