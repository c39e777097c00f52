"""Files that break off: what came of a page is given, and told from what did not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.kernel.errors import BadInput
from ocr.image.load import load_page, load_reduced
from tests.inspection.damaged_files import (
    directory_first,
    drawn_page,
    encoded,
    pdf_bomb,
    png_bomb,
    tiff_bomb,
)

HEIGHT, WIDTH = 1200, 900
PAGE = drawn_page(WIDTH, HEIGHT)
IMAGE = Image.fromarray(PAGE)


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(BadInput) as caught:
        load_page(path, **options)
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "RGB", {"quality": 90}),
        ("JPEG", "L", {"quality": 90}),
        ("JPEG", "CMYK", {"quality": 90}),
        ("PNG", "RGB", {}),
        ("PNG", "1", {}),
        ("PNG", "P", {}),
        ("PNG", "RGBA", {}),
        ("BMP", "RGB", {}),
        ("BMP", "L", {}),
        ("TIFF", "RGB", {}),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}),
        ("TIFF", "L", {"compression": "packbits"}),
        ("TIFF", "RGB", {"compression": "jpeg"}),
        ("TIFF", "1", {"compression": "group4", "tiffinfo": {278: 100}}),
        ("TIFF", "1", {"compression": "group4", "tiffinfo": {278: HEIGHT}}),
    ],
)
@pytest.mark.parametrize("kept", [0.35, 0.8])
def test_the_rows_that_came_are_given(
    tmp_path: Path, kind: str, mode: str, options: dict[str, Any], kept: float
) -> None:
    whole = encoded(IMAGE.convert(mode), kind, **options)
    if kind == "TIFF":
        whole = directory_first(whole)
    (tmp_path / "whole").write_bytes(whole)
    path = tmp_path / "part"
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert refused(path) == "IMG-102"
    loaded = load_page(path, partial=True)
    assert loaded.pixels.shape == (HEIGHT, WIDTH, 3)
    assert loaded.decoded_share == pytest.approx(kept, abs=0.12)
    assert loaded.missing is not None
    x0, y0, x1, y1 = loaded.missing
    assert (x0, x1) == (0.0, WIDTH)
    assert loaded.decoded_share == pytest.approx(1 - (y1 - y0) / HEIGHT)
    assert (y0 == 0.0) == (kind == "BMP")
    there = np.ones(HEIGHT, dtype=bool)
    there[int(y0) : int(y1)] = False
    assert (loaded.pixels[~there] == 128).all()
    # The last row of blocks of a JPEG and of a single strip may be spoilt where it breaks off.
    edge = slice(int(y1), None) if kind == "BMP" else slice(0, max(0, int(y0) - 16))
    assert (loaded.pixels[edge] == load_page(tmp_path / "whole").pixels[edge]).mean() > 0.999


def test_a_progressive_picture_came_in_full_but_coarser(tmp_path: Path) -> None:
    whole = encoded(IMAGE, "JPEG", quality=90, progressive=True)
    path = tmp_path / "a.jpg"
    path.write_bytes(whole[: int(len(whole) * 0.7)])
    assert refused(path) == "IMG-102"
    loaded = load_page(path, partial=True)
    assert (loaded.missing, loaded.decoded_share) == (None, 0.999)
    assert abs(loaded.pixels.astype(int) - PAGE).mean() < 20


def test_only_the_end_mark_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(IMAGE, "JPEG", quality=90)[:-2])
    assert refused(path) == "IMG-102"
    loaded = load_page(path, partial=True)
    assert (loaded.missing, loaded.decoded_share) == (None, 0.999)


def test_a_file_of_full_length_with_nothing_behind_a_point(tmp_path: Path) -> None:
    """What a power cut leaves on some disks."""
    whole = encoded(IMAGE, "JPEG", quality=90)
    path = tmp_path / "a.jpg"
    path.write_bytes(whole[: len(whole) // 2].ljust(len(whole), b"\0"))
    assert refused(path) == "IMG-102"
    assert load_page(path, partial=True).decoded_share == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(
    ("orientation", "missing"),
    [
        (1, "bottom"),
        (2, "bottom"),
        (3, "top"),
        (4, "top"),
        (5, "right"),
        (6, "left"),
        (7, "left"),
        (8, "right"),
    ],
)
def test_the_missing_part_turns_with_the_page(
    tmp_path: Path, orientation: int, missing: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    whole = encoded(IMAGE, "JPEG", quality=90, exif=exif)
    path = tmp_path / "a.jpg"
    path.write_bytes(whole[: len(whole) // 2])
    loaded = load_page(path, partial=True)
    assert loaded.missing is not None
    x0, y0, x1, y1 = (int(value) for value in loaded.missing)
    height, width = loaded.pixels.shape[:2]
    gray = np.zeros((height, width), dtype=bool)
    gray[y0:y1, x0:x1] = True
    assert ((loaded.pixels == 128).all(axis=2) == gray).mean() > 0.99
    touched = {"left": x0 == 0, "right": x1 == width, "top": y0 == 0, "bottom": y1 == height}
    sides = {"left", "right"} if missing in ("top", "bottom") else {"top", "bottom"}
    assert {name for name, at in touched.items() if at} == sides | {missing}


def test_a_reduced_page_speaks_of_the_same_part(tmp_path: Path) -> None:
    whole = encoded(Image.fromarray(drawn_page(2480, 3508)), "JPEG", quality=80, dpi=(300, 300))
    path = tmp_path / "a.jpg"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput):
        load_reduced(path, 0, 75)
    small = load_reduced(path, 0, 75, partial=True)
    assert small.pixels.shape == (877, 620, 3)
    assert (small.width, small.height, small.dpi) == (2480, 3508, 75)
    full = load_page(path, partial=True)
    assert (small.missing, small.decoded_share) == (full.missing, full.decoded_share)
    assert small.decoded_share == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(("kind", "kept"), [("JPEG", 600), ("PNG", 120), ("JPEG2000", 40_000)])
def test_nothing_decodable_is_told_as_before(tmp_path: Path, kind: str, kept: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(encoded(IMAGE, kind)[:kept])
    assert refused(path, partial=True) in ("IMG-101", "IMG-102")


def test_whole_files_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    IMAGE.save(path)
    for loaded in (load_page(path, partial=True), load_reduced(path, 0, 75, partial=True)):
        assert (loaded.decoded_share, loaded.missing) == (1.0, None)


def test_pages_in_front_of_a_break_are_read(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.ascontiguousarray(np.roll(PAGE, 31 * k, 0))) for k in range(3)]
    whole = encoded(
        pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw"
    )
    path = tmp_path / "a.tif"
    path.write_bytes(whole[: int(len(whole) * 0.9)])
    for frame in (0, 1):
        assert np.array_equal(load_page(path, frame).pixels, np.asarray(pages[frame]))
    assert refused(path, frame=2) == "IMG-102"


def test_a_damaged_page_in_the_middle_costs_itself(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.ascontiguousarray(np.roll(PAGE, 31 * k, 0))) for k in range(3)]
    whole = bytearray(
        encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    )
    third = len(whole) // 3
    whole[third + 90_000 : third + 140_000] = b"\xff" * 50_000
    path = tmp_path / "a.tif"
    path.write_bytes(whole)
    assert np.array_equal(load_page(path, 0).pixels, PAGE)
    assert np.array_equal(load_page(path, 2).pixels, np.asarray(pages[2]))
    assert refused(path, frame=1) == "IMG-102"


def test_what_lies_behind_the_end_of_a_jpeg_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    garbage = np.random.default_rng(3).integers(0, 255, 200_000, dtype=np.uint8).tobytes()
    path.write_bytes(encoded(IMAGE, "JPEG", quality=90) + garbage.replace(b"\xff", b"\xfe"))
    assert load_page(path).decoded_share == 1.0


def test_a_preview_inside_is_not_taken_for_the_end(tmp_path: Path) -> None:
    preview = encoded(IMAGE.resize((90, 120)), "JPEG")
    path = tmp_path / "a.jpg"
    whole = encoded(IMAGE, "JPEG", quality=90, exif=b"Exif\0\0" + preview)
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path) == "IMG-102"


@pytest.mark.parametrize("make", [png_bomb, tiff_bomb, pdf_bomb])
def test_bombs_are_refused_by_what_they_claim(tmp_path: Path, make: Any) -> None:
    path = tmp_path / "a"
    path.write_bytes(make(60_000, 50_000))
    assert path.stat().st_size < 4000
    for partial in (False, True):
        assert refused(path, partial=partial) == "IMG-103"
