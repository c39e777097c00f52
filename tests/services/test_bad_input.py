"""Everything that is not a good picture, through the whole station with real worker processes:
each has its finding, the good pages between them go on, and no worker grows beyond its share."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from app.adapters.jobs.capacity import BYTES_PER_WORKER
from app.adapters.jobs.pool import PebbleWorkerPool
from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.services import tasks
from app.services.files import Bench
from app.services.workstation import Workstation
from tests.inspection.damaged_files import (
    directory_first,
    drawn_page,
    encoded,
    pdf_bomb,
    png_bomb,
    tiff_bomb,
)
from tests.replay import CASE_NO

PAGE = drawn_page(620, 877)
IMAGE = Image.fromarray(PAGE)
DPI = (75, 75)
Maker = Callable[[Path], None]
MOST_BYTES = 1_000_000_000


def stored(data: bytes) -> Maker:
    return lambda path: path.write_bytes(data) and None


def cut(kind: str, **options: Any) -> Maker:
    whole = encoded(IMAGE, kind, **options)
    return stored((directory_first(whole) if kind == "TIFF" else whole)[: len(whole) * 6 // 10])


def deep_colour() -> bytes:
    """A PNG of 16 bits per colour."""
    done, data = cv2.imencode(".png", PAGE.astype(np.uint16) * 257)
    assert done
    return bytes(data)


def locked_pdf(path: Path) -> None:
    IMAGE.save(path, "PDF", resolution=75)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="a", user="b"))


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", encoded(IMAGE, "JPEG"))


def moving(kind: str, mode: str = "RGB") -> bytes:
    return encoded(
        IMAGE.convert(mode), kind, save_all=True, append_images=[IMAGE.rotate(90).convert(mode)]
    )


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(IMAGE, "JPEG", exif=exif, dpi=DPI)


# What is unusual and a page all the same.
TAKEN: dict[str, Maker] = {
    "cmyk.jpg": stored(encoded(IMAGE.convert("CMYK"), "JPEG")),
    "cmyk.tif": stored(encoded(IMAGE.convert("CMYK"), "TIFF")),
    "gray16.png": stored(encoded(Image.fromarray(PAGE[:, :, 0].astype(np.uint16) * 257), "PNG")),
    "gray16.tif": stored(encoded(Image.fromarray(PAGE[:, :, 0].astype(np.uint16) * 257), "TIFF")),
    "rgb16.png": stored(deep_colour()),
    "bilevel.png": stored(encoded(IMAGE.convert("1"), "PNG")),
    "bilevel.tif": stored(encoded(IMAGE.convert("1"), "TIFF", compression="group4")),
    "palette.png": stored(encoded(IMAGE.convert("P"), "PNG")),
    "moving.png": stored(moving("PNG")),
    "png called.jpg": stored(encoded(IMAGE, "PNG")),
    "trailing.jpg": stored(encoded(IMAGE, "JPEG") + b"garbage" * 20_000),
    **{f"exif {turn}.jpg": stored(turned(turn)) for turn in range(1, 9)},
}
TURNED = {f"exif {turn}.jpg" for turn in (5, 6, 7, 8)}
# What no page can be made of, and the fault of its side.
REFUSED: dict[str, tuple[Maker, str]] = {
    "empty.jpg": (stored(b""), "IMG-101"),
    "text.jpg": (stored(b"not an image at all"), "IMG-101"),
    "zip.jpg": (zipped, "IMG-101"),
    "moving.gif": (stored(moving("GIF", "P")), "IMG-101"),
    "moving.webp": (stored(moving("WEBP")), "IMG-101"),
    "bomb.png": (stored(png_bomb(60_000, 50_000)), "IMG-103"),
    "bomb.tif": (stored(tiff_bomb(60_000, 50_000)), "IMG-103"),
    "bomb.pdf": (stored(pdf_bomb(60_000, 50_000)), "IMG-103"),
    "locked.pdf": (locked_pdf, "IMG-111"),
    "damaged.pdf": (stored(b"%PDF-1.4\n" + b"x" * 500 + b"\n%%EOF"), "IMG-101"),
    "pipe.jpg": (os.mkfifo, "IMG-112"),
    "gone.jpg": (lambda path: path.symlink_to("nothing there.jpg"), "IMG-112"),
}
# What breaks off and is shown as far as it goes.
IN_PART: dict[str, Maker] = {
    "part.jpg": cut("JPEG", quality=90),
    "part.png": cut("PNG"),
    "part.tif": cut("TIFF"),
    "part.bmp": cut("BMP"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them in one folder, with good pages in front, between and behind."""
    folder = tmp_path_factory.mktemp("坏 文件")
    makers = TAKEN | {name: make for name, (make, _fault) in REFUSED.items()} | IN_PART
    for name, make in makers.items():
        make(folder / name)
    for name in ("0 good.png", "m good.png", "z good.png"):
        IMAGE.save(folder / name, dpi=DPI)
    (folder / "folder.jpg").mkdir()
    return folder


@pytest.fixture
def actor() -> Actor:
    return Actor(name="管理员", role="administrator")


