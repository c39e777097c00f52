"""Scanners behind a real `saned`: whole batches, and the server failing in the middle of one."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.kernel.errors import Fault, Transient
from app.kernel.progress import CancelToken
from scanner.api import ScannedSide, ScanRequest
from scanner.bridge import HostedScanner
from scanner.sane_configuration import write_test_configuration
from scanner.session import list_devices

PORT = 6566  # the client knows no other
SMALL = {"br-x": 50, "br-y": 60}
STALL_SECONDS = 15.0
START_SECONDS = 60.0
# In the middle of the third page the process of the server that serves us gets a signal. The third
# page waits until two are on the disk, which may be busy: the watchdog must not find it hung then.
SIGNAL_IN_PAGE_THREE = """
import os, pathlib, sys, time
import scanner.drivers.sane_library as library
import scanner.host
Library = library.SaneLibrary
start, read, pages, sent, tokens = Library.start, Library.read, [], [], []

class Token(scanner.host.WatchedToken):
    def __init__(self):
        super().__init__()
        tokens.append(self)

def started(self, handle):
    while len(list(pathlib.Path({spool!r}).glob("*.side"))) < min(len(pages), 2):
        tokens[0].progress += 1
        time.sleep(0.01)
    pages.append(1)
    start(self, handle)

def signalled(self, handle, buffer, most):
    length = read(self, handle, buffer, most)
    if len(pages) == 3 and not sent:
        sent.append(1)
        with open("/proc/{server}/task/{server}/children") as children:
            serving = [int(word) for word in children.read().split()]
        for process in serving + [{server}] * {whole}:
            os.kill(process, {number})
    return length

Library.start, Library.read = started, signalled
scanner.host.WatchedToken = Token
sys.exit(scanner.host.main([]))
"""


class Server:
    """A running `saned` with the test devices, at an address of this machine that is its own."""

    def __init__(self, folder: Path) -> None:
        # Its port is fixed, so runs side by side need addresses of their own.
        self.address = f"127.{os.getpid() >> 16 & 127 | 64}.{os.getpid() >> 8 & 255}."
        self.address += str(os.getpid() % 254 + 1)
        served = folder / "server"
        served.mkdir()
        write_test_configuration(served)
        (served / "saned.conf").write_text("data_portrange = 20000 - 30000\n127.0.0.0/8\n")
        client = folder / "client"
        client.mkdir()
        (client / "dll.conf").write_text("net\n")
        (client / "net.conf").write_text(f"connect_timeout = 5\n{self.address}\n")
        self.environment = {"SANE_CONFIG_DIR": str(client)}
        self.name = f"net:{self.address}:test:0"
        self._process = subprocess.Popen(
            ["saned", "-l", "-e", "-d", "1", "-b", self.address, "-p", str(PORT)],
            env=os.environ | {"SANE_CONFIG_DIR": str(served)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.process_id = self._process.pid
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None
            assert time.monotonic() < deadline
            threading.Event().wait(0.02)

    def _answers(self) -> bool:
        try:
            socket.create_connection((self.address, PORT), START_SECONDS).close()
        except ConnectionRefusedError:
            return False
        return True

    def stop(self) -> None:
        """End it with everything it started, also what is stopped."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process_id, signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "saned"
    folder.mkdir()
    running = Server(folder)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def failing(server: Server, tmp_path: Path) -> Callable[..., HostedScanner]:
    """Makes a driver during whose third page the server gets the signal."""

    def make(number: int, *, whole: bool = False) -> HostedScanner:
        script = SIGNAL_IN_PAGE_THREE.format(
            server=server.process_id,
            whole=whole,
            number=int(number),
            spool=str(tmp_path / "spool"),
        )
        return HostedScanner(
            "sane",
            environment=server.environment,
            command=[sys.executable, "-c", script],
            stall_seconds=STALL_SECONDS,
            first_side_seconds=START_SECONDS,
        )

    return make


