"""One or two sides, large: beside each other, or in one place in turn (闪烁比对)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.page_items import Overlay
from app.gui.widgets.viewer_panel import ViewerPanel, shown_dimensions
from app.services.views import SideRow

BLINK_MS = 450


class Compared(QWidget):
    """The sides in question. Both viewers keep the same zoom and place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = ViewerPanel()
        self.second = ViewerPanel()
        self._shown: list[SideRow] = []
        self._turn = 0
        self._timer = QTimer(self)
        self._timer.setInterval(BLINK_MS)
        self._timer.timeout.connect(self._other)
        self.blink_button = tool_button(
            "compare", _("Blink between both sides"), self.blink, action="blink"
        )
        self.first.add_tool(self.blink_button)
        splitter = QSplitter()
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.first)
        splitter.addWidget(self.second)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        self.second.hide()
        self.first.viewer.zoom_changed.connect(self._follow)
        self.first.viewer.verticalScrollBar().valueChanged.connect(self._follow)
        self.first.viewer.horizontalScrollBar().valueChanged.connect(self._follow)

    @property
    def side(self) -> SideRow | None:
        """The side the first viewer stands for."""
        return self._shown[0] if self._shown else None

    @property
    def blinking(self) -> bool:
        """Whether both sides are shown in turn."""
        return self._timer.isActive()

    def show_sides(self, sides: Sequence[SideRow], box: Sequence[float] | None = None) -> None:
        """Show up to two sides; `box` is a place of the first in parts of the page."""
        self._timer.stop()
        self._shown = list(sides[:2])
        self._turn = 0
        if not self._shown:
            self.first.show_side(None, ())
            self.first.viewer.show_message(_("There is no image of this page."))
        else:
            self.first.show_side(self._shown[0], ())
            self.first.viewer.set_overlays(place_overlays(self._shown[0], box))
        self.second.setVisible(len(self._shown) > 1)
        self.blink_button.setVisible(len(self._shown) > 1)
        if len(self._shown) > 1:
            self.second.show_side(self._shown[1], ())

    def blink(self) -> None:
        """Show both sides in one place in turn, or end that."""
        if len(self._shown) < 2:
            return
        if self._timer.isActive():
            self.give_up()
            return
        self.second.hide()
        self._timer.start()
        self._other()

    def _other(self) -> None:
        self._turn = 1 - self._turn
        self.first.show_side(self._shown[self._turn], ())

    def give_up(self) -> bool:
        """End what was begun here; tells whether there was anything."""
        if self._timer.isActive():
            self.show_sides(self._shown)
            return True
        if self.first.viewer.crop is not None:
            side = self.side
            self.first.viewer.drop_frame()
            return side is not None
        return False

    def _follow(self) -> None:
        if not self.second.isHidden():
            self.second.viewer.follow(self.first.viewer)


def place_overlays(side: SideRow, box: Sequence[float] | None) -> list[Overlay]:
    """The place of a note or fault on the page."""
    if box is None or len(box) != 4:
        return []
    width, height = shown_dimensions(side)
    x0, y0, x1, y1 = box
    return [
        Overlay(
            key="place",
            box=(x0 * width, y0 * height, x1 * width, y1 * height),
            label="",
            tone="bad",
            confirmed=True,
        )
    ]