@pytest.fixture
def workstation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workstation]:
    """A workstation with real worker processes; the text of its sides is not asked for here."""
    monkeypatch.setattr(tasks, "enqueue_recognition", lambda *_, **__: None)
    monkeypatch.setattr(PebbleWorkerPool, "warm", lambda *_: None)
    opened = open_workstation(tmp_path / "数据")
    yield opened
    opened.close()


def peak_of(pool: PebbleWorkerPool) -> int:
    """The most bytes the only worker of a pool has held. (`getrusage` would tell those of the
    program that started it as well: the mark survives `exec`.)"""
    worker = pool.call("os:getpid", (), seconds=30)
    status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def test_files_named_one_by_one_or_by_their_folder(folder: Path) -> None:
    pool = PebbleWorkerPool(1)
    try:
        files = Bench(pool=pool, limits={}).inspect([folder])
        peak = peak_of(pool)
    finally:
        pool.close()
    found = {Path(entry["file"]).name: entry for entry in files}
    assert set(found) == {path.name for path in folder.iterdir() if path.name != "folder.jpg"}
    codes = {
        name: [finding["code"] for finding in entry["findings"]] for name, entry in found.items()
    }
    for name in TAKEN:
        assert "unreadable" not in codes[name], name
        size = (found[name]["width"], found[name]["height"])
        assert size == ((877, 620) if name in TURNED else (620, 877)), name
    for name in REFUSED:
        assert codes[name] == ["unreadable"], name
        assert found[name]["error"].startswith("IMG-10"), name
    for name in IN_PART:
        assert codes[name][0] == "unreadable", name
        first = found[name]["findings"][0]
        assert 0.4 < first["value"] < 0.8 and first["box"] is not None, name
        assert found[name]["error"] == "IMG-102"
    assert peak < MOST_BYTES


def test_the_station_takes_the_folder_as_it_is(
    workstation: Workstation, actor: Actor, folder: Path, tmp_path: Path
) -> None:
    taken = [name for name in TAKEN if not name.startswith(("exif", "cmyk", "bilevel"))]
    good = ["0 good.png", "m good.png", "z good.png"]
    part = tmp_path / "送来的"
    part.mkdir()
    for name in (*taken, *good, *REFUSED, *IN_PART):
        (part / name).symlink_to(folder / name)
    workstation.register_case(actor, {"case_no": CASE_NO})
    result = workstation.scan(actor, CASE_NO, f"folder:{part}")
    assert result.sides == len(taken) + len(good) + len(REFUSED) + len(IN_PART)
    counts = workstation.process(actor, CASE_NO)
    assert (counts.queued, counts.running, counts.failed) == (0, 0, 0)
    rows = {row.file: row for row in workstation.sides(CASE_NO)}
    unreadable = {
        row.file
        for row in rows.values()
        if "unreadable" in {finding.code for finding in row.findings}
    }
    assert unreadable == {*REFUSED, *IN_PART}
    for name, (_make, fault) in REFUSED.items():
        assert (rows[name].fault, rows[name].picture, rows[name].blank) == (fault, None, False)
    for name in (*taken, *good):
        assert (rows[name].fault, rows[name].picture is None) == ("", False), name
    for name in IN_PART:
        assert (rows[name].fault, rows[name].blank) == ("IMG-102", False), name
        assert rows[name].picture is not None and rows[name].thumbnail is not None
    assert workstation.audit_verify().ok


def test_huge_pages_are_taken_or_told_in_bounded_memory(tmp_path: Path) -> None:
    long = Image.new("1", (30_000, 2_000), 1)
    long.paste(0, (100, 100, 29_000, 140))
    long.save(tmp_path / "long.tif", compression="group4", dpi=(300, 300))
    long.convert("L").save(tmp_path / "long.jpg", quality=70, dpi=(300, 300))
    Image.new("1", (30_000, 30_000), 1).save(tmp_path / "square.tif", compression="group4")
    pool = PebbleWorkerPool(1)
    try:
        files = Bench(pool=pool, limits={}).inspect([tmp_path])
        peak = peak_of(pool)
    finally:
        pool.close()
    told = [(Path(entry["file"]).name, entry["width"], entry.get("error")) for entry in files]
    assert told == [
        ("long.jpg", 30_000, None),
        ("long.tif", 30_000, None),
        ("square.tif", 0, "IMG-103"),
    ]
    assert peak < BYTES_PER_WORKER


def test_one_damaged_page_of_a_file_of_many_is_one_finding(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.ascontiguousarray(np.roll(PAGE, 40 * k, 0))) for k in range(3)]
    whole = bytearray(
        encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    )
    third = len(whole) // 3
    whole[third + third // 2 : third + third // 2 + 20_000] = b"\xff" * 20_000
    (tmp_path / "many.tif").write_bytes(whole)
    pool = PebbleWorkerPool(1)
    try:
        files = Bench(pool=pool, limits={}).inspect([tmp_path / "many.tif"])
    finally:
        pool.close()
    codes = [{finding["code"] for finding in entry["findings"]} for entry in files]
    assert ["unreadable" in found for found in codes] == [False, True, False]
