"""The cabinet as it stands: one tile per cell, in the order of the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.gui.i18n import _
from app.gui.locker.cell_words import (
    cell_sentence,
    cell_title,
    cell_tone,
    cell_word,
    reason_words,
)
from app.gui.locker.moments import present_moment
from app.gui.models.rows import ROW_ROLE, Column, RowsModel
from app.gui.theme.apply import current_tokens
from app.gui.theme.icons import icon_pixmap
from app.gui.theme.tokens import Tokens
from app.services.locker_views import CellRow

TILE = QSize(90, 78)
GAP, PADDING, DOOR = 3, 7, 18


class TileDelegate(QStyledItemDelegate):
    """Paints a cell: number and door on top, the word for its state, whom it waits for.

    `stale` cells are drawn without tones: they show what was, not what is.
    """

    stale = False

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        cell = index.data(ROW_ROLE)
        if not isinstance(cell, CellRow):
            return
        tokens = current_tokens()
        tone = "" if self.stale else cell_tone(cell)
        tile = QRectF(option.rect).adjusted(GAP, GAP, -GAP, -GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        self._paint_ground(painter, tile, cell, tone, tokens)
        if chosen:
            painter.setPen(QPen(QColor(tokens.colour("focus" if focused else "accent")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = tokens.size("radius")
            painter.drawRoundedRect(tile.adjusted(-1, -1, 1, 1), radius + 1, radius + 1)
        self._paint_texts(painter, tile, cell, tone, tokens)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, tile: QRectF, cell: CellRow, tone: str, tokens: Tokens
    ) -> None:
        radius = tokens.size("radius")
        edge = {"": "border_strong", "note": "border_strong"}.get(tone, tone)
        strong = tone in ("warn", "bad")
        painter.setPen(QPen(QColor(tokens.colour(edge)), 1.5 if strong else 1))
        if cell.state == "reserved" and not self.stale:
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
        ground = f"{tone}_soft" if tone and cell.state != "reserved" else "surface"
        painter.setBrush(QColor(tokens.colour("window" if self.stale else ground)))
        painter.drawRoundedRect(tile, radius, radius)

    def _paint_texts(
        self, painter: QPainter, tile: QRectF, cell: CellRow, tone: str, tokens: Tokens
    ) -> None:
        ink = {"": "muted", "accent": "accent_on_soft"}.get(tone, tone)
        inner = tile.adjusted(PADDING, 4, -PADDING, -6)
        number = QFont(painter.font())
        number.setPixelSize(tokens.size("title"))
        number.setWeight(QFont.Weight.DemiBold)
        painter.setFont(number)
        painter.setPen(QColor(tokens.colour("muted" if self.stale else "text")))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(inner, int(flags), str(cell.number))
        self._paint_door(painter, inner, cell, tokens.colour(ink))
        small = QFont(painter.font())
        small.setPixelSize(tokens.size("small"))
        small.setWeight(QFont.Weight.Normal)
        painter.setFont(small)
        metrics = QFontMetricsF(small)
        below = inner.bottom() - metrics.descent()
        about = cell.receiver or reason_words(cell.reason)
        for text, colour, line in (
            (cell_word(cell), ink, below - (metrics.height() if about else 0)),
            (about, "muted" if tone in ("", "note") else "text", below),
        ):
            painter.setPen(QColor(tokens.colour(colour)))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(QPointF(inner.left(), line), shown)

    def _paint_door(self, painter: QPainter, inner: QRectF, cell: CellRow, colour: str) -> None:
        name = {True: "door_open", False: "door_closed", None: "question"}[cell.door_open]
        ratio = painter.device().devicePixelRatioF()
        place = QPointF(inner.right() - DOOR + 1, inner.top() + 2)
        painter.drawPixmap(place, icon_pixmap(name, colour, DOOR, ratio))

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return TILE


class CellMap(QListView):
    """Emits `chosen(cell or None)` when the cursor moves, `asked(cell)` on Enter or double click.

    Arrow keys go from cell to cell.
    """

    chosen = Signal(object)
    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: RowsModel[CellRow] = RowsModel(
            (Column(key="cell", title=_("Cell"), text=self._spoken, tip=self._spoken),),
            identity=lambda cell: f"{cell.cabinet}#{cell.number}",
            parent=self,
        )
        self._tiles = TileDelegate(self)
        self.setModel(self.rows)
        self.setItemDelegate(self._tiles)
        self.setAccessibleName(_("Map of the cabinet"))
        self.setProperty("role", "bare")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(TILE)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(lambda *_indexes: self._choose())
        self.activated.connect(lambda _index: self._ask())

    def _spoken(self, cell: CellRow) -> str:
        return f"{cell_title(cell)} · {cell_sentence(cell, self.now())}"

    def now(self) -> datetime:
        """The present moment on the wall."""
        return present_moment()

    @property
    def stale(self) -> bool:
        """Whether the cells are those of a cabinet that does not answer any more."""
        return self._tiles.stale

    @property
    def current(self) -> CellRow | None:
        """The cell under the cursor."""
        return self.rows.row(self.currentIndex().row())

    def show_cells(self, cells: Sequence[CellRow], *, stale: bool) -> None:
        """Show these cells; the cursor stays on its cell."""
        kept = self.current
        if self._tiles.stale != stale:
            self._tiles.stale = stale
            self.viewport().update()
        self.rows.replace(cells)
        if kept is not None and self.current is None:
            self.go_to(kept.number)

    def go_to(self, number: int) -> None:
        """Put the cursor on the cell with this number, if there is one."""
        row = next((n for n, cell in enumerate(self.rows.rows) if cell.number == number), -1)
        index = self.rows.index(row, 0)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _choose(self) -> None:
        self.chosen.emit(self.current)

    def _ask(self) -> None:
        if self.current is not None:
            self.asked.emit(self.current)
