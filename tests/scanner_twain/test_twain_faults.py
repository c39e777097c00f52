"""Whatever goes wrong in a scanner, its driver or the manager becomes a fault with a remedy, and
the sides before it are there."""

from __future__ import annotations

import ctypes.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.fault_texts import fault_tables
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import ScanRequest
from scanner.bridge import HostedScanner
from scanner.faults import trouble_of
from tests.scanner_twain.scanned import Batch, expected_pixels, pixels

Scan = Callable[..., Batch]
SIMPLEX = {"duplex": False}


class _CancelOnceEnabled(CancelToken):
    """Cancelled as soon as the trace of the manager says that the source is enabled."""

    def __init__(self, trace: Path) -> None:
        super().__init__()
        self._trace = trace

    @property
    def cancelled(self) -> bool:
        if self._trace.exists() and "CALL 1/0x9/0x502" in self._trace.read_text():
            self.cancel()
        return super().cancelled


def fault_of(batch: Batch) -> Fault:
    assert isinstance(batch.error, Fault)
    return batch.error


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (1, "SCN-122"),
        (2, "SCN-109"),
        (5, "SCN-122"),
        (9, "SCN-117"),
        (10, "SCN-121"),
        (16, "SCN-108"),
        (20, "SCN-104"),
        (21, "SCN-106"),
        (22, "SCN-118"),
        (23, "SCN-122"),
        (24, "SCN-105"),
        (25, "SCN-104"),
        (27, "SCN-111"),
    ],
)
def test_a_condition_at_the_third_sheet_is_a_fault(scan: Scan, condition: int, code: str) -> None:
    batch = scan({"mode": "gray"}, sheets=5, fault_at=5, fault=condition, words="卡纸了")
    fault = fault_of(batch)
    assert fault.code == code
    assert code in fault_tables()
    assert [(side.sheet, side.face) for side in batch.sides] == [
        (1, "front"),
        (1, "back"),
        (2, "front"),
        (2, "back"),
    ]
    for index, side in enumerate(batch.sides):
        assert numpy.array_equal(pixels(side.path), expected_pixels(index, "gray"))
    trouble = trouble_of(code)
    assert trouble is not None
    if "sheet" in fault.parameters:
        assert fault.parameters["sheet"] == 3
        # The words of the driver are for the log.
        assert "卡纸了" in fault.parameters["status"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"fault_at": 1, "fault_in": "enable", "fault": 29}, "SCN-101"),
        ({"fault_at": 1, "fault_in": "enable", "fault": 24}, "SCN-105"),
        ({"fault_at": 1, "fault_in": "info", "fault": 29}, "SCN-101"),
        ({"fault_at": 2, "fault_in": "middle", "fault": 20}, "SCN-104"),
        ({"fault_at": 2, "fault_in": "info", "fault": 20}, "SCN-104"),
        ({"fault_at": 1, "fault_in": "enable", "fault_code": 10}, "SCN-103"),
        ({"fault_at": 1, "fault_in": "enable", "fault_code": 11}, "SCN-123"),
        ({"fault_at": 2, "fault_in": "middle", "fault_code": 3}, "SCN-110"),
        ({"close_at": 1}, "SCN-110"),
        ({"close_at": 1, "callback": "thread"}, "SCN-110"),
        ({"open_condition": 1}, "SCN-102"),
        ({"open_condition": 23}, "SCN-102"),
        ({"open_condition": 4}, "SCN-103"),
        ({"open_condition": 16}, "SCN-108"),
        ({"online": 0}, "SCN-102"),
        ({"loaded": 0}, "SCN-101"),
        ({"sources": 0}, "SCN-102"),
        ({"callback": "none"}, "SCN-142"),
        ({"short_at": 2}, "SCN-111"),
        ({"short_at": 2, "tiles": 1}, "SCN-111"),
    ],
)
def test_mishaps_of_other_moments(scan: Scan, settings: dict[str, Any], code: str) -> None:
    batch = scan(SIMPLEX, **settings)
    fault = fault_of(batch)
    assert fault.code == code
    whole = settings.get("fault_at", settings.get("short_at", 1)) - 1
    assert len(batch.sides) == whole
    if whole:
        assert fault.parameters["sheet"] == 2


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"lies": 1}, "SCN-111"),
        ({"lies": 2}, "SCN-120"),
        ({"lies": 3}, "SCN-111"),
        ({"lies": 4}, "SCN-120"),
        ({"lies": 5}, "SCN-109"),
        ({"lies": 6}, "SCN-111"),
        ({"least_bytes": 0xFFFFFFF0}, "SCN-109"),
    ],
)
def test_a_source_that_lies_about_sizes_breaks_nothing(
    scan: Scan, settings: dict[str, Any], code: str
) -> None:
    batch = scan(SIMPLEX | {"mode": "gray"}, **settings)
    assert fault_of(batch).code == code
    assert batch.sides == []


