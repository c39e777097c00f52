"""Every trouble of an eSCL device: the right fault at the right sheet, and nothing else kept."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import ScanRequest
from scanner.faults import trouble_of
from scanner.session import open_source
from scanner.simulators.escl_device import Job
from scanner.simulators.escl_paper import JobSettings
from scanner.simulators.escl_server import EsclSimulator

Simulate = Callable[..., EsclSimulator]
Scan = Callable[..., Any]

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
# Leaves room for half a page from the fifth side on.
FULL_AT_FIVE = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
original, asked = job.EsclJob.next_document, []
def next_document(self, *arguments):
    asked.append(1)
    if len(asked) == 5:
        resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
    return original(self, *arguments)
job.EsclJob.next_document = next_document
"""
FEEDER_TROUBLES = [
    ("jam_at", "SCN-104"),
    ("mispick_at", "SCN-104"),
    ("double_feed_at", "SCN-106"),
    ("cover_open_at", "SCN-105"),
]


def check(batch: Any, kind: type[Fault], code: str, sheet: int, spool: Path) -> None:
    """The batch ended with this fault; the sides before it are whole and nothing else is there."""
    assert type(batch.fault) is kind
    assert (batch.fault.code, batch.fault.parameters["sheet"]) == (code, sheet)
    assert trouble_of(code) is not None
    assert len(batch.sides) == 2 * (sheet - 1)
    kept = set(spool.iterdir()) if spool.exists() else set()
    assert kept == {side.path for side in batch.sides}


@pytest.mark.parametrize(("mishap", "code"), FEEDER_TROUBLES)
@pytest.mark.parametrize("style", ["empty", "conflict"])
@pytest.mark.parametrize("sheet", [1, 3])
def test_trouble_of_the_feeder(
    simulate: Simulate, scan: Scan, tmp_path: Path, mishap: str, code: str, style: str, sheet: int
) -> None:
    batch = scan(simulate(**{mishap: sheet, "style": style}), hosted=(sheet, style) == (3, "empty"))
    check(batch, Transient, code, sheet, tmp_path / "spool")


@pytest.mark.parametrize(("mishap", "code"), FEEDER_TROUBLES)
def test_trouble_that_is_there_before_the_batch(
    simulate: Simulate, scan: Scan, tmp_path: Path, mishap: str, code: str
) -> None:
    simulator = simulate(**{mishap: 1})
    scan(simulator)
    batch = scan(simulator)
    check(batch, Transient, code, 1, tmp_path / "spool")
    assert len([line for line in simulator.device.requests if line.startswith("POST")]) == 1


def test_after_a_jam_scanning_goes_on_with_the_sheet_put_back(
    simulate: Simulate, scan: Scan, stack: list[Path]
) -> None:
    simulator = simulate(jam_at=3)
    first = scan(simulator)
    simulator.device.mend()
    second = scan(simulator)
    assert second.fault is None
    pages = [side.path.read_bytes() for side in (*first.sides, *second.sides)]
    assert pages == [side.read_bytes() for side in stack]


