"""A card over everything else, for one question at a time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.gui.theme.apply import colour
from app.gui.widgets.labels import framed

VEIL = 150


class Curtain(QWidget):
    """Covers its parent and darkens it; `card` holds the question. Hidden until `open`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.card: QFrame = framed("curtain", self)
        self.content = QVBoxLayout(self.card)
        self.content.setContentsMargins(40, 32, 40, 32)
        self.content.setSpacing(16)
        outer = QVBoxLayout(self)
        outer.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)
        parent.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Draw the curtain."""
        self._cover()
        self.show()
        self.raise_()

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._cover()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        veil = QColor(colour("text"))
        veil.setAlpha(VEIL)
        painter.fillRect(self.rect(), veil)
        painter.end()
