"""The simulated scanner: mishaps on request, and going on after they are mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.kernel.errors import BadInput, Fault
from app.kernel.progress import CancelToken
from scanner.api import ScanEvent, ScannedSide, ScanRequest, ScanWarning
from scanner.bridge import HostedScanner
from scanner.drivers.simulated import SimulatedDriver

Simulated = Callable[..., HostedScanner]


def feed(
    driver: HostedScanner, name: str, spool: Path, *, duplex: bool = True, **options: Any
) -> tuple[list[ScannedSide], Fault | None]:
    sides: list[ScannedSide] = []
    request = ScanRequest(name=name, spool=spool, duplex=duplex, options=options)
    try:
        for event in driver.scan(request, CancelToken()):
            assert isinstance(event, ScannedSide)
            sides.append(event)
    except Fault as fault:
        return sides, fault
    return sides, None


def test_the_bytes_are_those_of_the_dossier(
    simulated: Simulated, tiny_dossier: Path, tmp_path: Path
) -> None:
    sides, fault = feed(simulated(), "demo", tmp_path / "spool")
    assert fault is None
    originals = sorted((tiny_dossier / "demo" / "sides").iterdir())
    assert [side.path.read_bytes() for side in sides] == [
        original.read_bytes() for original in originals
    ]
    assert [side.source_name for side in sides] == [original.name for original in originals]


@pytest.mark.parametrize(
    ("mishap", "code"),
    [("jam_at", "SCN-104"), ("double_feed_at", "SCN-106"), ("cover_open_at", "SCN-105")],
)
@pytest.mark.parametrize("in_name", [True, False])
def test_a_mishap_and_going_on_after_it(
    simulated: Simulated, tmp_path: Path, mishap: str, code: str, in_name: bool
) -> None:
    name = f"demo?{mishap}=3" if in_name else "demo"
    options = {} if in_name else {mishap: 3}
    sides, fault = feed(simulated(), name, tmp_path / "spool", **options)
    assert [(side.sheet, side.face) for side in sides] == [
        (1, "front"),
        (1, "back"),
        (2, "front"),
        (2, "back"),
    ]
    assert fault is not None
    assert (fault.code, fault.parameters["sheet"]) == (code, 3)
    # The same source again, from the sheet where the operator put the paper back.
    rest, fault = feed(simulated(), name, tmp_path / "spool", start_sheet=3, **options)
    assert fault is None
    assert [side.source_name for side in [*sides, *rest]] == [f"{n:05}.jpg" for n in range(1, 9)]
    assert [side.sheet for side in rest] == [3, 3, 4, 4]


def test_a_shipped_dossier_is_used_as_it_is(
    simulated: Simulated, tiny_dossier: Path, tmp_path: Path
) -> None:
    (tiny_dossier / "demo" / "truth.json").write_text("{}")
    never = "build.build_bundled = lambda name, folder: 1 / 0"
    sides, fault = feed(simulated(never), "demo", tmp_path / "spool")
    assert (len(sides), fault) == (8, None)


def test_the_bundled_dossiers_are_devices() -> None:
    sources = {device.source for device in HostedScanner("simulated", device_seconds=60).devices()}
    assert "simulated:demo" in sources


def test_simplex_sees_the_fronts_only(simulated: Simulated, tmp_path: Path) -> None:
    sides, fault = feed(simulated(), "demo", tmp_path / "spool", duplex=False)
    assert fault is None
    assert [side.source_name for side in sides] == [
        "00001.jpg",
        "00003.jpg",
        "00005.jpg",
        "00007.jpg",
    ]
    assert [(side.sheet, side.face) for side in sides] == [(n, "front") for n in range(1, 5)]


def test_nothing_left_to_feed(simulated: Simulated, tmp_path: Path) -> None:
    sides, fault = feed(simulated(), "demo?start_sheet=5", tmp_path / "spool")
    assert sides == []
    assert fault is not None
    assert fault.code == "SCN-101"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nobody", "SCN-208"),
        ("demo?paper_at=1", "SCN-114"),
        ("demo?jam_at=soon", "SCN-114"),
        ("demo?jam_at=-1", "SCN-114"),
        ("demo?sides_per_second=nan", "SCN-114"),
    ],
)
def test_what_it_does_not_take(simulated: Simulated, tmp_path: Path, name: str, code: str) -> None:
    sides, fault = feed(simulated(), name, tmp_path / "spool")
    assert sides == []
    assert isinstance(fault, BadInput)
    assert fault.code == code


@pytest.fixture
def here(tiny_dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Feeds the tiny dossier in this process, without a host."""
    (tiny_dossier / "demo" / "truth.json").write_text("{}")
    monkeypatch.setenv("JUANZONG_BUNDLED", str(tiny_dossier))

    def run(options: dict[str, Any], **wishes: Any) -> tuple[list[ScanEvent], Fault | None]:
        events: list[ScanEvent] = []
        request = ScanRequest(name="demo", spool=tmp_path / "spool", options=options, **wishes)
        try:
            for event in SimulatedDriver().scan(request, CancelToken()):
                events.append(event)
        except Fault as fault:
            return events, fault
        return events, None

    return run


