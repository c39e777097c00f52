"""A device that refuses, is busy, asleep or gone, and strangers at its address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import BadInput, Broken, Fault, Transient
from scanner.session import capabilities_of
from scanner.simulators.escl_device import Job
from scanner.simulators.escl_paper import JobSettings
from scanner.simulators.escl_server import EsclSimulator

Simulate = Callable[..., EsclSimulator]
Scan = Callable[..., Any]
Check = Callable[..., None]

A_JOB = JobSettings(
    source="Feeder",
    duplex=True,
    color_mode="RGB24",
    resolution=100,
    media_type="image/jpeg",
    width=2480,
    height=3508,
)
# Kills the driver before it asks for the fifth side.
DIE_AT_FIVE = """
import os, signal
original, asked = job.EsclJob.next_document, []
def next_document(self, *arguments):
    asked.append(1)
    if len(asked) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(self, *arguments)
job.EsclJob.next_document = next_document
"""


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (500, Transient, "SCN-122"),
        (502, Transient, "SCN-122"),
        (400, Transient, "SCN-122"),
        (401, Broken, "SCN-108"),
        (403, Broken, "SCN-108"),
        (423, Transient, "SCN-123"),
        (507, Transient, "SCN-109"),
    ],
)
def test_a_page_that_is_refused(
    simulate: Simulate,
    scan: Scan,
    check: Check,
    tmp_path: Path,
    status: int,
    kind: type[Fault],
    code: str,
) -> None:
    batch = scan(simulate(error_at=2, error_status=status), hosted=False)
    check(batch, kind, code, 2, tmp_path / "spool")


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, BadInput, "SCN-121"),
        (409, BadInput, "SCN-121"),
        (415, BadInput, "SCN-121"),
        (401, Broken, "SCN-108"),
        (403, Broken, "SCN-108"),
        (413, Transient, "SCN-109"),
        (423, Transient, "SCN-123"),
        (500, Transient, "SCN-122"),
        (503, Transient, "SCN-103"),
        (507, Transient, "SCN-109"),
    ],
)
def test_a_job_that_is_refused(
    simulate: Simulate,
    scan: Scan,
    check: Check,
    tmp_path: Path,
    status: int,
    kind: type[Fault],
    code: str,
) -> None:
    batch = scan(simulate(job_status=status), hosted=False)
    check(batch, kind, code, 1, tmp_path / "spool")


@pytest.mark.parametrize("status", [401, 403])
def test_a_device_that_wants_a_password(
    simulate: Simulate, scan: Scan, check: Check, tmp_path: Path, status: int
) -> None:
    simulator = simulate(deny_status=status)
    batch = scan(simulator, hosted=False)
    check(batch, Broken, "SCN-108", 1, tmp_path / "spool")
    assert batch.fault.parameters["name"] == simulator.url


def test_a_device_that_is_busy_for_a_while(simulate: Simulate, scan: Scan) -> None:
    simulator = simulate(busy_jobs=3, busy_pages=2)
    batch = scan(simulator, hosted=False)
    assert (batch.fault, len(batch.sides)) == (None, 8)
    posts = [line for line in simulator.device.requests if line.startswith("POST")]
    assert len(posts) == 4


def test_a_device_that_stays_busy_with_a_page(
    simulate: Simulate, scan: Scan, check: Check, tmp_path: Path
) -> None:
    batch = scan(simulate(busy_pages=1000), hosted=False)
    check(batch, Transient, "SCN-122", 1, tmp_path / "spool")


def test_a_device_in_use_by_somebody_else(
    simulate: Simulate, scan: Scan, check: Check, tmp_path: Path
) -> None:
    simulator = simulate()
    other = simulator.device.create(A_JOB)
    assert isinstance(other, Job)
    check(scan(simulator, hosted=False), Transient, "SCN-103", 1, tmp_path / "spool")
    assert simulator.device.delete(other.identifier)
    assert scan(simulator, hosted=False).fault is None


def test_a_killed_driver_leaves_no_job_behind(
    simulate: Simulate, scan: Scan, stack: list[Path]
) -> None:
    simulator = simulate()
    killed = scan(simulator, extra=DIE_AT_FIVE)
    assert (killed.fault.code, len(killed.sides)) == ("SCN-112", 4)
    assert [job.state for job in simulator.device.status()[2]] == ["Processing"]
    second = scan(simulator, hurry=False)
    assert second.fault is None
    pages = [side.path.read_bytes() for side in (*killed.sides, *second.sides)]
    assert pages == [side.read_bytes() for side in stack]


def test_a_device_that_is_asleep_is_woken(
    simulate: Simulate, scan: Scan, check: Check, tmp_path: Path
) -> None:
    assert scan(simulate(asleep=2), hosted=False).fault is None
    batch = scan(simulate(asleep=10_000), spool=tmp_path / "other", hosted=False)
    check(batch, Transient, "SCN-103", 1, tmp_path / "other")


def test_warming_up_is_waited_for(simulate: Simulate, scan: Scan) -> None:
    assert scan(simulate(warming_up=3), hosted=False).fault is None


def test_warming_up_for_ever(simulate: Simulate, scan: Scan, check: Check, tmp_path: Path) -> None:
    check(
        scan(simulate(warming_up=10_000), hosted=False), Transient, "SCN-107", 1, tmp_path / "spool"
    )


def test_nothing_answers(scan: Scan, check: Check, tmp_path: Path, free_port: int) -> None:
    name = f"http://127.0.0.1:{free_port}/eSCL"
    batch = scan(name)
    check(batch, Transient, "SCN-102", 1, tmp_path / "spool")
    assert batch.fault.parameters["name"] == name


@pytest.fixture
def stranger() -> Iterator[Callable[[bytes], str]]:
    """A server that answers every request with the same bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def serve(answer: bytes) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    def start(answer: bytes) -> str:
        thread = threading.Thread(target=serve, args=(answer,))
        threads.append(thread)
        thread.start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/eSCL"

    yield start
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in threads:
        thread.join()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><ScannerCapabilities>&b;</ScannerCapabilities>'
)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n<cut",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[/login\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BOMB), BOMB),
        b"HTTP/1.1 200 OK\r\n\r\n<ScannerStatus/>",
    ],
)
def test_something_else_answers(
    stranger: Callable[[bytes], str], scan: Scan, check: Check, tmp_path: Path, answer: bytes
) -> None:
    check(scan(stranger(answer), hosted=False), Transient, "SCN-102", 1, tmp_path / "spool")


