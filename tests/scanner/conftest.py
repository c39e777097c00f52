"""Real parts for the scanner tests: image files, a tiny bundled dossier, the SANE test devices."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from scanner import bridge
from scanner.bridge import HostedScanner
from scanner.child import Child
from scanner.sane_configuration import write_test_configuration

# Runs the real host over a dossier of four sheets instead of a drawn one, and chatters on
# standard output as native drivers do.
TINY_HOST = """
import os, sys, types
from pathlib import Path

def build_bundled(name, folder):
    os.write(1, b"chatter of a driver\\n")
    return Path(folder) / name

build = types.ModuleType("scanner.paper.build")
build.bundled_names = lambda: ["demo"]
build.build_bundled = build_bundled
sys.modules["scanner.paper.build"] = build
import scanner.host
{extra}
sys.exit(scanner.host.main([]))
"""


def page(number: int, size: tuple[int, int] = (160, 220)) -> Image.Image:
    """A small page that shows its number."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.text((20, 20), f"page {number}", fill="black")
    draw.rectangle((10, 60, 10 + number * 5, 80), fill=(200, 30, 30))
    return image


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """Makes the bytes of one numbered page in a format of Pillow."""

    def make(number: int = 1, kind: str = "JPEG", **options: object) -> bytes:
        stream = io.BytesIO()
        page(number).save(stream, format=kind, **options)
        return stream.getvalue()

    return make


@pytest.fixture
def pages() -> Callable[[int], list[Image.Image]]:
    """Makes that many numbered pages."""
    return lambda number: [page(index + 1) for index in range(number)]


@pytest.fixture
def host_command() -> Callable[..., list[str]]:
    """The command of a host over the tiny dossier; `extra` is code run before it starts."""
    return lambda extra="": [sys.executable, "-c", TINY_HOST.format(extra=extra)]


@pytest.fixture
def tiny_dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that holds the bundled dossier "demo": four sheets, eight sides. The folder
    that all tests share does not go before it."""
    monkeypatch.delenv("JUANZONG_BUNDLED", raising=False)
    sides = tmp_path / "bundles" / "demo" / "sides"
    sides.mkdir(parents=True)
    for number in range(1, 9):
        page(number).save(sides / f"{number:05}.jpg", dpi=(300, 300))
    return tmp_path / "bundles"


@pytest.fixture
def simulated(
    host_command: Callable[..., list[str]], tiny_dossier: Path
) -> Callable[..., HostedScanner]:
    """Makes the simulated scanner over the tiny dossier."""

    def make(extra: str = "", **settings: float) -> HostedScanner:
        return HostedScanner(
            "simulated",
            command=host_command(extra),
            environment={"JUANZONG_BUNDLED": str(tiny_dossier)},
            **settings,
        )

    return make


@pytest.fixture
def sane_environment(tmp_path: Path) -> dict[str, str]:
    """An environment that reaches the SANE test devices and no others."""
    folder = tmp_path / "sane"
    folder.mkdir()
    write_test_configuration(folder)
    return {"SANE_CONFIG_DIR": str(folder)}


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Process ids of every host that the test starts."""
    started: list[int] = []

    class Recorded(Child):
        def __init__(self, *arguments: object, **settings: object) -> None:
            super().__init__(*arguments, **settings)  # type: ignore[arg-type]
            started.append(self.process_id)

    monkeypatch.setattr(bridge, "Child", Recorded)
    yield started
