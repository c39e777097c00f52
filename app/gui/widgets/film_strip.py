"""The film strip: all sides of a dossier at a glance; only those in sight cost anything."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.gui.i18n import _
from app.gui.theme.apply import colour
from app.gui.widgets.images import ThumbnailLoader
from app.gui.widgets.strip_delegate import StripDelegate
from app.gui.widgets.strip_model import MIME, StripModel, open_findings
from app.services.views import SideRow

SCROLL_ROOM = 18


class FilmStrip(QListView):
    """Thumbnails in rows. Arrows, Home, End and Page keys move; selection follows, with Shift and
    Ctrl it grows.

    With `even` every row holds an even count, so that front and back stay side by side; with
    `movable` sides can be dragged. Emits `side_chosen(side)` when the current side changes,
    `selection_changed`, and `move_asked(ids, row)` when sides were dropped before a row.
    """

    side_chosen = Signal(object)
    selection_changed = Signal()
    move_asked = Signal(object, int)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        cell_width: int = 132,
        even: bool = False,
        movable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._loader = ThumbnailLoader.shared()
        self._model = StripModel(self._loader, self)
        self._model.movable = movable
        self._delegate = StripDelegate(cell_width)
        self._delegate.setParent(self)
        self._even = even
        self._drop_row = -1
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        # The list view lays rows out much faster than the icon view, and looks the same here.
        self.setViewMode(QListView.ViewMode.ListMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setWrapping(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMouseTracking(True)
        self.setProperty("role", "bare")
        self.setAccessibleName(_("Sides of the dossier"))
        self.setMinimumWidth(2 * cell_width + SCROLL_ROOM)
        if movable:
            self.setDragEnabled(True)
            self.setAcceptDrops(True)
            self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
            self.setDefaultDropAction(Qt.DropAction.MoveAction)
            self.setDropIndicatorShown(False)
        self._lay_out()
        self.selectionModel().currentChanged.connect(self._on_current)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())

    @property
    def sides(self) -> tuple[SideRow, ...]:
        """All sides shown."""
        return self._model.sides

    @property
    def strip_model(self) -> StripModel:
        """The model behind the strip."""
        return self._model

    @property
    def columns(self) -> int:
        """How many sides stand in one row."""
        room = max(self.viewport().width() - 2, self._delegate.cell.width())
        count = max(room // self._delegate.cell.width(), 1)
        if self._even and count > 1:
            count -= count % 2
        return count

    @property
    def cell_width(self) -> int:
        """The width asked for one side, in logical pixels."""
        return self._delegate.cell.width()

    @property
    def current_side(self) -> SideRow | None:
        """The side under the cursor."""
        return self._model.side(self.currentIndex().row())

    @property
    def selected_count(self) -> int:
        """How many sides are selected."""
        return sum(last - first + 1 for first, last in self._selected_ranges())

    def _selected_ranges(self) -> list[tuple[int, int]]:
        chosen = self.selectionModel().selection()
        ranges = []
        for number in range(chosen.count()):
            part = chosen.at(number)
            ranges.append((part.top(), part.bottom()))
        return ranges

    def selected_sides(self) -> list[SideRow]:
        """The selected sides in scanning order."""
        rows = sorted(
            row for first, last in self._selected_ranges() for row in range(first, last + 1)
        )
        return [side for side in (self._model.side(row) for row in rows) if side is not None]

    def select_ids(self, side_ids: Collection[str]) -> int:
        """Select these sides; the cursor goes to the first of them. Gives how many are here."""
        rows = sorted(row for row in map(self._model.row_of, side_ids) if row >= 0)
        chosen = self._ranges(rows)
        model = self.selectionModel()
        if rows:
            model.setCurrentIndex(
                self._model.index(rows[0]), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self.scrollTo(self._model.index(rows[0]))
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        return len(rows)

    def _ranges(self, rows: Sequence[int]) -> QItemSelection:
        """One range for rows that stand together."""
        chosen = QItemSelection()
        first = last = -2
        for row in [*rows, -1]:
            if row != last + 1:
                if first >= 0:
                    ends = self._model.index(first), self._model.index(last)
                    chosen.append(QItemSelectionRange(*ends))
                first = row
            last = row
        return chosen

    def set_even(self, even: bool) -> None:
        """Hold an even count per row, or as many as fit."""
        self._even = even
        self._lay_out()

    def set_cell_width(self, width: int) -> None:
        """Larger or smaller thumbnails; the cursor stays in sight."""
        self._delegate.set_width(width)
        self.setMinimumWidth(2 * width + SCROLL_ROOM)
        self._lay_out()
        self.scrollTo(self.currentIndex())

    def show_sides(self, sides: Sequence[SideRow], titles: Mapping[int, str] | None = None) -> None:
        """Show `sides`; cursor and selection stay on the sides they were on when those are still
        here."""
        current = self.current_side
        several = self.selected_count > 1
        chosen = [side.id for side in self.selected_sides()] if several else []
        self._model.replace(sides, titles)
        if current is None:
            return
        row = self._model.row_of(current.id)
        if row >= 0 and row != self.currentIndex().row():
            self.go_to_row(row)
        if several and self.selected_count != len(chosen):
            rows = sorted(row for row in map(self._model.row_of, chosen) if row >= 0)
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().select(self._ranges(rows), flag)

    def append(self, side: SideRow) -> None:
        """Add a side that was just scanned and scroll to it."""
        self._model.append(side)
        self.go_to_row(self._model.rowCount() - 1)

    def put(self, sides: Sequence[SideRow], *, follow: bool) -> int:
        """Change or add sides of a running batch; with `follow` the cursor goes to the last of
        them when some were added. Gives how many were added."""
        added = self._model.put(sides)
        if added and follow:
            self.go_to_row(self._model.rowCount() - 1)
        return added

    def go_to_row(self, row: int) -> None:
        """Put the cursor on a row."""
        index = self._model.index(row)
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def go_to_side(self, side_id: str) -> bool:
        """Put the cursor on a side; tells whether it is here."""
        row = self._model.row_of(side_id)
        self.go_to_row(row)
        return row >= 0

    def go_to_position(self, position: int) -> bool:
        """Put the cursor on the side at a scanning position; tells whether it is here."""
        row = self._model.row_of_position(position)
        self.go_to_row(row)
        return row >= 0

    def go_to_doubtful(self, step: int) -> bool:
        """Go to the next (`step` 1) or previous (-1) side with an open finding; tells whether
        there is one."""
        count = self._model.rowCount()
        start = self.currentIndex().row()
        for offset in range(1, count + 1):
            row = (start + step * offset) % count
            side = self._model.side(row)
            if side is not None and open_findings(side):
                self.go_to_row(row)
                return True
        return False

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        side = self._model.side(current.row())
        if side is not None:
            self.side_chosen.emit(side)

    def _lay_out(self) -> None:
        cell = self._delegate.cell
        # A grid a little wider than the cell forces the even count without a gap in the bands.
        width = max((self.viewport().width() - 2) // max(self.columns, 1), cell.width())
        self._delegate.set_room(width)
        cell.setWidth(width)
        self.setGridSize(cell)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._lay_out()
        super().resizeEvent(event)

    def row_before(self, point: QPoint) -> int:
        """The row before which sides dropped at `point` of the viewport would stand."""
        index = self.indexAt(point)
        if not index.isValid():
            return self._model.rowCount()
        place = self.visualRect(index)
        return index.row() + (1 if point.x() > place.center().x() else 0)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if self._model.movable and event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        super().dragMoveEvent(event)
        if event.mimeData().hasFormat(MIME):
            self._show_drop(self.row_before(event.position().toPoint()))
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        super().dragLeaveEvent(event)
        self._show_drop(-1)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Ask for the move; the strip itself changes when the sides were read again."""
        carried = event.mimeData().data(MIME)
        data = bytes(carried.data())
        self._show_drop(-1)
        if not data:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.setState(QAbstractItemView.State.NoState)
        self.move_asked.emit(json.loads(data), self.row_before(event.position().toPoint()))

    def _show_drop(self, row: int) -> None:
        if row != self._drop_row:
            self._drop_row = row
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self._drop_row < 0:
            return
        last = self._drop_row >= self._model.rowCount()
        place = self.visualRect(self._model.index(self._drop_row - (1 if last else 0)))
        x = place.right() if last else place.left() + 1
        painter = QPainter(self.viewport())
        painter.setPen(QPen(colour("accent"), 3))
        painter.drawLine(x, place.top() + 4, x, place.bottom() - 4)
        painter.end()
