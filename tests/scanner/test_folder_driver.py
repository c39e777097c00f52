"""Folders of scans: every format, every page, the order, and files that are damaged or strange."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import img2pdf
import pikepdf
import pytest
from PIL import Image

from app.kernel.errors import BadInput
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import ScannedSide, ScanRequest, ScanWarning
from scanner.drivers.folder import FolderDriver, printable

Make = Callable[..., bytes]


def feed(
    source: Path | str, tmp_path: Path, **options: Any
) -> tuple[list[ScannedSide], list[ScanWarning]]:
    request = ScanRequest(name=str(source), spool=tmp_path / "spool", options=options)
    sides, warnings = [], []
    for event in FolderDriver().scan(request, CancelToken()):
        if isinstance(event, ScannedSide):
            sides.append(event)
        else:
            warnings.append(event)
    return sides, warnings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "scans"
    made.mkdir()
    return made


def tiff(images: list[Image.Image], **options: Any) -> bytes:
    stream = io.BytesIO()
    images[0].save(stream, format="TIFF", save_all=True, append_images=images[1:], **options)
    return stream.getvalue()


def faults(sides: list[ScannedSide]) -> list[str]:
    return [side.fault for side in sides]


def test_every_format_is_one_side_and_named_by_content(
    folder: Path, tmp_path: Path, picture: Make
) -> None:
    (folder / "1.jpg").write_bytes(picture(1, dpi=(300, 300)))
    (folder / "2.png").write_bytes(picture(2, "PNG", dpi=(300, 300)))
    (folder / "3.tif").write_bytes(picture(3, "TIFF", dpi=(300, 300)))
    (folder / "4.bmp").write_bytes(picture(4, "BMP", dpi=(300, 300)))
    (folder / "5.pdf").write_bytes(img2pdf.convert(picture(5, dpi=(300, 300))))
    (folder / "6.png").write_bytes(picture(6))  # a JPEG under a wrong name
    (folder / "7").write_bytes(picture(7, "PNG"))  # no suffix at all
    before = {path: path.read_bytes() for path in folder.iterdir()}
    sides, warnings = feed(folder, tmp_path)
    assert warnings == []
    assert [side.media_type for side in sides] == [
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/bmp",
        "application/pdf",
        "image/jpeg",
        "image/png",
    ]
    assert faults(sides) == [""] * 7
    assert {(side.width, side.height) for side in sides} == {(160, 220)}
    # 160 pixels at 300 dpi are half an inch: no page, so the value is not believed.
    assert {side.dpi for side in sides} == {0}
    # The masters are the files themselves, untouched.
    assert [side.path for side in sides] == sorted(before, key=lambda path: path.name)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert not (tmp_path / "spool").exists()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP"])
def test_the_declared_resolution(folder: Path, tmp_path: Path, kind: str) -> None:
    Image.new("L", (1654, 2339), 255).save(folder / "1.img", format=kind, dpi=(200, 200))
    (side,), _ = feed(folder, tmp_path)
    assert side.dpi == 200


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "raw", "jpeg"])
def test_pages_of_a_tiff_are_sides(
    folder: Path, tmp_path: Path, pages: Callable[[int], list[Image.Image]], compression: str
) -> None:
    (folder / "a.tif").write_bytes(tiff(pages(3), compression=compression))
    sides, _ = feed(folder, tmp_path)
    assert [(side.frame, side.sheet, side.fault) for side in sides] == [
        (0, 1, ""),
        (1, 2, ""),
        (2, 3, ""),
    ]
    assert {side.path for side in sides} == {folder / "a.tif"}


def test_group_4_fax_pages(
    folder: Path, tmp_path: Path, pages: Callable[[int], list[Image.Image]]
) -> None:
    images = [image.convert("1") for image in pages(4)]
    (folder / "a.tif").write_bytes(tiff(images, compression="group4", dpi=(300, 300)))
    sides, _ = feed(folder, tmp_path)
    assert [side.frame for side in sides] == [0, 1, 2, 3]
    assert faults(sides) == [""] * 4


def test_pages_of_a_pdf_are_sides(folder: Path, tmp_path: Path, picture: Make) -> None:
    Image.new("L", (1654, 2339), 255).save(folder / "page.jpg", dpi=(200, 200))
    data = img2pdf.convert([str(folder / "page.jpg")] * 3)
    (folder / "page.jpg").unlink()
    (folder / "卷.pdf").write_bytes(data)
    sides, _ = feed(folder, tmp_path)
    assert [(side.frame, side.width, side.height, side.dpi) for side in sides] == [
        (0, 1654, 2339, 200),
        (1, 1654, 2339, 200),
        (2, 1654, 2339, 200),
    ]
    assert faults(sides) == [""] * 3


def test_a_damaged_image_is_one_side_and_the_rest_go_on(
    folder: Path, tmp_path: Path, picture: Make
) -> None:
    for number in range(1, 41):
        (folder / f"{number}.jpg").write_bytes(picture(number))
    (folder / "17.jpg").write_bytes(b"not an image at all")
    sides, warnings = feed(folder, tmp_path)
    assert len(sides) == 40
    assert warnings == []
    assert [side.source_name for side in sides if side.fault] == ["17.jpg"]
    assert sides[16].fault == "IMG-101"


@pytest.mark.parametrize("name", ["1.jpg", "1.JPEG", "1.png", "1.tif", "1.bmp", "1.pdf"])
def test_a_file_of_no_bytes_is_one_damaged_side(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    (side,), warnings = feed(folder, tmp_path)
    assert (side.fault, warnings) == ("IMG-101", [])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_cut_off_image(
    folder: Path, tmp_path: Path, picture: Make, kind: str, share: float
) -> None:
    data = picture(1, kind)
    (folder / "1.img").write_bytes(data[: int(len(data) * share)])
    (side,), _ = feed(folder, tmp_path)
    # A TIFF of Pillow keeps its directory in front, so that it opens like the others.
    assert side.fault == "IMG-102"


def test_a_jpeg_that_only_lacks_its_end_mark(folder: Path, tmp_path: Path, picture: Make) -> None:
    data = picture(1)
    assert data.endswith(b"\xff\xd9")
    (folder / "1.jpg").write_bytes(data[:-2])
    (folder / "2.jpg").write_bytes(data + b"\0" * 500)  # padded, but whole
    (folder / "3.jpg").write_bytes(data[:-2] + b"\0\0")  # a sector that was never written
    sides, _ = feed(folder, tmp_path)
    assert faults(sides) == ["IMG-102", "", "IMG-102"]


def test_the_end_mark_of_a_preview_does_not_count(
    folder: Path, tmp_path: Path, picture: Make
) -> None:
    data, preview = picture(1), picture(2)
    segment = b"\xff\xe1" + struct.pack(">H", len(preview) + 2) + preview
    with_preview = data[:2] + segment + data[2:]
    (folder / "1.jpg").write_bytes(with_preview)
    (folder / "2.jpg").write_bytes(with_preview[:-2])
    sides, _ = feed(folder, tmp_path)
    assert faults(sides) == ["", "IMG-102"]


def test_a_tiff_whose_page_list_breaks_off(
    folder: Path, tmp_path: Path, pages: Callable[[int], list[Image.Image]]
) -> None:
    data = tiff(pages(3), compression="tiff_lzw")
    second = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[second : second + 2], "little")
    link = second + 2 + 12 * entries
    broken = data[:link] + struct.pack("<L", len(data) + 1000) + data[link + 4 :]
    (folder / "1.tif").write_bytes(broken)
    (folder / "2.tif").write_bytes(broken[:6])
    sides, _ = feed(folder, tmp_path)
    assert [(side.source_name, side.frame, side.fault) for side in sides] == [
        ("1.tif", 0, ""),
        ("1.tif", 1, "IMG-102"),
        ("2.tif", 0, "IMG-101"),
    ]


def test_a_loop_in_the_page_list_ends(
    folder: Path, tmp_path: Path, pages: Callable[[int], list[Image.Image]]
) -> None:
    data = tiff(pages(1), compression="tiff_lzw")
    first = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[first : first + 2], "little")
    link = first + 2 + 12 * entries
    (folder / "1.tif").write_bytes(data[:link] + struct.pack("<L", first) + data[link + 4 :])
    sides, _ = feed(folder, tmp_path)
    assert faults(sides) == [""]


def test_a_locked_pdf_is_one_side(folder: Path, tmp_path: Path, picture: Make) -> None:
    with pikepdf.open(io.BytesIO(img2pdf.convert([picture(1), picture(2)]))) as pdf:
        pdf.save(folder / "1.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    (side,), _ = feed(folder, tmp_path)
    assert side.fault == "IMG-111"


@pytest.mark.parametrize("share", [0.3, 0.9, 0.97])
def test_a_cut_off_pdf_is_one_side(
    folder: Path, tmp_path: Path, picture: Make, share: float
) -> None:
    data = img2pdf.convert([picture(1), picture(2), picture(3)])
    (folder / "1.pdf").write_bytes(data[: int(len(data) * share)])
    (side,), _ = feed(folder, tmp_path)
    assert side.fault == "IMG-102"


def test_damage_inside_a_pdf_is_one_side_of_it(folder: Path, tmp_path: Path, picture: Make) -> None:
    good, bad = picture(1), picture(2)
    data = img2pdf.convert([good, bad, good])
    position = data.index(bad)
    cut = len(bad) // 2
    torn = data[: position + cut] + b"\0" * (len(bad) - cut) + data[position + len(bad) :]
    (folder / "1.pdf").write_bytes(torn)
    sides, _ = feed(folder, tmp_path)
    assert faults(sides) == ["", "IMG-102", ""]


def test_a_pdf_that_is_rubbish_or_empty(folder: Path, tmp_path: Path) -> None:
    (folder / "1.pdf").write_bytes(b"%PDF-1.4\n" + b"rubbish " * 100 + b"\n%%EOF\n")
    empty = io.BytesIO()
    pikepdf.new().save(empty)
    (folder / "2.pdf").write_bytes(empty.getvalue())
    sides, _ = feed(folder, tmp_path)
    assert faults(sides) == ["IMG-101", "IMG-101"]


def test_a_bomb_is_refused_from_its_header(folder: Path, tmp_path: Path, picture: Make) -> None:
    data = bytearray(picture(1, "PNG"))
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    (folder / "1.png").write_bytes(data)
    (folder / "2.png").write_bytes(picture(2, "PNG"))
    sides, _ = feed(folder, tmp_path)
    assert faults(sides) == ["IMG-103", ""]
    assert (sides[0].width, sides[0].height) == (60_000, 60_000)


def test_pictures_in_formats_the_line_does_not_take_are_unreadable_sides(
    folder: Path, tmp_path: Path, picture: Make
) -> None:
    (folder / "1.webp").write_bytes(picture(1, "WEBP"))
    (folder / "2.gif").write_bytes(picture(2, "GIF"))
    sides, warnings = feed(folder, tmp_path)
    assert faults(sides) == ["IMG-101", "IMG-101"]
    assert [side.media_type for side in sides] == ["image/webp", "image/gif"]
    assert warnings == []


def test_stray_files_are_named_and_hidden_ones_passed_over(
    folder: Path, tmp_path: Path, picture: Make
) -> None:
    (folder / "1.jpg").write_bytes(picture(1))
    strays = ["._1.jpg", ".DS_Store", "Thumbs.db", "facts.json", "备注.txt", "目录.xlsx"]
    for name in strays:
        (folder / name).write_bytes(b"BM, something else altogether, and no picture")
    (folder / ".hidden.jpg").write_bytes(picture(2))
    (folder / ".cache").mkdir()
    (folder / ".cache" / "2.jpg").write_bytes(picture(2))
    os.mkfifo(folder / "pipe")
    sides, warnings = feed(folder, tmp_path)
    assert [side.source_name for side in sides] == ["1.jpg"]
    assert {warning.code for warning in warnings} == {"SCN-210"}
    assert sorted(warning.parameters["file"] for warning in warnings) == sorted([*strays, "pipe"])


def test_a_link_that_leads_nowhere_is_a_side_that_cannot_be_read(
    folder: Path, tmp_path: Path, picture: Make
) -> None:
    (folder / "1.jpg").symlink_to(folder / "gone.jpg")
    (folder / "2.jpg").write_bytes(picture(2))
    (folder / "3.jpg").symlink_to(folder / "2.jpg")
    sides, _ = feed(folder, tmp_path)
    assert faults(sides) == ["IMG-112", "", ""]


def test_a_file_that_vanishes_while_the_batch_runs(
    folder: Path, tmp_path: Path, picture: Make
) -> None:
    for number in range(1, 4):
        (folder / f"{number}.jpg").write_bytes(picture(number))
    request = ScanRequest(name=str(folder), spool=tmp_path / "spool")
    events = iter(FolderDriver().scan(request, CancelToken()))
    first = next(events)
    (folder / "2.jpg").unlink()
    rest = [first, *events]
    assert [event.fault for event in rest if isinstance(event, ScannedSide)] == ["", "IMG-112", ""]


def test_subfolders_in_order(folder: Path, tmp_path: Path, picture: Make) -> None:
    names = ["第一卷/1.jpg", "第一卷/2.jpg", "第一卷/10.jpg", "第二卷/1.jpg", "第十卷/第3页.jpg"]
    for name in reversed(names):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(picture())
    sides, _ = feed(folder, tmp_path)
    assert [side.source_name for side in sides] == names
    assert [side.sheet for side in sides] == [1, 2, 3, 4, 5]


def test_linked_folders_are_followed_once(folder: Path, tmp_path: Path, picture: Make) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "2.jpg").write_bytes(picture(2))
    (elsewhere / "back").symlink_to(folder)
    (folder / "1.jpg").write_bytes(picture(1))
    (folder / "2").symlink_to(elsewhere)
    (folder / "3").symlink_to(folder)
    sides, _ = feed(folder, tmp_path)
    assert [side.source_name for side in sides] == ["1.jpg", "2/2.jpg"]


def test_pairs_only_when_asked_for(folder: Path, tmp_path: Path, picture: Make) -> None:
    for number in range(1, 6):
        (folder / f"{number}.jpg").write_bytes(picture(number))
    sides, _ = feed(folder, tmp_path)
    assert [(side.sheet, side.face) for side in sides] == [(n, "front") for n in range(1, 6)]
    sides, warnings = feed(folder, tmp_path, duplex_pairs=True)
    assert [(side.sheet, side.face) for side in sides] == [
        (1, "front"),
        (1, "back"),
        (2, "front"),
        (2, "back"),
        (3, "front"),
    ]
    assert [(item.code, item.parameters) for item in warnings] == [("SCN-211", {"sheet": 3})]


def test_a_single_file_is_a_source_too(folder: Path, tmp_path: Path, picture: Make) -> None:
    (folder / "卷.tif").write_bytes(picture(1, "TIFF"))
    sides, _ = feed(folder / "卷.tif", tmp_path)
    assert [(side.path, side.source_name) for side in sides] == [(folder / "卷.tif", "卷.tif")]


def test_sources_that_cannot_be_used(folder: Path, tmp_path: Path) -> None:
    (folder / "notes.txt").write_text("x")
    for source, code in (
        (tmp_path / "nothing here", "SCN-204"),
        (folder / "notes.txt" / "x", "SCN-204"),
        ("bad\0name", "SCN-204"),
        (folder, "SCN-205"),
        ("x" * 5000, "SCN-206"),
        (folder / "notes.txt", "SCN-207"),
        ("/dev/null", "SCN-207"),
    ):
        with pytest.raises(BadInput) as caught:
            feed(source, tmp_path)
        assert caught.value.code == code
    with pytest.raises(BadInput) as caught:
        feed(folder, tmp_path)
    assert caught.value.parameters["others"] == 1


def test_a_subfolder_that_cannot_be_listed_stops_the_batch(
    folder: Path, tmp_path: Path, picture: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "1.jpg").write_bytes(picture())
    (folder / "locked").mkdir()
    listing = os.scandir

    def scandir(path: Any) -> Any:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(BadInput) as caught:
        feed(folder, tmp_path)
    assert caught.value.code == "SCN-206"
    assert caught.value.parameters["folder"].endswith("locked")


def test_cancelling_between_files(folder: Path, tmp_path: Path, picture: Make) -> None:
    for number in range(1, 4):
        (folder / f"{number}.jpg").write_bytes(picture(number))
    token = CancelToken()
    request = ScanRequest(name=str(folder), spool=tmp_path / "spool")
    events = iter(FolderDriver().scan(request, token))
    next(events)
    token.cancel()
    with pytest.raises(Cancelled):
        next(events)


def test_names_of_old_systems_become_text(folder: Path, tmp_path: Path, picture: Make) -> None:
    raw = os.fsdecode("第1页".encode("gb18030") + b".jpg")
    (folder / raw).write_bytes(picture())
    (side,), _ = feed(folder, tmp_path)
    assert side.source_name == "第1页.jpg"
    assert side.path.read_bytes() == picture()
    assert printable("plain.jpg") == "plain.jpg"
