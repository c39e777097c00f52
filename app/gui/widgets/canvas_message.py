"""A sentence in the middle of a view that has no picture to show."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea

from app.gui.theme.apply import colour


def draw_canvas_message(
    view: QAbstractScrollArea, painter: QPainter, message: str, margin: int
) -> None:
    """Write `message` over the viewport, wrapped, `margin` logical pixels from its edges. The
    painter may be one that turns and zooms with a scene."""
    painter.save()
    painter.resetTransform()
    painter.setPen(colour("canvas_text"))
    painter.setFont(view.font())
    area = QRectF(view.viewport().rect()).adjusted(margin, margin, -margin, -margin)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area, int(flags), message)
    painter.restore()
