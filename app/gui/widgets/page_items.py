"""What is drawn on the page: the picture at halving sizes, and boxes with their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.gui.theme.apply import current_tokens
from app.gui.theme.tokens import Tokens, read_tokens

Level = TypeVar("Level", QImage, QPixmap)


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlay:
    """A box on the page, in pixels of the upright page: (x0, y0, x1, y1).

    `tone` is good, warn, bad, note or accent; a box a person confirmed is filled, a guess outlined.
    """

    key: str
    box: tuple[float, float, float, float]
    label: str
    tone: str = "accent"
    confirmed: bool = False


def paper_tokens() -> Tokens:
    """The tokens for marks on paper: paper is white in the dark theme, too."""
    tokens = current_tokens()
    return read_tokens("light") if tokens.dark else tokens


class PageItem(QGraphicsItem):
    """One picture at halving sizes, so that a small page is as sharp as a large one."""

    def __init__(self, levels: Sequence[QImage], width: float, height: float) -> None:
        super().__init__()
        self._levels = [QPixmap.fromImage(level) for level in levels]
        self._rectangle = QRectF(0, 0, width, height)

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._rectangle

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        transform = painter.worldTransform()
        ratio = painter.device().devicePixelRatioF() if painter.device() else 1.0
        wanted = self._rectangle.width() * abs(transform.m11() or transform.m12()) * ratio
        level = level_for(self._levels, wanted)
        painter.drawPixmap(self._rectangle, level, QRectF(level.rect()))


class OverlayItem(QGraphicsItem):
    """A box with its label; line and label keep their size on the screen at every zoom."""

    def __init__(self, overlay: Overlay, current: bool, font: QFont) -> None:
        super().__init__()
        x0, y0, x1, y1 = overlay.box
        self._rectangle = QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized()
        self._overlay = overlay
        self._current = current
        self._font = font
        self._scale = 1.0

    def at_scale(self, scale: float) -> None:
        """Tell the item how many screen pixels one page pixel takes."""
        self.prepareGeometryChange()
        self._scale = max(scale, 1e-6)

    def boundingRect(self) -> QRectF:  # noqa: N802
        margin = 4 / self._scale
        label = self._label_size()
        around = self._rectangle.adjusted(-margin, -margin, margin, margin)
        return around.united(
            QRectF(
                self._rectangle.left() - margin,
                self._rectangle.top() - (label.height() + 4) / self._scale,
                (label.width() + 8) / self._scale,
                (label.height() + 8) / self._scale,
            )
        )

    def _label_size(self) -> QRectF:
        metrics = QFontMetricsF(self._font)
        return QRectF(
            0, 0, metrics.horizontalAdvance(self._overlay.label) + 12, metrics.height() + 4
        )

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        tokens = paper_tokens()
        edge = QColor(tokens.colour(self._overlay.tone))
        pen = QPen(edge, 3.0 if self._current else 2.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        fill = QColor(edge)
        fill.setAlpha(46 if self._overlay.confirmed else (26 if self._current else 0))
        painter.setBrush(fill)
        painter.drawRect(self._rectangle)
        if not self._overlay.label:
            return
        size = self._label_size()
        painter.save()
        painter.translate(self._rectangle.topLeft())
        painter.scale(1 / self._scale, 1 / self._scale)
        tag = QRectF(-1, -size.height(), size.width(), size.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
        painter.drawRect(tag)
        painter.setFont(self._font)
        painter.setPen(QColor(tokens.colour("surface")))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, self._overlay.label)
        painter.restore()


def level_for(levels: Sequence[Level], wanted: float) -> Level:
    """The smallest of some halving sizes that is not blurred when drawn `wanted` pixels wide."""
    level = levels[0]
    for candidate in levels:
        if candidate.width() >= wanted * 0.98:
            level = candidate
    return level


def halved(image: QImage) -> list[QImage]:
    """`image` and its halves down to about 200 pixels, each smoothed from the one before."""
    levels = [image]
    while min(levels[-1].width(), levels[-1].height()) > 400:
        last = levels[-1]
        levels.append(
            last.scaled(
                last.width() // 2,
                last.height() // 2,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return levels
