"""The catalogue of what was granted: one row per item, large enough to touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from app.gui.i18n import _
from app.gui.reader.touch_list import ROW_ROLE, TouchList

if TYPE_CHECKING:
    from app.services.views import ItemRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One item with the granted pages of it."""

    number: int
    title: str
    pages: tuple[int, ...]

    @property
    def pages_text(self) -> str:
        """The granted pages as people say them."""
        first, last = self.pages[0], self.pages[-1]
        if first == last:
            return _("Page {page}").format(page=first)
        return _("Pages {first}–{last}").format(first=first, last=last)


def entries_of(items: Sequence[ItemRow], pages: Sequence[int]) -> list[Entry]:
    """The items of which at least one of `pages` may be read, in the order of their pages."""
    entries = []
    for item in items:
        if item.first_page is None:
            continue
        last = item.first_page if item.last_page is None else item.last_page
        granted = tuple(page for page in pages if item.first_page <= page <= last)
        if granted:
            entries.append(Entry(number=item.number, title=item.title, pages=granted))
    return sorted(entries, key=lambda entry: entry.pages[0])


class CatalogueList(TouchList):
    """Emits `page_chosen(page)`: the first granted page of the item that was touched."""

    page_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Item list"), parent)
        self.catalogue = self.rows
        self.clicked.connect(self._on_clicked)

    def fill(self, items: Sequence[ItemRow], pages: Sequence[int]) -> None:
        """Show the items that hold `pages`."""
        self.catalogue.fill(entries_of(items, pages))

    def entry_of(self, page: int) -> Entry | None:
        """The item that holds `page`."""
        return next((entry for entry in self.catalogue.entries if page in entry.pages), None)

    def follow(self, page: int) -> None:
        """Mark the item that holds `page` and bring it into sight."""
        for row, entry in enumerate(self.catalogue.entries):
            if entry.pages[0] <= page <= entry.pages[-1]:
                self.choose(row)
                return
        self.choose(None)

    def _on_clicked(self, index: QModelIndex) -> None:
        entry: Entry = index.data(ROW_ROLE)
        self.page_chosen.emit(entry.pages[0])
