"""Confidence as a word and a small bar, never a naked percentage."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.i18n import _
from app.gui.theme.apply import current_tokens
from app.gui.words import confidence_tone, confidence_word

BAR_WIDTH = 40
BAR_HEIGHT = 6


def paint_confidence(
    painter: QPainter, area: QRectF, confidence: float, *, confirmed: bool = False
) -> None:
    """Bar, then word; what a person confirmed is filled and says so."""
    tokens = current_tokens()
    bar = QRectF(area.left(), area.center().y() - BAR_HEIGHT / 2, BAR_WIDTH, BAR_HEIGHT)
    tone = "good" if confirmed else confidence_tone(confidence)
    share = 1.0 if confirmed else min(max(confidence, 0.0), 1.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(tokens.colour("border_strong")))
    painter.setBrush(QColor(tokens.colour("sunken")))
    painter.drawRoundedRect(bar, 3, 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.colour(tone)))
    painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), 3, 3)
    painter.setPen(QColor(tokens.colour("text")))
    word = _("Confirmed") if confirmed else confidence_word(confidence)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(area.adjusted(BAR_WIDTH + 8, 0, 0, 0), int(flags), word)
    painter.restore()


class ConfidenceBar(QWidget):
    """One confidence from 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._confidence = 0.0
        self._confirmed = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_confidence(0.0)

    def show_confidence(self, confidence: float, *, confirmed: bool = False) -> None:
        """Show `confidence`, or that a person confirmed."""
        self._confidence = confidence
        self._confirmed = confirmed
        word = _("Confirmed") if confirmed else confidence_word(confidence)
        self.setAccessibleName(_("Confidence: {word}").format(word=word))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(BAR_WIDTH + 8 + 4 * self.fontMetrics().height(), 24)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setFont(self.font())
        paint_confidence(painter, QRectF(self.rect()), self._confidence, confirmed=self._confirmed)
        painter.end()
