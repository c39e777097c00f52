"""The film strip of the catalogue: the start of a document is dragged to another side."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from app.gui.widgets.film_strip import FilmStrip
from app.services.views import SideRow

# How near the left edge of the first side of a document a press takes hold of its start.
GRIP = 12


class CatalogueStrip(FilmStrip):
    """Emits `start_dragged(side, position)`: the document that begins at `side` shall begin at
    another position."""

    start_dragged = Signal(object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, even=True)
        self._held: SideRow | None = None

    def starting_at(self, point: QPoint) -> SideRow | None:
        """The first side of a document when `point` is at its left edge."""
        index = self.indexAt(point)
        side = self.strip_model.side(index.row())
        if side is None or side.item_number is None or index.row() == 0:
            return None
        before = self.strip_model.side(index.row() - 1)
        starts = before is None or before.item_number != side.item_number
        near = point.x() - self.visualRect(index).left() <= GRIP
        return side if starts and near else None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self.starting_at(event.position().toPoint())
            if self._held is not None:
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        point = event.position().toPoint()
        if self._held is not None:
            self._show_drop(self.row_before(point))
            return
        over = self.starting_at(point) is not None
        shape = Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        held, self._held = self._held, None
        if held is None:
            super().mouseReleaseEvent(event)
            return
        self._show_drop(-1)
        target = self.strip_model.side(self.row_before(event.position().toPoint()))
        if target is not None and target.position != held.position:
            self.start_dragged.emit(held, target.position)
