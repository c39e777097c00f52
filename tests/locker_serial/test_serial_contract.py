"""The contract of every locker driver, for each family of serial boards on each real wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud_locker.steady import SteadyCabinet
from tests.locker.locker_contract import LockerDriverContract
from tests.locker_serial.bench import FAMILIES, WIRES, Bench, bench


class TestContract(LockerDriverContract):
    @pytest.fixture(
        params=[(scheme, wire) for scheme in FAMILIES for wire in WIRES],
        ids="-".join,
    )
    def person(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
        scheme, wire = request.param
        with bench(scheme, wire, tmp_path) as made:
            yield made

    @pytest.fixture
    def driver(self, person: Bench) -> SteadyCabinet:
        return person.driver
