"""The film strip: all sides of a dossier at a glance; only those in sight cost anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.gui.i18n import _
from app.gui.widgets.images import ThumbnailLoader
from app.gui.widgets.strip_delegate import StripDelegate
from app.gui.widgets.strip_model import StripModel, open_findings
from app.services.views import SideRow

SCROLL_ROOM = 18


class FilmStrip(QListView):
    """Thumbnails in rows. Arrows, Home, End and Page keys move; selection follows.

    With `even` every row holds an even count, so that front and back stay side by side.
    Emits `side_chosen(side)` when the current side changes.
    """

    side_chosen = Signal(object)

    def __init__(
        self, parent: QWidget | None = None, *, cell_width: int = 132, even: bool = False
    ) -> None:
        super().__init__(parent)
        self._loader = ThumbnailLoader.shared()
        self._model = StripModel(self._loader, self)
        self._delegate = StripDelegate(cell_width)
        self._delegate.setParent(self)
        self._even = even
        self._follow = False
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
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
        self._lay_out()
        self.selectionModel().currentChanged.connect(self._on_current)

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
    def current_side(self) -> SideRow | None:
        """The side under the cursor."""
        return self._model.side(self.currentIndex().row())

    def selected_sides(self) -> list[SideRow]:
        """The selected sides in scanning order."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [side for side in (self._model.side(row) for row in rows) if side is not None]

    def set_even(self, even: bool) -> None:
        """Hold an even count per row, or as many as fit."""
        self._even = even
        self._lay_out()

    def set_cell_width(self, width: int) -> None:
        """Larger or smaller thumbnails."""
        self._delegate.set_width(width)
        self._lay_out()

    def show_sides(self, sides: Sequence[SideRow], titles: Mapping[int, str] | None = None) -> None:
        """Show `sides`; the cursor stays on the side it was on when that is still there."""
        current = self.current_side
        self._model.replace(sides, titles)
        if current is not None:
            row = self._model.row_of(current.id)
            if row >= 0 and row != self.currentIndex().row():
                self.go_to_row(row)

    def append(self, side: SideRow) -> None:
        """Add a side that was just scanned and scroll to it."""
        self._model.append(side)
        self.go_to_row(self._model.rowCount() - 1)

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
