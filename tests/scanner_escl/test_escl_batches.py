"""Whole batches over real sockets: numbering, masters as delivered, ends, formats, settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageChops

from app.kernel.errors import BadInput, Transient
from scanner.simulators.escl_server import EsclSimulator

Simulate = Callable[..., EsclSimulator]
Scan = Callable[..., Any]
ImagesIn = Callable[[Path], set[Path]]
DUPLEX_ORDER = [(sheet, face) for sheet in range(1, 5) for face in ("front", "back")]


def order(batch: Any) -> list[tuple[int, str]]:
    return [(side.sheet, side.face) for side in batch.sides]


def contents(batch: Any) -> list[bytes]:
    return [side.path.read_bytes() for side in batch.sides]


def test_a_duplex_batch_delivers_the_bytes_of_the_device(
    simulate: Simulate, scan: Scan, stack: list[Path], tmp_path: Path, images_in: ImagesIn
) -> None:
    simulator = simulate()
    batch = scan(simulator, hurry=False)
    assert (batch.fault, batch.warnings) == (None, [])
    assert order(batch) == DUPLEX_ORDER
    assert contents(batch) == [side.read_bytes() for side in stack]
    for side in batch.sides:
        facts = (side.media_type, side.width, side.height, side.dpi, side.fault)
        assert facts == ("image/jpeg", 827, 1169, 100, "")
        assert side.source_name == f"{side.sheet:05}-{side.face}.jpg"
    assert {side.path for side in batch.sides} == images_in(tmp_path / "spool")
    assert simulator.device.requests[-1].startswith("DELETE /eSCL/ScanJobs/")


@pytest.mark.parametrize("end_status", [404, 409, 410])
@pytest.mark.parametrize("body", [{}, {"chunked": True}, {"no_length": True}])
def test_every_way_to_say_that_the_feeder_is_empty(
    simulate: Simulate, scan: Scan, stack: list[Path], end_status: int, body: dict[str, bool]
) -> None:
    batch = scan(simulate(end_status=end_status, **body), hosted=False)
    assert batch.fault is None
    assert contents(batch) == [side.read_bytes() for side in stack]


@pytest.mark.parametrize("location", ["absolute", "relative", "foreign"])
def test_the_job_is_found_whatever_the_device_calls_itself(
    simulate: Simulate, scan: Scan, location: str
) -> None:
    batch = scan(simulate(location=location), hosted=False)
    assert (batch.fault, order(batch)) == (None, DUPLEX_ORDER)


@pytest.mark.parametrize("end", ["", "/", "/eSCL", "/eSCL/"])
def test_the_address_with_and_without_the_root(simulate: Simulate, scan: Scan, end: str) -> None:
    batch = scan(simulate().url.removesuffix("/eSCL") + end, sheets=1, hosted=False)
    assert (batch.fault, len(batch.sides)) == (None, 2)


def test_an_address_without_a_scheme_and_one_of_version_six(simulate: Simulate, scan: Scan) -> None:
    assert scan(f"127.0.0.1:{simulate().port}", sheets=1).fault is None
    batch = scan(simulate(host="::1"), sheets=1)
    assert (batch.fault, len(batch.sides)) == (None, 2)


@pytest.mark.parametrize(
    "address", ["ftp://host/eSCL", "http://", "http://a b/", "http://u:p@host/", "http://h:99999/"]
)
def test_an_address_that_is_none(scan: Scan, address: str) -> None:
    batch = scan(address, hosted=False)
    assert isinstance(batch.fault, BadInput)
    assert (batch.fault.code, batch.fault.parameters) == ("SCN-240", {"address": address})


def test_a_simplex_batch_has_fronts_only(simulate: Simulate, scan: Scan, stack: list[Path]) -> None:
    batch = scan(simulate(), duplex=False)
    assert batch.warnings == []
    assert order(batch) == [(sheet, "front") for sheet in range(1, 5)]
    assert contents(batch) == [side.read_bytes() for side in stack[::2]]


def test_a_missing_back_is_told(simulate: Simulate, scan: Scan, stack: list[Path]) -> None:
    batch = scan(simulate(sides=stack[:3]))
    assert order(batch) == [(1, "front"), (1, "back"), (2, "front")]
    assert batch.codes == ["SCN-211"]


def test_a_feeder_without_duplex_is_told(simulate: Simulate, scan: Scan) -> None:
    batch = scan(simulate(simplex_only=True), hosted=False)
    assert order(batch) == [(sheet, "front") for sheet in range(1, 5)]
    assert batch.codes == ["SCN-213"]
    assert batch.warnings[0].parameters == {"setting": "duplex", "value": "true"}


def test_the_glass_gives_one_page_at_a_time(
    simulate: Simulate, scan: Scan, stack: list[Path]
) -> None:
    simulator = simulate()
    first, second = (
        scan(simulator, way="flatbed", hosted=False),
        scan(simulator, way="flatbed", hosted=False),
    )
    assert (first.fault, first.warnings) == (None, [])
    assert contents(first) + contents(second) == [stack[0].read_bytes(), stack[1].read_bytes()]
    assert order(first) == order(second) == [(1, "front")]


def test_a_device_without_feeder_uses_its_glass(simulate: Simulate, scan: Scan) -> None:
    simulator = simulate(platen_only=True)
    assert order(scan(simulator, hosted=False)) == [(1, "front")]
    batch = scan(simulator, way="feeder", hosted=False)
    assert isinstance(batch.fault, BadInput)
    assert (batch.fault.code, batch.fault.parameters["option"]) == ("SCN-114", "way")


def test_sheets_ends_the_batch_and_the_rest_stays_in_the_feeder(
    simulate: Simulate, scan: Scan, stack: list[Path]
) -> None:
    simulator = simulate()
    first = scan(simulator, sheets=1)
    assert (first.fault, order(first)) == (None, DUPLEX_ORDER[:2])
    second = scan(simulator)
    assert (second.fault, order(second)) == (None, DUPLEX_ORDER[:6])
    assert contents(first) + contents(second) == [side.read_bytes() for side in stack]


def test_a_second_batch_of_an_empty_feeder(simulate: Simulate, scan: Scan) -> None:
    simulator = simulate()
    assert scan(simulator).fault is None
    batch = scan(simulator)
    assert isinstance(batch.fault, Transient)
    assert (batch.fault.code, batch.fault.parameters["sheet"]) == ("SCN-101", 1)
    simulator.device.load()
    assert len(scan(simulator).sides) == 8


@pytest.mark.parametrize(("mode", "pillow"), [("gray", "L"), ("color", "RGB")])
def test_modes_and_resolutions_are_asked_of_the_device(
    simulate: Simulate, scan: Scan, stack: list[Path], mode: str, pillow: str
) -> None:
    batch = scan(simulate(), mode=mode, resolution=75, sheets=1, hosted=False)
    side = batch.sides[0]
    assert (batch.fault, side.width, side.height, side.dpi) == (None, 620, 877, 75)
    with Image.open(side.path) as image, Image.open(stack[0]) as paper:
        assert image.mode == pillow
        expected = paper.convert(pillow).resize(image.size)
        difference = ImageChops.difference(image, expected).convert("L").resize((20, 28))
        assert max(difference.tobytes()) < 24


def test_line_art_is_group_4(simulate: Simulate, scan: Scan) -> None:
    batch = scan(simulate(), mode="lineart", sheets=1, hosted=False)
    side = batch.sides[0]
    assert (batch.fault, side.media_type, side.dpi) == (None, "image/tiff", 100)
    with Image.open(side.path) as image:
        assert (image.mode, image.info["compression"]) == ("1", "group4")


def test_a_device_that_only_sends_pdf(simulate: Simulate, scan: Scan, stack: list[Path]) -> None:
    batch = scan(simulate(pdf_only=True))
    assert (batch.fault, order(batch)) == (None, DUPLEX_ORDER)
    side = batch.sides[2]
    facts = (side.media_type, side.path.suffix, side.width, side.height, side.dpi, side.frame)
    assert facts == ("application/pdf", ".pdf", 827, 1169, 100, 0)
    document = pypdfium2.PdfDocument(side.path)
    shown = document[0].render(scale=100 / 72).to_pil().convert("RGB")
    document.close()
    with Image.open(stack[2]) as paper:
        difference = ImageChops.difference(shown.resize((83, 117)), paper.resize((83, 117)))
        assert max(difference.convert("L").tobytes()) < 64


def test_a_device_that_sends_the_whole_stack_as_one_pdf(simulate: Simulate, scan: Scan) -> None:
    batch = scan(simulate(one_pdf=True))
    assert (batch.fault, order(batch)) == (None, DUPLEX_ORDER)
    assert len({side.path for side in batch.sides}) == 1
    assert [side.frame for side in batch.sides] == list(range(8))
    assert {(side.width, side.dpi) for side in batch.sides} == {(827, 100)}


def test_a_page_ten_thousand_dots_wide(simulate: Simulate, scan: Scan, tmp_path: Path) -> None:
    wide = tmp_path / "wide.jpg"
    Image.new("L", (10_200, 400), 200).save(wide, dpi=(1200, 1200))
    wishes = {"duplex": False, "mode": "gray", "paper": "auto", "resolution": 1200}
    batch = scan(simulate(sides=[wide]), **wishes)
    (side,) = batch.sides
    assert (batch.fault, side.fault, side.width, side.height) == (None, "", 10_200, 400)
    assert (side.dpi, side.path.read_bytes()) == (1200, wide.read_bytes())


def test_a_finer_resolution_is_taken_and_told(simulate: Simulate, scan: Scan) -> None:
    batch = scan(simulate(), resolution=120, sheets=1, hosted=False)
    assert (batch.fault, batch.codes, batch.sides[0].dpi) == (None, ["SCN-212"], 150)
    assert batch.warnings[0].parameters == {"option": "resolution", "asked": "120", "got": "150"}


def test_wishes_that_no_such_device_fulfils_are_told(simulate: Simulate, scan: Scan) -> None:
    batch = scan(
        simulate(),
        way="flatbed",
        paper="A3",
        imprint="{number}",
        dual_stream=True,
        multifeed="warn",
        hosted=False,
    )
    assert batch.fault is None
    told = [warning.parameters["setting"] for warning in batch.warnings]
    assert (set(batch.codes), told) == (
        {"SCN-213"},
        ["paper", "multifeed", "imprint", "dual_stream"],
    )


def test_brightness_and_contrast_reach_the_device_in_its_own_range(
    simulate: Simulate, scan: Scan
) -> None:
    simulator = simulate()
    batch = scan(simulator, brightness=40, contrast=-10, sheets=1, hosted=False)
    assert (batch.fault, batch.warnings) == (None, [])
    sent = simulator.device.settings[-1]
    assert (sent["Brightness"], sent["Contrast"]) == ("40", "-10")
    assert (sent["MultipickDetection"], sent["Intent"]) == ("true", "Document")


@pytest.mark.parametrize(
    ("wishes", "option"),
    [
        ({"options": {"NoSuchThing": 1}}, "NoSuchThing"),
        ({"options": {"Threshold": 999}}, "Threshold"),
        ({"options": {"Threshold": "much"}}, "Threshold"),
        ({"options": {"Intent": "Guess"}}, "Intent"),
        ({"options": {"DocumentFormat": "image/x-raw"}}, "DocumentFormat"),
        ({"options": {"BlankPageDetectionAndRemoval": True}}, "BlankPageDetectionAndRemoval"),
        ({"options": {"XResolution": -5}}, "XResolution"),
        ({"resolution": 2400}, "resolution"),
        ({"resolution": 0}, "resolution"),
        ({"mode": "infrared"}, "mode"),
        ({"paper": "B9"}, "paper"),
    ],
)
def test_settings_are_checked_before_the_device_sees_them(
    simulate: Simulate, scan: Scan, wishes: dict[str, Any], option: str
) -> None:
    simulator = simulate()
    batch = scan(simulator, **wishes, hosted=False)
    assert isinstance(batch.fault, BadInput)
    assert (batch.fault.code, batch.fault.parameters["option"]) == ("SCN-114", option)
    assert not [line for line in simulator.device.requests if line.startswith("POST")]


def test_options_of_the_device_win(simulate: Simulate, scan: Scan) -> None:
    simulator = simulate()
    options = {"Intent": "photo", "Threshold": 90, "DocumentFormat": "application/pdf", "cache": 1}
    batch = scan(simulator, options=options, sheets=1, hosted=False)
    assert batch.fault is None
    assert batch.sides[0].media_type == "application/pdf"
    sent = simulator.device.settings[-1]
    assert (sent["Intent"], sent["Threshold"]) == ("Photo", "90")


def test_self_signed_tls(
    simulate: Simulate, scan: Scan, certificate: tuple[Path, Path], stack: list[Path]
) -> None:
    simulator = simulate(certificate=certificate)
    assert simulator.url.startswith("https://")
    batch = scan(simulator)
    assert batch.fault is None
    assert contents(batch) == [side.read_bytes() for side in stack]


def test_a_bundled_dossier(simulate: Simulate, scan: Scan, bundled_small: Path) -> None:
    sides = sorted((bundled_small / "sides").iterdir())
    batch = scan(simulate(sides=sides), resolution=200, hurry=False)
    assert batch.fault is None
    assert contents(batch) == [side.read_bytes() for side in sides]
    assert {(side.width, side.height, side.dpi) for side in batch.sides} == {(1654, 2339, 200)}
