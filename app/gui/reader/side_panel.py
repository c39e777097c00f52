"""The left side: catalogue, small pictures, search and the reader's marks, one at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.reader.catalogue import CatalogueList
from app.gui.reader.marks_panel import MarksPanel
from app.gui.reader.search_panel import SearchPanel
from app.gui.reader.thumbnails import ThumbnailList
from app.gui.reader.touch_button import button

if TYPE_CHECKING:
    from app.services.reading_views import ReaderSession, SessionDesk

CATALOGUE, PICTURES, SEARCH, MARKS = range(4)


class SidePanel(QFrame):
    """Holds the four lists; `show_tab` brings one."""

    def __init__(self, desk: SessionDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.stack = QStackedWidget(self)
        self.catalogue = CatalogueList(self.stack)
        self.pictures = ThumbnailList(desk, self.stack)
        self.search = SearchPanel(desk, self.stack)
        self.marks = MarksPanel(desk, self.stack)
        self.tabs = QButtonGroup(self)
        names = (_("Item list"), _("Pictures"), _("Hits"), _("Marks"))
        row = QHBoxLayout()
        row.setSpacing(0)
        lists = (self.catalogue, self.pictures, self.search, self.marks)
        for place, (name, part) in enumerate(zip(names, lists, strict=True)):
            self.stack.addWidget(part)
            tab = button(name, role="tab", checkable=True, parent=self)
            tab.clicked.connect(partial(self._on_tab, place))
            self.tabs.addButton(tab, place)
            row.addWidget(tab, 1)
        # The keyboard takes its height from the lists, not from the screen.
        self.stack.setMinimumHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.stack, 1)
        self.show_tab(CATALOGUE)

    def _on_tab(self, place: int, _checked: bool = False) -> None:
        self.show_tab(place)

    def show_tab(self, place: int) -> None:
        """Bring one of CATALOGUE, PICTURES, SEARCH, MARKS."""
        self.stack.setCurrentIndex(place)
        self.tabs.button(place).setChecked(True)

    def open(self, session: ReaderSession | None) -> None:
        """Show a case; None forgets everything."""
        grant = "" if session is None else session.grant
        pages = () if session is None else session.pages
        self.catalogue.fill(() if session is None else session.catalogue, pages)
        self.pictures.open(grant, pages)
        self.search.open(grant)
        self.marks.open(grant)
        self.show_tab(CATALOGUE)

    def follow(self, page: int) -> None:
        """`page` is on the screen now."""
        self.catalogue.follow(page)
        self.pictures.follow(page)
        self.marks.follow(page)
