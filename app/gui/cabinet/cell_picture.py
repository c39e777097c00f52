"""A picture of the cabinet with the one door that matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.i18n import _
from app.gui.theme.apply import colour

if TYPE_CHECKING:
    from app.services.locker_views import CellRow

# Cells of a cabinet are numbered from the top of a column down, then on in the next column.
ROWS = 6
GAP = 8
LEAST_NUMBER_PIXELS = 12


def grid_of(count: int, rows: int = ROWS) -> tuple[int, int]:
    """Columns and rows of a cabinet with `count` cells, `rows` of them in a column."""
    rows = max(1, min(rows, count))
    return max(1, -(-count // rows)), rows


class CellPicture(QWidget):
    """The cabinet from the front; the cell in use stands out, open when its door is."""

    def __init__(self, parent: QWidget | None = None, *, rows: int = ROWS) -> None:
        super().__init__(parent)
        self._rows = rows
        self._cells: tuple[CellRow, ...] = ()
        self._number = 0
        self._open = False
        policy = QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)
        self.setMinimumSize(QSize(260, 220))

    def show_cells(self, cells: Sequence[CellRow]) -> None:
        """The cells of the cabinet."""
        self._cells = tuple(cells)
        self.update()

    def mark(self, number: int, *, door_open: bool) -> None:
        """Let cell `number` stand out."""
        self._number, self._open = number, door_open
        state = _("Door {cell} is open") if door_open else _("Door {cell} is closed")
        self.setAccessibleName(state.format(cell=number))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(560, 420)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        count = max(len(self._cells), self._number)
        if not count:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, rows = grid_of(count, self._rows)
        frame = self._frame(columns, rows)
        painter.setPen(QPen(colour("border_strong"), 3))
        painter.setBrush(colour("sunken"))
        painter.drawRoundedRect(frame, 8, 8)
        width = (frame.width() - GAP) / columns
        height = (frame.height() - GAP) / rows
        marked = None
        for number in range(1, count + 1):
            column, row = divmod(number - 1, rows)
            door = QRectF(
                frame.left() + GAP + column * width,
                frame.top() + GAP + row * height,
                width - GAP,
                height - GAP,
            )
            if number == self._number:
                marked = door
            else:
                self._draw_door(painter, door, number)
        if marked is not None:
            self._draw_marked(painter, marked)
        painter.end()

    def _frame(self, columns: int, rows: int) -> QRectF:
        """As large as fits, with doors half as high as they are wide."""
        width = min(self.width() - 8.0, (self.height() - 8.0) * columns * 1.9 / rows)
        height = min(self.height() - 8.0, width * rows / (columns * 1.1))
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def _draw_door(self, painter: QPainter, door: QRectF, number: int) -> None:
        painter.setPen(QPen(colour("border"), 1.5))
        painter.setBrush(colour("surface"))
        painter.drawRoundedRect(door, 4, 4)
        self._write(painter, door, str(number), "muted", bold=False)

    def _draw_marked(self, painter: QPainter, door: QRectF) -> None:
        painter.setPen(QPen(colour("accent"), 5))
        painter.setBrush(colour("text") if self._open else colour("accent"))
        painter.drawRoundedRect(door, 4, 4)
        if self._open:
            # The door has swung to the left and shows its edge; behind it the cell is dark.
            leaf = QRectF(door.left(), door.top(), max(10.0, door.width() * 0.16), door.height())
            painter.setBrush(colour("accent"))
            painter.drawRect(leaf)
        self._write(painter, door, str(self._number), "accent_text", bold=True)

    def _write(self, painter: QPainter, door: QRectF, text: str, token: str, *, bold: bool) -> None:
        font = QFont(self.font())
        font.setBold(bold)
        font.setPixelSize(max(LEAST_NUMBER_PIXELS, int(min(door.height() * 0.5, 44))))
        painter.setFont(font)
        painter.setPen(colour(token))
        painter.drawText(door, int(Qt.AlignmentFlag.AlignCenter), text)