def sides_of(events: list[ScanEvent]) -> list[ScannedSide]:
    return [event for event in events if isinstance(event, ScannedSide)]


def warnings_of(events: list[ScanEvent]) -> list[tuple[str, dict[str, Any]]]:
    return [(event.code, event.parameters) for event in events if isinstance(event, ScanWarning)]


@pytest.mark.parametrize(
    ("mishap", "code"),
    [
        ("offline_at", "SCN-102"),
        ("unplugged_at", "SCN-122"),
        ("out_of_memory_at", "SCN-109"),
        ("cancel_on_device_at", "SCN-110"),
        ("cut_page_at", "SCN-111"),
    ],
)
def test_every_trouble_of_a_device_comes_after_the_sides_before_it(
    here: Callable[..., Any], mishap: str, code: str
) -> None:
    events, fault = here({mishap: 3})
    assert fault is not None
    assert fault.code == code
    assert [(side.sheet, side.face) for side in sides_of(events)] == [
        (sheet, face) for sheet in (1, 2) for face in ("front", "back")
    ]
    events, fault = here({mishap: 3, "start_sheet": 3})
    assert (fault, len(sides_of(events))) == (None, 4)


def test_a_feeder_that_runs_empty_ends_the_batch_unless_more_was_asked_for(
    here: Callable[..., Any],
) -> None:
    events, fault = here({"feeder_empty_at": 3})
    assert (fault, len(sides_of(events))) == (None, 4)
    events, fault = here({"feeder_empty_at": 3}, sheets=4)
    assert (fault.code, len(sides_of(events))) == ("SCN-101", 4)
    events, fault = here({"feeder_empty_at": 1})
    assert (fault.code, events) == ("SCN-101", [])


def test_a_busy_device_answers_after_so_many_tries(here: Callable[..., Any]) -> None:
    tries = [here({"busy": 2}) for _ in range(3)]
    assert [fault and fault.code for _events, fault in tries] == ["SCN-103", "SCN-103", None]
    assert len(sides_of(tries[2][0])) == 8


def test_a_lamp_that_warms_up_is_waited_for_or_told(here: Callable[..., Any]) -> None:
    assert here({"warming_up": 0.05})[1] is None
    events, fault = here({"warming_up": 600})
    assert (fault.code, events) == ("SCN-107", [])


def test_a_page_file_without_a_byte_counts_as_a_side(here: Callable[..., Any]) -> None:
    events, fault = here({"zero_byte_at": 2})
    assert fault is None
    assert [side.fault for side in sides_of(events)] == [""] * 2 + ["IMG-101"] * 2 + [""] * 4
    assert [side.path.stat().st_size for side in sides_of(events)[2:4]] == [0, 0]


