"""A drop folder and a batch over it that can be looked at while files arrive."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from app.kernel.progress import CancelToken
from scanner.api import ScanEvent, ScannedSide, ScanRequest, ScanWarning
from scanner.drivers.watch import WatchDriver

# As in production, only that nearly everything goes fifty times faster.
QUICK: dict[str, Any] = {
    "idle_seconds": 0.4,
    "first_seconds": 20.0,
    "settle_seconds": 0.04,
    "patience_seconds": 0.2,
    "poll_seconds": 0.01,
}


def scan_page(number: int) -> Image.Image:
    """A small page that shows its number."""
    image = Image.new("RGB", (160, 220), "white")
    draw = ImageDraw.Draw(image)
    draw.text((20, 20), f"page {number}", fill="black")
    draw.rectangle((10, 60, 10 + number % 140, 80), fill=(200, 30, 30))
    return image


@pytest.fixture
def sheet() -> Callable[..., bytes]:
    """Makes the bytes of a numbered page in a format of Pillow."""

    def make(number: int = 1, kind: str = "JPEG", **options: object) -> bytes:
        stream = io.BytesIO()
        scan_page(number).save(stream, format=kind, **options)
        return stream.getvalue()

    return make


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """The drop folder, with a Chinese name and a blank in it."""
    folder = tmp_path / "投递 文件夹"
    folder.mkdir()
    return folder


@dataclass(kw_only=True)
class Run:
    """A batch that runs in a thread of its own, as it does in the driver host."""

    token: CancelToken = field(default_factory=CancelToken)
    events: list[ScanEvent] = field(default_factory=list)
    error: BaseException | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)
    thread: threading.Thread | None = None

    @property
    def sides(self) -> list[ScannedSide]:
        return [event for event in self.events if isinstance(event, ScannedSide)]

    @property
    def names(self) -> list[str]:
        return [side.source_name for side in self.sides]

    @property
    def warnings(self) -> list[ScanWarning]:
        return [event for event in self.events if isinstance(event, ScanWarning)]

    @property
    def told(self) -> list[tuple[str, str]]:
        """Code and file of every warning."""
        return [(w.code, str(w.parameters.get("file", ""))) for w in self.warnings]

    def start(self, request: ScanRequest) -> None:
        def feed() -> None:
            try:
                for event in WatchDriver().scan(request, self.token):
                    with self.changed:
                        self.events.append(event)
                        self.changed.notify_all()
            except BaseException as error:
                self.error = error
            with self.changed:
                self.changed.notify_all()

        self.thread = threading.Thread(target=feed, name="watch-under-test")
        self.thread.start()

    def wait_for(self, sides: int, seconds: float = 20.0) -> None:
        """Return once so many sides have come."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.sides) >= sides, seconds), self.events

    def finish(self, seconds: float = 30.0) -> Run:
        """Wait for the end of the batch; raises what it raised."""
        assert self.thread is not None
        self.thread.join(seconds)
        assert not self.thread.is_alive()
        if self.error is not None:
            raise self.error
        return self


@pytest.fixture
def watch(drop: Path, tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Starts a batch over the drop folder; `batch` names its spool folder."""
    runs: list[Run] = []

    def begin(batch: str = "batch-1", *, sheets: int = 0, **options: Any) -> Run:
        run = Run()
        request = ScanRequest(
            name=str(drop),
            spool=tmp_path / "spool" / batch,
            sheets=sheets,
            options=QUICK | options,
        )
        run.start(request)
        runs.append(run)
        return run

    yield begin
    for run in runs:
        run.token.cancel()
        if run.thread is not None:
            run.thread.join(30.0)


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits for a state of the world, not for a time."""

    def wait(true: Callable[[], bool], seconds: float = 20.0) -> None:
        pause = threading.Event()
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline
            pause.wait(0.005)

    return wait
