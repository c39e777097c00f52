"""The SANE driver on the test devices of SANE itself, checked against `scanimage`."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import ScanEvent, ScannedSide, ScanRequest, ScanWarning
from scanner.bridge import HostedScanner
from scanner.drivers.sane_sources import choose_feeder, is_feeder

SMALL = {"br-x": 50, "br-y": 60}
FLATBED = SMALL | {"source": "Flatbed"}
# Makes the fourth page fail in `sane_read`, as a jam in mid batch does.
JAM_AT_FOUR = """
import scanner.drivers.sane_library as library
from scanner.drivers.sane_options import SaneOptions
original, pages = library.SaneLibrary.start, []
def start(self, handle):
    pages.append(1)
    if len(pages) == 4:
        SaneOptions(self, handle).set("read-return-value", "SANE_STATUS_JAMMED")
    original(self, handle)
library.SaneLibrary.start = start
import scanner.host
sys.exit(scanner.host.main([]))
"""
NO_LIBRARY = """
import scanner.drivers.sane_library as library
library._NAMES = {sys.platform: "libsane-not-there.so.1"}
import scanner.host
sys.exit(scanner.host.main([]))
"""


@pytest.fixture
def scan(
    sane_environment: dict[str, str], tmp_path: Path
) -> Callable[..., tuple[list[ScanEvent], Fault | None]]:
    def run(
        options: dict[str, Any],
        *,
        script: str = "",
        name: str = "test:0",
        mode: str = "color",
        resolution: int = 75,
        token: CancelToken | None = None,
    ) -> tuple[list[ScanEvent], Fault | None]:
        command = [sys.executable, "-c", "import sys\n" + script] if script else None
        driver = HostedScanner("sane", environment=sane_environment, command=command)
        request = ScanRequest(
            name=name,
            spool=tmp_path / "spool",
            options=options,
            mode=mode,
            resolution=resolution,
        )
        events: list[ScanEvent] = []
        try:
            events.extend(driver.scan(request, token or CancelToken()))
        except Fault as fault:
            return events, fault
        return events, None

    return run


Scan = Callable[..., tuple[list[ScanEvent], Fault | None]]


def sides_of(events: list[ScanEvent]) -> list[ScannedSide]:
    return [event for event in events if isinstance(event, ScannedSide)]


def collect(
    driver: HostedScanner, request: ScanRequest
) -> tuple[list[ScannedSide], Transient | None]:
    sides: list[ScannedSide] = []
    try:
        for event in driver.scan(request, CancelToken()):
            if isinstance(event, ScannedSide):
                sides.append(event)
    except Transient as fault:
        return sides, fault
    return sides, None


def scanimage(environment: dict[str, str], *arguments: str) -> Image.Image:
    """The page as SANE's own program reads it. As PNG: its PNM forgets that rows are padded."""
    command = ["scanimage", "-d", "test:0", "--format=png", "--resolution", "75"]
    command += ["-l", "0", "-t", "0", "-x", "50", "-y", "60", *arguments]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout))


def test_a_full_a4_batch_of_the_feeder(scan: Scan) -> None:
    events, fault = scan({}, resolution=100)
    assert fault is None
    sides = sides_of(events)
    assert events == sides
    assert [side.sheet for side in sides] == list(range(1, 11))
    assert {side.face for side in sides} == {"front"}
    # 210 x 297 mm at 100 dpi.
    assert {(side.width, side.height, side.dpi) for side in sides} == {(826, 1169, 100)}
    with Image.open(sides[0].path) as image:
        assert image.format == "PNG"
        assert round(image.info["dpi"][0]) == 100


