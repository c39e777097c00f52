"""Which coil and which inputs of which relay board belong to a cell. Pure; no wire.

The frames themselves are those of the Modbus standard and pymodbus makes them. What differs from
one cabinet to the next is how locks, door contacts and item sensors are wired to the boards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cloud_locker.api import Cell
from cloud_locker.cell_numbers import CellNumbers

UNITS = range(1, 248)
ADDRESSES = range(65536)
MOST_INPUTS = 2000  # in one request, by the standard
LOCKS = range(1, MOST_INPUTS // 2 + 1)
FLASH_LONGEST = 0x7FFF


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One request for inputs: `count` bits of board `unit` from address `first` on."""

    unit: int
    first: int
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RelayMap:
    """Addresses from 0, as they go over the wire; the same on every board.

    `first_coil`: relay of the first lock. `first_door`: input of the first door contact.
    `first_item`: input of the first item sensor, None without sensors. `inverted`: an input that
    is off means a closed door; otherwise one that is on does, so that a broken cable looks like
    an open door and not like a closed one. `items_inverted`: an item switches its input off.
    """

    numbers: CellNumbers
    first_coil: int = 0
    first_door: int = 0
    first_item: int | None = None
    inverted: bool = False
    items_inverted: bool = False

    @property
    def possible(self) -> bool:
        """Whether such boards can be, and be asked in one request each."""
        firsts = [self.first_coil, self.first_door]
        if self.first_item is not None:
            firsts.append(self.first_item)
        locks = self.numbers.cells_per_board
        if any(first not in ADDRESSES or first + locks - 1 not in ADDRESSES for first in firsts):
            return False
        if self.first_item is not None and abs(self.first_item - self.first_door) < locks:
            return False
        return all(question.count <= MOST_INPUTS for question in self.questions())

    def coil(self, number: int) -> tuple[int, int]:
        """(unit, address of the relay) of a cell. Raises BadInput LCK-108."""
        unit, lock = self.numbers.place(number)
        return unit, self.first_coil + lock - 1

    def questions(self) -> list[Question]:
        """What to ask for all cells: one request for each board, in the order of the cells."""
        return [self._question(unit) for unit in self._wired()]

    def relays(self) -> list[tuple[int, int]]:
        """(unit, how many relays are wired from `first_coil` on) of every board."""
        return [(unit, self.numbers.on_board(unit)) for unit in self._wired()]

    def cells(self, question: Question, bits: Sequence[bool]) -> list[Cell] | None:
        """The cells of one board; None when the answer is not as long as what was asked for.

        On the wire bits come in whole bytes, so up to seven more than asked for.
        """
        if len(bits) != -(-question.count // 8) * 8:
            return None
        found = []
        for lock in range(1, self.numbers.on_board(question.unit) + 1):
            closed = bits[self.first_door + lock - 1 - question.first] is not self.inverted
            item = None
            if self.first_item is not None:
                item = bits[self.first_item + lock - 1 - question.first] is not self.items_inverted
            number = self.numbers.number(question.unit, lock)
            assert number is not None
            found.append(Cell(number=number, door_open=not closed, occupied=item))
        return found

    def _question(self, unit: int) -> Question:
        firsts = [self.first_door]
        if self.first_item is not None:
            firsts.append(self.first_item)
        end = max(firsts) + self.numbers.on_board(unit)
        return Question(unit=unit, first=min(firsts), count=end - min(firsts))

    def _wired(self) -> list[int]:
        return [unit for unit in self.numbers.boards if self.numbers.on_board(unit)]
