"""Everything the SANE test device can be made to do wrong, through the real host process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.kernel.errors import Fault, Transient
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import ScannedSide, ScanRequest, ScanWarning
from scanner.bridge import HostedScanner
from scanner.faults import trouble_of

SMALL = {"br-x": 50, "br-y": 60}
STALL_SECONDS = 3.0
# A machine that is busy takes its time to start a process.
FIRST_SIDE_SECONDS = 60.0
# Before the start of the third page, {happens} is done to the device.
AT_PAGE_THREE = """
import ctypes, os, sys
import scanner.drivers.sane_batch as batch
import scanner.drivers.sane_library as library
from scanner.drivers.sane_options import SaneOptions
Library = library.SaneLibrary
start, read, pages = Library.start, Library.read, []

def started(self, handle):
    pages.append(1)
    if len(pages) == 3:
        options = SaneOptions(self, handle)
        {happens}
    start(self, handle)

Library.start = started
import scanner.host
sys.exit(scanner.host.main([]))
"""
HANG = "Library.read = lambda *_: ctypes.CDLL(None).sleep(600)"
CRASH = "Library.read = lambda *_: ctypes.string_at(0)"
# Half of a page arrives, then the device says that this was all.
HALF = """
        left = [50]
        def half(self, handle, buffer, wanted):
            left[0] -= 1
            return read(self, handle, buffer, 1000) if left[0] > 0 else None
        Library.read = half
"""
TWO_AT_ONCE = """
        batch.double_fed = lambda options: True
        options.set("read-return-value", "SANE_STATUS_JAMMED")
"""
DOUBTFUL = "batch.double_fed = lambda options: pages.append(1) or len(pages) == 4"
SLOW = """
        options.set("read-delay", True)
        options.set("read-delay-duration", 200000)
"""
MEMORY = """
import sys
import scanner.drivers.sane as driver
release = driver.SaneDriver.release
def released(self):
    with open("/proc/self/status") as status, open({target!r}, "a") as target:
        target.writelines(line for line in status if line.startswith("VmHWM"))
    release(self)
