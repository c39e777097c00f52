"""A thousand random hand-offs with random mishaps over a real broker and a serial line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.services import secrets
from tests.locker_faults.stations import MqttStation, SerialStation, Station
from tests.locker_line.hand_off_world import MISHAPS, World

# Here a hundred; JUANZONG_HAND_OFFS=250 makes a thousand (some ten minutes).
SEEDS, HAND_OFFS = 2, int(os.environ.get("JUANZONG_HAND_OFFS", "25"))
STEADY = {
    "settle_seconds": 0.005,
    "open_seconds": 0.15,
    "poll_seconds": 0.02,
    "cool_down_seconds": 0.0,
}


@pytest.fixture(params=["mqtt", "serial"])
def station(request: pytest.FixtureRequest, tmp_path: Path, free_port: int) -> Station:
    mqtt = request.param == "mqtt"
    made = MqttStation(tmp_path, free_port) if mqtt else SerialStation(tmp_path)
    made.settings["steady"] = STEADY
    request.addfinalizer(made.end)
    return made


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_goes_wrong_custody_stays_with_one_person(
    station: Station, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a code costs to guess is tested elsewhere; here it would only cost time.
    monkeypatch.setattr(secrets, "COST", 2)
    world = World(station, seed)
    try:
        for _ in range(HAND_OFFS):
            world.one_hand_off()
        world.verify()
    finally:
        world.close()
    assert len(world.told) >= len(MISHAPS) // 2
