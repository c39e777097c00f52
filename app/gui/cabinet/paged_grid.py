"""Many things to touch, one screenful at a time: no scrolling, which gloves cannot do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.gui.cabinet.touch_button import touch_button
from app.gui.i18n import _
from app.gui.widgets.labels import label

GAP = 16
TURN_HEIGHT = 96


class PagedGrid(QWidget):
    """Shows as many of its things as fit and turns to the next ones. `make` builds the widget of a
    thing, `height` is that of one, `least_width` how narrow a column may become."""

    def __init__(
        self,
        make: Callable[[Any], QWidget],
        *,
        height: int,
        least_width: int,
        most_columns: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._height = height
        self._least_width = least_width
        self._most_columns = most_columns
        self._things: Sequence[Any] = ()
        self._first = 0
        self._shape = (0, 0)
        self.shown: list[QWidget] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self.back = touch_button(_("Previous ones"), self.turn_back)
        self.onward = touch_button(_("More"), self.turn_onward)
        self.place: QLabel = label("", "muted")
        self.place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._turner = QWidget()
        row = QHBoxLayout(self._turner)
        row.setContentsMargins(0, 8, 0, 0)
        row.addWidget(self.back)
        row.addWidget(self.place, 1)
        row.addWidget(self.onward)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addStretch(1)
        column.addWidget(self._turner)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_things(self, things: Sequence[Any]) -> None:
        """Show `things` from the first one on."""
        self._things = things
        self._first = 0
        self._lay_out()

    def set_height(self, height: int) -> None:
        """Another height of one thing: the screen was turned."""
        if height != self._height:
            self._height = height
            self._lay_out()

    def turn_back(self) -> None:
        """The ones before."""
        self._first = max(0, self._first - self.each)
        self._lay_out()

    def turn_onward(self) -> None:
        """The ones after."""
        if self._first + self.each < len(self._things):
            self._first += self.each
            self._lay_out()

    @property
    def each(self) -> int:
        """How many fit at once."""
        columns, rows = self._shape_now()
        return columns * rows

    def _shape_now(self) -> tuple[int, int]:
        columns = (self.width() + GAP) // (self._least_width + GAP)
        columns = max(1, min(self._most_columns, columns))
        room = self.height()
        needed = -(-len(self._things) // columns) * (self._height + GAP) - GAP
        if needed > room:
            room -= TURN_HEIGHT + GAP
        return columns, max(1, (room + GAP) // (self._height + GAP))

    def _lay_out(self) -> None:
        for widget in self.shown:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shape = self._shape_now()
        columns, each = self._shape[0], self.each
        # After a turn of the screen the first one shown stays in sight.
        self._first -= self._first % each
        part = self._things[self._first : self._first + each]
        self.shown = [self._make(thing) for thing in part]
        for index, widget in enumerate(self.shown):
            widget.setFixedHeight(self._height)
            self._grid.addWidget(widget, index // columns, index % columns)
        for column in range(self._most_columns):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        count = len(self._things)
        self._turner.setVisible(count > each)
        self.back.setEnabled(self._first > 0)
        self.onward.setEnabled(self._first + each < count)
        page, pages = self._first // each + 1, -(-count // each)
        self.place.setText(_("Page {page} of {pages}").format(page=page, pages=pages))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        # Not that of what is shown just now, or the screen could never become smaller.
        return QSize(self._least_width, self._height + GAP + TURN_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if self._shape_now() != self._shape:
            self._lay_out()
