"""Which bits belong to which cell, and answers of any length and content."""

from __future__ import annotations

import random
from typing import Any

import pytest
from pymodbus.framer.rtu import FramerRTU
from pymodbus.pdu import DecodePDU

from app.kernel.errors import BadInput
from cloud_locker.api import Cell
from cloud_locker.cell_numbers import CellNumbers
from cloud_locker.codecs.modbus_map import Question, RelayMap
from cloud_locker.wires.modbus_line import FlashCoil

FRAMES = 20_000


def relay_map(**options: Any) -> RelayMap:
    numbers = CellNumbers(cells=11, boards=(5, 2), cells_per_board=8)
    return RelayMap(numbers=numbers, **options)


def test_relays_are_counted_over_the_boards_in_their_order() -> None:
    plan = relay_map(first_coil=100)
    assert [plan.coil(number) for number in (1, 8, 9, 11)] == [
        (5, 100),
        (5, 107),
        (2, 100),
        (2, 102),
    ]
    assert plan.relays() == [(5, 8), (2, 3)]
    for number in (0, 12):
        with pytest.raises(BadInput) as caught:
            plan.coil(number)
        assert caught.value.code == "LCK-108"


def test_each_board_is_asked_once_for_all_that_is_wired_to_it() -> None:
    assert relay_map().questions() == [
        Question(unit=5, first=0, count=8),
        Question(unit=2, first=0, count=3),
    ]
    assert relay_map(first_door=32, first_item=16).questions() == [
        Question(unit=5, first=16, count=24),
        Question(unit=2, first=16, count=19),
    ]


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("items_inverted", [False, True])
def test_bits_say_door_and_item(inverted: bool, items_inverted: bool) -> None:
    plan = relay_map(first_item=8, inverted=inverted, items_inverted=items_inverted)
    question = plan.questions()[1]
    bits = [inverted] * 3 + [False] * 5 + [items_inverted] * 3 + [False] * 5
    bits[1] = not inverted  # the door of cell 10 is closed
    bits[10] = not items_inverted  # something lies in cell 11
    assert plan.cells(question, bits) == [
        Cell(number=9, door_open=True, occupied=False),
        Cell(number=10, door_open=False, occupied=False),
        Cell(number=11, door_open=True, occupied=True),
    ]


def test_a_dead_cable_looks_like_open_doors_never_like_closed_ones() -> None:
    plan = relay_map()
    cells = plan.cells(plan.questions()[0], [False] * 8)
    assert cells is not None and all(cell.door_open for cell in cells)
    assert {cell.occupied for cell in cells} == {None}


@pytest.mark.parametrize(
    "options",
    [
        {"first_coil": 65530},
        {"first_door": -1},
        {"first_door": 65529},
        {"first_item": 7},
        {"first_door": 7, "first_item": 0},
        {"first_item": 65536},
        {"first_item": 3000},
    ],
)
def test_boards_that_cannot_be(options: dict[str, Any]) -> None:
    assert relay_map(first_item=8).possible
    assert not relay_map(**options).possible


def test_answers_of_another_length_are_none() -> None:
    chance = random.Random(7)
    for _ in range(FRAMES):
        plan = relay_map(first_item=chance.choice([None, 8, 20]))
        question = chance.choice(plan.questions())
        bits = chance.choices([False, True], k=8 * chance.randrange(8) + chance.choice([0, 0, 3]))
        cells = plan.cells(question, bits)
        fits = len(bits) == (question.count + 7) // 8 * 8
        assert (cells is not None) == fits
        if cells is not None:
            assert [cell.number for cell in cells] in ([*range(1, 9)], [9, 10, 11])


def test_a_relay_that_switches_itself_off_is_asked_as_its_maker_says() -> None:
    flash = FlashCoil(address=0x200, dev_id=1)
    flash.tenths = 7
    frame = FramerRTU(DecodePDU(False)).buildFrame(flash)
    assert frame.hex(" ") == "01 05 02 00 00 07 8d b0"
