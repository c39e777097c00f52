"""Bookmarks and notes of the reader: nobody else sees them."""

from __future__ import annotations

from collections.abc import Callable
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
    from app.services.reading_views import Box, MarkRow, SessionDesk

BOOKMARK, NOTE = "bookmark", "note"
MOST_LETTERS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkLine:
    """One mark as the list shows it."""

    number: int
    title: str
    pages_text: str


class MarksPanel(QWidget):
    """Emits `page_chosen(page)`, `changed()`, `field_asked(TouchField)`, `refused(Fault)`."""

    page_chosen = Signal(int)
    changed = Signal()
    field_asked = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: SessionDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._grant = ""
        self._page: int | None = None
        self._box: Box | None = None
        self.marks: tuple[MarkRow, ...] = ()
        self.about = label("", "muted", self, wrap=True)
        self.field = TouchField(_("Note on this page"), self, most=MOST_LETTERS, rows=3)
        self.field.entered.connect(self.keep_note)
        self.field.asked.connect(lambda: self.field_asked.emit(self.field))
        self.keep = button(_("Keep the note"), parent=self)
        self.keep.clicked.connect(lambda: self.keep_note(self.field.text))
        self.remove = button(_("Remove"), parent=self)
        self.remove.clicked.connect(self._on_remove)
        self.mark_text = button(_("Mark lines"), "select", checkable=True, parent=self)
        self.list = TouchList(_("My bookmarks and notes"), self)
        self.list.clicked.connect(self._on_clicked)
        self.field.changed.connect(lambda text: self.keep.setEnabled(bool(text.strip())))
        above = (self.mark_text, self.about, self.field)
        lay_out_list(self, above, (self.keep, self.remove), self.list)
        self._show()

    def open(self, grant: str) -> None:
        """The marks of the case of `grant`; "" forgets everything."""
        self._grant = grant
        self._page, self._box, self.marks = None, None, ()
        self.field.clear()
        self._show()
        if grant:
            self._fetch()

    def follow(self, page: int) -> None:
        """A note will be one on `page`."""
        if page != self._page:
            self._page, self._box = page, None
        self._say_place()

    def note_on(self, page: int, box: Box) -> None:
        """A note will be one on the lines in `box`."""
        self._page, self._box = page, box
        self._say_place()
        self.field_asked.emit(self.field)

    def bookmarked(self, page: int) -> bool:
        """Whether `page` has a bookmark."""
        return any(mark.page_number == page and mark.kind == BOOKMARK for mark in self.marks)

    def set_bookmark(self, page: int, wanted: bool) -> None:
        """Put a bookmark on `page`, or take it away."""
        if wanted:
            self._add(page, BOOKMARK, "", None)
            return
        for mark in self.marks:
            if mark.page_number == page and mark.kind == BOOKMARK:
                self._take_away(mark.id)

    def boxes(self) -> dict[int, tuple[Box, ...]]:
        """Where notes are, by page."""
        found: dict[int, tuple[Box, ...]] = {}
        for mark in self.marks:
            if mark.box is not None:
                found[mark.page_number] = (*found.get(mark.page_number, ()), mark.box)
        return found

    def keep_note(self, text: str) -> None:
        """Keep what was typed as a note."""
        if self._page is not None and text.strip():
            self._add(self._page, NOTE, text.strip(), self._box)
            self.field.clear()
            self._box = None

    def _say_place(self) -> None:
        text = "" if self._page is None else _("Page {page}").format(page=self._page)
        if self._box is not None:
            text = _("Page {page}, the lines you marked").format(page=self._page)
        self.about.setText(text)

    def _add(self, page: int, kind: str, text: str, box: Box | None) -> None:
        desk, grant = self._desk, self._grant

        def add() -> None:
            desk.add_mark(grant, page, kind, text, box)

        self._change(add)

    def _take_away(self, mark: str) -> None:
        desk, grant = self._desk, self._grant
        self._change(lambda: desk.remove_mark(grant, mark))

    def _change(self, call: Callable[[], None]) -> None:
        ask(self, call, in_order=True).done(lambda _none: self._fetch()).refused(
            self._on_refused
        ).start()

    def _fetch(self) -> None:
        desk, grant = self._desk, self._grant
        if grant:
            ask(self, lambda: desk.marks(grant), in_order=True).done(
                partial(self._on_marks, grant)
            ).refused(self._on_refused).start()

    def _on_marks(self, grant: str, marks: tuple[MarkRow, ...]) -> None:
        if grant != self._grant:
            return
        self.marks = tuple(sorted(marks, key=lambda mark: (mark.page_number, mark.made_at)))
        self._show()
        self.changed.emit()

    def _on_refused(self, fault: Fault) -> None:
        if self._grant:
            self.changed.emit()
            self.refused.emit(fault)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.remove.setEnabled(True)
        self.page_chosen.emit(self.marks[index.row()].page_number)

    def _on_remove(self) -> None:
        chosen = self.list.selectionModel().selectedIndexes()
        if chosen:
            self._take_away(self.marks[chosen[0].row()].id)

    def _show(self) -> None:
        self.list.rows.fill(
            [
                MarkLine(
                    number=mark.page_number,
                    title=mark.text or _("Bookmark"),
                    pages_text=_("Page {page}").format(page=mark.page_number),
                )
                for mark in self.marks
            ]
        )
        self.remove.setEnabled(False)
        self.keep.setEnabled(bool(self.field.text.strip()))
        self._say_place()
