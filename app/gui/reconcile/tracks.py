"""Two rows of tiles: what the paper should hold above, what was scanned below, aligned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.gui.i18n import _
from app.gui.theme.apply import current_tokens
from app.gui.theme.tokens import Tokens
from app.gui.widgets.images import ThumbnailLoader
from app.gui.words import tile_tone, tile_word
from app.services.views import PaperTile, SideRow

TILE = 72
PAPER_HEIGHT = 48
IMAGE_HEIGHT = 92
HEAD = 72
MARGIN = 8
HEIGHT = PAPER_HEIGHT + IMAGE_HEIGHT + 3 * MARGIN + 20


class TrackView(QAbstractScrollArea):
    """Only tiles in sight are painted. Arrows, Home and End move; `tile_chosen(tile)` tells."""

    tile_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[PaperTile, ...] = ()
        self._sides: dict[int, SideRow] = {}
        self._current = -1
        self._loader = ThumbnailLoader.shared()
        self._loader.ready.connect(self._on_thumbnail)
        self.setFixedHeight(HEIGHT)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Paper above, images below"))
        self.horizontalScrollBar().setSingleStep(TILE)

    @property
    def tiles(self) -> tuple[PaperTile, ...]:
        """All tiles."""
        return self._tiles

    @property
    def current_tile(self) -> PaperTile | None:
        """The tile under the cursor."""
        return self._tiles[self._current] if 0 <= self._current < len(self._tiles) else None

    def show_tracks(self, tiles: Sequence[PaperTile], sides: Mapping[int, SideRow]) -> None:
        """Show these tiles; `sides` by scanning position."""
        self._tiles = tuple(tiles)
        self._sides = dict(sides)
        self._current = min(self._current, len(self._tiles) - 1)
        self._measure()
        self.viewport().update()

    def go_to(self, number: int) -> None:
        """Put the cursor on a tile and bring it into sight."""
        if not 0 <= number < len(self._tiles):
            return
        self._current = number
        bar = self.horizontalScrollBar()
        left, room = number * TILE, self.viewport().width() - HEAD
        if left < bar.value() + TILE:
            bar.setValue(left - TILE)
        elif left + 2 * TILE > bar.value() + room:
            bar.setValue(left + 2 * TILE - room)
        self.setAccessibleDescription(tile_text(self._tiles[number]))
        self.viewport().update()
        self.tile_chosen.emit(self._tiles[number])

    def go_to_match(self, positions: Sequence[int], pages: Sequence[int]) -> bool:
        """Go to the first tile of these positions or page numbers; tells whether there is one."""
        for number, tile in enumerate(self._tiles):
            if tile.page_number in pages or set(tile.positions) & set(positions):
                self.go_to(number)
                return True
        return False

    def _on_thumbnail(self, _path: str) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._measure()
        super().resizeEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        self.viewport().update()

    def _measure(self) -> None:
        room = self.viewport().width() - HEAD
        bar = self.horizontalScrollBar()
        bar.setPageStep(max(room, 1))
        bar.setRange(0, max(len(self._tiles) * TILE + MARGIN - room, 0))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(640, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        number = self._number_at(event.position().toPoint())
        if number is not None:
            self.go_to(number)
        super().mousePressEvent(event)

    def _number_at(self, point: QPoint) -> int | None:
        if point.x() < HEAD:
            return None
        number = (point.x() - HEAD + self.horizontalScrollBar().value()) // TILE
        return int(number) if 0 <= number < len(self._tiles) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        last = len(self._tiles) - 1
        steps = {
            Qt.Key.Key_Left: max(self._current - 1, 0),
            Qt.Key.Key_Right: min(self._current + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in steps and self._tiles:
            self.go_to(steps[Qt.Key(event.key())])
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        tokens = current_tokens()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.viewport().rect(), QColor(tokens.colour("surface")))
        font = QFont(self.font())
        font.setPixelSize(tokens.size("small"))
        painter.setFont(font)
        shift = self.horizontalScrollBar().value()
        first = max(shift // TILE - 1, 0)
        count = self.viewport().width() // TILE + 3
        painter.save()
        painter.setClipRect(HEAD, 0, self.viewport().width() - HEAD, self.viewport().height())
        for number in range(first, min(first + count, len(self._tiles))):
            self._paint_tile(painter, number, HEAD + number * TILE - shift, tokens)
        painter.restore()
        painter.setPen(QColor(tokens.colour("muted")))
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(16, MARGIN, HEAD, PAPER_HEIGHT), flags, _("Paper"))
        top = PAPER_HEIGHT + 2 * MARGIN
        painter.drawText(QRectF(16, top, HEAD, IMAGE_HEIGHT), flags, _("Images"))
        painter.end()

    def _paint_tile(self, painter: QPainter, number: int, left: float, tokens: Tokens) -> None:
        tile = self._tiles[number]
        tone = tile_tone(tile.state)
        matched = tile.state == "matched"
        if number == self._current:
            painter.fillRect(QRectF(left, 0, TILE, HEIGHT), QColor(tokens.colour("accent_soft")))
        paper = QRectF(left + 4, MARGIN, TILE - 8, PAPER_HEIGHT)
        edge = QColor(tokens.colour("border_strong" if matched else tone))
        on_paper = tile.page_number is not None
        pen = QPen(edge, 1 if matched else 2)
        if not on_paper:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        ground = "surface" if matched else f"{tone}_soft"
        painter.setBrush(QColor(tokens.colour(ground)) if on_paper else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(paper, 4, 4)
        painter.setPen(QColor(tokens.colour("text" if matched else tone)))
        centre = int(Qt.AlignmentFlag.AlignCenter)
        if on_paper:
            half = paper if matched else paper.adjusted(0, 2, 0, -PAPER_HEIGHT / 2)
            painter.drawText(half, centre, str(tile.page_number))
        if not matched:
            low = paper.adjusted(0, PAPER_HEIGHT / 2 - 2, 0, -2) if on_paper else paper
            painter.drawText(low, centre, tile_word(tile.state))
        self._paint_images(painter, tile, left, tokens, edge)

    def _paint_images(
        self, painter: QPainter, tile: PaperTile, left: float, tokens: Tokens, edge: QColor
    ) -> None:
        top = PAPER_HEIGHT + 2 * MARGIN
        frame = QRectF(left + 4, top, TILE - 8, IMAGE_HEIGHT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not tile.positions:
            pen = QPen(edge, 2, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRoundedRect(frame, 4, 4)
            painter.setPen(edge)
            painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), _("None"))
            return
        shown = tile.positions[:2]
        for place, position in enumerate(shown):
            box = QRectF(frame)
            if len(shown) > 1:
                box = box.adjusted(place * 10.0, place * 8.0, -10.0 + place * 10, -8.0 + place * 8)
            self._paint_side(painter, box, position, tokens)
        painter.setPen(QPen(edge, 1 if tile.state == "matched" else 2))
        painter.drawRect(frame.adjusted(0, 0, 0, 0))
        text = "、".join(str(position) for position in tile.positions)
        metrics = QFontMetricsF(painter.font())
        tag = QRectF(frame.left(), frame.bottom() - 18, frame.width(), 18)
        painter.fillRect(tag, QColor(tokens.colour("surface")))
        painter.setPen(QColor(tokens.colour("muted")))
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, tag.width() - 4)
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_side(self, painter: QPainter, box: QRectF, position: int, tokens: Tokens) -> None:
        side = self._sides.get(position)
        pixmap = None
        if side is not None and side.thumbnail is not None:
            pixmap = self._loader.pixmap(side.thumbnail)
        painter.fillRect(box, QColor(tokens.colour("sunken")))
        if pixmap is not None:
            size = pixmap.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(box.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        painter.setPen(QPen(QColor(tokens.colour("border")), 1))
        painter.drawRect(box)


def tile_text(tile: PaperTile) -> str:
    """One tile in a sentence, for screen readers."""
    page = (
        _("Page {number}").format(number=tile.page_number)
        if tile.page_number is not None
        else _("No page number")
    )
    sides = "、".join(str(position) for position in tile.positions) or _("None")
    return _("{page}: {state}, sides {sides}").format(
        page=page, state=tile_word(tile.state), sides=sides
    )
