"""Lines of text marked on the page with a finger or the mouse, where the court allows it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGraphicsView, QScroller

from app.gui.kiosk.calls import ask
from app.gui.reader.page_view import PageView
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_views import Box, ReadLine, SessionDesk


class TextMarking(QObject):
    """While it is on, dragging over the page marks lines instead of moving the page. Emits
    `marked(page, box)` when a stroke ends, and `refused(Fault)`. The words themselves go nowhere:
    what is kept is where they stand."""

    marked = Signal(int, object)
    refused = Signal(object)

    def __init__(self, desk: SessionDesk, view: PageView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._grant = ""
        self._lines: dict[int, tuple[ReadLine, ...]] = {}
        self._began: tuple[int, float] | None = None
        self._chosen: tuple[Box, ...] = ()
        self.on = False

    def open(self, grant: str) -> None:
        """Mark in the case of `grant`; "" forgets everything."""
        self.switch(False)
        self._grant = grant
        self._lines.clear()

    def switch(self, on: bool) -> None:
        """Begin or stop to mark."""
        viewport = self._view.viewport()
        if on == self.on:
            return
        self.on = on
        mode = QGraphicsView.DragMode
        self._view.setDragMode(mode.NoDrag if on else mode.ScrollHandDrag)
        if on:
            QScroller.ungrabGesture(viewport)
            viewport.installEventFilter(self)
            self.follow()
        else:
            QScroller.grabGesture(viewport, QScroller.ScrollerGestureType.TouchGesture)
            viewport.removeEventFilter(self)
            self._forget_stroke()

    def follow(self) -> None:
        """Fetch the lines of the pages on the screen."""
        desk, grant = self._desk, self._grant
        for page in self._view.page_numbers if self.on and grant else ():
            if page not in self._lines:
                ask(self._view, partial(desk.lines, grant, page)).done(
                    partial(self._on_lines, grant, page)
                ).refused(self._on_refused).start()

    def _on_lines(self, grant: str, page: int, lines: tuple[ReadLine, ...]) -> None:
        if grant == self._grant:
            self._lines[page] = lines

    def _on_refused(self, fault: Fault) -> None:
        self.switch(False)
        self.refused.emit(fault)

    def lines_of(self, page: int) -> tuple[ReadLine, ...]:
        """The lines of `page`, as far as they have come."""
        return self._lines.get(page, ())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if not isinstance(event, QMouseEvent) or watched is not self._view.viewport():
            return False
        at = event.position().toPoint()
        if event.type() == QEvent.Type.MouseButtonPress:
            self._begin(at)
        elif event.type() == QEvent.Type.MouseMove and event.buttons() & Qt.MouseButton.LeftButton:
            self._extend(at)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._end()
        return True

    def _begin(self, at: QPoint) -> None:
        place = self._view.place_of(at)
        self._began = None if place is None else (place[0], place[2])
        self._extend(at)

    def _extend(self, at: QPoint) -> None:
        place = self._view.place_of(at)
        if self._began is None or place is None or place[0] != self._began[0]:
            return
        page, first = self._began
        low, high = sorted((first, place[2]))
        self._chosen = tuple(
            line.box for line in self.lines_of(page) if line.box[3] >= low and line.box[1] <= high
        )
        self._view.mark("chosen", {page: self._chosen})

    def _end(self) -> None:
        if self._began is not None and self._chosen:
            boxes = self._chosen
            around = (
                min(box[0] for box in boxes),
                min(box[1] for box in boxes),
                max(box[2] for box in boxes),
                max(box[3] for box in boxes),
            )
            self.marked.emit(self._began[0], around)
        self._began, self._chosen = None, ()

    def _forget_stroke(self) -> None:
        self._began, self._chosen = None, ()
        self._view.mark("chosen", {})
