"""Finding announced scanners, on the loopback interface only."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from zeroconf import ServiceInfo

from scanner.api import DeviceInfo
from scanner.bridge import HostedScanner
from scanner.drivers.escl_discovery import one_per_device, read_announcement
from scanner.session import list_devices
from scanner.simulators.escl_announcement import Announcement
from scanner.simulators.escl_server import EsclSimulator

Simulate = Callable[..., EsclSimulator]
LOOPBACK = {"JUANZONG_ESCL_INTERFACES": "127.0.0.1", "SANE_CONFIG_DIR": "/nonexistent"}
PLAIN, ENCRYPTED = "_uscan._tcp.local.", "_uscans._tcp.local."


def announce(simulator: EsclSimulator) -> Announcement:
    return Announcement(simulator, address="127.0.0.1", interfaces=["127.0.0.1"])


def test_an_announced_scanner_is_among_all_devices(simulate: Simulate) -> None:
    simulator = simulate()
    expected = DeviceInfo(
        source=f"escl:{simulator.url}",
        maker="Juanzong",
        model="eSCL Simulator",
        feeder=True,
        duplex=True,
    )
    with announce(simulator):
        # All drivers start at once; on a busy machine an answer may come too late, and a person
        # looks again.
        looks = (list_devices(environment=LOOPBACK, seconds=30)[0] for _ in range(4))
        assert any(expected in devices for devices in looks)


def test_both_services_of_a_device_are_one(
    simulate: Simulate, certificate: tuple[Path, Path]
) -> None:
    plain, encrypted, other = simulate(), simulate(certificate=certificate), simulate()
    encrypted.device.uuid = plain.device.uuid
    with announce(plain), announce(encrypted), announce(other):
        found = HostedScanner("escl", environment=LOOPBACK).devices()
    sources = {device.source for device in found}
    assert {f"escl:{encrypted.url}", f"escl:{other.url}"} <= sources
    assert f"escl:{plain.url}" not in sources


@pytest.mark.parametrize("interfaces", ["198.51.100.9", "no address"])
def test_without_a_network_there_is_nothing_within_the_time_limit(interfaces: str) -> None:
    begun = time.monotonic()
    environment = {"JUANZONG_ESCL_INTERFACES": interfaces}
    assert HostedScanner("escl", environment=environment).devices() == []
    assert time.monotonic() - begun < 8


def service(kind: str, *addresses: str, port: int = 80, **texts: str) -> ServiceInfo:
    return ServiceInfo(
        kind, f"Printer.{kind}", port=port, parsed_addresses=list(addresses), properties=texts
    )


@pytest.mark.parametrize(
    ("info", "source"),
    [
        (service(PLAIN, "192.0.2.7", rs="eSCL"), "escl:http://192.0.2.7:80/eSCL"),
        (service(PLAIN, "192.0.2.7", rs="/eSCL/"), "escl:http://192.0.2.7:80/eSCL"),
        (service(PLAIN, "192.0.2.7", rs=""), "escl:http://192.0.2.7:80"),
        (service(PLAIN, "fe80::1", "192.0.2.7"), "escl:http://192.0.2.7:80/eSCL"),
        (service(PLAIN, "fe80::1", "2001:db8::7"), "escl:http://[2001:db8::7]:80/eSCL"),
        (
            service(ENCRYPTED, "192.0.2.7", port=9096, rs="scan/eSCL"),
            "escl:https://192.0.2.7:9096/scan/eSCL",
        ),
    ],
)
def test_the_source_behind_an_announcement(info: ServiceInfo, source: str) -> None:
    announced = read_announcement(info, info.type)
    assert announced is not None
    assert announced.device.source == source


def test_what_an_announcement_tells_of_the_device() -> None:
    texts = {
        "ty": "HP LaserJet 500",
        "UUID": "ABC",
        "is": "platen,adf",
        "duplex": "T",
        "usb_MFG": "HP",
    }
    announced = read_announcement(service(PLAIN, "192.0.2.7", **texts), PLAIN)
    assert announced is not None
    device = announced.device
    assert (device.maker, device.model, device.feeder, device.duplex) == (
        "HP",
        "LaserJet 500",
        True,
        True,
    )
    bare = read_announcement(service(PLAIN, "192.0.2.8"), PLAIN)
    assert bare is not None
    assert (bare.device.model, bare.device.feeder, bare.device.duplex) == ("Printer", False, False)


def test_a_service_without_address_or_port_is_none() -> None:
    assert read_announcement(service(PLAIN), PLAIN) is None
    assert read_announcement(service(PLAIN, "192.0.2.7", port=0), PLAIN) is None


def test_devices_without_a_uuid_stay_apart() -> None:
    infos = [service(PLAIN, "192.0.2.7"), service(PLAIN, "192.0.2.8")]
    announced = [one for info in infos if (one := read_announcement(info, PLAIN))]
    assert len(one_per_device(announced)) == 2
