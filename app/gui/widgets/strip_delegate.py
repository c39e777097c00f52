"""Paints one side of the film strip: band, thumbnail, marks, numbers."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.gui.i18n import _
from app.gui.theme.apply import current_tokens
from app.gui.theme.tokens import Tokens
from app.gui.widgets.strip_model import (
    BAND_ROLE,
    CUT_ROLE,
    SIDE_ROLE,
    STOP_ROLE,
    THUMBNAIL_ROLE,
    number_text,
    open_findings,
    steers_scanning,
)
from app.gui.words import role_word, severity_tone
from app.services.views import SideRow
from app.words.pages import finding_word

BAND_HEIGHT = 24
LABEL_HEIGHT = 22
MARGIN = 8


class StripDelegate(QStyledItemDelegate):
    """Cells of `width` logical pixels; a picture of A4 proportions fills each of them."""

    def __init__(self, width: int = 132) -> None:
        super().__init__()
        self._width = width
        self._room = width

    @property
    def cell(self) -> QSize:
        """The size of one cell."""
        inner = self._width - 2 * MARGIN
        return QSize(self._width, BAND_HEIGHT + round(inner * 1.36) + LABEL_HEIGHT + MARGIN)

    def set_width(self, width: int) -> None:
        """Another width for all cells."""
        self._width = width
        self._room = width

    def set_room(self, room: int) -> None:
        """The width a cell gets, at least its own, so that bands run on without gaps."""
        self._room = max(room, self._width)

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        cell = self.cell
        cell.setWidth(self._room)
        return cell

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        side = index.data(SIDE_ROLE)
        if not isinstance(side, SideRow):
            return
        tokens = current_tokens()
        state: QStyle.StateFlag = option.state
        area = QRectF(option.rect)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = QFont(option.font)
        small.setPixelSize(tokens.size("small"))
        painter.setFont(small)
        if selected:
            painter.fillRect(area, QColor(tokens.colour("accent_soft")))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(tokens.colour("hover")))
        self._paint_band(painter, area, index.data(BAND_ROLE), tokens, small)
        if index.data(CUT_ROLE):
            painter.setOpacity(0.35)
        picture = self._paint_picture(painter, area, side, index.data(THUMBNAIL_ROLE), tokens)
        self._paint_marks(painter, picture, side, tokens, small)
        self._paint_numbers(painter, area, side, tokens, small)
        painter.setOpacity(1.0)
        self._paint_what_it_is(painter, picture, side, tokens, small)
        if index.data(STOP_ROLE):
            self._paint_stop(painter, area, tokens)
        if selected:
            painter.setPen(QPen(QColor(tokens.colour("accent")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(picture.adjusted(-2, -2, 2, 2))
        painter.restore()

    def _paint_band(
        self,
        painter: QPainter,
        area: QRectF,
        band: tuple[int, str, bool] | None,
        tokens: Tokens,
        font: QFont,
    ) -> None:
        if band is None:
            return
        number, title, starts = band
        edge = QColor(tokens.colour("band_a" if number % 2 else "band_b"))
        left = area.left() + (MARGIN if starts else 0)
        painter.fillRect(
            QRectF(left, area.top() + BAND_HEIGHT - 6, area.right() - left + 1, 3), edge
        )
        if starts:
            painter.setPen(QColor(tokens.colour("text")))
            text = f"{number} {title}".strip()
            room = area.width() - MARGIN - 4
            text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            place = QRectF(left, area.top(), room, BAND_HEIGHT - 6)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, int(flags), text)

    def _paint_picture(
        self, painter: QPainter, area: QRectF, side: SideRow, pixmap: object, tokens: Tokens
    ) -> QRectF:
        frame = QRectF(
            area.left() + MARGIN,
            area.top() + BAND_HEIGHT,
            area.width() - 2 * MARGIN,
            area.height() - BAND_HEIGHT - LABEL_HEIGHT - MARGIN / 2,
        )
        if isinstance(pixmap, QPixmap) and not pixmap.isNull():
            size = pixmap.size().scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(frame.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
            frame = place
        else:
            painter.fillRect(frame, QColor(tokens.colour("sunken")))
            painter.setPen(QColor(tokens.colour("muted")))
            text = _("Unreadable") if side.fault else _("In work…")
            painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.setPen(QPen(QColor(tokens.colour("border_strong")), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)
        return frame

    def _paint_what_it_is(
        self, painter: QPainter, picture: QRectF, side: SideRow, tokens: Tokens, font: QFont
    ) -> None:
        """A word at the top for sheets that are no pages: separators, work slips, blanks."""
        word = ""
        if steers_scanning(side):
            word = _("Work slip") if side.marker.get("kind") == "slip" else role_word("separator")
        elif side.blank and not any(row.code == "blank" for row in open_findings(side)):
            word = role_word("blank")
        if not word:
            return
        room = QFontMetricsF(font).horizontalAdvance(word) + 12
        tag = QRectF(picture.right() - room - 4, picture.top() + 4, room, 18)
        painter.setPen(QPen(QColor(tokens.colour("note")), 1))
        painter.setBrush(QColor(tokens.colour("note_soft")))
        painter.drawRoundedRect(tag, 4, 4)
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), word)

    def _paint_stop(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        """A bar behind the side where the work stopped, with a cross for eyes without colours."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.colour("bad")))
        top = area.top() + BAND_HEIGHT
        bar = QRectF(area.right() - 5, top, 5, area.bottom() - LABEL_HEIGHT - top)
        painter.drawRect(bar)
        centre = QPointF(bar.left() - 6, top + 12)
        painter.drawEllipse(centre, 9, 9)
        painter.setPen(QPen(QColor(tokens.colour("surface")), 2))
        for slope in (1, -1):
            painter.drawLine(centre + QPointF(-4, -4 * slope), centre + QPointF(4, 4 * slope))

    def _paint_marks(
        self, painter: QPainter, picture: QRectF, side: SideRow, tokens: Tokens, font: QFont
    ) -> None:
        findings = open_findings(side)
        if not findings:
            return
        worst = findings[0]
        tone = severity_tone(worst.severity)
        word = finding_word(worst.code)
        if len(findings) > 1:
            word = f"{word} +{len(findings) - 1}"
        metrics = QFontMetricsF(font)
        room = picture.width() - 8
        width = min(metrics.horizontalAdvance(word) + 26, room)
        tag = QRectF(picture.left() + 4, picture.bottom() - 24, width, 20)
        painter.setPen(QPen(QColor(tokens.colour(tone)), 1))
        painter.setBrush(QColor(tokens.colour(f"{tone}_soft")))
        painter.drawRoundedRect(tag, 4, 4)
        self._paint_shape(painter, QPointF(tag.left() + 11, tag.center().y()), worst.severity, tone)
        painter.setPen(QColor(tokens.colour(tone)))
        text = metrics.elidedText(word, Qt.TextElideMode.ElideRight, width - 22)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(tag.adjusted(20, 0, 0, 0), int(flags), text)

    def _paint_shape(self, painter: QPainter, centre: QPointF, severity: str, tone: str) -> None:
        """A shape per severity, so that no one needs to tell colours apart."""
        fill = QColor(current_tokens().colour(tone))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        x, y = centre.x(), centre.y()
        if severity == "fail":
            painter.drawRect(QRectF(x - 4, y - 4, 8, 8))
        elif severity == "warn":
            triangle = [QPointF(x - 5, y + 4), QPointF(x + 5, y + 4), QPointF(x, y - 5)]
            painter.drawPolygon(QPolygonF(triangle))
        else:
            painter.drawEllipse(centre, 3.5, 3.5)

    def _paint_numbers(
        self, painter: QPainter, area: QRectF, side: SideRow, tokens: Tokens, font: QFont
    ) -> None:
        line = QRectF(
            area.left() + MARGIN,
            area.bottom() - LABEL_HEIGHT,
            area.width() - 2 * MARGIN,
            LABEL_HEIGHT - 2,
        )
        painter.setPen(QColor(tokens.colour("muted")))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, int(left), str(side.position))
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold if side.number_by else QFont.Weight.Normal)
        painter.setFont(bold)
        painter.setPen(QColor(tokens.colour("text")))
        painter.drawText(line, int(right), number_text(side))
