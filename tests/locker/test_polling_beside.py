"""The map of a cabinet is polled while a door cycle of the same program waits, on a serial line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cloud_locker.api import Cell
from tests.locker.serial_station import PATIENCE, Station


@pytest.fixture(params=["kerong", "wkly"])
def station(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Station]:
    made = Station(request.param, tmp_path)
    yield made
    made.end()


def until(check: Callable[[], bool]) -> None:
    """Poll as the map does, as often as it takes."""
    gone = threading.Event()
    timer = threading.Timer(PATIENCE, gone.set)
    timer.start()
    try:
        while not check():
            assert not gone.is_set()
    finally:
        timer.cancel()


def test_the_map_follows_the_door_while_the_cycle_waits(station: Station) -> None:
    opened = threading.Event()
    ended: list[object] = []

    def said(_cell: Cell) -> None:
        opened.set()

    with closing(station.cabinet()) as cabinet:

        def deposit() -> None:
            ended.append(cabinet.deposit(2, "handoff-1", opened=said))

        assert not cabinet.busy()
        thread = threading.Thread(target=deposit)
        thread.start()
        assert opened.wait(PATIENCE)
        until(lambda: cabinet.busy() and cabinet.cells()[1].door_open)
        assert cabinet.observe().forced == []
        station.hardware.put(2)
        station.hardware.close_door(2)
        until(lambda: not cabinet.cells()[1].door_open)
        thread.join(PATIENCE)
        assert len(ended) == 1
        until(lambda: not cabinet.busy())
        assert cabinet.observe().forced == []
    assert station.pulses() == 1
