"""Two parts side by side on a wide screen and one above the other on a high one."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QWidget

WIDE, HIGH = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class TurningRow(QWidget):
    """A row of parts; its window tells it to stand up when it is higher than wide itself, and tells
    those that are out of sight too, or they would keep the window wide."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 48) -> None:
        super().__init__(parent)
        self.box = QBoxLayout(WIDE, self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(spacing)

    def turn(self, wide: bool) -> None:
        """Lay the parts side by side, or one above the other."""
        self.box.setDirection(WIDE if wide else HIGH)