@pytest.mark.parametrize("settings", [{"short_at": 2}, {"empty_at": 2}])
@pytest.mark.parametrize("kind", ["jpeg", "tiff"])
def test_a_file_that_is_cut_off_or_empty_is_not_kept(
    scan: Scan, pages_folder: Path, settings: dict[str, int], kind: str
) -> None:
    options: dict[str, Any] = {"transfer": "file"}
    if kind == "jpeg":
        options["ICAP_COMPRESSION"] = "JPEG"
        for number in (1, 2, 3):
            picture = Image.fromarray(expected_pixels(number, "color").astype(numpy.uint8))
            picture.save(pages_folder / f"{number}.bin", format="JPEG")
    batch = scan(SIMPLEX | {"options": options}, pages=pages_folder, **settings)
    fault = fault_of(batch)
    assert (fault.code, fault.parameters["sheet"]) == ("SCN-111", 2)
    assert len(batch.sides) == 1
    images = [path for path in batch.sides[0].path.parent.iterdir() if path.suffix != ".side"]
    assert images == [batch.sides[0].path]


def test_a_file_that_is_no_picture_is_told(scan: Scan, pages_folder: Path) -> None:
    (pages_folder / "1.bin").write_bytes(b"%!PS-Adobe-3.0\n" * 100)
    options = {"transfer": "file", "ICAP_COMPRESSION": "JPEG"}
    batch = scan(SIMPLEX | {"options": options}, pages=pages_folder)
    assert fault_of(batch).code == "SCN-120"


def test_a_crash_of_the_driver_keeps_every_side_before_it(scan: Scan) -> None:
    batch = scan(SIMPLEX, sheets=5, fault_at=4, fault="crash", tidy=False)
    fault = fault_of(batch)
    assert fault.code == "SCN-112"
    assert fault.parameters["sides"] == len(batch.sides) == 3


def test_a_driver_that_hangs_is_ended(scan: Scan) -> None:
    batch = scan(SIMPLEX, sheets=5, fault_at=3, fault="hang", tidy=False, stall_seconds=1.5)
    fault = fault_of(batch)
    assert fault.code == "SCN-113"
    assert fault.parameters["sides"] == len(batch.sides) == 2


def test_a_cancel_lets_the_source_go_in_order(scan: Scan) -> None:
    # Strips of one row, so that the cancel comes in the middle of a page.
    batch = scan(SIMPLEX, sheets=400, cancel_after=2, strip_rows=1)
    assert isinstance(batch.error, Cancelled)
    assert 2 <= len(batch.sides) < 400
    names = [line.split()[1] for line in batch.trace if line.startswith("CALL")]
    assert names[-3:] == ["1/0x9/0x501", "1/0x3/0x402", "1/0x4/0x302"]
    assert names[-4] == "1/0x5/0x7"


def test_a_cancel_while_waiting_for_the_first_image(scan: Scan, tmp_path: Path) -> None:
    token = _CancelOnceEnabled(tmp_path / "trace")
    batch = scan(SIMPLEX, callback="never", token=token)
    assert isinstance(batch.error, Cancelled)
    assert batch.sides == []


def test_no_manager_is_no_device_and_a_fault_with_a_remedy(
    twain_environment: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    missing = {"JUANZONG_TWAIN_DSM": str(tmp_path / "libtwaindsm.so.2")}
    driver = HostedScanner("twain", environment=twain_environment() | missing)
    assert driver.devices() == []
    request = ScanRequest(name="Scanner", spool=tmp_path / "spool")
    with pytest.raises(Broken) as caught:
        list(driver.scan(request, CancelToken()))
    assert caught.value.code == "SCN-141"
    assert caught.value.parameters["library"] == missing["JUANZONG_TWAIN_DSM"]
    with pytest.raises(Broken) as caught:
        driver.capabilities("Scanner")
    assert caught.value.code == "SCN-141"


def test_a_library_that_is_no_manager_is_none(
    twain_environment: Callable[..., dict[str, str]], scan: Scan
) -> None:
    other = ctypes.util.find_library("m")
    environment = twain_environment() | {"JUANZONG_TWAIN_DSM": str(other)}
    assert HostedScanner("twain", environment=environment).devices() == []


def test_a_spool_that_cannot_be_made(scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Broken) as caught:
        raise fault_of(scan({"spool": tmp_path / "file" / "spool"}, tidy=False))
    assert caught.value.code == "SCN-118"


def test_the_kinds_of_faults_decide_what_follows(scan: Scan) -> None:
    assert isinstance(fault_of(scan(fault_at=1, fault=20)), Transient)
    assert isinstance(fault_of(scan(fault_at=1, fault=16)), Broken)
    assert isinstance(fault_of(scan({"mode": "sepia"})), BadInput)
