"""The sides as a strip of tiles: sign, number, and a line that joins the faces of a leaf."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.domain.leafing import NOT_SEEN
from app.gui.i18n import _
from app.gui.leafing.signs import sign_of
from app.gui.leafing.tiles import LEAF_ROLE, STATE_ROLE, TILE_ROLE, LeafTilesModel
from app.gui.theme.apply import current_tokens
from app.gui.theme.icons import icon
from app.gui.theme.tokens import Tokens
from app.services.leafing_views import LeafTile

TILE = QSize(46, 58)
SIGN = 20
SCROLL_ROOM = 14
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


class TileDelegate(QStyledItemDelegate):
    """Paints one tile."""

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return TILE

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tile = index.data(TILE_ROLE)
        if not isinstance(tile, LeafTile):
            return
        tokens, area = current_tokens(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(option.font)
        font.setPixelSize(tokens.size("small"))
        painter.setFont(font)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        self._paint_leaf(painter, area, index.data(LEAF_ROLE), tokens)
        box = area.adjusted(3, 4, -3, -9)
        self._paint_box(painter, box, tile, str(index.data(STATE_ROLE)), current, tokens)
        painter.restore()

    @staticmethod
    def _paint_leaf(
        painter: QPainter, area: QRectF, joined: tuple[bool, bool], tokens: Tokens
    ) -> None:
        """The two faces of a leaf stand on one line."""
        before, behind = joined
        line = QRectF(area.left(), area.bottom() - 5, area.width(), 2)
        line.adjust(0 if before else 6, 0, 0 if behind else -6, 0)
        painter.fillRect(line, QColor(tokens.colour("border_strong")))

    def _paint_box(
        self,
        painter: QPainter,
        box: QRectF,
        tile: LeafTile,
        state: str,
        current: bool,
        tokens: Tokens,
    ) -> None:
        sign = sign_of(state)
        waits = state == NOT_SEEN
        edge = QColor(tokens.colour("border_strong" if waits else sign.tone))
        pen = QPen(edge, 1)
        if waits and tile.blank:
            pen.setStyle(Qt.PenStyle.DashLine)
        if current:
            pen = QPen(QColor(tokens.colour("focus")), 3)
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.colour("surface" if waits else f"{sign.tone}_soft")))
        painter.drawRoundedRect(box, 4, 4)
        word = str(tile.page_number) if tile.page_number is not None else ""
        number = QRectF(box.left(), box.bottom() - 20, box.width(), 18)
        painter.setPen(QColor(tokens.colour("text")))
        painter.drawText(number, _CENTRE, word or f"({tile.position})")
        name = "" if waits and not tile.blank else ("blank" if waits else sign.icon)
        if name:
            colour = tokens.colour("muted" if waits else sign.tone)
            place = QRect(0, 0, SIGN, SIGN)
            place.moveCenter(QRectF(box.left(), box.top(), box.width(), 26).center().toPoint())
            icon(name, colour).paint(painter, place)


class LeafStrip(QListView):
    """A row of tiles, only those in sight painted. `side_chosen(position)` tells of a choice by
    the person; `show_position` moves the cursor and tells nothing."""

    side_chosen = Signal(int)

    def __init__(self, model: LeafTilesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = model
        self._moving = False
        self.setModel(model)
        # The view does not own its delegate; one that nobody holds would be gone at once.
        self._delegate = TileDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setProperty("role", "bare")
        self.setAccessibleName(_("Sides under the camera"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(TILE.height() + SCROLL_ROOM + 4)
        self.selectionModel().currentChanged.connect(self._on_current)

    @property
    def position(self) -> int:
        """The scanning position under the cursor, or 0."""
        tile = self._tiles.tile(self.currentIndex().row())
        return 0 if tile is None else tile.position

    def show_position(self, position: int) -> None:
        """Bring the tile of a position into the middle."""
        index = self._tiles.index(self._tiles.row_of(position))
        if not index.isValid():
            return
        self._moving = True
        self.setCurrentIndex(index)
        self._moving = False
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        tile = self._tiles.tile(current.row())
        if tile is not None and not self._moving:
            self.side_chosen.emit(tile.position)