driver.SaneDriver.release = released
import scanner.host
sys.exit(scanner.host.main([]))
"""


@pytest.fixture
def device(sane_environment: dict[str, str]) -> Callable[..., HostedScanner]:
    """Makes a driver of the test device to which `happens` happens at the third page."""

    def make(happens: str = "", script: str = "") -> HostedScanner:
        code = script or (AT_PAGE_THREE.format(happens=happens.strip()) if happens else "")
        command = [sys.executable, "-c", code] if code else None
        return HostedScanner(
            "sane",
            environment=sane_environment,
            command=command,
            stall_seconds=STALL_SECONDS,
            first_side_seconds=FIRST_SIDE_SECONDS,
        )

    return make


@pytest.fixture
def request_of(tmp_path: Path) -> Callable[..., ScanRequest]:
    def make(options: dict[str, Any] | None = None, **more: Any) -> ScanRequest:
        settings = {"name": "test:0", "spool": tmp_path / "spool", "resolution": 75} | more
        return ScanRequest(options=SMALL if options is None else options, **settings)

    return make


def collect(
    driver: HostedScanner, request: ScanRequest, token: CancelToken | None = None
) -> tuple[list[ScannedSide], Fault | None]:
    sides: list[ScannedSide] = []
    try:
        for event in driver.scan(request, token or CancelToken()):
            assert isinstance(event, ScannedSide)
            sides.append(event)
    except Fault as fault:
        return sides, fault
    return sides, None


def images_in(spool: Path) -> set[Path]:
    """The images of a spool, without the notes beside them."""
    return {path for path in spool.iterdir() if path.suffix != ".side"}


def check_kept(sides: list[ScannedSide], spool: Path) -> None:
    """Every side is whole, and nothing else lies in the spool."""
    assert {side.path for side in sides} == images_in(spool)
    for side in sides:
        with Image.open(side.path) as image:
            image.load()
            assert image.size == (side.width, side.height)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("UNSUPPORTED", "SCN-121"),
        ("CANCELLED", "SCN-110"),
        ("DEVICE_BUSY", "SCN-103"),
        ("INVAL", "SCN-121"),
        ("EOF", "SCN-111"),
        ("JAMMED", "SCN-104"),
        ("COVER_OPEN", "SCN-105"),
        ("IO_ERROR", "SCN-122"),
        ("NO_MEM", "SCN-109"),
        ("ACCESS_DENIED", "SCN-108"),
    ],
)
def test_pages_before_a_fault_stay_and_the_next_batch_works(
    device: Callable[..., HostedScanner],
    request_of: Callable[..., ScanRequest],
    status: str,
    code: str,
) -> None:
    broken = device(f'options.set("read-return-value", "SANE_STATUS_{status}")')
    request = request_of()
    sides, fault = collect(broken, request)
    assert fault is not None
    assert (fault.code, fault.parameters.get("sheet")) == (code, 3), fault
    assert [side.sheet for side in sides] == [1, 2]
    assert trouble_of(code) is not None
    check_kept(sides, request.spool)
    again, fault = collect(device(), request_of(sheets=2))
    assert ([side.sheet for side in again], fault) == ([1, 2], None)
    check_kept(sides + again, request.spool)


def test_a_jam_with_two_sheets_in_the_sensor_is_a_double_feed(
    device: Callable[..., HostedScanner], request_of: Callable[..., ScanRequest]
) -> None:
    sides, fault = collect(device(TWO_AT_ONCE), request_of())
    assert [side.sheet for side in sides] == [1, 2]
    assert fault is not None
    assert (fault.code, fault.parameters["sheet"]) == ("SCN-106", 3)


def test_a_double_feed_that_is_only_told_stands_behind_its_sheet(
    device: Callable[..., HostedScanner], request_of: Callable[..., ScanRequest]
) -> None:
    request = request_of(multifeed="warn", sheets=5)
    events = list(device(DOUBTFUL).scan(request, CancelToken()))
    unmet, *rest = events
    # The test device has no detection to switch on; its sensor is ours.
    assert isinstance(unmet, ScanWarning)
    assert (unmet.code, unmet.parameters["setting"]) == ("SCN-213", "multifeed")
    told = [event for event in rest if isinstance(event, ScanWarning)]
    assert [(event.code, event.parameters) for event in told] == [("SCN-214", {"sheet": 3})]
    before = rest[rest.index(told[0]) - 1]
    assert isinstance(before, ScannedSide)
    assert before.sheet == 3
    assert len(rest) == 6


def test_no_more_paper_after_pages_is_the_end_of_the_batch(
    device: Callable[..., HostedScanner], request_of: Callable[..., ScanRequest]
) -> None:
    empty = device('options.set("read-return-value", "SANE_STATUS_NO_DOCS")')
    sides, fault = collect(empty, request_of())
    assert ([side.sheet for side in sides], fault) == ([1, 2], None)


def test_a_page_of_no_bytes_is_no_page(
    device: Callable[..., HostedScanner], request_of: Callable[..., ScanRequest]
) -> None:
    for extra in ({}, {"source": "Flatbed", "hand-scanner": True}):
        request = request_of({"read-return-value": "SANE_STATUS_EOF"} | extra)
        sides, fault = collect(device(), request)
        assert sides == []
        assert fault is not None
        assert (fault.code, fault.parameters["received"]) == ("SCN-111", 0)
        assert list(request.spool.iterdir()) == []


def test_a_page_half_transferred_is_no_page(
    device: Callable[..., HostedScanner], request_of: Callable[..., ScanRequest]
) -> None:
    request = request_of()
    sides, fault = collect(device(HALF), request)
    assert len(sides) == 2
    assert fault is not None
    assert (fault.code, fault.parameters["sheet"]) == ("SCN-111", 3)
    assert 0 < fault.parameters["received"] < sides[0].width * sides[0].height * 3
    check_kept(sides, request.spool)


def test_a_driver_that_hangs_takes_no_page_along(
    device: Callable[..., HostedScanner],
    request_of: Callable[..., ScanRequest],
    children: list[int],
) -> None:
    request = request_of()
    sides, fault = collect(device(HANG), request)
    assert isinstance(fault, Transient)
    assert (fault.code, fault.parameters["sides"]) == ("SCN-113", 2)
    assert [side.sheet for side in sides] == [1, 2]
    check_kept(sides, request.spool)
    assert not Path(f"/proc/{children[0]}").exists()
    assert collect(device(), request_of(sheets=1))[1] is None


def test_after_a_crash_what_was_told_is_safe(
    device: Callable[..., HostedScanner], request_of: Callable[..., ScanRequest]
) -> None:
    request = request_of()
    sides, fault = collect(device(CRASH), request)
    assert isinstance(fault, Transient)
    # A page still on its way to the disk goes with the process, and is not counted.
    assert (fault.code, fault.parameters["sides"]) == ("SCN-112", len(sides))
    assert [side.sheet for side in sides] == [1, 2][: len(sides)]
    assert {side.path for side in sides} <= images_in(request.spool)
    assert not list(request.spool.glob(".*.part"))
    assert collect(device(), request_of(sheets=1))[1] is None


def test_cancelling_in_mid_page_keeps_the_pages_before_it(
    device: Callable[..., HostedScanner], request_of: Callable[..., ScanRequest]
) -> None:
    token = CancelToken()
    request = request_of({})
    sides: list[ScannedSide] = []
    with pytest.raises(Cancelled):
        # The third page takes minutes at this pace.
        for event in device(SLOW).scan(request, token):
            assert isinstance(event, ScannedSide)
            sides.append(event)
            if len(sides) == 2:
                token.cancel()
    assert [side.sheet for side in sides] == [1, 2]
    check_kept(sides, request.spool)
    assert collect(device(), request_of(sheets=1))[1] is None


def test_a_batch_of_some_sheets_leaves_the_rest_in_the_feeder(
    device: Callable[..., HostedScanner], request_of: Callable[..., ScanRequest]
) -> None:
    sides, fault = collect(device(), request_of(sheets=3))
    assert ([side.sheet for side in sides], fault) == ([1, 2, 3], None)


def test_the_glass_gives_one_page_of_the_paper_asked_for(
    device: Callable[..., HostedScanner], request_of: Callable[..., ScanRequest]
) -> None:
    sides, fault = collect(device(), request_of({}, way="flatbed", paper="A5"))
    assert fault is None
    # 148 x 210 mm at 75 dpi; this device cuts off.
    assert [(side.width, side.height) for side in sides] == [(436, 620)]


@pytest.mark.parametrize(
    ("mode", "options", "media_type"),
    [
        ("color", {"depth": 16}, "image/png"),
        ("color", {"depth": 16, "three-pass": True}, "image/png"),
        ("gray", {"depth": 16}, "image/png"),
        ("color", {"three-pass": True, "ppl-loss": 3, "fuzzy-parameters": True}, "image/png"),
        ("gray", {"read-limit": True, "read-limit-size": 11, "ppl-loss": 128}, "image/png"),
        ("lineart", {"ppl-loss": 7}, "image/tiff"),
    ],
)
def test_a_whole_batch_in_every_form(
    device: Callable[..., HostedScanner],
    request_of: Callable[..., ScanRequest],
    mode: str,
    options: dict[str, Any],
    media_type: str,
) -> None:
    request = request_of(SMALL | options, mode=mode)
    sides, fault = collect(device(), request)
    assert (len(sides), fault) == (10, None)
    assert {side.media_type for side in sides} == {media_type}
    assert len({side.path.read_bytes() for side in sides}) == 1
    check_kept(sides, request.spool)


def test_pages_more_than_ten_thousand_pixels_wide_keep_memory_bounded(
    device: Callable[..., HostedScanner],
    request_of: Callable[..., ScanRequest],
    tmp_path: Path,
) -> None:
    target = tmp_path / "memory"
    measured = device(script=MEMORY.format(target=str(target)))
    assert collect(measured, request_of(sheets=1))[1] is None
    request = request_of({"br-x": 215, "br-y": 30}, resolution=1200, sheets=5)
    sides, fault = collect(measured, request)
    assert (len(sides), fault) == (5, None)
    assert sides[0].width > 10_000
    samples = sides[0].width * sides[0].height * 3
    with Image.open(sides[4].path) as image:
        assert image.size == (sides[4].width, sides[4].height)
        assert image.getextrema() == ((0, 255), (0, 255), (0, 255))
    base, peak = (int(line.split()[1]) * 1024 for line in target.read_text().splitlines())
    # Three pages, one of them growing, and what writing needs beside.
    assert samples > 40_000_000
    assert peak - base < 4.5 * samples
