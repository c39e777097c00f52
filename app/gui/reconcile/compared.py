"""One or two pictures, large: beside each other, in one place in turn (闪烁比对), or drawn over
each other (叠加比对)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.labels import framed, label
from app.gui.widgets.page_items import Overlay
from app.gui.widgets.viewer_panel import ViewerPanel, shown_dimensions
from app.services.overlays import DifferencePictures, DifferentPlace, OverlayView
from app.services.views import SideRow
from app.words.alteration import alteration_word

BLINK_MS = 450
BESIDE, BLINKING, LAID = "beside", "blinking", "laid"
_SWATCH = 14


class Compared(QWidget):
    """The sides in question. Both viewers keep the same zoom and place.

    `laying_wanted` asks for two pictures laid over each other: the id of a side, and that of
    another side or of a discrepancy with its paper; the answer comes by `show_laid`.
    """

    laying_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        splitter = QSplitter(self)
        self.first = ViewerPanel(splitter)
        self.second = ViewerPanel(splitter)
        self._sides: list[SideRow] = []
        self._box: tuple[float, ...] | None = None
        self._pictures: DifferencePictures | None = None
        self._pair = ("", "")
        self._laid: OverlayView | None = None
        self._mode = BESIDE
        self._turn = 0
        self._timer = QTimer(self)
        self._timer.setInterval(BLINK_MS)
        self._timer.timeout.connect(self._other)
        self.blink_button = tool_button(
            "compare", _("Blink between both sides"), self.blink, action="blink"
        )
        self.overlay_button = tool_button(
            "overlay", _("Lay both over each other"), self.lay, action="overlay"
        )
        self.first.add_tool(self.blink_button)
        self.first.add_tool(self.overlay_button)
        self.legend = _Legend()
        self.first.add_bar(self.legend)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.first)
        splitter.addWidget(self.second)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        self._show()
        self.first.viewer.zoom_changed.connect(self._follow)
        self.first.viewer.verticalScrollBar().valueChanged.connect(self._follow)
        self.first.viewer.horizontalScrollBar().valueChanged.connect(self._follow)

    @property
    def side(self) -> SideRow | None:
        """The side the first viewer stands for."""
        return self._sides[0] if self._sides else None

    @property
    def mode(self) -> str:
        """BESIDE, BLINKING or LAID."""
        return self._mode

    @property
    def blinking(self) -> bool:
        """Whether both pictures are shown in turn."""
        return self._mode == BLINKING

    def show_sides(self, sides: Sequence[SideRow], box: Sequence[float] | None = None) -> None:
        """Show up to two sides; `box` is a place of the first in parts of the page."""
        self._sides = list(sides[:2])
        self._box = tuple(box) if box is not None else None
        self._pictures = None
        self._pair = (self._sides[0].id, self._sides[1].id) if len(self._sides) > 1 else ("", "")
        self._begin()

    def show_paper(self, side: SideRow, discrepancy_id: str, pictures: DifferencePictures) -> None:
        """Show a side with the places where its paper differs, and the paper beside it."""
        self._sides = [side]
        self._box = None
        self._pictures = pictures
        self._pair = (side.id, discrepancy_id) if pictures.paper is not None else ("", "")
        self._begin()

    def blink(self) -> None:
        """Show both in one place in turn, or end that."""
        self._change(BLINKING)

    def lay(self) -> None:
        """Draw both over each other, or end that."""
        self._change(LAID)

    def show_laid(self, first: str, second: str, view: OverlayView, why_not: str) -> None:
        """The answer to `laying_wanted`; dropped when other pictures are shown by now.
        `why_not` says why the two do not match."""
        if (first, second) != self._pair:
            return
        self._laid = view
        if self._mode == BLINKING:
            self._blink_now()
        elif self._mode == LAID:
            self._lay_now(why_not)

    def give_up(self) -> bool:
        """End what was begun here; tells whether there was anything."""
        if self._mode != BESIDE:
            self._begin()
            return True
        if self.first.viewer.crop is not None:
            self.first.viewer.drop_frame()
            return bool(self._sides)
        return False

    def _begin(self) -> None:
        self._timer.stop()
        self._mode, self._turn, self._laid = BESIDE, 0, None
        self._show()

    def _show(self) -> None:
        """Both pictures beside each other."""
        two = bool(self._pair[1])
        self.legend.hide()
        self.blink_button.setVisible(two)
        self.overlay_button.setVisible(two)
        self.second.setVisible(two)
        if not self._sides:
            self.first.show_side(None, ())
            self.first.viewer.show_message(_("There is no image of this page."))
            return
        self.first.show_side(self._sides[0], self._overlays())
        if two:
            self._show_second(self.second)

    def _show_second(self, panel: ViewerPanel) -> None:
        if len(self._sides) > 1:
            panel.show_side(self._sides[1], ())
        elif self._pictures is not None and self._pictures.paper is not None:
            panel.show_picture(self._pictures.paper, self._second_name())

    def _second_name(self) -> str:
        if len(self._sides) > 1:
            return _("Side {position}").format(position=self._sides[1].position)
        return _("The paper")

    def _overlays(self) -> list[Overlay]:
        side = self._sides[0]
        if self._pictures is not None:
            return [different_overlay(place) for place in self._pictures.places]
        return place_overlays(side, self._box)

    def _change(self, mode: str) -> None:
        if not self._pair[1]:
            return
        if self._mode == mode:
            self._begin()
            return
        self._timer.stop()
        self._mode = mode
        self.second.hide()
        self.legend.hide()
        if self._laid is None:
            self.laying_wanted.emit(*self._pair)
        if mode == BLINKING:
            self._blink_now()
        elif self._laid is not None:
            self._lay_now("")
        else:
            self.first.viewer.show_message(_("The two pictures are being laid over each other…"))

    def _blink_now(self) -> None:
        """In one place when they are laid over each other; as they came until then."""
        self._timer.start()
        self._turn = 1
        self._other()

    def _other(self) -> None:
        self._turn = 1 - self._turn
        laid = self._laid
        if laid is not None and laid.first is not None and laid.second is not None:
            first = _("Side {position}").format(position=self._sides[0].position)
            name = self._second_name() if self._turn else first
            self.first.show_picture(laid.second if self._turn else laid.first, name)
        elif self._turn:
            self._show_second(self.first)
        else:
            self.first.show_side(self._sides[0], ())

    def _lay_now(self, why_not: str) -> None:
        laid = self._laid
        if laid is None or laid.both is None:
            self.first.viewer.show_message(why_not)
            return
        first = _("Side {position}").format(position=self._sides[0].position)
        self.legend.show_names(first, laid.first_colour, self._second_name(), laid.second_colour)
        self.legend.show()
        self.first.show_picture(laid.both, f"{first} · {self._second_name()}")

    def _follow(self) -> None:
        if not self.second.isHidden():
            self.second.viewer.follow(self.first.viewer)


class _Legend(QWidget):
    """Which colour stands for what in two pictures laid over each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._swatches = (QLabel(), QLabel())
        self.names = (label("", "small"), label("", "small"))
        bar = framed("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 4, 16, 4)
        for swatch, name in zip(self._swatches, self.names, strict=True):
            row.addWidget(swatch)
            row.addWidget(name)
            row.addSpacing(16)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(bar)
        self.hide()

    def show_names(self, first: str, first_colour: str, second: str, second_colour: str) -> None:
        """Name what only one of the two has."""
        for place, (name, colour) in enumerate(((first, first_colour), (second, second_colour))):
            picture = QPixmap(_SWATCH, _SWATCH)
            picture.fill(QColor(colour))
            self._swatches[place].setPixmap(picture)
            self.names[place].setText(_("only {name}").format(name=name))


def different_overlay(place: DifferentPlace) -> Overlay:
    """The frame round a place where paper and side differ."""
    words = alteration_word(place.kind, place.ink, place.figures)
    return Overlay(key=f"{place.box}", box=place.box, label=words, tone="bad")


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
