"""A finished folder meets a file that is not finished, a clock is set, a file cannot be read."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.kernel.progress import CancelToken
from scanner.api import ScannedSide, ScanRequest, ScanWarning
from scanner.drivers import watch_batch, watch_growing
from scanner.drivers.folder import FolderDriver
from scanner.drivers.watch_growing import GrowingFiles
from scanner.drivers.watch_whole import examine

Make = Callable[..., bytes]


class Writer:
    """Writes a file in small pieces until it is told to stop or everything is written."""

    def __init__(self, path: Path, data: bytes, pieces: int, pause: float) -> None:
        self._stop = threading.Event()
        path.write_bytes(data[:10])
        step = len(data) // pieces + 1

        def write() -> None:
            with path.open("ab", buffering=0) as stream:
                for start in range(10, len(data), step):
                    self._stop.wait(pause)
                    stream.write(data[start : start + step])

        self._thread = threading.Thread(target=write)
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join()


def feed(folder: Path) -> tuple[list[ScannedSide], list[ScanWarning]]:
    events = list(FolderDriver().scan(ScanRequest(name=str(folder), spool=folder), CancelToken()))
    sides = [event for event in events if isinstance(event, ScannedSide)]
    return sides, [event for event in events if isinstance(event, ScanWarning)]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_folder_waits_for_the_end_of_a_file(drop: Path, sheet: Make, kind: str) -> None:
    (drop / "1.jpg").write_bytes(sheet(1))
    writer = Writer(drop / "2.img", sheet(2, kind), pieces=6, pause=0.1)
    sides, warnings = feed(drop)
    writer.end()
    assert [(side.source_name, side.fault) for side in sides] == [("1.jpg", ""), ("2.img", "")]
    assert warnings == []


def test_a_folder_does_not_wait_for_ever(
    drop: Path, sheet: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_growing, "_PATIENCE_SECONDS", 0.6)
    writer = Writer(drop / "1.jpg", sheet(1), pieces=200, pause=0.02)
    (side,), warnings = feed(drop)
    writer.end()
    assert side.fault in ("IMG-101", "IMG-102")
    assert [(w.code, w.parameters["file"]) for w in warnings] == [("SCN-231", "1.jpg")]


def test_files_that_lay_there_cost_no_time(drop: Path, sheet: Make) -> None:
    paths = []
    for number in range(50):
        path = drop / f"{number}.tif"
        path.write_bytes(sheet(1, "TIFF")[:500])
        os.utime(path, ns=(10**18, 10**18))
        paths.append(path)
    growing = GrowingFiles(paths)
    token = CancelToken()
    token.cancel()  # whoever waits would notice
    assert all(growing.let_settle(path, token) for path in paths)


def test_a_clock_that_is_set_changes_nothing(
    drop: Path, watch: Callable[..., Any], sheet: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(10**9, 0, -3600))
    monkeypatch.setattr(time, "time", lambda: float(next(moments)))
    run = watch(idle_seconds=20.0)
    for number in (3, 1, 2):
        path = drop / f"{number}.jpg"
        path.write_bytes(sheet(number))
        os.utime(path, (number * 10**8, number * 10**8))  # and the clocks of senders differ
        run.wait_for({3: 1, 1: 2, 2: 3}[number])
    (drop / "END").touch()
    assert run.finish().names == ["3.jpg", "1.jpg", "2.jpg"]


def test_a_file_that_cannot_be_read_is_named_and_holds_up_nobody_for_long(
    drop: Path, watch: Callable[..., Any], sheet: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        (drop / f"{number}.jpg").write_bytes(sheet(number))

    def guarded(path: Path) -> tuple[str, bool]:
        # As a share answers whose owner did not give the right to read; root may read anything.
        if path.name == "2.jpg":
            raise PermissionError(13, "Permission denied", str(path))
        return examine(path)

    monkeypatch.setattr(watch_batch, "examine", guarded)
    run = watch().finish()
    assert run.names == ["1.jpg", "3.jpg"]
    assert [(w.code, w.parameters) for w in run.warnings] == [
        ("SCN-232", {"file": "2.jpg", "reason": "Permission denied"})
    ]
    monkeypatch.undo()
    assert watch("batch-2").finish().names == ["2.jpg"]


def test_links_that_lead_in_a_circle_or_nowhere(
    drop: Path, watch: Callable[..., Any], sheet: Make
) -> None:
    (drop / "子").mkdir()
    (drop / "子" / "1.jpg").write_bytes(sheet(1))
    (drop / "子" / "回").symlink_to(drop, target_is_directory=True)
    (drop / "断.jpg").symlink_to(drop / "nothing.jpg")
    os.mkfifo(drop / "管.jpg")
    run = watch().finish()
    assert len(run.sides) == 1
    assert run.sides[0].path.read_bytes() == sheet(1)
