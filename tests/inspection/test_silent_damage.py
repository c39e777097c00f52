"""Files that decoders repair in silence: damage in the middle, lost sectors, ends never written."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from app.kernel.errors import BadInput
from ocr.image.decoder_messages import decoder_messages, tells_of_damage
from ocr.image.jpeg_structure import has_hole
from ocr.image.load import load_page, load_reduced
from ocr.image.soundness import never_written_from
from ocr.inspection import examine
from tests.inspection.damaged_files import drawn_page, encoded, png_chunk


def _page() -> Image.Image:
    # Grain as of a scan: no two rows are alike.
    grain = np.random.default_rng(5).integers(-6, 7, (1200, 900, 1))
    page = np.clip(drawn_page().astype(np.int16) + grain, 1, 255).astype(np.uint8)
    return Image.fromarray(page)


def _spoilt(data: bytes, at: float, piece: bytes) -> bytes:
    start = round(at * len(data))
    return data[:start] + piece + data[start + len(piece) :]


_KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "jpeg": ("RGB", "JPEG", {"quality": 85}),
    "progressive": ("RGB", "JPEG", {"quality": 85, "progressive": True}),
    "cmyk": ("CMYK", "JPEG", {"quality": 85}),
    "png": ("RGB", "PNG", {}),
    "lzw": ("RGB", "TIFF", {"compression": "tiff_lzw"}),
    "group4": ("1", "TIFF", {"compression": "group4"}),
    "pdf": ("RGB", "PDF", {"resolution": 100}),
}


@pytest.mark.parametrize("kind", _KINDS)
def test_a_piece_of_other_bytes_in_the_middle_is_found(tmp_path: Path, kind: str) -> None:
    mode, format_name, options = _KINDS[kind]
    data = encoded(_page().convert(mode), format_name, **options)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.write_bytes(data)
    noise = np.random.default_rng(1).integers(0, 256, 900, dtype=np.uint8).tobytes()
    broken.write_bytes(_spoilt(data, 0.5, noise))
    assert load_page(whole).decoded_share == 1.0
    with pytest.raises(BadInput) as fault:
        load_page(broken)
    assert fault.value.code == "IMG-102"
    for page in (load_page, lambda path, partial: load_reduced(path, 0, 100, partial=partial)):
        try:
            assert page(broken, partial=True).decoded_share < 1.0
        except BadInput as nothing:
            assert nothing.code == "IMG-102"
    assert [finding["code"] for finding in examine(str(broken), 0)["findings"]][:1] == [
        "unreadable"
    ]


def test_a_lost_sector_of_a_jpeg_is_found(tmp_path: Path) -> None:
    data = encoded(_page(), "JPEG", quality=85)
    assert not has_hole(data)
    broken = _spoilt(data, 0.6, bytes(2048))
    assert has_hole(broken)
    path = tmp_path / "a.jpg"
    path.write_bytes(broken)
    assert load_reduced(path, 0, 100, partial=True).decoded_share < 1.0


def test_white_pages_with_tables_of_their_own_have_no_hole() -> None:
    white = Image.new("RGB", (4000, 4000), (255, 255, 255))
    assert not has_hole(encoded(white, "JPEG", optimize=True))
    assert not has_hole(encoded(white.copy(), "JPEG"))


def test_zeros_in_front_of_the_end_mark_do_no_harm(tmp_path: Path) -> None:
    data = encoded(_page(), "JPEG", quality=85)
    path = tmp_path / "a.jpg"
    path.write_bytes(data[:-2] + bytes(30) + data[-2:])
    assert load_page(path).decoded_share == 1.0


@pytest.mark.parametrize("kind", ["BMP", "TIFF"])
def test_an_end_that_was_never_written_is_found_and_named(tmp_path: Path, kind: str) -> None:
    data = encoded(_page(), kind)
    cut = len(data) * 6 // 10 + 777
    path = tmp_path / "a"
    path.write_bytes(data[:cut] + bytes(len(data) - cut))
    page = load_page(path, partial=True)
    assert page.decoded_share == pytest.approx(0.6, abs=0.01)
    assert page.missing is not None
    x0, y0, x1, y1 = (round(value) for value in page.missing)
    assert (page.pixels[y0:y1, x0:x1] == 128).all()
    assert y0 == 0 if kind == "BMP" else y1 == 1200


def test_a_black_bed_below_the_sheet_is_no_end_that_was_never_written(tmp_path: Path) -> None:
    page = np.asarray(_page()).copy()
    corners = np.array([[0, 900], [900, 880], [900, 1200], [0, 1200]])
    cv2.fillPoly(page, [corners], (0, 0, 0))
    path = tmp_path / "a.tif"
    path.write_bytes(encoded(Image.fromarray(page), "TIFF"))
    assert load_page(path, partial=True).decoded_share == 1.0
    rows = bytes(range(1, 101)) * 100
    assert never_written_from(rows + bytes(5000), 0, 100) is None
    assert never_written_from(rows + rows[:50] + bytes(5000), 0, 100) == len(rows) + 50


def test_a_wrong_check_sum_of_a_png_is_found(tmp_path: Path) -> None:
    data = encoded(Image.new("L", (300, 300), 200), "PNG")
    start = data.index(b"IDAT")
    broken = bytearray(data)
    length = int.from_bytes(data[start - 4 : start], "big")
    broken[start + 4 + length] ^= 1
    path = tmp_path / "a.png"
    path.write_bytes(bytes(broken))
    assert load_page(path, partial=True).decoded_share < 1.0


def test_the_turn_of_a_png_stands_behind_its_pixels(tmp_path: Path) -> None:
    image = _page()
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    image.save(stream, "PNG")
    body = exif.tobytes().removeprefix(b"Exif\0\0")
    data = stream.getvalue()
    end = data.rindex(b"IEND") - 4
    path = tmp_path / "a.png"
    path.write_bytes(data[:end] + png_chunk(b"eXIf", body) + data[end:])
    assert load_page(path).exif_turn == 90
    assert load_page(path).pixels.shape[:2] == (900, 1200)


def test_what_others_write_meanwhile_is_passed_on(capfd: pytest.CaptureFixture[str]) -> None:
    with decoder_messages() as heard:
        os.write(2, b"of others\nCorrupt JPEG data: premature end of data segment\n")
    assert heard == ["Corrupt JPEG data: premature end of data segment"]
    assert capfd.readouterr().err == "of others\n"
    assert tells_of_damage(heard, b"")


def test_odd_tags_are_no_damage() -> None:
    odd = ["TIFFReadDirectory: Warning, Unknown field with tag 37680 (0x9330) encountered."]
    assert not tells_of_damage(odd, zlib.compress(b""))
