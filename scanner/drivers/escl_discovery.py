"""Finds eSCL scanners on the local network by multicast DNS (RFC 6762, DNS-SD of RFC 6763)."""

from __future__ import annotations

import ipaddress
import logging
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zeroconf import (
    InterfaceChoice,
    IPVersion,
    ServiceBrowser,
    ServiceInfo,
    ServiceListener,
    Zeroconf,
)

from scanner.api import DeviceInfo
from scanner.drivers.escl_address import EsclAddress

SERVICE_TYPES = ("_uscan._tcp.local.", "_uscans._tcp.local.")
# Addresses of the interfaces to search, with commas between; all of them when not set.
INTERFACES_VARIABLE = "JUANZONG_ESCL_INTERFACES"
SEARCH_SECONDS = 3.0
_DETAIL_MILLISECONDS = 600
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """One service of one device, as announced."""

    uuid: str
    address: EsclAddress
    device: DeviceInfo


class _Names(ServiceListener):
    """Collects the names of services while a browser runs in its own thread."""

    def __init__(self) -> None:
        self._names: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def heard(self) -> list[tuple[str, str]]:
        """Type and name of every service that is there now."""
        with self._lock:
            return sorted(self._names)

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        with self._lock:
            self._names.add((type_, name))

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.add_service(zc, type_, name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        with self._lock:
            self._names.discard((type_, name))


def discover(seconds: float = SEARCH_SECONDS) -> list[DeviceInfo]:
    """The devices that announce themselves within `seconds`, each once, sorted by source.

    Empty on a machine without a network to search.
    """
    zeroconf = _open()
    if zeroconf is None:
        return []
    deadline = time.monotonic() + seconds
    names = _Names()
    try:
        browser = ServiceBrowser(zeroconf, list(SERVICE_TYPES), listener=names)
        # Answers come in their own time; everything within the limit counts.
        threading.Event().wait(max(0.0, seconds - _DETAIL_MILLISECONDS / 1000))
        browser.cancel()
        announced: list[Announcement] = []
        for service_type, name in names.heard():
            left = max(1, round((deadline - time.monotonic()) * 1000))
            info = zeroconf.get_service_info(service_type, name, timeout=left)
            one = read_announcement(info, service_type) if info is not None else None
            if one is not None:
                announced.append(one)
    finally:
        zeroconf.close()
    return one_per_device(announced)


def one_per_device(announced: Iterable[Announcement]) -> list[DeviceInfo]:
    """One device for the services of one UUID: the encrypted one, because pages of court files
    travel here."""
    chosen: dict[str, Announcement] = {}
    for one in sorted(announced, key=lambda one: (not one.address.secure, one.address.url)):
        chosen.setdefault(one.uuid or one.address.url, one)
    return sorted((one.device for one in chosen.values()), key=lambda device: device.source)


def read_announcement(info: ServiceInfo, service_type: str) -> Announcement | None:
    """The device behind a service, None when it tells no address.

    TXT keys (Mopria Alliance, eSCL specification, clause 5): `rs` root path, `ty` make and model,
    `UUID`, `is` inputs, `duplex`.
    """
    texts = {
        key.decode("utf-8", "replace").lower(): (value or b"").decode("utf-8", "replace")
        for key, value in info.properties.items()
    }
    host = _best_host(info.parsed_scoped_addresses())
    if not host or not info.port:
        return None
    root = texts.get("rs", "eSCL").strip("/")
    address = EsclAddress(
        secure=service_type.startswith("_uscans."),
        host=host,
        port=info.port,
        root=f"/{root}" if root else "",
    )
    model = texts.get("ty", "").strip() or info.name.removesuffix(f".{service_type}")
    maker = texts.get("usb_mfg") or texts.get("mfg") or model.partition(" ")[0]
    inputs = texts.get("is", "").lower()
    device = DeviceInfo(
        source=f"escl:{address.url}",
        maker=maker,
        model=model.removeprefix(f"{maker} "),
        feeder="adf" in inputs,
        duplex=texts.get("duplex", "").upper() in ("T", "TRUE", "1"),
    )
    return Announcement(uuid=texts.get("uuid", "").lower(), address=address, device=device)


def _open() -> Zeroconf | None:
    chosen = [one.strip() for one in os.environ.get(INTERFACES_VARIABLE, "").split(",")]
    listed = [one for one in chosen if one]
    attempts: list[dict[str, Any]] = [{"interfaces": listed}]
    if not listed:
        # A machine without IPv6 refuses the first.
        attempts = [
            {"interfaces": InterfaceChoice.All, "ip_version": IPVersion.All},
            {"interfaces": InterfaceChoice.All, "ip_version": IPVersion.V4Only},
        ]
    for settings in attempts:
        try:
            return Zeroconf(**settings)
        except (OSError, RuntimeError, ValueError) as error:
            _log.info("no search with %s: %s", settings, error)
    return None


def _best_host(addresses: Iterable[str]) -> str:
    """An IPv4 address before an IPv6 one, one that needs no zone before a link-local one."""

    def rank(address: str) -> tuple[bool, bool]:
        parsed = ipaddress.ip_address(address.partition("%")[0])
        return parsed.version == 6, parsed.is_link_local

    return min(addresses, key=rank, default="")
