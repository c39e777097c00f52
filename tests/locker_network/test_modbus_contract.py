"""The contract of every driver, over Modbus TCP and over RTU on a serial port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud_locker.api import LockerDriver
from cloud_locker.registry import open_cabinet
from tests.locker.locker_contract import LockerDriverContract
from tests.locker_network.modbus_hall import RTU, TCP, ModbusHall


@pytest.mark.parametrize("person", [TCP, RTU], indirect=True)
class TestModbus(LockerDriverContract):
    @pytest.fixture
    def person(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ModbusHall]:
        hall = ModbusHall(tmp_path, request.param)
        yield hall
        hall.close()

    @pytest.fixture
    def driver(self, person: ModbusHall) -> Iterator[LockerDriver]:
        steady = {"open_seconds": 0.5, "pulse_milliseconds": 50}
        driver = open_cabinet("modbus:hall", person.folder, steady=steady, **person.options())
        yield driver
        driver.close()
