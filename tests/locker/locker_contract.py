"""What every locker driver must do, whatever its wire. A driver's test module subclasses it."""

from __future__ import annotations

from typing import Protocol

import pytest

from app.kernel.errors import BadInput, Refused, Transient
from cloud_locker.api import Cell, LockerDriver


class Person(Protocol):
    """The hands at the cabinet: what the contract suite needs done that is not on the wire."""

    def close_door(self, number: int) -> None: ...

    def cut_the_wire(self) -> None: ...

    def jam_lock(self, number: int) -> None: ...

    def pulses(self, number: int) -> int: ...


class LockerDriverContract:
    """Fixtures `driver` (all doors closed) and `person` come from the subclass."""

    def test_a_new_cabinet_reports_every_cell_closed_and_in_order(
        self, driver: LockerDriver
    ) -> None:
        cells = driver.cells()
        assert [cell.number for cell in cells] == list(range(1, len(cells) + 1))
        assert len(cells) >= 2
        assert not any(cell.door_open for cell in cells)

    def test_open_returns_the_open_cell_and_opens_no_other(self, driver: LockerDriver) -> None:
        cell = driver.open_cell(2)
        assert isinstance(cell, Cell)
        assert (cell.number, cell.door_open) == (2, True)
        assert [cell.number for cell in driver.cells() if cell.door_open] == [2]

    def test_one_call_is_one_pulse(self, driver: LockerDriver, person: Person) -> None:
        before = person.pulses(1)
        driver.open_cell(1)
        assert person.pulses(1) == before + 1

    def test_wait_closed_returns_once_the_person_closed_the_door(
        self, driver: LockerDriver, person: Person
    ) -> None:
        driver.open_cell(1)
        person.close_door(1)
        assert driver.wait_closed(1, 5.0).door_open is False

    def test_a_door_left_open_is_refused(self, driver: LockerDriver) -> None:
        driver.open_cell(1)
        with pytest.raises(Refused) as caught:
            driver.wait_closed(1, 0.0)
        assert (caught.value.code, caught.value.parameters["cell"]) == ("LCK-103", 1)
        assert driver.cells()[0].door_open

    def test_a_lock_that_does_not_move_is_refused_after_one_pulse(
        self, driver: LockerDriver, person: Person
    ) -> None:
        person.jam_lock(2)
        before = person.pulses(2)
        with pytest.raises(Refused) as caught:
            driver.open_cell(2)
        assert (caught.value.code, caught.value.parameters) == ("LCK-102", {"cell": 2})
        assert person.pulses(2) == before + 1

    @pytest.mark.parametrize("number", [0, -1, 100_000])
    def test_a_cell_that_is_not_there_is_bad_input(self, driver: LockerDriver, number: int) -> None:
        for call in (driver.open_cell, lambda cell: driver.wait_closed(cell, 0.0)):
            with pytest.raises(BadInput) as caught:
                call(number)
            assert caught.value.code == "LCK-108"

    def test_a_cut_wire_is_transient_in_every_call(
        self, driver: LockerDriver, person: Person
    ) -> None:
        driver.open_cell(1)
        person.cut_the_wire()
        for call in (driver.cells, lambda: driver.open_cell(2), lambda: driver.wait_closed(1, 0.0)):
            with pytest.raises(Transient) as caught:
                call()
            assert caught.value.code in {"LCK-101", "LCK-116"}

    def test_close_may_be_said_twice(self, driver: LockerDriver) -> None:
        driver.close()
        driver.close()
        assert driver.scheme
