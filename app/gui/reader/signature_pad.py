"""A field to sign in, with a finger, a pen or the mouse."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QTouchEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.i18n import _
from app.gui.theme.apply import colour

Stroke = tuple[tuple[float, float], ...]
MOST_POINTS = 6000
LEAST_POINTS = 8
LEAST_LENGTH = 0.15  # of the pad's width; a dot or a slip of the finger is no signature


class SignaturePad(QWidget):
    """Emits `changed()` with every stroke that ends. One finger writes at a time."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[list[QPointF]] = []
        self._writing = False
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAccessibleName(_("Sign here"))
        self.setMinimumSize(QSize(360, 160))
        policy = QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Lines of points in fractions of the pad."""
        return tuple(
            tuple((round(point.x(), 4), round(point.y(), 4)) for point in stroke)
            for stroke in self._strokes
            if len(stroke) > 1
        )

    @property
    def signed(self) -> bool:
        """Whether there is more than a dot."""
        length = 0.0
        for stroke in self._strokes:
            for one, other in itertools.pairwise(stroke):
                step = other - one
                length += (step.x() ** 2 + step.y() ** 2) ** 0.5
        points = sum(map(len, self._strokes))
        return length >= LEAST_LENGTH and points >= LEAST_POINTS

    def clear(self) -> None:
        """Begin anew."""
        self._strokes.clear()
        self._writing = False
        self.update()
        self.changed.emit()

    def _begin(self, at: QPointF) -> None:
        self._writing = True
        self._strokes.append([self._fraction(at)])

    def _move(self, at: QPointF) -> None:
        if self._writing and sum(map(len, self._strokes)) < MOST_POINTS:
            self._strokes[-1].append(self._fraction(at))
            self.update()

    def _end(self) -> None:
        if self._writing:
            self._writing = False
            self.changed.emit()

    def _fraction(self, at: QPointF) -> QPointF:
        across = min(max(at.x() / max(1, self.width()), 0.0), 1.0)
        return QPointF(across, min(max(at.y() / max(1, self.height()), 0.0), 1.0))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent) and event.points():
            at = event.points()[0].position()
            if event.type() == QEvent.Type.TouchBegin:
                self._begin(at)
            elif event.type() == QEvent.Type.TouchUpdate:
                self._move(at)
            else:
                self._end()
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._end()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("surface"))
        painter.setPen(QPen(colour("border_strong"), 1.5))
        painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        base = self.height() * 4 // 5
        painter.setPen(QPen(colour("border"), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(24, base, self.width() - 24, base)
        if not self._strokes:
            painter.setPen(colour("muted"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), _("Sign here"))
        ink = QPen(colour("text"), 3.5)
        ink.setCapStyle(Qt.PenCapStyle.RoundCap)
        ink.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(ink)
        for stroke in self._strokes:
            painter.drawPolyline(
                [QPointF(point.x() * self.width(), point.y() * self.height()) for point in stroke]
            )
        painter.end()
