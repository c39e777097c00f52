"""A line that makes its letters smaller before it shortens itself: for case numbers."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

# The smallest letters that are read from 1.5 m.
LEAST_PIXELS = 22


class FittingLabel(QLabel):
    """One line of `pixels` high letters, fewer where room is short."""

    def __init__(self, text: str, pixels: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels = pixels
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show `text`, on one line."""
        self.setText(text)
        self.setAccessibleName(text)

    def shown_font(self) -> QFont:
        """The font in which the text fits the present width."""
        font = QFont(self.font())
        font.setBold(True)
        font.setPixelSize(self._pixels)
        width = QFontMetrics(font).horizontalAdvance(self.text())
        if width > self.width() > 0:
            font.setPixelSize(max(LEAST_PIXELS, self._pixels * self.width() // width))
        return font

    def sizeHint(self) -> QSize:  # noqa: N802
        font = QFont(self.font())
        font.setBold(True)
        font.setPixelSize(self._pixels)
        metrics = QFontMetrics(font)
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(64, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        font = self.shown_font()
        painter.setFont(font)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = QFontMetrics(font).elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, self.width()
        )
        flags = int(self.alignment() | Qt.TextFlag.TextSingleLine)
        painter.drawText(self.contentsRect(), flags, shown)
        painter.end()