def test_a_double_feed_is_told_or_passed_over_as_asked(here: Callable[..., Any]) -> None:
    events, fault = here({"double_feed_at": 2}, multifeed="warn")
    assert (fault, len(sides_of(events))) == (None, 8)
    assert warnings_of(events) == [("SCN-214", {"sheet": 2})]
    events, fault = here({"double_feed_at": 2}, multifeed="off")
    assert (fault, len(sides_of(events)), warnings_of(events)) == (None, 8, [])


def test_a_stack_can_be_longer_than_the_dossier_and_no_two_images_are_the_same(
    here: Callable[..., Any],
) -> None:
    events, fault = here({"sheets": 10})
    sides = sides_of(events)
    assert (fault, [side.sheet for side in sides]) == (None, [n // 2 for n in range(2, 22)])
    assert len({side.path.read_bytes() for side in sides}) == 20
    assert [side.source_name for side in sides[7:9]] == ["00008.jpg", "00001-2.jpg"]
    with Image.open(sides[0].path) as first, Image.open(sides[8].path) as again:
        assert first.tobytes() == again.tobytes()
    assert len(sides_of(here({"repeat": 3})[0])) == 24


def test_no_more_sheets_are_fed_than_asked_for(here: Callable[..., Any]) -> None:
    assert [side.sheet for side in sides_of(here({}, sheets=2)[0])] == [1, 1, 2, 2]
    rest, _fault = here({"start_sheet": 3}, sheets=1)
    assert [side.sheet for side in sides_of(rest)] == [3, 3]


def test_raw_frames_hold_the_samples(here: Callable[..., Any], tiny_dossier: Path) -> None:
    sides = sides_of(here({"raw": "true", "sheets": 5})[0])
    assert {side.media_type for side in sides} == {"image/png"}
    assert len({side.path.read_bytes() for side in sides}) == 10
    for side, drawn in ((sides[0], "00001.jpg"), (sides[8], "00001.jpg")):
        with (
            Image.open(side.path) as raw,
            Image.open(tiny_dossier / "demo" / "sides" / drawn) as page,
        ):
            assert raw.tobytes() == page.convert("RGB").tobytes()
            assert (raw.size, side.dpi) == ((side.width, side.height), 300)


def test_the_second_stream_is_black_and_white_and_no_side_of_its_own(
    here: Callable[..., Any],
) -> None:
    sides = sides_of(here({}, dual_stream=True)[0])
    assert [side.stream for side in sides] == ["main", "bitonal"] * 8
    for main, bitonal in zip(sides[::2], sides[1::2], strict=True):
        assert (main.sheet, main.face) == (bitonal.sheet, bitonal.face)
        with Image.open(bitonal.path) as image, Image.open(main.path) as page:
            assert (image.mode, image.size) == ("1", page.size)
            # The paper is white, the drawn bar is not.
            assert image.getpixel((150, 200)) == 255
            assert image.getpixel((12, 70)) == 0


def test_the_imprinter_counts_sheets(here: Callable[..., Any]) -> None:
    sides = sides_of(here({"start_sheet": 3}, imprint="卷 {number}", imprint_start=41)[0])
    assert [side.imprint for side in sides] == ["卷 41", "", "卷 42", ""]


def test_a_wish_without_a_part_for_it_is_told(here: Callable[..., Any]) -> None:
    events, _fault = here({}, brightness=20, way="flatbed", mode="gray")
    assert warnings_of(events) == [
        ("SCN-213", {"setting": setting, "value": value})
        for setting, value in (("brightness", "20"), ("mode", "gray"), ("way", "flatbed"))
    ]


def test_what_the_device_can_do_is_described() -> None:
    found = SimulatedDriver().capabilities("demo")
    assert found.multifeed
    assert found.imprinter
    assert found.dual_stream
    assert found.long_paper
    kinds = {option.name: option.type for option in found.options}
    assert (kinds["raw"], kinds["jam_at"], kinds["warming_up"]) == ("bool", "int", "float")
