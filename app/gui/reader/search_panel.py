"""Search in the granted text: a field, the hits as a list, and where they are on the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from app.gui.i18n import _
from app.gui.keyboard.field import TouchField
from app.gui.kiosk.calls import ask
from app.gui.reader.touch_button import button
from app.gui.reader.touch_list import TouchList, lay_out_list
from app.gui.widgets.labels import label
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_views import Box, PageHit, SessionDesk


@dataclass(frozen=True, kw_only=True, slots=True)
class HitRow:
    """One hit as the list shows it."""

    number: int
    title: str
    pages_text: str


class SearchPanel(QWidget):
    """Emits `hit_chosen(page)`, `field_asked(TouchField)` when words are to be typed, and
    `refused(Fault)`."""

    hit_chosen = Signal(int)
    field_asked = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: SessionDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._grant = ""
        self._asked = 0
        self.hits: tuple[PageHit, ...] = ()
        self.field = TouchField(_("Words to look for"), self)
        self.field.entered.connect(self.search)
        self.field.asked.connect(lambda: self.field_asked.emit(self.field))
        self.said = label("", "muted", self, wrap=True)
        self.before = button(_("Hit before"), parent=self)
        self.after = button(_("Next hit"), parent=self)
        self.before.clicked.connect(lambda: self.step(-1))
        self.after.clicked.connect(lambda: self.step(1))
        self.list = TouchList(_("Hits"), self)
        self.list.clicked.connect(self._on_clicked)
        self.current: int | None = None
        lay_out_list(self, (self.field, self.said), (self.before, self.after), self.list)
        self._show()

    def open(self, grant: str) -> None:
        """Search in the case of `grant` from now on; "" forgets everything."""
        self._grant = grant
        self._asked += 1
        self.field.clear()
        self.hits, self.current = (), None
        self.said.setText("")
        self._show()

    def search(self, text: str) -> None:
        """Look for `text`."""
        words, desk, grant = text.strip(), self._desk, self._grant
        if not words or not grant:
            return
        self._asked += 1
        self.said.setText(_("Searching…"))
        ask(self, lambda: desk.search(grant, words)).done(
            partial(self._on_hits, self._asked, words)
        ).refused(partial(self._on_refused, self._asked)).start()

    def boxes(self) -> dict[int, tuple[Box, ...]]:
        """Where the hits are, by page."""
        found: dict[int, tuple[Box, ...]] = {}
        for hit in self.hits:
            found[hit.page_number] = found.get(hit.page_number, ()) + hit.boxes
        return found

    def step(self, step: int) -> None:
        """The next hit, or the one before."""
        if self.hits:
            start = -1 if self.current is None else self.current
            self._choose((start + step) % len(self.hits))

    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _choose(self, row: int) -> None:
        self.current = row
        self.list.choose(row)
        self.hit_chosen.emit(self.hits[row].page_number)

    def _on_hits(self, asked: int, words: str, hits: tuple[PageHit, ...]) -> None:
        if asked != self._asked:
            return
        self.hits, self.current = hits, None
        pages = len({hit.page_number for hit in hits})
        text = _("{hits} hits on {pages} pages").format(hits=len(hits), pages=pages)
        self.said.setText(
            text if hits else _("“{words}” stands on none of your pages.").format(words=words)
        )
        self._show()
        if hits:
            self._choose(0)

    def _on_refused(self, asked: int, fault: Fault) -> None:
        if asked == self._asked:
            self.said.setText("")
            self.refused.emit(fault)

    def _show(self) -> None:
        self.list.rows.fill(
            [
                HitRow(
                    number=place,
                    title=hit.snippet,
                    pages_text=_("Page {page}").format(page=hit.page_number),
                )
                for place, hit in enumerate(self.hits, start=1)
            ]
        )
        for part in (self.before, self.after):
            part.setVisible(len(self.hits) > 1)