def collect(driver: HostedScanner, request: ScanRequest) -> tuple[list[ScannedSide], Fault | None]:
    sides: list[ScannedSide] = []
    try:
        for event in driver.scan(request, CancelToken()):
            assert isinstance(event, ScannedSide)
            sides.append(event)
    except Fault as fault:
        return sides, fault
    return sides, None


def request_of(server: Server, tmp_path: Path) -> ScanRequest:
    return ScanRequest(name=server.name, spool=tmp_path / "spool", resolution=75, options=SMALL)


def large_request_of(server: Server, tmp_path: Path) -> ScanRequest:
    """Pages that no buffer between server and client holds, so that a signal meets one midway."""
    return ScanRequest(name=server.name, spool=tmp_path / "spool", resolution=200, sheets=4)


def images_in(spool: Path) -> set[Path]:
    """The images of a spool, without the notes beside them."""
    return {path for path in spool.iterdir() if path.suffix != ".side"}


def pixels(side: ScannedSide) -> bytes:
    with Image.open(side.path) as image:
        return image.tobytes()


def test_a_batch_over_the_network_is_the_batch_of_the_device(
    server: Server, sane_environment: dict[str, str], tmp_path: Path
) -> None:
    remote = HostedScanner("sane", environment=server.environment)
    sides, fault = collect(remote, request_of(server, tmp_path))
    assert fault is None
    assert [side.sheet for side in sides] == list(range(1, 11))
    local = HostedScanner("sane", environment=sane_environment)
    request = ScanRequest(
        name="test:0", spool=tmp_path / "local", resolution=75, options=SMALL, sheets=1
    )
    (expected,), fault = collect(local, request)
    assert fault is None
    assert {pixels(side) for side in sides} == {pixels(expected)}


def test_capabilities_over_the_network_are_those_of_the_device(
    server: Server, sane_environment: dict[str, str]
) -> None:
    remote = HostedScanner("sane", environment=server.environment).capabilities(server.name)
    local = HostedScanner("sane", environment=sane_environment).capabilities("test:0")
    assert remote == local
    assert len(remote.options) > 40


def test_devices_of_the_server_are_listed(server: Server) -> None:
    devices, warnings = list_devices(environment=server.environment)
    found = [device for device in devices if device.source.startswith("sane:")]
    assert [device.source for device in found] == [f"sane:{server.name[:-1]}{n}" for n in (0, 1)]
    assert all(device.feeder and not device.duplex for device in found)
    assert warnings == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_server_process_that_dies_or_freezes_in_mid_page(
    server: Server,
    failing: Callable[..., HostedScanner],
    tmp_path: Path,
    children: list[int],
    number: int,
) -> None:
    request = large_request_of(server, tmp_path)
    sides, fault = collect(failing(number), request)
    assert isinstance(fault, Transient)
    # Nothing comes any more and the call does not return: only the watchdog sees it.
    assert fault.code == "SCN-113"
    assert [side.sheet for side in sides] == [1, 2]
    assert {side.path for side in sides} == images_in(request.spool)
    assert not Path(f"/proc/{children[0]}").exists()
    next_batch = request_of(server, tmp_path)
    again, fault = collect(HostedScanner("sane", environment=server.environment), next_batch)
    assert (len(again), fault) == (10, None)


def test_a_device_that_is_unplugged(
    server: Server, failing: Callable[..., HostedScanner], tmp_path: Path
) -> None:
    request = large_request_of(server, tmp_path)
    sides, fault = collect(failing(signal.SIGKILL, whole=True), request)
    assert isinstance(fault, Transient)
    assert fault.code in ("SCN-113", "SCN-122")
    assert [side.sheet for side in sides] == [1, 2]
    driver = HostedScanner("sane", environment=server.environment)
    for attempt in (
        lambda: driver.capabilities(server.name),
        lambda: list(driver.scan(request, CancelToken())),
    ):
        with pytest.raises(Transient) as caught:
            attempt()
        assert (caught.value.code, caught.value.parameters) == ("SCN-102", {"name": server.name})
    assert {side.path for side in sides} == images_in(request.spool)
