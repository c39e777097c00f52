"""Random hand-offs with every mishap over a broker and a serial line; a thousand on request."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.locker_faults.stations import MqttStation, SerialStation, Station
from tests.locker_line.hand_off_world import MISHAPS, World

# By itself each mishap once on either wire; JUANZONG_HAND_OFFS=500 makes a thousand hand-offs
# (some twenty minutes), JUANZONG_SEED others.
HAND_OFFS = int(os.environ.get("JUANZONG_HAND_OFFS", str(len(MISHAPS))))
SEED = int(os.environ.get("JUANZONG_SEED", "1"))
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


@pytest.mark.timeout(3600)
def test_whatever_goes_wrong_custody_stays_with_one_person(station: Station) -> None:
    world = World(station, SEED)
    try:
        for _ in range(HAND_OFFS):
            world.one_hand_off()
        world.verify()
    finally:
        world.close()
    assert len(world.told) == min(HAND_OFFS, len(MISHAPS))
