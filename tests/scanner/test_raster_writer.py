"""Sides are written beside the reading: in order, few at a time, and never lost by what follows."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image

from app.kernel.errors import Broken, Transient
from app.kernel.progress import Cancelled
from scanner import raster_writer
from scanner.api import ScannedSide, ScanWarning
from scanner.raster_file import Raster, Writer
from scanner.raster_writer import Deliver, RasterSide, RasterWriter
from scanner.spool import Spool, preview_of

SECONDS = 20.0


def side(sheet: int, *, edge: int = 8) -> RasterSide:
    plane = bytes([sheet]) * (edge * edge)
    raster = Raster(width=edge, height=edge, stride=edge, depth=8, color=False, planes=(plane,))
    return RasterSide(raster=raster, dpi=300, sheet=sheet, face="front", imprint=f"卷{sheet}")


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def files(tmp_path: Path) -> set[Path]:
    folder = tmp_path / "spool"
    left = set(folder.iterdir())
    notes = {path for path in left if path.suffix == ".side"}
    images = {path for path in left - notes if not path.name.startswith(".")}
    # Beside each image lie its note and, of 300 dots per inch, a preview; and nothing else.
    assert notes == {image.with_name(f"{image.name}.side") for image in images}
    assert left - images - notes == {preview_of(image) for image in images}
    return images


def test_sides_come_in_the_order_of_delivery(spool: Spool, tmp_path: Path) -> None:
    def read(deliver: Deliver) -> None:
        for sheet in range(1, 31):
            # A large page takes longer than the small ones behind it.
            deliver(side(sheet, edge=600 if sheet % 5 == 1 else 8))
            if sheet == 10:
                deliver(ScanWarning(code="SCN-214", parameters={"sheet": 10}))

    events = list(RasterWriter(spool).sides(read))
    sides = [event for event in events if isinstance(event, ScannedSide)]
    assert [one.sheet for one in sides] == list(range(1, 31))
    assert isinstance(events[10], ScanWarning)
    # Whoever finds the files alone sees the order of the sheets in their names.
    assert [one.path for one in sides] == sorted(files(tmp_path))
    assert sides[2].imprint == "卷3"
    for one in sides:
        with Image.open(one.path) as image:
            assert image.getpixel((0, 0)) == one.sheet
            assert image.size == (one.width, one.height)


def test_a_side_is_told_while_the_next_is_still_read(spool: Spool) -> None:
    told = threading.Event()

    def read(deliver: Deliver) -> None:
        deliver(side(1))
        assert told.wait(SECONDS)
        deliver(side(2))

    sheets = []
    for event in RasterWriter(spool).sides(read):
        assert isinstance(event, ScannedSide)
        sheets.append(event.sheet)
        told.set()
    assert sheets == [1, 2]


def test_a_fault_comes_after_the_sides_before_it(spool: Spool) -> None:
    def read(deliver: Deliver) -> None:
        for sheet in (1, 2, 3):
            deliver(side(sheet, edge=400))
        raise Transient("SCN-104", sheet=4)

    sheets = []
    with pytest.raises(Transient) as caught:
        for event in RasterWriter(spool).sides(read):
            assert isinstance(event, ScannedSide)
            sheets.append(event.sheet)
    assert sheets == [1, 2, 3]
    assert caught.value.code == "SCN-104"


class _Full(Spool):
    """A disk that is full from a certain file on."""

    def __init__(self, folder: Path, after: int) -> None:
        super().__init__(folder)
        self._left = after
        self._lock = threading.Lock()

    def keep(self, suffix: str, write: Writer, preview: Writer | None = None) -> Path:
        with self._lock:
            self._left -= 1
            if self._left == -1:
                raise Broken("SCN-118", folder="spool", reason="No space left on device")
        return super().keep(suffix, write, preview)


def test_after_a_side_that_cannot_be_written_none_is_kept(tmp_path: Path) -> None:
    stopped = threading.Event()

    def read(deliver: Deliver) -> None:
        try:
            for sheet in range(1, 1000):
                deliver(side(sheet))
        except Cancelled:
            stopped.set()
            raise

    told: list[ScannedSide] = []
    with pytest.raises(Broken) as caught:
        for event in RasterWriter(_Full(tmp_path / "spool", after=5)).sides(read):
            assert isinstance(event, ScannedSide)
            told.append(event)
    assert caught.value.code == "SCN-118"
    assert stopped.is_set()
    # Of two sides written at once either may be the one that found the disk full.
    assert len(told) in (4, 5)
    assert files(tmp_path) == {one.path for one in told}


def test_closing_early_stops_the_reader(spool: Spool, tmp_path: Path) -> None:
    def read(deliver: Deliver) -> None:
        sheet = 0
        while True:
            sheet += 1
            deliver(side(sheet))

    events = RasterWriter(spool).sides(read)
    first = next(iter(events))
    events.close()  # type: ignore[attr-defined]
    assert isinstance(first, ScannedSide)
    assert files(tmp_path) == {first.path}
    assert not [t for t in threading.enumerate() if t.name.startswith("raster-")]


class _Gate(Spool):
    """A disk that waits until it is told to go on."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.gate = threading.Event()
        self.suffixes: list[str] = []

    def keep(self, suffix: str, write: Writer, preview: Writer | None = None) -> Path:
        self.suffixes.append(suffix)

        def gated(stream: BinaryIO) -> None:
            write(stream)
            assert self.gate.wait(SECONDS)

        return super().keep(suffix, gated, preview)


def test_few_pages_wait_and_all_are_written_alike(tmp_path: Path) -> None:
    spool = _Gate(tmp_path / "spool")
    read_so_far: list[int] = []
    third = threading.Event()

    def read(deliver: Deliver) -> None:
        for sheet in (1, 2, 3, 4):
            read_so_far.append(sheet)
            if sheet == 3:
                third.set()
            deliver(side(sheet))

    events = iter(RasterWriter(spool).sides(read))
    result: list[ScannedSide] = []
    consumer = threading.Thread(target=lambda: result.extend(events))  # type: ignore[arg-type]
    consumer.start()
    assert third.wait(SECONDS)
    # Two wait for the disk and one is in the hands of the reader; the fourth is not begun.
    assert read_so_far == [1, 2, 3]
    spool.gate.set()
    consumer.join(SECONDS)
    assert [one.sheet for one in result] == [1, 2, 3, 4]
    assert {one.path.suffix for one in result} == {".png"}


def test_of_very_large_pages_only_one_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster_writer, "_WAITING_BYTES", 100)
    spool = _Gate(tmp_path / "spool")
    second = threading.Event()

    def read(deliver: Deliver) -> None:
        deliver(side(1, edge=12))
        second.set()
        deliver(side(2, edge=12))
        deliver(side(3, edge=12))

    result: list[ScannedSide] = []
    consumer = threading.Thread(
        target=lambda: result.extend(RasterWriter(spool).sides(read))  # type: ignore[arg-type]
    )
    consumer.start()
    assert second.wait(SECONDS)
    assert len(spool.suffixes) <= 1
    spool.gate.set()
    consumer.join(SECONDS)
    assert [one.sheet for one in result] == [1, 2, 3]
