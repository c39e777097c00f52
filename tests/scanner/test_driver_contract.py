"""What every driver promises, asked of three of them through the host process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.kernel.progress import Cancelled, CancelToken
from scanner.api import ScannedSide, ScannerDriver, ScanRequest
from scanner.bridge import HostedScanner

SMALL_PAGE = {"br-x": 30, "br-y": 40}


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A driver with a source that is known to hold `sides` sides, two to a sheet if `paired`."""

    driver: ScannerDriver
    name: str
    sides: int
    paired: bool
    options: dict[str, Any] = field(default_factory=dict)
    slow: dict[str, Any] = field(default_factory=dict)

    def request(self, spool: Path, *, slow: bool = False) -> ScanRequest:
        options = self.options | (self.slow if slow else {})
        return ScanRequest(name=self.name, spool=spool, resolution=75, options=options)


@pytest.fixture(params=["folder", "sane", "simulated"])
def bench(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    picture: Callable[..., bytes],
    simulated: Callable[..., HostedScanner],
    sane_environment: dict[str, str],
) -> Bench:
    if request.param == "simulated":
        return Bench(
            driver=simulated(), name="demo", sides=8, paired=True, slow={"sides_per_second": 4}
        )
    if request.param == "sane":
        return Bench(
            driver=HostedScanner("sane", environment=sane_environment),
            name="test:0",
            sides=10,
            paired=False,
            options=SMALL_PAGE,
            slow={"read-delay": True, "read-delay-duration": 200_000},
        )
    folder = tmp_path / "扫描 件"
    folder.mkdir()
    for number in range(1, 13):
        (folder / f"{number}.jpg").write_bytes(picture(number))
    return Bench(driver=HostedScanner("folder"), name=str(folder), sides=12, paired=False)


def sides_of(bench: Bench, spool: Path) -> list[ScannedSide]:
    events = list(bench.driver.scan(bench.request(spool), CancelToken()))
    return [event for event in events if isinstance(event, ScannedSide)]


def test_every_side_is_whole_and_in_order(bench: Bench, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    sides = sides_of(bench, spool)
    assert len(sides) == bench.sides
    step = 2 if bench.paired else 1
    assert [side.sheet for side in sides] == [index // step + 1 for index in range(len(sides))]
    expected_faces = ["front", "back"] if bench.paired else ["front"]
    assert [side.face for side in sides] == expected_faces * (len(sides) // step)
    for side in sides:
        assert side.path.is_absolute()
        assert not side.fault
        with Image.open(side.path) as image:
            image.load()
            assert image.size == (side.width, side.height)
            assert image.get_format_mimetype() == side.media_type
    if spool.exists():
        images = {path for path in spool.iterdir() if path.suffix != ".side"}
        assert {side.path for side in sides} == images


def test_a_second_batch_leaves_the_first_untouched(bench: Bench, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    first = sides_of(bench, spool)
    before = [side.path.read_bytes() for side in first]
    second = sides_of(bench, spool)
    assert len(second) == len(first)
    assert [side.path.read_bytes() for side in first] == before
    assert [side.path.read_bytes() for side in second] == before


def test_a_batch_cancelled_before_it_starts_gives_nothing(bench: Bench, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        next(iter(bench.driver.scan(bench.request(tmp_path / "spool"), token)))
    assert not (tmp_path / "spool").exists()


def test_cancelling_keeps_what_was_yielded(bench: Bench, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    token = CancelToken()
    kept: list[ScannedSide] = []
    ended = "whole batch"
    try:
        for event in bench.driver.scan(bench.request(spool, slow=True), token):
            assert isinstance(event, ScannedSide)
            kept.append(event)
            if len(kept) == 2:
                token.cancel()
    except Cancelled:
        ended = "cancelled"
    # A folder may be read to its end before the request to stop arrives.
    assert ended == "cancelled" or (bench.driver.scheme == "folder" and len(kept) == bench.sides)
    assert len(kept) >= 2
    for side in kept:
        with Image.open(side.path) as image:
            image.load()
    if spool.exists():
        assert not list(spool.glob(".*.part"))


def test_closing_early_leaves_no_process_and_no_thread(
    bench: Bench, tmp_path: Path, children: list[int]
) -> None:
    events = bench.driver.scan(bench.request(tmp_path / "spool", slow=True), CancelToken())
    next(iter(events))
    events.close()  # type: ignore[attr-defined]
    assert len(children) == 1
    assert not Path(f"/proc/{children[0]}").exists()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("scanner-")]


def test_a_device_describes_itself(bench: Bench, children: list[int]) -> None:
    found = bench.driver.capabilities(bench.name)
    assert found.sources
    for source in found.sources:
        assert source.kind in ("feeder", "flatbed", "camera", "files")
        assert set(source.modes) <= {"color", "gray", "lineart"}
        assert all(number > 0 for number in source.resolutions)
    assert len({option.name for option in found.options}) == len(found.options)
    for option in found.options:
        assert option.title
        assert option.type in ("bool", "int", "float", "text", "button")
        if option.minimum is not None and option.maximum is not None:
            assert option.minimum <= option.maximum
        if option.choices and option.value is not None:
            assert option.value in option.choices
    assert not Path(f"/proc/{children[0]}").exists()
