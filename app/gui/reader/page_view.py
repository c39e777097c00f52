"""The pages on the screen: moved with a finger, turned with the wheel, never taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPainter,
    QPalette,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QGestureEvent,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QPinchGesture,
    QScroller,
    QStyleOptionGraphicsItem,
    QWidget,
)

from app.gui.i18n import _
from app.gui.reader.ready_page import ReadyPage
from app.gui.theme.apply import colour
from app.gui.widgets.canvas_message import draw_canvas_message
from app.gui.widgets.page_items import level_for, paper_tokens

if TYPE_CHECKING:
    from app.services.reading_views import Box

A4_EDGE = 1123  # logical pixels of 1/96 inch of the longer edge: what 100 % means
STEPS = (50, 75, 100, 125, 150, 200, 250, 300, 400)
LARGE_TYPE = 200
WIDEST = 140  # a page fitted to a wide screen grows no further; longer lines read worse
MARGIN = 16
GAP = 24
NOTCH = 120
WHEEL_FACTOR = 1.15  # a notch of the wheel with Ctrl
MARK_VEIL = 60
FIT_PAGE, FIT_WIDTH, FREE = "page", "width", "free"


class Sheet(QGraphicsItem):
    """One page on the scene, with what is marked on it (boxes in fractions of the page)."""

    def __init__(self, page: ReadyPage) -> None:
        super().__init__()
        self._page = page
        self.number = page.number
        self.hits: tuple[Box, ...] = ()
        self.notes: tuple[Box, ...] = ()
        self.chosen: tuple[Box, ...] = ()
        size = page.levels[0].size()
        self._rectangle = QRectF(0, 0, size.width(), size.height())

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._rectangle

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        if not self._page.levels:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = painter.device().devicePixelRatioF() if painter.device() else 1.0
        wanted = self._rectangle.width() * painter.worldTransform().m11() * ratio
        level = level_for(self._page.levels, wanted)
        painter.drawImage(self._rectangle, level, QRectF(level.rect()))
        paper = paper_tokens()
        for boxes, token in ((self.notes, "good"), (self.hits, "warn"), (self.chosen, "accent")):
            self._outline(painter, boxes, QColor(paper.colour(token)))

    def _outline(self, painter: QPainter, boxes: Sequence[Box], edge: QColor) -> None:
        pen = QPen(edge, 2.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        fill = QColor(edge)
        fill.setAlpha(MARK_VEIL)
        painter.setBrush(fill)
        for box in boxes:
            painter.drawRect(self.area(box))

    def area(self, box: Box) -> QRectF:
        """Where `box` lies, in pixels of the page."""
        width, height = self._rectangle.width(), self._rectangle.height()
        x0, y0, x1, y1 = box
        return QRectF(x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height)


class PageView(QGraphicsView):
    """Shows one page, or two side by side. Emits `turned(step)` when the reader wants another one,
    and `zoom_changed(percent)`; 100 % is the size of the paper."""

    turned = Signal(int)
    zoom_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setAcceptDrops(False)
        self.setMinimumSize(240, 160)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, colour("canvas"))
        self.setPalette(palette)
        self.sheets: tuple[Sheet, ...] = ()
        self._mode = FIT_WIDTH
        self._percent = 100
        self._percent_exact = 100.0
        self._wheel = 0
        self._message = ""
        self.clear()

    @property
    def page_number(self) -> int | None:
        """The page on the screen, the left one of two."""
        return self.sheets[0].number if self.sheets else None

    @property
    def page_numbers(self) -> tuple[int, ...]:
        """All pages on the screen."""
        return tuple(sheet.number for sheet in self.sheets)

    @property
    def percent(self) -> int:
        """The size of the page in per cent of its paper."""
        return self._percent

    @property
    def fit_mode(self) -> str:
        """`page`, `width` or `free`."""
        return self._mode

    def show_pages(self, pages: Sequence[ReadyPage]) -> None:
        """Show `pages` side by side from their top, as large as those before."""
        self._scene.clear()
        self._message = ""
        self.sheets = tuple(Sheet(page) for page in pages)
        right, height = 0.0, 0.0
        for sheet in self.sheets:
            sheet.setPos(right, 0)
            self._scene.addItem(sheet)
            right += sheet.boundingRect().width() + GAP
            height = max(height, sheet.boundingRect().height())
        self._scene.setSceneRect(QRectF(0, 0, right - GAP, height))
        self._fit()
        self._to_top()
        names = [_("Page {page}").format(page=page.number) for page in pages]
        self.setAccessibleName(" ".join(names))

    def clear(self, message: str = "") -> None:
        """Take the pages off the screen; `message` stands in their place."""
        self._scene.clear()
        self._scene.setSceneRect(QRectF())
        self.sheets = ()
        self._message = message
        self.setAccessibleName(message or _("Page"))
        self.viewport().update()

    def mark(self, kind: str, boxes: dict[int, tuple[Box, ...]]) -> None:
        """Draw `boxes` by page number; `kind` is "hits", "notes" or "chosen"."""
        for sheet in self.sheets:
            setattr(sheet, kind, boxes.get(sheet.number, ()))
            sheet.update()

    def reveal(self, page: int, box: Box) -> None:
        """Move the page until `box` is in sight."""
        for sheet in self.sheets:
            if sheet.number == page:
                self.ensureVisible(sheet.mapRectToScene(sheet.area(box)), 40, 80)

    def place_of(self, point: QPoint) -> tuple[int, float, float] | None:
        """(page, x, y) at a point of the viewport, x and y in fractions of the page."""
        at = self.mapToScene(point)
        for sheet in self.sheets:
            area = sheet.sceneBoundingRect()
            if area.contains(at):
                across = (at.x() - area.left()) / area.width()
                return sheet.number, across, (at.y() - area.top()) / area.height()
        return None

    def fit_page(self) -> None:
        """Show the whole page."""
        self._mode = FIT_PAGE
        self._fit()

    def fit_width(self) -> None:
        """Show the page as wide as is good to read."""
        self._mode = FIT_WIDTH
        self._fit()
        self._to_top()

    def zoom_to(self, percent: int) -> None:
        """Show the page at `percent` of its paper."""
        self._mode = FREE
        self._apply(percent)

    def zoom_in(self) -> None:
        """One step larger."""
        self.zoom_to(next((step for step in STEPS if step > self._percent), STEPS[-1]))

    def zoom_out(self) -> None:
        """One step smaller."""
        self.zoom_to(next((step for step in reversed(STEPS) if step < self._percent), STEPS[0]))

    def _whole(self) -> float:
        """Screen pixels per picture pixel at 100 %."""
        if not self.sheets:
            return 1.0
        size = self.sheets[0].boundingRect()
        return A4_EDGE / max(size.width(), size.height())

    def _fit(self, place: float | None = None) -> None:
        if not self.sheets:
            return
        size, view = self._scene.sceneRect(), self.maximumViewportSize()
        across = (view.width() - 2 * MARGIN) / size.width() / self._whole() * 100
        down = (view.height() - 2 * MARGIN) / size.height() / self._whole() * 100
        if self._mode == FIT_PAGE:
            self._apply(min(across, down))
        elif self._mode == FIT_WIDTH:
            bar = self.verticalScrollBar().sizeHint().width()
            across = (view.width() - bar - 2 * MARGIN) / size.width() / self._whole() * 100
            self._apply(min(across, WIDEST * len(self.sheets)))
        else:
            self._apply(self._percent, place)

    def _place(self) -> float:
        """How far right the page was moved, 0 to 1; a page that fits stands in the middle."""
        bar = self.horizontalScrollBar()
        room = bar.maximum() - bar.minimum()
        return (bar.value() - bar.minimum()) / room if room > 0 else 0.5

    def _apply(self, percent: float, place: float | None = None) -> None:
        percent = max(10.0, min(percent, float(STEPS[-1])))
        factor = percent / 100 * self._whole()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        top = self.mapToScene(0, 0).y()
        place = self._place() if place is None else place
        self.setTransform(QTransform.fromScale(factor, factor))
        # The line that was read stays at the top; a page that begins to stick out stays centred.
        room = across.maximum() - across.minimum()
        across.setValue(across.minimum() + round(room * place))
        down.setValue(round(top * factor))
        self._percent_exact, self._percent = percent, round(percent)
        self.zoom_changed.emit(self._percent)

    def _to_top(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().minimum())

    def zoom_at(self, point: QPoint, factor: float) -> None:
        """Grow or shrink the page by `factor`; what is at `point` of the viewport stays there."""
        if not self.sheets:
            return
        before, self._mode = self.mapToScene(point), FREE
        self._apply(self._percent_exact * factor)
        drift = self.mapFromScene(before) - point
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + drift.x())
        down.setValue(down.value() + drift.y())

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Gesture:
            pinch = cast("QGestureEvent", event).gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.pinched(pinch)
                return True
        return super().viewportEvent(event)

    def pinched(self, pinch: QPinchGesture) -> None:
        """Follow two fingers."""
        if pinch.state() == Qt.GestureState.GestureStarted:
            # Two fingers zoom; the page must not also fly away under them.
            QScroller.scroller(self.viewport()).stop()
        if pinch.changeFlags() & QPinchGesture.ChangeFlag.ScaleFactorChanged:
            centre = self.viewport().mapFromGlobal(pinch.centerPoint().toPoint())
            self.zoom_at(centre, pinch.scaleFactor())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        place = self._place()
        super().resizeEvent(event)
        self._fit(place)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.accept()
        down = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_at(event.position().toPoint(), WHEEL_FACTOR ** (down / NOTCH))
            return
        bar = self.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() if down < 0 else bar.value() <= bar.minimum()
        if not at_end:
            self._wheel = 0
            super().wheelEvent(event)
            return
        # A touch pad sends many small steps; a page is turned by one whole notch.
        self._wheel = self._wheel + down if self._wheel * down >= 0 else down
        if abs(self._wheel) >= NOTCH:
            self._wheel = 0
            self.turned.emit(1 if down < 0 else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key
        actions: dict[int, Callable[[], None]] = {
            key.Key_Plus: self.zoom_in,
            key.Key_Equal: self.zoom_in,
            key.Key_Minus: self.zoom_out,
            key.Key_0: self.fit_page,
            key.Key_W: self.fit_width,
            key.Key_Right: lambda: self.turned.emit(1),
            key.Key_Left: lambda: self.turned.emit(-1),
            key.Key_PageDown: lambda: self._leaf(1),
            key.Key_Space: lambda: self._leaf(1),
            key.Key_PageUp: lambda: self._leaf(-1),
        }
        action = actions.get(event.key())
        if action is None:
            super().keyPressEvent(event)
            return
        action()
        event.accept()

    def _leaf(self, step: int) -> None:
        """Nearly a screen further, or the next page at the end of this one."""
        bar = self.verticalScrollBar()
        if (bar.value() >= bar.maximum()) if step > 0 else (bar.value() <= bar.minimum()):
            self.turned.emit(step)
        else:
            bar.setValue(bar.value() + step * bar.pageStep() * 9 // 10)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        super().drawForeground(painter, rect)
        if self._message:
            draw_canvas_message(self, painter, self._message, 32)
