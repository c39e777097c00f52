"""The page: sharp at every zoom, with boxes for what the program saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from app.domain.recipe import straight_size
from app.gui.i18n import _
from app.gui.theme.apply import current_tokens
from app.gui.widgets.canvas_message import draw_canvas_message
from app.gui.widgets.crop_frame import CropFrame
from app.gui.widgets.images import PictureFault
from app.gui.widgets.page_items import Overlay, OverlayItem, PageItem
from app.gui.widgets.picture_reading import PictureReader

ZOOM_STEP = 1.25
ZOOM_LEAST = 0.02
ZOOM_MOST = 8.0
FIT_PAGE, FIT_WIDTH, FREE = "page", "width", "free"


class PageViewer(QGraphicsView):
    """Shows one page. Keys: `+` `-` zoom, `0` whole page, `W` width, arrows and wheel scroll.

    Emits `picture_shown` when a picture stands on the screen, `picture_failed(text)` when it
    cannot be decoded, `zoom_changed(factor)`, and `overlay_chosen(key)` on a click into a box.
    While a crop is drawn (`begin_crop`), arrows and Tab belong to its frame, Enter emits
    `crop_accepted`.
    """

    picture_shown = Signal()
    picture_failed = Signal(str)
    zoom_changed = Signal(float)
    overlay_chosen = Signal(str)
    crop_accepted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setAccessibleName(_("Page"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setMinimumSize(160, 160)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self._message = ""
        self._overlays: tuple[Overlay, ...] = ()
        self._overlay_items: list[OverlayItem] = []
        self._current_overlay = ""
        self._page: PageItem | None = None
        self._mode = FIT_PAGE
        self._path: Path | None = None
        self._tilt = 0.0
        self._look: tuple[float, float, float, float] | None = None
        self._mode_before = ""
        self._crop: CropFrame | None = None
        self._crop_wish: tuple[QRectF, float] | None = None
        # Without a parent: a picture may arrive when the viewer is gone already.
        self._reader = PictureReader()
        self._reader.arrived.connect(self._on_arrived)

    @property
    def path(self) -> Path | None:
        """The picture on the screen or on its way."""
        return self._path

    @property
    def loading(self) -> bool:
        """Whether a picture is on its way."""
        return self._reader.waiting

    @property
    def zoom(self) -> float:
        """Screen pixels per page pixel."""
        return self.transform().m11()

    @property
    def fit_mode(self) -> str:
        """`page`, `width` or `free`."""
        return self._mode

    @property
    def message(self) -> str:
        """The sentence that is shown instead of a page, or ""."""
        return self._message

    def show_message(self, text: str) -> None:
        """Show a sentence instead of a page."""
        self._reader.forget()
        self._path = None
        self._crop_wish = None
        self._clear()
        self._message = text
        self.viewport().update()

    def show_picture(
        self,
        path: Path,
        *,
        width: int = 0,
        height: int = 0,
        overlays: Sequence[Overlay] = (),
        tilt: float = 0.0,
    ) -> None:
        """Load the picture off the main thread and show it with its boxes.

        `width` and `height` are of the page in the pixels that boxes are given in, when they
        differ from those of the picture. `tilt` shows it with that clockwise tilt taken out.
        """
        self._overlays = tuple(overlays)
        self._current_overlay = ""
        self._crop_wish = None
        self._drop_crop()
        if path == self._path and tilt == self._tilt:
            if not self.loading:
                self._draw_overlays()
                self.picture_shown.emit()
            return
        self._path = path
        self._tilt = tilt
        self._message = ""
        self._reader.ask(path, width, height)

    def set_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Replace the boxes of the page on the screen."""
        self._overlays = tuple(overlays)
        self._draw_overlays()

    def set_current_overlay(self, key: str) -> None:
        """Bring out one box and bring it into sight."""
        self._current_overlay = key
        self._draw_overlays()
        for overlay in self._overlays:
            if overlay.key == key:
                x0, y0, x1, y1 = overlay.box
                self.ensureVisible(QRectF(x0, y0, x1 - x0, y1 - y0), 40, 40)

    @Slot(object)
    def _on_arrived(self, outcome: object) -> None:
        if isinstance(outcome, PictureFault):
            self._path = None
            self._clear()
            self._message = _("This picture cannot be shown. The stored original is not affected.")
            self.viewport().update()
            self.picture_failed.emit(str(outcome))
            return
        assert isinstance(outcome, tuple)
        levels, width, height = outcome
        self._clear()
        self._page = PageItem(levels, width, height)
        self._scene.addItem(self._page)
        wide, high = straight_size(width, height, self._tilt)
        if self._tilt:
            self._page.setTransformOriginPoint(width / 2, height / 2)
            self._page.setRotation(-self._tilt)
            self._page.setPos((wide - width) / 2, (high - height) / 2)
        self._scene.setSceneRect(QRectF(0, 0, wide, high))
        self._draw_overlays()
        self._draw_crop()
        self._mode, self._mode_before = self._mode_before or self._mode, ""
        self._fit()
        self._go_near()
        self.picture_shown.emit()

    def begin_crop(self, box: Sequence[float] | None, step: float) -> None:
        """Draw a frame for a crop over the page, once it is shown: at `box` or round everything.
        Arrow keys move it by `step`."""
        rectangle = QRectF()
        if box is not None:
            x0, y0, x1, y1 = box
            rectangle = QRectF(QPointF(x0, y0), QPointF(x1, y1))
        self._crop_wish = (rectangle, step)
        if not self.loading:
            self._draw_crop()

    @property
    def crop(self) -> CropFrame | None:
        """The frame on the page, while a crop is drawn."""
        return self._crop

    def drop_frame(self) -> None:
        """Take the frame away again; the page stays as it is shown."""
        self._crop_wish = None
        self._drop_crop()

    def _draw_crop(self) -> None:
        if self._crop_wish is None or self._page is None:
            return
        self._drop_crop()
        box, step = self._crop_wish
        bounds = self._scene.sceneRect()
        self._crop = CropFrame(bounds, bounds if box.isNull() else box, step)
        self._crop.at_scale(self.zoom)
        self._scene.addItem(self._crop)

    def _drop_crop(self) -> None:
        if self._crop is not None:
            self._scene.removeItem(self._crop)
            self._crop = None

    def _clear(self) -> None:
        self._drop_crop()
        self._scene.clear()
        self._overlay_items = []
        self._page = None
        self._scene.setSceneRect(QRectF())

    def _draw_overlays(self) -> None:
        for item in self._overlay_items:
            self._scene.removeItem(item)
        self._overlay_items = []
        if self._page is None:
            return
        font = QFont(self.font())
        font.setPixelSize(current_tokens().size("small"))
        for overlay in self._overlays:
            item = OverlayItem(overlay, overlay.key == self._current_overlay, font)
            item.at_scale(self.zoom)
            item.setZValue(2.0 if overlay.key == self._current_overlay else 1.0)
            self._scene.addItem(item)
            self._overlay_items.append(item)

    def fit_page(self) -> None:
        """Show the whole page."""
        self._mode, self._mode_before = FIT_PAGE, ""
        self._fit()

    def look_at(self, share: tuple[float, float, float, float]) -> None:
        """Bring a part of the page close, now or once it is shown: (x0, y0, x1, y1) in fractions of
        it. The next page is shown as pages were before."""
        self._look = share
        if not self.loading:
            self._go_near()

    def _go_near(self) -> None:
        if self._look is None or self._page is None:
            return
        (x0, y0, x1, y1), page = self._look, self._scene.sceneRect()
        self._look = None
        self._mode, self._mode_before = FREE, self._mode_before or self._mode
        whole = QTransform.fromScale(page.width(), page.height())
        area = whole.mapRect(QRectF(QPointF(x0, y0), QPointF(x1, y1)))
        view = self.viewport().rect()
        self._apply_zoom(min(view.width() / area.width(), view.height() / area.height()))
        self.centerOn(area.center())

    def fit_width(self) -> None:
        """Show the page as wide as the window."""
        self._mode = FIT_WIDTH
        self._fit()

    def zoom_in(self) -> None:
        """One step larger."""
        self._zoom_to(self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        """One step smaller."""
        self._zoom_to(self.zoom / ZOOM_STEP)

    def follow(self, other: PageViewer) -> None:
        """Take zoom and place of another viewer that shows a page beside this one."""
        if self._page is None:
            return
        self._mode = other.fit_mode
        if self._mode == FREE:
            self._apply_zoom(other.zoom)
        else:
            self._fit()
        for mine, others in (
            (self.horizontalScrollBar(), other.horizontalScrollBar()),
            (self.verticalScrollBar(), other.verticalScrollBar()),
        ):
            if others.maximum() > others.minimum():
                share = (others.value() - others.minimum()) / (others.maximum() - others.minimum())
                mine.setValue(round(mine.minimum() + share * (mine.maximum() - mine.minimum())))

    def _fit(self) -> None:
        if self._page is None:
            return
        page, view = self._scene.sceneRect(), self.viewport().rect()
        across = (view.width() - 24) / page.width()
        down = (view.height() - 24) / page.height()
        if self._mode == FIT_PAGE:
            self._apply_zoom(min(across, down))
        elif self._mode == FIT_WIDTH:
            self._apply_zoom(across)

    def _zoom_to(self, factor: float) -> None:
        if self._page is None:
            return
        self._mode = FREE
        self._apply_zoom(factor)

    def _apply_zoom(self, factor: float) -> None:
        factor = min(max(factor, ZOOM_LEAST), ZOOM_MOST)
        self.resetTransform()
        self.scale(factor, factor)
        for item in self._overlay_items:
            item.at_scale(factor)
        if self._crop is not None:
            self._crop.at_scale(factor)
        self.zoom_changed.emit(factor)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y() > 0:
                self.zoom_in()
            else:
                self.zoom_out()
            event.accept()
            return
        super().wheelEvent(event)

    def focusNextPrevChild(self, following: bool) -> bool:  # noqa: N802
        if self._crop is None:
            return super().focusNextPrevChild(following)
        self._crop.choose_next(1 if following else -1)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self._crop is not None:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.crop_accepted.emit()
                event.accept()
                return
            if self._crop.press(event):
                event.accept()
                return
        actions: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit_page,
            Qt.Key.Key_W: self.fit_width,
        }
        action = actions.get(event.key())
        if action is not None:
            action()
            event.accept()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            point = self.mapToScene(event.position().toPoint())
            for overlay in reversed(self._overlays):
                x0, y0, x1, y1 = overlay.box
                if QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized().contains(point):
                    self.overlay_chosen.emit(overlay.key)
                    break
        super().mousePressEvent(event)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        super().drawForeground(painter, rect)
        if self._message:
            draw_canvas_message(self, painter, self._message, 24)
