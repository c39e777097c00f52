"""What the camera sees, with the outline of the leaf in the colour of what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.leafing import Look
from app.gui.i18n import _
from app.gui.leafing.signs import Sign
from app.gui.theme.apply import colour
from app.gui.theme.icons import icon
from app.gui.widgets.page_items import paper_tokens

MARGIN = 12
LINE = 4.0
TAG_SIGN = 18


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A leaf in the picture: where a look saw it, what it is, and the words on its tag."""

    look: Look
    sign: Sign
    words: str


class CameraView(QWidget):
    """The picture as large as there is room; a sentence while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._outlines: tuple[Outline, ...] = ()
        self._message = ""
        self.setAccessibleName(_("Picture of the camera"))
        self.setMinimumSize(240, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The leaves that are outlined."""
        return self._outlines

    @property
    def has_picture(self) -> bool:
        """Whether the camera has shown anything."""
        return not self._image.isNull()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(800, 450)

    def show_message(self, text: str) -> None:
        """No picture yet; say what is awaited."""
        self._image = QImage()
        self._outlines = ()
        self._message = text
        self.update()

    def show_frame(self, picture: bytes) -> None:
        """Another picture, a JPEG; one that cannot be decoded leaves the one before."""
        image = QImage.fromData(picture)
        if not image.isNull():
            self._image = image
            self.update()

    def show_outlines(self, outlines: Sequence[Outline]) -> None:
        """The leaves that lie there now."""
        self._outlines = tuple(outlines)
        self.setAccessibleDescription("，".join(one.words for one in self._outlines))
        self.update()

    def _place(self) -> QRectF:
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        ratio = Qt.AspectRatioMode.KeepAspectRatio
        place = QRectF(QPointF(), self._image.size().toSizeF().scaled(room.size(), ratio))
        place.moveCenter(room.center())
        return place

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("canvas"))
        if self._image.isNull():
            painter.setPen(colour("canvas_text"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            room = QRectF(self.rect()).adjusted(24, 24, -24, -24)
            painter.drawText(room, int(flags), self._message)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            place = self._place()
            painter.drawImage(place, self._image)
            painter.setClipRect(place)
            for outline in self._outlines:
                self._paint_outline(painter, place, outline)
        painter.end()

    def _paint_outline(self, painter: QPainter, place: QRectF, outline: Outline) -> None:
        polygon = self.polygon(place, outline.look)
        if polygon.isEmpty():
            return
        # What the camera sees is paper in every theme.
        tokens = paper_tokens()
        edge = QColor(tokens.colour(outline.sign.tone))
        ground = QColor(tokens.colour("surface"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(ground, LINE + 4), QPen(edge, LINE)):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolygon(polygon)
        metrics = QFontMetricsF(self.font())
        words = metrics.elidedText(
            outline.words, Qt.TextElideMode.ElideRight, place.width() / 2 - TAG_SIGN
        )
        tag = QRectF(0, 0, metrics.horizontalAdvance(words) + TAG_SIGN + 22, metrics.height() + 10)
        around = polygon.boundingRect()
        tag.moveTopLeft(QPointF(around.left(), around.top() - tag.height()))
        tag.moveLeft(min(max(tag.left(), place.left()), place.right() - tag.width()))
        tag.moveTop(max(tag.top(), place.top()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
        painter.drawRoundedRect(tag, 4, 4)
        sign = QRectF(tag.left() + 8, tag.center().y() - TAG_SIGN / 2, TAG_SIGN, TAG_SIGN)
        icon(outline.sign.icon, ground.name()).paint(painter, sign.toRect())
        painter.setPen(ground)
        text = tag.adjusted(TAG_SIGN + 12, 0, -8, 0)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), words)

    def polygon(self, place: QRectF, look: Look) -> QPolygonF:
        """The corners of a look, in the place where the picture stands."""
        width, height = look.frame_size
        if len(look.corners) < 3 or not width or not height:
            return QPolygonF()
        across, down = place.width() / width, place.height() / height
        return QPolygonF(
            [
                QPointF(place.left() + x * across, place.top() + y * down)
                for x, y, *_rest in look.corners
            ]
        )
