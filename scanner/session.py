"""The way to a scanner: a source such as `folder:DIR` becomes a driver and a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.kernel.errors import BadInput, Fault
from scanner.api import Capabilities, DeviceInfo, ScannerDriver, ScanWarning
from scanner.bridge import DEVICE_SECONDS, STALL_SECONDS, DeviceSearch, HostedScanner
from scanner.registry import known_schemes

# Until the first side: a lamp warms up; a bundled dossier is drawn once.
_FIRST_SIDE_SECONDS = {"sane": 120.0, "simulated": 600.0, "twain": 120.0}


def open_source(
    source: str,
    *,
    stall_seconds: float = STALL_SECONDS,
    command: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[ScannerDriver, str]:
    """The driver of `source` and the name to ask it for (`ScanRequest.name`).

    Raises BadInput SCN-201 (unknown scheme) and SCN-203 (no scheme or no name).
    Whether the device is there is only known when it is used.
    """
    scheme, separator, name = source.partition(":")
    scheme = scheme.strip().lower()
    known = known_schemes()
    if not separator or (scheme in known and not name.strip()):
        raise BadInput("SCN-203", source=source, known=", ".join(known))
    if scheme not in known:
        raise BadInput("SCN-201", scheme=scheme, known=", ".join(known))
    driver = HostedScanner(
        scheme,
        command=command,
        stall_seconds=stall_seconds,
        first_side_seconds=_FIRST_SIDE_SECONDS.get(scheme, 0.0),
        environment=environment,
    )
    return driver, name


def capabilities_of(
    source: str,
    *,
    command: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Capabilities:
    """What the device behind `source` can do, and its settings. Raises as `open_source`, and the
    faults of the driver."""
    driver, name = open_source(source, command=command, environment=environment)
    return driver.capabilities(name)


def list_devices(
    *,
    seconds: float = DEVICE_SECONDS,
    command: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[list[DeviceInfo], list[ScanWarning]]:
    """Every device that answers within `seconds`, and one warning for each driver that failed.

    All drivers search at the same time, each in its own process.
    """
    devices: list[DeviceInfo] = []
    warnings: list[ScanWarning] = []
    searches: list[DeviceSearch] = []
    try:
        for scheme in known_schemes():
            scanner = HostedScanner(
                scheme, command=command, device_seconds=seconds, environment=environment
            )
            try:
                searches.append(scanner.begin_devices())
            except Fault as fault:
                warnings.append(_as_warning(fault))
        for search in searches:
            try:
                devices.extend(search.collect())
            except Fault as fault:
                warnings.append(_as_warning(fault))
    finally:
        for search in searches:
            search.close()
    return devices, warnings


def _as_warning(fault: Fault) -> ScanWarning:
    return ScanWarning(code=fault.code, parameters=dict(fault.parameters))
