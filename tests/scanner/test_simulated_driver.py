"""The simulated scanner: mishaps on request, and going on after they are mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import BadInput, Fault
from app.kernel.progress import CancelToken
from scanner.api import ScannedSide, ScanRequest
from scanner.bridge import HostedScanner

Simulated = Callable[..., HostedScanner]


def feed(
    driver: HostedScanner, name: str, spool: Path, *, duplex: bool = True, **options: Any
) -> tuple[list[ScannedSide], Fault | None]:
    sides: list[ScannedSide] = []
    request = ScanRequest(name=name, spool=spool, duplex=duplex, options=options)
    try:
        for event in driver.scan(request, CancelToken()):
            assert isinstance(event, ScannedSide)
            sides.append(event)
    except Fault as fault:
        return sides, fault
    return sides, None


def test_the_bytes_are_those_of_the_dossier(
    simulated: Simulated, tiny_dossier: Path, tmp_path: Path
) -> None:
    sides, fault = feed(simulated(), "demo", tmp_path / "spool")
    assert fault is None
    originals = sorted((tiny_dossier / "demo" / "sides").iterdir())
    assert [side.path.read_bytes() for side in sides] == [
        original.read_bytes() for original in originals
    ]
    assert [side.source_name for side in sides] == [original.name for original in originals]


@pytest.mark.parametrize(
    ("mishap", "code"),
    [("jam_at", "SCN-104"), ("double_feed_at", "SCN-106"), ("cover_open_at", "SCN-105")],
)
@pytest.mark.parametrize("in_name", [True, False])
def test_a_mishap_and_going_on_after_it(
    simulated: Simulated, tmp_path: Path, mishap: str, code: str, in_name: bool
) -> None:
    name = f"demo?{mishap}=3" if in_name else "demo"
    options = {} if in_name else {mishap: 3}
    sides, fault = feed(simulated(), name, tmp_path / "spool", **options)
    assert [(side.sheet, side.face) for side in sides] == [
        (1, "front"),
        (1, "back"),
        (2, "front"),
        (2, "back"),
    ]
    assert fault is not None
    assert (fault.code, fault.parameters["sheet"]) == (code, 3)
    # The same source again, from the sheet where the operator put the paper back.
    rest, fault = feed(simulated(), name, tmp_path / "spool", start_sheet=3, **options)
    assert fault is None
    assert [side.source_name for side in [*sides, *rest]] == [f"{n:05}.jpg" for n in range(1, 9)]
    assert [side.sheet for side in rest] == [3, 3, 4, 4]


def test_a_shipped_dossier_is_used_as_it_is(
    simulated: Simulated, tiny_dossier: Path, tmp_path: Path
) -> None:
    (tiny_dossier / "demo" / "truth.json").write_text("{}")
    never = "build.build_bundled = lambda name, folder: 1 / 0"
    sides, fault = feed(simulated(never), "demo", tmp_path / "spool")
    assert (len(sides), fault) == (8, None)


def test_the_bundled_dossiers_are_devices() -> None:
    sources = {device.source for device in HostedScanner("simulated", device_seconds=60).devices()}
    assert "simulated:demo" in sources


def test_simplex_sees_the_fronts_only(simulated: Simulated, tmp_path: Path) -> None:
    sides, fault = feed(simulated(), "demo", tmp_path / "spool", duplex=False)
    assert fault is None
    assert [side.source_name for side in sides] == [
        "00001.jpg",
        "00003.jpg",
        "00005.jpg",
        "00007.jpg",
    ]
    assert [(side.sheet, side.face) for side in sides] == [(n, "front") for n in range(1, 5)]


def test_nothing_left_to_feed(simulated: Simulated, tmp_path: Path) -> None:
    sides, fault = feed(simulated(), "demo?start_sheet=5", tmp_path / "spool")
    assert sides == []
    assert fault is not None
    assert fault.code == "SCN-101"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nobody", "SCN-208"),
        ("demo?paper_at=1", "SCN-114"),
        ("demo?jam_at=soon", "SCN-114"),
        ("demo?jam_at=-1", "SCN-114"),
        ("demo?sides_per_second=nan", "SCN-114"),
    ],
)
def test_what_it_does_not_take(simulated: Simulated, tmp_path: Path, name: str, code: str) -> None:
    sides, fault = feed(simulated(), name, tmp_path / "spool")
    assert sides == []
    assert isinstance(fault, BadInput)
    assert fault.code == code
