"""Which lock on which board a cell number stands for, where a cabinet has several boards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.errors import BadInput, Broken


@dataclass(frozen=True, kw_only=True, slots=True)
class CellNumbers:
    """Cells are numbered from 1 over all boards, in the order in which the boards are listed.

    `boards`: addresses; `cells_per_board`: locks that are wired up on each of them.
    """

    cells: int
    boards: tuple[int, ...]
    cells_per_board: int

    @classmethod
    def of(
        cls,
        cabinet: str,
        *,
        cells: int,
        boards: Sequence[int],
        cells_per_board: int,
        addresses: range,
        locks: range,
    ) -> CellNumbers:
        """What the settings of a cabinet say. Raises Broken LCK-251 where that cannot be:
        `addresses` and `locks` are what the kind of board can have."""
        numbers = cls(cells=cells, boards=tuple(boards), cells_per_board=cells_per_board)
        possible = (
            len(set(numbers.boards)) == len(numbers.boards) > 0
            and all(board in addresses for board in numbers.boards)
            and cells_per_board in locks
            and 1 <= cells <= len(numbers.boards) * cells_per_board
        )
        if not possible:
            reason = f"cells={cells}, boards={list(boards)}, cells_per_board={cells_per_board}"
            raise Broken("LCK-251", cabinet=cabinet, reason=reason)
        return numbers

    def place(self, number: int) -> tuple[int, int]:
        """(address of the board, lock on it from 1). Raises BadInput LCK-108."""
        if not 1 <= number <= self.cells:
            raise BadInput("LCK-108", cell=number, count=self.cells)
        board, lock = divmod(number - 1, self.cells_per_board)
        return self.boards[board], lock + 1

    def number(self, board: int, lock: int) -> int | None:
        """The cell of a lock; None where no cell is wired to it."""
        if board not in self.boards or not 1 <= lock <= self.cells_per_board:
            return None
        number = self.boards.index(board) * self.cells_per_board + lock
        return number if number <= self.cells else None

    def on_board(self, board: int) -> int:
        """How many cells one board has."""
        before = self.boards.index(board) * self.cells_per_board
        return max(0, min(self.cells_per_board, self.cells - before))