@pytest.mark.parametrize(
    ("mode", "options", "arguments"),
    [
        ("color", {}, ["--mode", "Color"]),
        ("gray", {}, ["--mode", "Gray"]),
        ("lineart", {}, ["--mode", "Gray", "--depth", "1"]),
        ("color", {"three-pass": True}, ["--mode", "Color"]),
        ("color", {"three-pass": True, "three-pass-order": "BRG"}, ["--mode", "Color"]),
        ("color", {"ppl-loss": 5}, ["--mode", "Color", "--ppl-loss", "5"]),
        ("color", {"fuzzy-parameters": True}, ["--mode", "Color"]),
        ("gray", {"read-limit": True, "read-limit-size": 7}, ["--mode", "Gray"]),
        ("gray", {"test-picture": "Grid"}, ["--mode", "Gray", "--test-picture", "Grid"]),
    ],
)
def test_pixels_are_those_of_scanimage(
    scan: Scan,
    sane_environment: dict[str, str],
    mode: str,
    options: dict[str, Any],
    arguments: list[str],
) -> None:
    events, fault = scan(FLATBED | options, mode=mode)
    assert fault is None
    (side,) = sides_of(events)
    expected = scanimage(sane_environment, *arguments)
    with Image.open(side.path) as image:
        assert image.size == expected.size
        assert image.mode == expected.mode
        assert image.tobytes() == expected.tobytes()


@pytest.mark.parametrize("mode", ["gray", "color"])
def test_sixteen_bits_are_kept(
    scan: Scan, sane_environment: dict[str, str], tmp_path: Path, mode: str
) -> None:
    events, _ = scan(FLATBED | {"depth": 16}, mode=mode)
    (side,) = sides_of(events)
    # libpng by way of scanimage on one side, our own writer on the other.
    reference = tmp_path / "reference.png"
    command = ["scanimage", "-d", "test:0", "--format=png", "--resolution", "75", "--depth", "16"]
    command += ["-x", "50", "-y", "60", "--mode", mode.title(), "-o", str(reference)]
    subprocess.run(command, env=os.environ | sane_environment, check=True, capture_output=True)
    data = side.path.read_bytes()
    assert data[24] == 16
    with Image.open(side.path) as ours, Image.open(reference) as theirs:
        assert ours.size == theirs.size
        assert ours.tobytes() == theirs.tobytes()
        assert len(set(ours.tobytes())) > 1


def test_line_art_is_group_4(scan: Scan) -> None:
    events, _ = scan(FLATBED, mode="lineart")
    (side,) = sides_of(events)
    assert side.media_type == "image/tiff"
    with Image.open(side.path) as image:
        assert image.info["compression"] == "group4"
        assert round(image.info["dpi"][0]) == 75


