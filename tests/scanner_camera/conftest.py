"""A document camera without hardware: real V4L2 requests, answered by a library in front of the C
library of the real driver host; and drawn scenes of pages under it."""

from __future__ import annotations

import functools
import io
import random
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from app.kernel.progress import CancelToken
from scanner.api import ScannedSide, ScanRequest, ScanWarning
from scanner.bridge import HostedScanner

HERE = Path(__file__).parent
SIZE = (640, 480)


def scene(
    page: int = 0,
    *,
    hand: int = 0,
    blur: float = 0.0,
    light: float = 1.0,
    seed: int = 0,
    size: tuple[int, int] = SIZE,
) -> Image.Image:
    """A page (0: none) on a dark table, with noise; `hand` at that distance from the left."""
    image = Image.new("RGB", size, (70, 64, 58))
    draw = ImageDraw.Draw(image)
    if page:
        words = random.Random(page)
        left, top = size[0] // 4 + page % 5, size[1] // 16 + page % 3
        draw.rectangle((left, top, left + size[0] // 2, size[1] * 15 // 16), fill=(246, 244, 238))
        for line in range(26):
            width = words.randint(size[0] // 6, size[0] * 9 // 20)
            height = top + 20 + line * (size[1] * 13 // 16) // 26
            for start in range(left + 12, left + width, 9):
                draw.rectangle(
                    (start, height, start + words.randint(2, 7), height + 6), fill="#222"
                )
    if hand:
        draw.ellipse((hand, size[1] // 4, hand + size[0] // 3, size[1]), fill=(205, 160, 140))
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    pixels = np.asarray(image, np.float32) * light
    pixels += noise(size, seed + 37 * page)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@functools.cache
def _one_noise(size: tuple[int, int]) -> np.ndarray[Any, np.dtype[np.float32]]:
    made = np.random.default_rng(1).normal(0, 2.0, (size[1], size[0], 3))
    return made.astype(np.float32)


def noise(size: tuple[int, int], seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Noise of a sensor; another one for every seed."""
    return np.roll(_one_noise(size), (seed * 31, seed * 17), axis=(0, 1))


def jpeg(image: Image.Image, **options: Any) -> bytes:
    """A frame as a compressing camera delivers it."""
    stream = io.BytesIO()
    image.save(stream, format="JPEG", quality=88, **options)
    return stream.getvalue()


def without_huffman_tables(data: bytes) -> bytes:
    """The frame as most UVC cameras send it."""
    kept, position = data[:2], 2
    while data[position + 1] != 0xDA:
        length = int.from_bytes(data[position + 2 : position + 4], "big") + 2
        if data[position + 1] != 0xC4:
            kept += data[position : position + length]
        position += length
    return kept + data[position:]


@pytest.fixture(scope="session")
def camera_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that answers as /dev/video77."""
    library = tmp_path_factory.mktemp("camera") / "fake_camera.so"
    command = ["gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1", "-o"]
    subprocess.run([*command, str(library), str(HERE / "fake_camera.c"), "-ldl"], check=True)
    return library


@dataclass(kw_only=True)
class Bench:
    """The real host with the camera in front of it."""

    folder: Path
    library: Path

    def driver(self, frames: Sequence[bytes] = (), **settings: Any) -> HostedScanner:
        """The camera that delivers `frames` (the last for ever); settings of `fake_camera.c`."""
        paths = []
        for number, data in enumerate(frames):
            path = self.folder / f"frame-{number:04}"
            path.write_bytes(data)
            paths.append(f"{path}\n")
        (self.folder / "frames").write_text("".join(paths))
        self.log_path.unlink(missing_ok=True)
        environment = {
            "LD_PRELOAD": str(self.library),
            "FAKE_CAMERA_FRAMES": str(self.folder / "frames"),
            "FAKE_CAMERA_LOG": str(self.log_path),
            "OMP_NUM_THREADS": "1",
        } | {f"FAKE_CAMERA_{name.upper()}": str(value) for name, value in settings.items()}
        return HostedScanner("camera", environment=environment)

    def scan(
        self,
        driver: HostedScanner,
        *,
        name: str = "77",
        sheets: int = 0,
        options: dict[str, Any] | None = None,
        **wishes: Any,
    ) -> tuple[list[ScannedSide], list[ScanWarning]]:
        """One batch."""
        request = ScanRequest(
            name=name,
            spool=self.folder / "spool",
            sheets=sheets,
            options={"skip_frames": 1, "frame_seconds": 3} | (options or {}),
            **({"resolution": 50} | wishes),
        )
        sides: list[ScannedSide] = []
        warnings: list[ScanWarning] = []
        for event in driver.scan(request, CancelToken()):
            if isinstance(event, ScannedSide):
                sides.append(event)
            else:
                warnings.append(event)
        return sides, warnings

    @property
    def log_path(self) -> Path:
        return self.folder / "calls"

    @property
    def calls(self) -> list[str]:
        """What the camera was asked, in order."""
        return self.log_path.read_text().splitlines() if self.log_path.exists() else []


@pytest.fixture
def bench(tmp_path: Path, camera_library: Path) -> Bench:
    return Bench(folder=tmp_path, library=camera_library)


@pytest.fixture
def scenes() -> Callable[..., Image.Image]:
    return scene


@pytest.fixture
def encoded() -> Callable[..., bytes]:
    return jpeg


@pytest.fixture
def stripped() -> Callable[[bytes], bytes]:
    return without_huffman_tables
