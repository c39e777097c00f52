"""Codes of pages in files of all kinds, damaged ones too."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

from app.kernel.errors import BadInput
from ocr.codes.barcodes import read_barcodes
from ocr.codes.loading import load_gray
from ocr.codes.reading import read_codes

Gray = NDArray[np.uint8]
TEXT = "JZ1CLKAXV6OTIYMY"


def page_with_code(dpi: int, scale: int) -> Gray:
    page = np.full((round(11.69 * dpi), round(8.27 * dpi)), 240, dtype=np.uint8)
    code = zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.Code128)
    bars = np.asarray(code.to_image(scale=scale), dtype=np.uint8)
    page[dpi : dpi + bars.shape[0], dpi : dpi + bars.shape[1]] = bars
    return page


def boxes_of(path: Path) -> list[tuple[str, list[int]]]:
    records = read_codes(str(path), 0, barcodes=True, patches=True)
    return [(record["text"], record["box"]) for record in records]


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "bmp"])
def test_every_kind_of_file_gives_the_same_code(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"page.{suffix}"
    Image.fromarray(page_with_code(200, 3)).save(path, dpi=(200, 200))
    ((text, box),) = boxes_of(path)
    assert text == TEXT
    assert 200 <= box[0] <= 260 and 195 <= box[1] <= 215


def test_a_fine_jpeg_is_decoded_smaller_and_its_boxes_are_those_of_the_page(tmp_path: Path) -> None:
    path = tmp_path / "fine.jpg"
    page = page_with_code(600, 10)
    Image.fromarray(page).save(path, dpi=(600, 600))
    assert load_gray(path, 0, 300).pixels.shape == (page.shape[0] // 2, page.shape[1] // 2)
    assert load_gray(path, 0, 75).scale == 8
    ((text, box),) = boxes_of(path)
    assert text == TEXT
    inside = page[box[1] : box[3], box[0] : box[2]]
    assert np.count_nonzero(inside == 0) > 0.9 * np.count_nonzero(page == 0)


def test_boxes_follow_the_turn_in_exif(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    lying = np.ascontiguousarray(np.rot90(page_with_code(200, 3)))
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(lying).save(path, dpi=(200, 200), exif=exif)
    (record,) = read_codes(str(path), 0, barcodes=True, patches=False)
    assert (record["text"], record["turn"]) == (TEXT, 0)
    assert 200 <= record["box"][0] <= 260


def test_each_page_of_a_tiff_has_its_own_codes(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    plain = Image.new("L", (1654, 2338), 240)
    coded = Image.fromarray(page_with_code(200, 3))
    plain.save(path, save_all=True, append_images=[coded], dpi=(200, 200))
    assert read_codes(str(path), 0, barcodes=True, patches=True) == []
    assert len(read_codes(str(path), 1, barcodes=True, patches=True)) == 1
    with pytest.raises(BadInput) as caught:
        read_codes(str(path), 2, barcodes=True, patches=True)
    assert caught.value.code == "IMG-104"


def test_damaged_files_have_no_codes(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jpg"
    Image.fromarray(page_with_code(200, 3)).save(whole, dpi=(200, 200))
    data = whole.read_bytes()
    for name, damaged in (
        ("empty", b""),
        ("cut", data[: len(data) // 2]),
        ("noise", b"\xff\xd8\xff" + bytes(range(256)) * 40 + b"\xff\xd9"),
        ("text", "不是图像".encode()),
    ):
        path = tmp_path / name
        path.write_bytes(damaged)
        assert read_codes(str(path), 0, barcodes=True, patches=True) == []


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read_codes(str(tmp_path / "gone.jpg"), 0, barcodes=True, patches=True)
    assert caught.value.code == "IMG-105"


def test_nothing_is_read_when_nothing_is_asked_for(tmp_path: Path) -> None:
    assert read_codes(str(tmp_path / "gone.jpg"), 0, barcodes=False, patches=False) == []


def test_a_thorough_look_also_finds_a_code_too_flat_for_a_field(tmp_path: Path) -> None:
    page = page_with_code(300, 3)
    page[340:700] = 240
    assert read_barcodes(page, 300) == []
    assert [code.text for code in read_barcodes(page, 300, thorough=True)] == [TEXT]


def test_a_blurred_code_is_read_by_the_mean_of_its_rows() -> None:

    page = np.asarray(cv2.GaussianBlur(page_with_code(300, 3), (0, 0), 1.9), dtype=np.uint8)
    assert zxingcpp.read_barcodes(page) == []
    (code,) = read_barcodes(page, 300)
    assert (code.format, code.text, code.turn) == ("code128", TEXT, 0)
    (code,) = read_barcodes(np.ascontiguousarray(np.rot90(page)), 300)
    assert (code.text, code.turn) == (TEXT, 90)


def test_several_codes_on_one_page_come_from_top_to_bottom() -> None:
    page = page_with_code(300, 3)
    below = zxingcpp.create_barcode("JZ1:S:item", zxingcpp.BarcodeFormat.QRCode)
    picture = np.asarray(below.to_image(scale=9), dtype=np.uint8)
    page[2000 : 2000 + picture.shape[0], 1500 : 1500 + picture.shape[1]] = picture
    third = zxingcpp.create_barcode("COURT-39", zxingcpp.BarcodeFormat.Code39)
    picture = np.asarray(third.to_image(scale=4), dtype=np.uint8)
    page[1200 : 1200 + picture.shape[0], 300 : 300 + picture.shape[1]] = picture
    assert [(code.format, code.text) for code in read_barcodes(page, 300)] == [
        ("code128", TEXT),
        ("code39", "COURT-39"),
        ("qr", "JZ1:S:item"),
    ]