def test_a_page_of_unknown_height(scan: Scan) -> None:
    events, fault = scan({"hand-scanner": True, "source": "Flatbed"})
    assert fault is None
    (side,) = sides_of(events)
    with Image.open(side.path) as image:
        image.load()
        assert image.size == (side.width, side.height)
    assert side.height > 100


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        ("UNSUPPORTED", BadInput, "SCN-121"),
        ("CANCELLED", Transient, "SCN-110"),
        ("DEVICE_BUSY", Transient, "SCN-103"),
        ("INVAL", BadInput, "SCN-121"),
        ("EOF", Transient, "SCN-111"),
        ("JAMMED", Transient, "SCN-104"),
        ("NO_DOCS", Transient, "SCN-101"),
        ("COVER_OPEN", Transient, "SCN-105"),
        ("IO_ERROR", Transient, "SCN-122"),
        ("NO_MEM", Transient, "SCN-109"),
        ("ACCESS_DENIED", Broken, "SCN-108"),
    ],
)
def test_every_status_has_its_fault(
    scan: Scan, tmp_path: Path, status: str, kind: type[Fault], code: str
) -> None:
    events, fault = scan(SMALL | {"read-return-value": f"SANE_STATUS_{status}"})
    assert events == []
    assert type(fault) is kind
    assert fault is not None
    assert fault.code == code
    assert fault.parameters["sheet"] == 1
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_jam_in_mid_batch_keeps_the_pages_before_it_and_a_new_batch_works(
    sane_environment: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-c", "import sys\n" + JAM_AT_FOUR]
    request = ScanRequest(name="test:0", spool=tmp_path / "spool", resolution=75, options=SMALL)
    jammed = HostedScanner("sane", environment=sane_environment, command=command)
    sides, fault = collect(jammed, request)
    assert [side.sheet for side in sides] == [1, 2, 3]
    assert fault is not None
    assert (fault.code, fault.parameters["sheet"]) == ("SCN-104", 4)
    sides, fault = collect(HostedScanner("sane", environment=sane_environment), request)
    assert (len(sides), fault) == (10, None)


class _AskedOften(CancelToken):
    """Becomes cancelled when it has been asked a number of times, that is, in mid page."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    @property
    def cancelled(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_cancelling_in_mid_page_drops_the_page(
    sane_environment: dict[str, str], tmp_path: Path
) -> None:
    options = {"read-delay": True, "read-delay-duration": 200_000}
    driver = HostedScanner("sane", environment=sane_environment)
    request = ScanRequest(name="test:0", spool=tmp_path / "spool", options=options)
    events: list[ScanEvent] = []
    with pytest.raises(Cancelled):
        # A page at this pace takes minutes, so half a second is in the middle of the first.
        events.extend(driver.scan(request, _AskedOften(12)))
    assert events == []
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.parametrize(
    ("options", "resolution", "option"),
    [
        ({"no-such-option": 1}, 75, "no-such-option"),
        ({"test-picture": "Mona Lisa"}, 75, "test-picture"),
        ({"depth": 7}, 75, "depth"),
        ({"ppl-loss": "many"}, 75, "ppl-loss"),
        ({"hand-scanner": "perhaps"}, 75, "hand-scanner"),
        ({"br-x": float("nan")}, 75, "br-x"),
        ({}, 99_999, "resolution"),
        ({}, 5000, "resolution"),
        ({}, 0, "resolution"),
    ],
)
def test_options_are_checked_before_the_device_sees_them(
    scan: Scan, options: dict[str, Any], resolution: int, option: str
) -> None:
    events, fault = scan(options, resolution=resolution)
    assert events == []
    assert isinstance(fault, BadInput)
    assert (fault.code, fault.parameters["option"]) == ("SCN-114", option)


def test_an_unknown_mode(scan: Scan) -> None:
    _, fault = scan({}, mode="infrared")
    assert isinstance(fault, BadInput)
    assert fault.code == "SCN-114"


def test_a_rounded_option_is_a_warning(scan: Scan) -> None:
    events, fault = scan(FLATBED | {"read-delay": True, "read-delay-duration": 1400})
    assert fault is None
    warnings = [event for event in events if isinstance(event, ScanWarning)]
    assert [warning.code for warning in warnings] == ["SCN-212"]
    assert warnings[0].parameters == {
        "option": "read-delay-duration",
        "asked": "1400",
        "got": "1000",
    }


@pytest.mark.parametrize("name", ["test:9", "nonsense:0", "x"])
def test_a_device_that_is_not_there(scan: Scan, name: str) -> None:
    events, fault = scan({}, name=name)
    assert events == []
    assert isinstance(fault, Transient)
    assert (fault.code, fault.parameters) == ("SCN-102", {"name": name})


def test_without_sane(scan: Scan) -> None:
    _, fault = scan({}, script=NO_LIBRARY)
    assert isinstance(fault, Broken)
    assert fault.code == "SCN-115"


def test_the_test_device_works_without_any_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SANE_CONFIG_DIR", raising=False)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    request = ScanRequest(name="test:0", spool=tmp_path / "spool", resolution=75, options=FLATBED)
    sides, fault = collect(HostedScanner("sane"), request)
    assert (len(sides), fault) == (1, None)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("sources", "duplex", "expected"),
    [
        (("Flatbed", "Automatic Document Feeder"), True, "Automatic Document Feeder"),
        (("Flatbed", "ADF", "ADF Duplex"), True, "ADF Duplex"),
        (("Flatbed", "ADF", "ADF Duplex"), False, "ADF"),
        (("ADF Front", "ADF Back", "ADF Duplex"), True, "ADF Duplex"),
        (("ADF Back", "ADF Front"), True, "ADF Front"),
        (("Flatbed", "Duplex"), True, "Duplex"),
        (("Flatbed", "Transparency Unit"), True, None),
        ((), True, None),
    ],
)
def test_the_feeder_is_chosen_in_every_spelling(
    sources: tuple[str, ...], duplex: bool, expected: str | None
) -> None:
    assert choose_feeder(sources, duplex) == expected
    assert expected is None or is_feeder(expected)
