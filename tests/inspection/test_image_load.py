"""Decoding of masters: every format the sources deliver, and damage told from absence."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from app.kernel.errors import BadInput
from ocr.image.load import load_page, media_type, plausible_dpi


def _page(mode: str = "RGB", size: tuple[int, int] = (400, 560)) -> Image.Image:
    image = Image.new("RGB", size, (250, 250, 245))
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 60, 200, 100), fill=(10, 10, 10))
    draw.rectangle((220, 300, 300, 380), fill=(200, 20, 30))
    return image.quantize(32) if mode == "P" else image.convert(mode)


def _check_picture(pixels: np.ndarray, colour: bool = True) -> None:
    assert pixels.dtype == np.uint8
    assert pixels.shape == (560, 400, 3)
    assert pixels[80, 100].max() < 40
    assert pixels[20, 20].min() > 230
    if colour:
        blue, green, red = (int(value) for value in pixels[340, 260])
        assert red > 150 and green < 90 and blue < 90


@pytest.mark.parametrize(
    ("name", "mode", "options", "kind"),
    [
        ("a.jpg", "RGB", {"quality": 90, "dpi": (300, 300)}, "image/jpeg"),
        ("a.png", "RGB", {"dpi": (300, 300)}, "image/png"),
        ("a.png", "RGBA", {"dpi": (300, 300)}, "image/png"),
        ("a.png", "P", {"dpi": (300, 300)}, "image/png"),
        ("a.tif", "RGB", {"compression": "tiff_lzw", "dpi": (300, 300)}, "image/tiff"),
        ("a.tif", "CMYK", {"dpi": (300, 300)}, "image/tiff"),
        ("a.jpg", "CMYK", {"quality": 95, "dpi": (300, 300)}, "image/jpeg"),
        ("a.bmp", "RGB", {"dpi": (300, 300)}, "image/bmp"),
    ],
)
def test_colour_formats(
    tmp_path: Path, name: str, mode: str, options: dict[str, object], kind: str
) -> None:
    path = tmp_path / name
    _page(mode).save(path, **options)
    loaded = load_page(path)
    _check_picture(loaded.pixels)
    assert abs(loaded.dpi - 300) <= 1
    assert loaded.media_type == kind == media_type(path)
    assert not loaded.gray
    assert (loaded.frame, loaded.frames) == (0, 1)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_bilevel(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    options = {"compression": "group4"} if name.endswith("tif") else {}
    _page("1").save(path, dpi=(200, 200), **options)
    loaded = load_page(path)
    _check_picture(loaded.pixels, colour=False)
    assert loaded.bilevel and loaded.gray
    assert abs(loaded.dpi - 200) <= 1


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_sixteen_bit_gray(tmp_path: Path, name: str) -> None:
    words = np.asarray(_page("L"), dtype=np.uint16) * 257
    path = tmp_path / name
    Image.fromarray(words).save(path)
    loaded = load_page(path)
    _check_picture(loaded.pixels, colour=False)
    assert loaded.gray
    assert loaded.dpi == 0


def test_transparent_paper_is_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (60, 80), (0, 0, 0, 0))
    path = tmp_path / "a.png"
    image.save(path)
    assert load_page(path).pixels.min() == 255


def test_multi_page_tiff_mixes_modes(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    second = _page("RGB").rotate(180)
    _page("1").save(path, save_all=True, append_images=[second], compression=None)
    assert load_page(path, 0).bilevel
    turned = load_page(path, 1)
    assert turned.pixels[480, 300].max() < 40
    assert (turned.frame, turned.frames) == (1, 2)
    with pytest.raises(BadInput) as caught:
        load_page(path, 2)
    assert caught.value.code == "IMG-104"
    assert caught.value.parameters == {"file": "a.tif", "frame": 3, "frames": 2}


@pytest.mark.parametrize(
    ("orientation", "inverse"),
    [
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_90),
        (8, Image.Transpose.ROTATE_270),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (7, Image.Transpose.TRANSVERSE),
    ],
)
def test_exif_turn_is_applied_once_and_told(
    tmp_path: Path, orientation: int, inverse: Image.Transpose
) -> None:
    stored = _page().transpose(inverse)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a.jpg"
    stored.save(path, quality=95, exif=exif)
    loaded = load_page(path)
    _check_picture(loaded.pixels)
    if orientation in (3, 6, 8):
        assert loaded.exif_turn == {3: 180, 6: 90, 8: 270}[orientation]
    assert loaded.exif_mirrored == (orientation in (2, 4, 5, 7))


@pytest.mark.parametrize("content", [b"", b"not an image", b"\xff\xd8\xff", b"%PDF-1.4 broken"])
def test_what_is_no_image(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        load_page(path)
    assert caught.value.code == "IMG-101"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF"])
def test_truncated(tmp_path: Path, kind: str) -> None:
    noise = np.random.default_rng(7).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, kind)
    path = tmp_path / "a"
    whole = stream.getvalue()
    # The TIFF writer puts its directory first, as scanners do.
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(BadInput) as caught:
        load_page(path)
    assert caught.value.code == "IMG-102"


def test_bomb_is_refused_before_decoding(tmp_path: Path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 30_000, 20_000, 8, 2, 0, 0, 0)
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(BadInput) as caught:
        load_page(path)
    assert caught.value.code == "IMG-103"


@pytest.mark.parametrize("rotation", [0, 90])
def test_pdf_page_of_one_scan_is_native(tmp_path: Path, rotation: int) -> None:
    image = _page()
    path = tmp_path / "a.pdf"
    image.save(path, "PDF", resolution=150, quality=95)
    if rotation:
        document = pypdfium2.PdfDocument(path.read_bytes())
        document[0].set_rotation(rotation)
        document.save(str(path))
        document.close()
    loaded = load_page(path)
    pixels = loaded.pixels if rotation == 0 else np.rot90(loaded.pixels, 1)
    _check_picture(pixels)
    assert loaded.dpi == 150
    assert loaded.media_type == "application/pdf"


def test_pdf_page_with_white_margin_is_rendered(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(595, 842)
    stream = io.BytesIO()
    _page().save(stream, "JPEG", quality=95)
    stream.seek(0)
    picture = pypdfium2.PdfImage.new(document)
    picture.load_jpeg(stream, inline=True)
    picture.set_matrix(pypdfium2.PdfMatrix().scale(200, 280).translate(100, 400))
    page.insert_obj(picture)
    page.gen_content()
    document.save(str(path))
    document.close()
    loaded = load_page(path)
    assert loaded.dpi == 300
    assert loaded.pixels.shape in ((3508, 2479, 3), (3509, 2480, 3))
    assert loaded.pixels[-1, -1].min() == 255


def test_implausible_resolution_is_unknown() -> None:
    assert plausible_dpi(72, 2480, 3508) == 0
    assert plausible_dpi(72, 595, 842) == 72
    assert plausible_dpi(300, 2480, 3508) == 300
    assert plausible_dpi(1, 2480, 3508) == 0
    assert plausible_dpi(float("nan"), 2480, 3508) == 0
