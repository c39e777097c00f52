"""The simulated eSCL scanner used by sane-airscan, a client that shares nothing with our driver,
and by our own SANE driver over it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from app.kernel.errors import Transient
from app.kernel.progress import CancelToken
from scanner.api import ScannedSide, ScanRequest
from scanner.session import open_source
from scanner.simulators.escl_server import EsclSimulator

Simulate = Callable[..., EsclSimulator]
DEVICE = "airscan:e0:Simulator"


@pytest.fixture
def reach(tmp_path: Path) -> Callable[[EsclSimulator], dict[str, str]]:
    """An environment in which SANE knows the simulator and nothing else, without discovery."""

    def configure(simulator: EsclSimulator) -> dict[str, str]:
        folder = tmp_path / "airscan"
        folder.mkdir(exist_ok=True)
        (folder / "dll.conf").write_text("airscan\n", encoding="ascii")
        settings = f'[devices]\n"Simulator" = {simulator.url}, eSCL\n'
        settings += "[options]\ndiscovery = disable\n"
        (folder / "airscan.conf").write_text(settings, encoding="ascii")
        return {"SANE_CONFIG_DIR": str(folder)}

    return configure


Reach = Callable[[EsclSimulator], dict[str, str]]


def scanimage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["scanimage", "-d", DEVICE, "--resolution", "100", "--mode", "Color"]
    command += ["-x", "210", "-y", "297", "--format=png", *arguments]
    environment = os.environ | environment | {"LC_ALL": "C"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def same_picture(one: Path, other: Path) -> bool:
    """Whether two files show the same, decoder by decoder; sizes may differ by a dot."""
    with Image.open(one) as first, Image.open(other) as second:
        if abs(first.width - second.width) > 1 or abs(first.height - second.height) > 1:
            return False
        size = (min(first.width, second.width), min(first.height, second.height))
        pair = [image.convert("RGB").crop((0, 0, *size)) for image in (first, second)]
        return max(ImageChops.difference(*pair).convert("L").tobytes()) <= 2


def test_scanimage_gets_every_page(
    simulate: Simulate, reach: Reach, stack: list[Path], tmp_path: Path
) -> None:
    simulator = simulate()
    done = scanimage(
        reach(simulator), "--source", "ADF Duplex", f"--batch={tmp_path}/page-%03d.png"
    )
    assert "Batch terminated, 8 pages scanned" in done.stderr
    pages = sorted(tmp_path.glob("page-*.png"))
    assert len(pages) == 8
    assert [same_picture(page, side) for page, side in zip(pages, stack, strict=True)] == [True] * 8
    assert not same_picture(pages[0], stack[1])


def test_scanimage_reads_what_the_device_can_do(simulate: Simulate, reach: Reach) -> None:
    listed = scanimage(reach(simulate()), "--all-options").stdout
    assert re.search(r"--resolution 75\|100\|150\|200\|300\|600\|1200dpi", listed)
    assert re.search(r"--source Flatbed\|ADF\|ADF Duplex", listed)


@pytest.mark.parametrize(
    ("mishap", "style", "said"),
    [
        ("jam_at", "conflict", "Document feeder jammed"),
        ("cover_open_at", "conflict", "Scanner cover is open"),
        ("jam_at", "empty", "Error during device I/O"),
        ("cut_at", "empty", "Error during device I/O"),
    ],
)
def test_scanimage_understands_the_trouble(
    simulate: Simulate, reach: Reach, tmp_path: Path, mishap: str, style: str, said: str
) -> None:
    simulator = simulate(**{mishap: 3, "style": style})
    done = scanimage(
        reach(simulator), "--source", "ADF Duplex", f"--batch={tmp_path}/page-%03d.png"
    )
    assert done.returncode != 0
    assert said in done.stderr
    assert len(list(tmp_path.glob("page-*.png"))) == 4


def test_our_sane_driver_over_the_network(
    simulate: Simulate, reach: Reach, stack: list[Path], tmp_path: Path
) -> None:
    driver, name = open_source(f"sane:{DEVICE}", environment=reach(simulate()))
    request = ScanRequest(name=name, spool=tmp_path / "spool", resolution=100)
    events: list[Any] = list(driver.scan(request, CancelToken()))
    sides = [event for event in events if isinstance(event, ScannedSide)]
    assert [(side.sheet, side.face) for side in sides] == [
        (sheet, face) for sheet in range(1, 5) for face in ("front", "back")
    ]
    assert all(same_picture(side.path, page) for side, page in zip(sides, stack, strict=True))


def test_our_sane_driver_names_the_jam(simulate: Simulate, reach: Reach, tmp_path: Path) -> None:
    driver, name = open_source(
        f"sane:{DEVICE}", environment=reach(simulate(jam_at=2, style="conflict"))
    )
    request = ScanRequest(name=name, spool=tmp_path / "spool", resolution=100)
    with pytest.raises(Transient) as caught:
        list(driver.scan(request, CancelToken()))
    assert (caught.value.code, caught.value.parameters["sheet"]) == ("SCN-104", 2)