@pytest.mark.parametrize("secure", [False, True])
def test_a_device_that_sends_us_to_another_address(
    stranger: Callable[[bytes], str],
    simulate: Simulate,
    scan: Scan,
    certificate: tuple[Path, Path],
    secure: bool,
) -> None:
    simulator = simulate(certificate=certificate if secure else None)
    place = f"{simulator.url}/ScannerCapabilities".encode()
    head = b"HTTP/1.1 301 Moved Permanently\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
    batch = scan(stranger(head % place), hosted=False)
    assert (batch.fault, len(batch.sides)) == (None, 8)


def test_capabilities_of_a_device_that_is_off(free_port: int) -> None:
    with pytest.raises(Transient) as caught:
        capabilities_of(f"escl:http://127.0.0.1:{free_port}")
    assert caught.value.code == "SCN-102"


@pytest.mark.parametrize("secure", [False, True])
def test_the_wrong_kind_of_connection(
    simulate: Simulate,
    scan: Scan,
    check: Check,
    certificate: tuple[Path, Path],
    tmp_path: Path,
    secure: bool,
) -> None:
    simulator = simulate(certificate=certificate if secure else None)
    wrong = simulator.url.replace("https:", "http:") if secure else f"https{simulator.url[4:]}"
    check(scan(wrong, hosted=False), Transient, "SCN-102", 1, tmp_path / "spool")


@pytest.mark.parametrize(("failures", "code"), [(2, ""), (10_000, "SCN-122")])
def test_a_network_that_is_away_between_two_pages(
    simulate: Simulate,
    scan: Scan,
    monkeypatch: pytest.MonkeyPatch,
    stack: list[Path],
    failures: int,
    code: str,
) -> None:
    simulator = simulate()
    connect, calls = socket.create_connection, []

    def flaky(*arguments: Any, **settings: Any) -> socket.socket:
        calls.append(1)
        # Capabilities, status, the job and two pages come before.
        if 5 < len(calls) <= 5 + failures:
            raise OSError("network is unreachable")
        return connect(*arguments, **settings)

    monkeypatch.setattr(socket, "create_connection", flaky)
    batch = scan(simulator, hosted=False)
    assert (batch.fault.code if batch.fault else "") == code
    count = 2 if code else len(stack)
    assert [side.path.read_bytes() for side in batch.sides] == [
        side.read_bytes() for side in stack[:count]
    ]


def test_only_the_saved_certificate_is_accepted(
    simulate: Simulate,
    scan: Scan,
    certificate: tuple[Path, Path],
    other_certificate: tuple[Path, Path],
) -> None:
    simulator = simulate(certificate=certificate)
    found = capabilities_of(f"escl:{simulator.url}")
    saved = {option.name: option.value for option in found.options}["certificate"]
    assert scan(simulator, options={"certificate": saved}).fault is None
    simulator.device.load()
    for impostor in (simulate(certificate=other_certificate), simulate()):
        batch = scan(impostor, options={"certificate": saved}, hosted=False)
        assert isinstance(batch.fault, Broken)
        assert (batch.fault.code, batch.fault.parameters["expected"]) == ("SCN-241", saved)
        assert impostor.device.requests == []
