"""Every trouble of an eSCL device: the right fault at the right sheet, and nothing else kept."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import BadInput, Broken, Transient
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import ScanRequest
from scanner.session import open_source
from scanner.simulators.escl_server import EsclSimulator

Simulate = Callable[..., EsclSimulator]
Scan = Callable[..., Any]
ImagesIn = Callable[[Path], set[Path]]
Check = Callable[..., None]

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


@pytest.mark.parametrize(("mishap", "code"), FEEDER_TROUBLES)
@pytest.mark.parametrize("style", ["empty", "conflict"])
@pytest.mark.parametrize("sheet", [1, 3])
def test_trouble_of_the_feeder(
    simulate: Simulate,
    scan: Scan,
    check: Check,
    tmp_path: Path,
    mishap: str,
    code: str,
    style: str,
    sheet: int,
) -> None:
    batch = scan(simulate(**{mishap: sheet, "style": style}), hosted=(sheet, style) == (3, "empty"))
    check(batch, Transient, code, sheet, tmp_path / "spool")


@pytest.mark.parametrize(("mishap", "code"), FEEDER_TROUBLES)
def test_trouble_that_is_there_before_the_batch(
    simulate: Simulate, scan: Scan, check: Check, tmp_path: Path, mishap: str, code: str
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
@pytest.mark.parametrize("body", [{}, {"chunked": True}, {"no_length": True}])
def test_a_page_that_is_not_whole_is_no_end_and_not_kept(
    simulate: Simulate, scan: Scan, check: Check, tmp_path: Path, mishap: str, body: dict[str, bool]
) -> None:
    batch = scan(simulate(**{mishap: 2, "style": "silent"}, **body), hosted=False)
    check(batch, Transient, "SCN-111", 2, tmp_path / "spool")


def test_a_device_that_aborts_with_a_conflict_and_no_reason(
    simulate: Simulate, scan: Scan, check: Check, tmp_path: Path
) -> None:
    batch = scan(simulate(error_at=2, error_status=409), hosted=False)
    check(batch, Transient, "SCN-111", 2, tmp_path / "spool")


def test_a_page_that_is_no_picture(
    simulate: Simulate, scan: Scan, tmp_path: Path, images_in: ImagesIn
) -> None:
    batch = scan(simulate(garbage_at=2), hosted=False)
    assert isinstance(batch.fault, BadInput)
    assert (batch.fault.code, batch.fault.parameters["sheet"]) == ("SCN-120", 2)
    assert images_in(tmp_path / "spool") == {side.path for side in batch.sides}
    assert len(batch.sides) == 2


@pytest.mark.parametrize("mishap", ["drop_at", "hang_at", "stall_at"])
def test_a_connection_that_dies(
    simulate: Simulate, scan: Scan, check: Check, tmp_path: Path, mishap: str
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


def test_a_scanner_that_is_unplugged(
    stack: list[Path], tmp_path: Path, images_in: ImagesIn
) -> None:
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
    kept = {path.name for path in images_in(tmp_path / "spool")}
    assert kept == {side.path.name for side in sides} | {".escl-job.json"}


def test_stop_at_the_panel(simulate: Simulate, scan: Scan, check: Check, tmp_path: Path) -> None:
    check(scan(simulate(cancel_at=3)), Transient, "SCN-110", 3, tmp_path / "spool")


def test_an_end_that_comes_too_early_is_asked_again(
    simulate: Simulate, scan: Scan, stack: list[Path]
) -> None:
    batch = scan(simulate(early_end_at=3), hosted=False)
    assert batch.fault is None
    assert len(batch.sides) == len(stack)


def test_a_device_without_status(simulate: Simulate, scan: Scan) -> None:
    batch = scan(simulate(no_status=True), hosted=False)
    assert (batch.fault, len(batch.sides)) == (None, 8)


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
    simulate: Simulate, scan: Scan, tmp_path: Path, images_in: ImagesIn, mishap: str
) -> None:
    simulator = simulate(**{mishap: 1})
    with pytest.raises(Cancelled):
        scan(simulator, hurry=False, token=_AfterSides(20))
    assert not images_in(tmp_path / "spool")
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
    assert not list((tmp_path / "spool").glob(".*.part"))


def test_a_disk_that_fills_up_in_the_middle(
    simulate: Simulate, scan: Scan, tmp_path: Path, images_in: ImagesIn
) -> None:
    simulator = simulate()
    batch = scan(simulator, extra=FULL_AT_FIVE)
    assert isinstance(batch.fault, Broken)
    assert (batch.fault.code, len(batch.sides)) == ("SCN-118", 4)
    assert {side.path for side in batch.sides} == images_in(tmp_path / "spool")
    assert [job.state for job in simulator.device.status()[2]] == ["Canceled"]


def test_a_spool_that_cannot_be_made(simulate: Simulate, scan: Scan, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="ascii")
    batch = scan(simulate(), spool=blocked / "spool")
    assert isinstance(batch.fault, Broken)
    assert batch.fault.code == "SCN-118"