@pytest.mark.parametrize("mishap", ["jam_at", "empty_at", "cut_at", "truncated_at"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_page_that_is_not_whole_is_no_end_and_not_kept(
    simulate: Simulate, scan: Scan, tmp_path: Path, mishap: str, chunked: bool
) -> None:
    batch = scan(simulate(**{mishap: 2, "style": "silent", "chunked": chunked}), hosted=False)
    check(batch, Transient, "SCN-111", 2, tmp_path / "spool")


def test_a_device_that_aborts_with_a_conflict_and_no_reason(
    simulate: Simulate, scan: Scan, tmp_path: Path
) -> None:
    batch = scan(simulate(error_at=2, error_status=409), hosted=False)
    check(batch, Transient, "SCN-111", 2, tmp_path / "spool")


def test_a_page_that_is_no_picture(simulate: Simulate, scan: Scan, tmp_path: Path) -> None:
    batch = scan(simulate(garbage_at=2), hosted=False)
    assert isinstance(batch.fault, BadInput)
    assert (batch.fault.code, batch.fault.parameters["sheet"]) == ("SCN-120", 2)
    assert set((tmp_path / "spool").iterdir()) == {side.path for side in batch.sides}
    assert len(batch.sides) == 2


@pytest.mark.parametrize("mishap", ["drop_at", "hang_at", "stall_at"])
def test_a_connection_that_dies(
    simulate: Simulate, scan: Scan, tmp_path: Path, mishap: str
) -> None:
    batch = scan(simulate(**{mishap: 2}))
    check(batch, Transient, "SCN-122", 2, tmp_path / "spool")


@pytest.mark.parametrize("at_back", [False, True])
@pytest.mark.parametrize(
    "mishap",
    [
        *("jam_at", "double_feed_at", "cover_open_at", "empty_at", "cut_at", "truncated_at"),
        *("garbage_at", "hang_at", "stall_at", "drop_at", "error_at", "cancel_at"),
    ],
)
def test_whatever_happens_no_page_is_lost_and_none_comes_twice(
    simulate: Simulate, scan: Scan, stack: list[Path], mishap: str, at_back: bool
) -> None:
    simulator = simulate(**{mishap: 3}, at_back=at_back)
    first = scan(simulator, hosted=False)
    assert first.fault is not None
    sheet = first.fault.parameters["sheet"]
    assert (sheet, len(first.sides)) == (3, 4 + at_back)
    simulator.device.mend()
    second = scan(simulator, hosted=False)
    assert second.fault is None
    # The sheet of the fault is fed again, so its front may be there from before.
    kept = [side.path.read_bytes() for side in first.sides if side.sheet < sheet]
    pages = kept + [side.path.read_bytes() for side in second.sides]
    assert pages == [side.read_bytes() for side in stack]


def test_a_scanner_that_is_unplugged(stack: list[Path], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scanner.simulators.escl", "--sides", str(stack[0].parent)]
    with subprocess.Popen([*command, "--mishap", "stall_at=2"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        driver, name = open_source(json.loads(process.stdout.readline())["source"])
        request = ScanRequest(name=name, spool=tmp_path / "spool", resolution=100)
        sides = []
        with pytest.raises(Transient) as caught:
            for event in driver.scan(request, CancelToken()):
                sides.append(event)
                if len(sides) == 2:
                    process.kill()
    assert (caught.value.code, caught.value.parameters["sheet"]) == ("SCN-122", 2)
    # Nobody answers to the farewell either, so the note of the open job stays.
    kept = {path.name for path in (tmp_path / "spool").iterdir()}
    assert kept == {side.path.name for side in sides} | {".escl-job.json"}


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
    simulate: Simulate, scan: Scan, tmp_path: Path, status: int, kind: type[Fault], code: str
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
    simulate: Simulate, scan: Scan, tmp_path: Path, status: int, kind: type[Fault], code: str
) -> None:
    batch = scan(simulate(job_status=status), hosted=False)
    check(batch, kind, code, 1, tmp_path / "spool")


@pytest.mark.parametrize("status", [401, 403])
def test_a_device_that_wants_a_password(
    simulate: Simulate, scan: Scan, tmp_path: Path, status: int
) -> None:
    simulator = simulate(deny_status=status)
    batch = scan(simulator, hosted=False)
    check(batch, Broken, "SCN-108", 1, tmp_path / "spool")
    assert batch.fault.parameters["name"] == simulator.url


def test_stop_at_the_panel(simulate: Simulate, scan: Scan, tmp_path: Path) -> None:
    check(scan(simulate(cancel_at=3)), Transient, "SCN-110", 3, tmp_path / "spool")


def test_a_device_that_is_busy_for_a_while(simulate: Simulate, scan: Scan) -> None:
    simulator = simulate(busy_jobs=3, busy_pages=2)
    batch = scan(simulator, hosted=False)
    assert (batch.fault, len(batch.sides)) == (None, 8)
    posts = [line for line in simulator.device.requests if line.startswith("POST")]
    assert len(posts) == 4


def test_a_device_that_stays_busy_with_a_page(
    simulate: Simulate, scan: Scan, tmp_path: Path
) -> None:
    batch = scan(simulate(busy_pages=1000), hosted=False)
    check(batch, Transient, "SCN-122", 1, tmp_path / "spool")


def test_a_device_in_use_by_somebody_else(simulate: Simulate, scan: Scan, tmp_path: Path) -> None:
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


def test_a_device_that_is_asleep_is_woken(simulate: Simulate, scan: Scan, tmp_path: Path) -> None:
    assert scan(simulate(asleep=2), hosted=False).fault is None
    batch = scan(simulate(asleep=10_000), spool=tmp_path / "other", hosted=False)
    check(batch, Transient, "SCN-103", 1, tmp_path / "other")


def test_warming_up_is_waited_for(simulate: Simulate, scan: Scan) -> None:
    assert scan(simulate(warming_up=3), hosted=False).fault is None


def test_warming_up_for_ever(simulate: Simulate, scan: Scan, tmp_path: Path) -> None:
    check(
        scan(simulate(warming_up=10_000), hosted=False), Transient, "SCN-107", 1, tmp_path / "spool"
    )


def test_an_end_that_comes_too_early_is_asked_again(
    simulate: Simulate, scan: Scan, stack: list[Path]
) -> None:
    batch = scan(simulate(early_end_at=3), hosted=False)
    assert batch.fault is None
    assert len(batch.sides) == len(stack)


def test_a_device_without_status(simulate: Simulate, scan: Scan) -> None:
    batch = scan(simulate(no_status=True), hosted=False)
    assert (batch.fault, len(batch.sides)) == (None, 8)


def test_nothing_answers(scan: Scan, tmp_path: Path, free_port: int) -> None:
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
    stranger: Callable[[bytes], str], scan: Scan, tmp_path: Path, answer: bytes
) -> None:
    check(scan(stranger(answer), hosted=False), Transient, "SCN-102", 1, tmp_path / "spool")


class _AfterSides(CancelToken):
    """Becomes cancelled when it has been asked often enough, wherever the driver is then."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    @property
    def cancelled(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("mishap", ["hang_at", "stall_at"])
def test_cancelling_in_mid_page_gives_the_job_back(
    simulate: Simulate, scan: Scan, tmp_path: Path, mishap: str
) -> None:
    simulator = simulate(**{mishap: 1})
    with pytest.raises(Cancelled):
        scan(simulator, hurry=False, token=_AfterSides(20))
    assert not list((tmp_path / "spool").iterdir())
    assert simulator.device.requests[-1].startswith("DELETE")
    _, _, jobs = simulator.device.status()
    assert [job.state for job in jobs] == ["Canceled"]


def test_closing_early_gives_the_job_back(simulate: Simulate, tmp_path: Path) -> None:
    simulator = simulate(sides_per_second=5.0)
    driver, name = open_source(f"escl:{simulator.url}")
    request = ScanRequest(name=name, spool=tmp_path / "spool", resolution=100)
    events = driver.scan(request, CancelToken())
    next(iter(events))
    events.close()  # type: ignore[attr-defined]
    assert [job.state for job in simulator.device.status()[2]] == ["Canceled"]
    assert not list((tmp_path / "spool").glob(".*"))


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


def test_a_disk_that_fills_up_in_the_middle(simulate: Simulate, scan: Scan, tmp_path: Path) -> None:
    simulator = simulate()
    batch = scan(simulator, extra=FULL_AT_FIVE)
    assert isinstance(batch.fault, Broken)
    assert (batch.fault.code, len(batch.sides)) == ("SCN-118", 4)
    assert {side.path for side in batch.sides} == set((tmp_path / "spool").iterdir())
    assert [job.state for job in simulator.device.status()[2]] == ["Canceled"]


def test_a_spool_that_cannot_be_made(simulate: Simulate, scan: Scan, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="ascii")
    batch = scan(simulate(), spool=blocked / "spool")
    assert isinstance(batch.fault, Broken)
    assert batch.fault.code == "SCN-118"
