"""Two parts side by side on a wide screen and one above the other on a high one."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QWidget

# From here on a high screen has room for larger keys and letters.
TALL_PIXELS = 1600
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


def turn_all(window: QWidget) -> bool | None:
    """Lay everything in `window` out for a wide screen (True) or for a high one (False); None when
    it is laid out like that already."""
    wide = window.width() >= window.height()
    size = "wide" if wide else "tall" if window.height() >= TALL_PIXELS else "high"
    if window.property("screen") == size:
        return None
    window.setProperty("screen", size)
    for row in window.findChildren(TurningRow):
        row.turn(wide)
    # The sheet asks for a property of the window, which its parts do not notice.
    for part in window.findChildren(QWidget):
        part.style().unpolish(part)
        part.style().polish(part)
    return wide
