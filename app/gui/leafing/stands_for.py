"""The side a leaf stands for: what it is by a large sign, its number, its image."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.recipe import shown_box
from app.gui.i18n import _
from app.gui.leafing.signs import Sign, sign_of
from app.gui.reconcile.listing import place_words
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import IconLabel, framed, label, restyle
from app.gui.widgets.page_items import Overlay
from app.gui.widgets.page_viewer import PageViewer
from app.gui.widgets.viewer_panel import shown_dimensions
from app.services.views import SideRow

SIGN = 56


class StandsFor(QWidget):
    """The large sign can be told from across the desk; words say the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = framed("notice")
        self.icon = IconLabel("page", "note", SIGN)
        self.word = label("", "title", wrap=True)
        self.place = ElidedLabel("", "large")
        self.title = ElidedLabel("", "muted")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.place)
        texts.addWidget(self.word)
        row = QHBoxLayout(self.mark)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(self.icon)
        row.addLayout(texts, 1)
        # As high with one line as with two, so that the image does not jump.
        self.mark.setMinimumHeight(SIGN + 24)
        self.viewer = PageViewer()
        head = framed("toolbar")
        line = QVBoxLayout(head)
        line.setContentsMargins(12, 12, 12, 8)
        line.setSpacing(8)
        line.addWidget(self.mark)
        line.addWidget(self.title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.viewer, 1)
        self.wait()

    def wait(self) -> None:
        """No leaf was shown yet."""
        self._mark(sign_of(""), "")
        self.title.show_text("")
        self.viewer.show_message(_("The side that a leaf stands for is shown here."))

    def show_sign(self, sign: Sign, side: SideRow | None, title: str) -> None:
        """What lies there, and the side it stands for (None: there is none)."""
        place = "" if side is None else place_words(side.page_number, side.position)
        self._mark(sign, place)
        self.title.show_text(title)

    def _mark(self, sign: Sign, place: str) -> None:
        restyle(self.mark, "tone", sign.tone)
        self.icon.show_icon(sign.icon, sign.tone)
        self.place.show_text(place)
        self.place.setVisible(bool(place))
        self.word.setText(sign.word)
        self.mark.setAccessibleName(f"{place} {sign.word}".strip())

    def show_side(self, side: SideRow | None, boxes: Sequence[Sequence[float]] = ()) -> None:
        """The image of a side; `boxes` are places that differ, in parts of the page."""
        if side is None:
            self.viewer.show_message(_("There is no image of this leaf."))
            return
        show_on(self.viewer, side, boxes)


def show_on(viewer: PageViewer, side: SideRow, boxes: Sequence[Sequence[float]] = ()) -> None:
    """Show a side with places that differ."""
    picture = side.picture or side.thumbnail
    if picture is None:
        viewer.show_message(_("This side is being processed; its picture will come."))
        return
    width, height = shown_dimensions(side)
    if side.picture is None:
        width, height = side.width, side.height
    viewer.show_picture(
        picture, width=width, height=height, overlays=difference_overlays(side, boxes)
    )


def difference_overlays(side: SideRow, boxes: Sequence[Sequence[float]]) -> list[Overlay]:
    """The places that differ, over the side as it is shown."""
    made = []
    for number, box in enumerate(boxes):
        x0, y0, x1, y1 = box
        place = (x0 * side.width, y0 * side.height, x1 * side.width, y1 * side.height)
        if side.recipe:
            place = shown_box(side.recipe, side.width, side.height, place)
        made.append(Overlay(key=str(number), box=place, label="", tone="bad", confirmed=True))
    return made
