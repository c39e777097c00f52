"""The frame of a crop on a page: dragged by its handles, nudged by keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsObject,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from app.gui.widgets.page_items import paper_tokens

# What Tab goes through: the whole frame first, then its edges.
EDGES = ("all", "left", "top", "right", "bottom")
_HANDLE = 5.0
_CATCH = 10.0
_LEAST = 32.0
_SHADE = QColor(0, 0, 0, 120)
_NUDGES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CropFrame(QGraphicsObject):
    """A rectangle inside `bounds` (pixels of the straightened page). Emits `changed`.

    A drag of a handle or an edge moves it, a drag inside moves the frame. Arrow keys move the
    chosen edge by `step` (with Shift ten times as far); Tab chooses the next one.
    """

    changed = Signal()

    def __init__(self, bounds: QRectF, box: QRectF, step: float) -> None:
        super().__init__()
        self._bounds = bounds
        self._box = box.intersected(bounds) if box.intersects(bounds) else QRectF(bounds)
        self._step = step
        self._scale = 1.0
        self._edge = "all"
        self._held: tuple[str, ...] = ()
        self._grip = QPointF()
        self.setZValue(10)
        self.setAcceptHoverEvents(True)
        self.setAcceptedMouseButtons(Qt.MouseButton.LeftButton)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The crop: (x0, y0, x1, y1)."""
        box = self._box
        return box.left(), box.top(), box.right(), box.bottom()

    @property
    def edge(self) -> str:
        """What the arrow keys move: one of EDGES."""
        return self._edge

    def at_scale(self, scale: float) -> None:
        """Tell how many screen pixels one page pixel takes."""
        self.prepareGeometryChange()
        self._scale = max(scale, 1e-6)

    def boundingRect(self) -> QRectF:  # noqa: N802
        room = (_CATCH + 4) / self._scale
        return self._bounds.adjusted(-room, -room, room, room)

    def shape(self) -> QPainterPath:
        """Only the frame is caught by the mouse; outside it the page can be dragged."""
        room = _CATCH / self._scale
        path = QPainterPath()
        path.addRect(self._box.adjusted(-room, -room, room, room))
        return path

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        outside = QPainterPath()
        outside.addRect(self._bounds)
        inside = QPainterPath()
        inside.addRect(self._box)
        painter.fillPath(outside.subtracted(inside), _SHADE)
        accent = QColor(paper_tokens().colour("accent"))
        for width, colour in ((3.0, QColor("white")), (1.6, accent)):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRect(self._box)
        if self._edge != "all":
            pen = QPen(accent, 5.0)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLine(*self._line(self._edge))
        reach = _HANDLE / self._scale
        pen = QPen(QColor("white"), 1.4)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(accent)
        for place in self._handles():
            painter.drawRect(QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach))

    def _line(self, edge: str) -> tuple[QPointF, QPointF]:
        box = self._box
        return {
            "left": (box.topLeft(), box.bottomLeft()),
            "right": (box.topRight(), box.bottomRight()),
            "top": (box.topLeft(), box.topRight()),
            "bottom": (box.bottomLeft(), box.bottomRight()),
        }[edge]

    def _handles(self) -> list[QPointF]:
        box, middle = self._box, self._box.center()
        return [
            QPointF(x, y)
            for x in (box.left(), middle.x(), box.right())
            for y in (box.top(), middle.y(), box.bottom())
            if (x, y) != (middle.x(), middle.y())
        ]

    def _caught(self, place: QPointF) -> tuple[str, ...]:
        """The edges within reach of a place; none inside the frame."""
        reach = _CATCH / self._scale
        near = {
            "left": abs(place.x() - self._box.left()) <= reach,
            "right": abs(place.x() - self._box.right()) <= reach,
            "top": abs(place.y() - self._box.top()) <= reach,
            "bottom": abs(place.y() - self._box.bottom()) <= reach,
        }
        return tuple(edge for edge, close in near.items() if close)

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:  # noqa: N802
        self.setCursor(_cursor(self._caught(event.pos())))

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        self._held = self._caught(event.pos()) or ("all",)
        self._grip = event.pos()
        self._edge = self._held[0] if len(self._held) == 1 else "all"
        self.update()
        event.accept()

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        moved = event.pos() - self._grip
        self._grip = event.pos()
        for edge in self._held:
            self.move_edge(edge, moved.x(), moved.y())

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        self._held = ()
        event.accept()

    def choose_next(self, step: int = 1) -> None:
        """Let the arrow keys move the next of EDGES."""
        self._edge = EDGES[(EDGES.index(self._edge) + step) % len(EDGES)]
        self.update()

    def press(self, event: QKeyEvent) -> bool:
        """Take an arrow key; False for any other."""
        direction = _NUDGES.get(Qt.Key(event.key()))
        if direction is None:
            return False
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        length = self._step * far
        self.move_edge(self._edge, direction[0] * length, direction[1] * length)
        return True

    def move_edge(self, edge: str, across: float, down: float) -> None:
        """Move one edge, or with "all" the frame; it stays inside the page."""
        box, bounds = QRectF(self._box), self._bounds
        if edge == "all":
            across = min(max(across, bounds.left() - box.left()), bounds.right() - box.right())
            down = min(max(down, bounds.top() - box.top()), bounds.bottom() - box.bottom())
            box.translate(across, down)
        elif edge == "left":
            box.setLeft(min(max(box.left() + across, bounds.left()), box.right() - _LEAST))
        elif edge == "right":
            box.setRight(max(min(box.right() + across, bounds.right()), box.left() + _LEAST))
        elif edge == "top":
            box.setTop(min(max(box.top() + down, bounds.top()), box.bottom() - _LEAST))
        else:
            box.setBottom(max(min(box.bottom() + down, bounds.bottom()), box.top() + _LEAST))
        if box != self._box:
            self.prepareGeometryChange()
            self._box = box
            self.update()
            self.changed.emit()


def _cursor(edges: tuple[str, ...]) -> Qt.CursorShape:
    if set(edges) in ({"left", "top"}, {"right", "bottom"}):
        return Qt.CursorShape.SizeFDiagCursor
    if set(edges) in ({"right", "top"}, {"left", "bottom"}):
        return Qt.CursorShape.SizeBDiagCursor
    if edges and edges[0] in ("left", "right"):
        return Qt.CursorShape.SizeHorCursor
    return Qt.CursorShape.SizeVerCursor if edges else Qt.CursorShape.SizeAllCursor
