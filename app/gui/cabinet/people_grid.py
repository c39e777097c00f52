"""Names to touch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.gui.cabinet.paged_grid import PagedGrid
from app.gui.widgets.labels import label

NAME_HEIGHT = 80
NAME_WIDTH = 280


class PeopleGrid(PagedGrid):
    """One name is chosen at a time. Emits `chosen(name)`."""

    chosen = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        most_columns: int = 4,
        least_width: int = NAME_WIDTH,
    ) -> None:
        super().__init__(
            self._button,
            height=NAME_HEIGHT,
            least_width=least_width,
            most_columns=most_columns,
            parent=parent,
        )
        self.name = ""

    def show_people(self, names: Sequence[str]) -> None:
        """Show `names`, none of them chosen."""
        self.name = ""
        self.show_things(names)

    def _button(self, name: str) -> QWidget:
        button = QPushButton()
        button.setAccessibleName(name)
        shown = label(name, "person", wrap=True)
        shown.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line = QHBoxLayout(button)
        line.setContentsMargins(16, 0, 16, 0)
        line.addWidget(shown)
        button.setProperty("role", "person")
        button.setCheckable(True)
        button.setChecked(name == self.name)
        button.clicked.connect(partial(self._choose, name))
        return button

    def _choose(self, name: str, _checked: bool = False) -> None:
        self.name = name
        for widget in self.shown:
            if isinstance(widget, QPushButton):
                widget.setChecked(widget.accessibleName() == name)
        self.chosen.emit(name)
