"""The contract of every driver, over a real broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud_locker.api import LockerDriver
from cloud_locker.registry import open_cabinet
from tests.locker.locker_contract import LockerDriverContract
from tests.locker_network.mqtt_hall import MqttHall
from tests.mqtt_broker import Broker


class TestMqtt(LockerDriverContract):
    @pytest.fixture
    def person(self, broker: Broker, tmp_path: Path) -> Iterator[MqttHall]:
        hall = MqttHall(broker, tmp_path)
        yield hall
        hall.close()

    @pytest.fixture
    def driver(self, person: MqttHall) -> Iterator[LockerDriver]:
        steady = {"open_seconds": 0.5}
        driver = open_cabinet("mqtt:hall", person.folder, steady=steady, **person.options())
        yield driver
        driver.close()
