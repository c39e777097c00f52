"""Choosing words on the page: a frame drawn over them, a double click on a line, or arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGraphicsView, QRubberBand

from app.domain.recipe import shown_box
from app.gui.widgets.page_items import Overlay
from app.gui.widgets.page_viewer import PageViewer
from app.services.views import SideRow, TextLineRow

CHOSEN = "chosen"
# A press that moves less than this is a click.
_LEAST_DRAG = 6

Box = tuple[float, float, float, float]


class TextPicker(QObject):
    """Makes the words of the page in `viewer` selectable. Emits `picked(text)`; several lines are
    joined by line ends. `lines` are in the pixels in which the page is shown."""

    picked = Signal(str)

    def __init__(self, viewer: PageViewer) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._lines: tuple[TextLineRow, ...] = ()
        self._first = self._last = -1
        self._origin: QPoint | None = None
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, viewer.viewport())
        viewer.setDragMode(QGraphicsView.DragMode.NoDrag)
        viewer.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        viewer.viewport().installEventFilter(self)
        viewer.installEventFilter(self)

    def show_words(self, lines: Sequence[TextLineRow]) -> None:
        """The words of the page that is shown now."""
        self._lines = tuple(line for line in lines if line.text)
        self._first = self._last = -1

    @property
    def choosing(self) -> bool:
        """Whether lines are being chosen by keys."""
        return self._first >= 0

    def begin(self) -> bool:
        """Choose lines by keys, from the first on; False when the page has none."""
        if not self._lines:
            return False
        self._first = self._last = 0
        self._mark([_box(self._lines[0])])
        return True

    def step(self, by: int, *, grow: bool = False) -> None:
        """Go to another line, or with `grow` take it to those that are chosen."""
        self._last = min(max(self._last + by, 0), len(self._lines) - 1)
        if not grow:
            self._first = self._last
        first, last = sorted((self._first, self._last))
        self._mark([_box(line) for line in self._lines[first : last + 1]])

    def accept(self) -> None:
        """Take the lines that are chosen."""
        first, last = sorted((self._first, self._last))
        chosen = self._lines[first : last + 1] if self.choosing else ()
        self._first = self._last = -1
        if chosen:
            self.picked.emit("\n".join(line.text for line in chosen))

    def end(self) -> None:
        """Choose nothing."""
        self._first = self._last = -1
        self._viewer.set_overlays(())

    def words_in(self, area: QRectF) -> tuple[str, list[Box]]:
        """The words inside an area of the page, and the boxes of what was taken of each line."""
        texts: list[str] = []
        boxes: list[Box] = []
        for line in self._lines:
            if line.characters:
                taken = [(c, box) for c, box in line.characters if area.contains(_middle(box))]
                if not taken:
                    continue
                texts.append("".join(character for character, _box in taken))
                boxes.append(_around([box for _character, box in taken]))
            elif area.contains(_middle(_box(line))):
                texts.append(line.text)
                boxes.append(_box(line))
        return "\n".join(texts), boxes

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self.choosing and self._press(event)
        if (
            watched is self._viewer
            or not isinstance(event, QMouseEvent)
            or self._viewer.crop is not None
        ):
            return super().eventFilter(watched, event)
        kind, point = event.type(), event.position().toPoint()
        if kind == QEvent.Type.MouseButtonDblClick:
            self._origin = None
            self._pick_line(self._viewer.mapToScene(point))
            return True
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._origin = point
        elif kind == QEvent.Type.MouseMove and self._origin is not None:
            self._band.setGeometry(QRect(self._origin, point).normalized())
            self._band.show()
        elif kind == QEvent.Type.MouseButtonRelease and self._origin is not None:
            area = QRect(self._origin, point).normalized()
            self._origin = None
            self._band.hide()
            self._band.resize(QSize(0, 0))
            if max(area.width(), area.height()) >= _LEAST_DRAG:
                self._pick(self._viewer.mapToScene(area).boundingRect())
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
            return True
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            self.step(step, grow=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        return step is not None

    def _pick(self, area: QRectF) -> None:
        text, boxes = self.words_in(area)
        self._mark(boxes)
        self.picked.emit(text)

    def _pick_line(self, point: QPointF) -> None:
        for line in self._lines:
            x0, y0, x1, y1 = _box(line)
            if QRectF(x0, y0, x1 - x0, y1 - y0).contains(point):
                self._mark([(x0, y0, x1, y1)])
                self.picked.emit(line.text)
                return

    def _mark(self, boxes: Sequence[Box]) -> None:
        marks = [
            Overlay(key=f"{CHOSEN}-{number}", box=box, label="", confirmed=True)
            for number, box in enumerate(boxes)
        ]
        self._viewer.set_overlays(marks)
        if marks:
            self._viewer.set_current_overlay(marks[-1].key)


def on_picture(side: SideRow, lines: Sequence[TextLineRow]) -> list[TextLineRow]:
    """The words of a side where they lie on its picture, as it is conditioned."""
    if not side.recipe:
        return list(lines)

    def moved(box: Sequence[float]) -> tuple[float, ...]:
        x0, y0, x1, y1 = box
        return tuple(shown_box(side.recipe, side.width, side.height, (x0, y0, x1, y1)))

    return [
        evolve(
            line,
            box=moved(line.box),
            characters=tuple((text, moved(box)) for text, box in line.characters),
        )
        for line in lines
    ]


def _box(line: TextLineRow) -> Box:
    x0, y0, x1, y1 = line.box
    return x0, y0, x1, y1


def _middle(box: Sequence[float]) -> QPointF:
    x0, y0, x1, y1 = box
    return QPointF((x0 + x1) / 2, (y0 + y1) / 2)


def _around(boxes: Sequence[Sequence[float]]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
