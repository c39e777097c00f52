"""The stations, and what must hold at the end of every test, whatever went wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.locker_faults.stations import MqttStation, SerialStation, Station


@pytest.fixture(params=["mqtt", "serial"])
def station(request: pytest.FixtureRequest, tmp_path: Path, free_port: int) -> Iterator[Station]:
    """A cabinet on either wire."""
    mqtt = request.param == "mqtt"
    station = MqttStation(tmp_path, free_port) if mqtt else SerialStation(tmp_path)
    try:
        yield station
        station.verify()
    finally:
        station.end()


@pytest.fixture
def hall(tmp_path: Path, free_port: int) -> Iterator[MqttStation]:
    """A cabinet behind a broker, for what only a broker can do."""
    station = MqttStation(tmp_path, free_port)
    try:
        yield station
        station.verify()
    finally:
        station.end()
