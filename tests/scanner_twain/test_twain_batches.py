"""Batches of the TWAIN driver through the real host, compared pixel by pixel."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from tests.scanner_twain.scanned import Batch, expected_pixels, pixels

Scan = Callable[..., Batch]
SIMPLEX = {"duplex": False}


def places(batch: Batch) -> list[tuple[int, str]]:
    return [(side.sheet, side.face) for side in batch.sides]


def check_pixels(batch: Batch, kind: str, bits: int = 8, width: int = 61) -> None:
    for index, side in enumerate(batch.sides):
        wanted = expected_pixels(index, kind, (width, 23), bits)
        assert (side.width, side.height) == (width, 23)
        assert numpy.array_equal(pixels(side.path), wanted)


def test_a_duplex_batch_until_the_feeder_is_empty(scan: Scan) -> None:
    batch = scan(sheets=3)
    assert batch.error is None
    assert batch.warnings == []
    faces = [(sheet, face) for sheet in (1, 2, 3) for face in ("front", "back")]
    assert places(batch) == faces
    assert {side.media_type for side in batch.sides} == {"image/png"}
    assert {side.dpi for side in batch.sides} == {300}
    with Image.open(batch.sides[0].path) as image:
        assert round(image.info["dpi"][0]) == 300
    check_pixels(batch, "color")


@pytest.mark.parametrize(
    ("transfer", "mode", "settings"),
    [
        ("memory", "color", {}),
        ("memory", "lineart", {"padding": 32}),
        ("memory", "gray", {"tiles": 1}),
        ("memory", "color", {"tiles": 1}),
        ("native", "color", {}),
        ("native", "gray", {}),
        ("native", "lineart", {}),
        ("native", "color", {"native": "bitmap"}),
        ("native", "gray", {"native": "bitmap"}),
        ("native", "lineart", {"native": "bitmap"}),
        ("file", "color", {}),
        ("file", "lineart", {"ending": ".tif"}),
    ],
)
def test_every_way_of_transfer_gives_the_same_pixels(
    scan: Scan, transfer: str, mode: str, settings: dict[str, Any]
) -> None:
    request = SIMPLEX | {"mode": mode, "options": {"transfer": transfer}}
    batch = scan(request, sheets=2, **settings)
    assert batch.error is None
    assert batch.codes == []
    assert places(batch) == [(1, "front"), (2, "front")]
    check_pixels(batch, mode)


@pytest.mark.parametrize(
    ("width", "mode"),
    [(1, "color"), (13, "gray"), (8, "lineart"), (13, "lineart"), (10_000, "color")],
)
def test_rows_are_padded_as_the_source_likes(scan: Scan, width: int, mode: str) -> None:
    batch = scan(SIMPLEX | {"mode": mode}, sheets=1, width=width, padding=4)
    assert batch.error is None
    check_pixels(batch, mode, width=width)


@pytest.mark.parametrize(("mode", "planar"), [("color", 0), ("gray", 0), ("color", 1)])
def test_sixteen_bits_of_a_sample_are_kept(scan: Scan, mode: str, planar: int) -> None:
    batch = scan(SIMPLEX | {"mode": mode}, sheets=2, bits=16, planar=planar)
    assert batch.error is None
    check_pixels(batch, mode, bits=16)


@pytest.mark.parametrize(
    ("mode", "settings"),
    [
        ("lineart", {"flavor": 1}),
        ("lineart", {"bit_order": 0}),
        ("lineart", {"flavor": 1, "bit_order": 0}),
        ("gray", {"flavor": 1}),
        ("color", {"planar": 1, "strip_rows": 5}),
        ("color", {"most_bytes": 400}),
        ("color", {"first_padding": 8}),
        ("lineart", {"first_padding": 3}),
        ("gray", {"most_bytes": 6 << 20, "least_bytes": 5 << 20, "strip_rows": 1000}),
        ("color", {"most_bytes": 0xFFFFFFFF, "least_bytes": 0, "strip_rows": 1}),
    ],
)
def test_samples_of_other_forms_become_the_same_page(
    scan: Scan, mode: str, settings: dict[str, Any]
) -> None:
    batch = scan(SIMPLEX | {"mode": mode}, sheets=2, **settings)
    assert batch.error is None
    check_pixels(batch, mode)


@pytest.mark.parametrize("settings", [{}, {"unknown_count": 1}])
def test_a_page_of_open_length_has_the_rows_that_came(scan: Scan, settings: dict[str, Any]) -> None:
    batch = scan(SIMPLEX | {"long_paper": True, "mode": "gray"}, sheets=3, height=23, **settings)
    assert batch.error is None
    assert batch.value_set(0x112D) == "1"
    assert batch.value_set(0x1158) == "1"
    # As wide as the paper, as long as the device: 210 mm and 34 inches.
    assert "LAYOUT 8267 34000" in batch.trace
    assert places(batch) == [(1, "front"), (2, "front"), (3, "front")]
    check_pixels(batch, "gray")


def test_a_feeder_that_does_not_know_its_end_ends(scan: Scan) -> None:
    batch = scan(SIMPLEX, sheets=2, unknown_count=1)
    assert batch.error is None
    assert len(batch.sides) == 2


@pytest.mark.parametrize(("callback", "insists"), [("inside", 1), ("thread", 0)])
def test_the_source_calls_back_when_it_likes(scan: Scan, callback: str, insists: int) -> None:
    batch = scan(SIMPLEX, sheets=2, callback=callback, insists=insists)
    assert batch.error is None
    check_pixels(batch, "color")


def test_a_number_of_sheets_ends_the_batch(scan: Scan) -> None:
    batch = scan({"sheets": 2}, sheets=5)
    assert batch.error is None
    assert places(batch) == [(1, "front"), (1, "back"), (2, "front"), (2, "back")]
    assert batch.value_set(0x0001) == "4"


def test_a_source_that_counts_for_itself_is_stopped_all_the_same(scan: Scan) -> None:
    options = {"CAP_XFERCOUNT": -1}
    batch = scan({"sheets": 1, "options": options}, sheets=5)
    assert batch.error is None
    assert len(batch.sides) == 2
    # The images that were pending are given up, then the source is let go in order.
    names = [line.split()[1] for line in batch.trace if line.startswith("CALL")]
    assert names[-4:] == ["1/0x5/0x7", "1/0x9/0x501", "1/0x3/0x402", "1/0x4/0x302"]


def test_the_glass_gives_one_page(scan: Scan) -> None:
    batch = scan({"way": "flatbed"}, sheets=5)
    assert batch.error is None
    assert batch.codes == []
    assert places(batch) == [(1, "front")]
    assert batch.value_set(0x1002) == "0"


def test_a_feeder_without_a_second_camera_says_so(scan: Scan) -> None:
    batch = scan(sheets=2, duplex=0)
    assert places(batch) == [(1, "front"), (2, "front")]
    assert batch.warnings == [("SCN-213", {"setting": "duplex", "value": "true"})]


@pytest.mark.parametrize("transfer", ["memory", "file"])
def test_a_jpeg_stays_as_it_was_delivered(scan: Scan, pages_folder: Path, transfer: str) -> None:
    originals = []
    for number in (1, 2):
        image = Image.fromarray(expected_pixels(number, "color", (200, 90)).astype(numpy.uint8))
        image.save(pages_folder / f"{number}.bin", format="JPEG", quality=80)
        originals.append((pages_folder / f"{number}.bin").read_bytes())
    options = {"transfer": transfer, "ICAP_COMPRESSION": "jpeg", "ICAP_JPEGQUALITY": 80}
    batch = scan(SIMPLEX | {"options": options}, sheets=2, pages=pages_folder)
    assert batch.error is None
    assert [side.path.read_bytes() for side in batch.sides] == originals
    assert {side.media_type for side in batch.sides} == {"image/jpeg"}
    assert {side.path.suffix for side in batch.sides} == {".jpg"}
    assert {(side.width, side.height, side.dpi) for side in batch.sides} == {(200, 90, 300)}


def test_bare_group_4_data_gets_the_head_of_a_file(scan: Scan, pages_folder: Path) -> None:
    wanted = expected_pixels(0, "lineart")
    stream = io.BytesIO()
    # Pillow codes black as a fax codes white.
    Image.fromarray(~wanted).save(stream, format="TIFF", compression="group4")
    with Image.open(stream) as image:
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
    data = stream.getvalue()[start : start + length]
    (pages_folder / "1.bin").write_bytes(data)
    options = {"ICAP_COMPRESSION": "GROUP4"}
    request = SIMPLEX | {"mode": "lineart", "options": options}
    batch = scan(request, sheets=1, pages=pages_folder)
    assert batch.error is None
    (side,) = batch.sides
    assert data in side.path.read_bytes()
    assert numpy.array_equal(pixels(side.path), wanted)


@pytest.mark.parametrize(
    ("asked", "lacking", "codes"),
    [("memory", "0103", []), ("file", "0103", ["SCN-213"])],
)
def test_a_source_without_the_wanted_transfer_uses_another(
    scan: Scan, asked: str, lacking: str, codes: list[str]
) -> None:
    batch = scan(SIMPLEX | {"options": {"transfer": asked}}, sheets=1, lacks=lacking)
    assert batch.error is None
    assert batch.codes == codes
    # Native is what every source has.
    assert any(line.startswith("CALL 2/0x104") for line in batch.trace)
    check_pixels(batch, "color")


def test_a_source_without_a_list_of_capabilities_is_asked_for_each(scan: Scan) -> None:
    batch = scan(sheets=1, no_list=1)
    assert batch.error is None
    assert places(batch) == [(1, "front"), (1, "back")]
    check_pixels(batch, "color")


def test_the_face_that_a_source_tells_is_believed(scan: Scan) -> None:
    # The back of sheet 1 never comes: what follows must not shift.
    batch = scan(sheets=3, tells=1, dropped=1)
    wanted = [(1, "front"), (2, "front"), (2, "back"), (3, "front"), (3, "back")]
    assert places(batch) == wanted


def test_a_source_may_begin_with_the_back(scan: Scan) -> None:
    batch = scan(sheets=2, tells=1, back_first=1)
    assert places(batch) == [(1, "back"), (1, "front"), (2, "back"), (2, "front")]
    assert batch.warnings == []


def test_a_last_sheet_without_its_back_is_told(scan: Scan) -> None:
    batch = scan({"options": {"CAP_XFERCOUNT": 3}}, sheets=5)
    assert places(batch) == [(1, "front"), (1, "back"), (2, "front")]
    assert batch.warnings == [("SCN-211", {"sheet": 2})]


def test_two_images_of_each_side(scan: Scan) -> None:
    batch = scan({"dual_stream": True}, sheets=2)
    assert batch.error is None
    assert batch.warnings == []
    wanted = [
        (sheet, face, stream)
        for sheet in (1, 2)
        for face in ("front", "back")
        for stream in ("main", "bitonal")
    ]
    assert [(side.sheet, side.face, side.stream) for side in batch.sides] == wanted
    for index, side in enumerate(batch.sides):
        kind = "lineart" if side.stream == "bitonal" else "color"
        assert numpy.array_equal(pixels(side.path), expected_pixels(index // 2, kind))


def test_two_images_of_each_side_count_as_one_sheet(scan: Scan) -> None:
    batch = scan({"dual_stream": True, "sheets": 1}, sheets=3)
    assert [side.sheet for side in batch.sides] == [1, 1, 1, 1]


@pytest.mark.parametrize("tells", [0, 1])
def test_a_running_number_is_printed(scan: Scan, tells: int) -> None:
    request = {"imprint": "(2026)京01-{number}号", "imprint_start": 41}
    batch = scan(request, sheets=2, tells=tells)
    assert batch.warnings == []
    assert batch.value_set(0x1027) == "1"
    assert batch.value_set(0x1028) == "41"
    assert batch.value_set(0x1029) == "2"
    assert batch.value_set(0x102A).endswith("(2026)京01-")
    printed = [side.imprint for side in batch.sides]
    assert printed == ["(2026)京01-41号", "", "(2026)京01-42号", ""]


def test_a_double_feed_that_stops_nothing_is_told(scan: Scan) -> None:
    batch = scan({"multifeed": "warn"}, sheets=3, double_at=3)
    assert batch.error is None
    assert len(batch.sides) == 6
    assert batch.warnings == [("SCN-214", {"sheet": 2})]
    assert batch.events[3].code == "SCN-214"
    assert batch.value_set(0x1042) == "2"
