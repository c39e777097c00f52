"""One case on the screen: the page large, lists at its left, the print basket at its right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.keyboard.board import Keyboard
from app.gui.keyboard.field import TouchField
from app.gui.kiosk.calls import ask
from app.gui.present import present
from app.gui.reader.bars import BottomBar, TopBar
from app.gui.reader.basket import Basket
from app.gui.reader.countdown import present_moment
from app.gui.reader.display_panel import DisplayPanel
from app.gui.reader.page_entry import PageEntry
from app.gui.reader.page_store import PageStore, neighbours
from app.gui.reader.page_view import FIT_PAGE, FIT_WIDTH, FREE, LARGE_TYPE, PageView
from app.gui.reader.ready_page import ReadyPage
from app.gui.reader.side_panel import MARKS, SEARCH, SidePanel
from app.gui.reader.sight import Sight
from app.gui.reader.text_marking import TextMarking
from app.gui.widgets.notice import Notice
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_views import Box, ReaderSession, SessionDesk

SIDE_WIDTH = 336
SIDE_WIDE = 400
BASKET_WIDTH, BASKET_WIDE = 300, 360
WIDE_SCREEN = 1600
PATIENCE_MILLISECONDS = 250
ENDED = ("RDR-105", "RDR-108", "RDR-112", "RDR-163")


class ReadingPage(QWidget):
    """Shows the granted pages of one case. Emits `left()` when the reader wants to leave,
    `cases_asked()` for the list of her cases, `ended(Fault)` when the case may no longer be
    read."""

    left = Signal()
    cases_asked = Signal()
    ended = Signal(object)
    time_over = Signal()

    def __init__(
        self,
        desk: SessionDesk,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = present_moment,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._desk = desk
        self.session: ReaderSession | None = None
        self._current: int | None = None
        self._step = 1
        self._simple = False
        self.store = PageStore(desk, self)
        self.sight = Sight(desk, self)
        self.top = TopBar(now, self)
        self.bottom = BottomBar(self)
        self.side = SidePanel(desk, self)
        self.view = PageView(self)
        self.marking = TextMarking(desk, self.view)
        self.notice = Notice(self)
        self.basket = Basket(desk, self)
        self.keyboard = Keyboard(self)
        self.entry = PageEntry(self)
        self.display = DisplayPanel(self)
        # "Being fetched" is said only when it takes long enough to be noticed.
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MILLISECONDS)
        self._patience.timeout.connect(self._say_fetching)
        self._build()
        self._connect()
        self._connect_panels()
        self.wipe()

    def _build(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.notice)
        middle.addWidget(self.view, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addLayout(middle, 1)
        row.addWidget(self.basket)
        self.basket.setFixedWidth(BASKET_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(row, 1)
        column.addWidget(self.keyboard)
        column.addWidget(self.bottom)

    def _connect(self) -> None:
        bar = self.bottom
        self.store.shown.connect(self._on_shown)
        self.store.failed.connect(self._on_failed)
        self.sight.refused.connect(self._on_refused)
        self.top.leave.clicked.connect(self.left)
        self.top.cases.clicked.connect(self.cases_asked)
        self.top.search.clicked.connect(self.ask_search)
        self.top.basket.toggled.connect(self.basket.setVisible)
        self.top.countdown.soon.connect(self._on_soon)
        self.top.countdown.ended.connect(self.time_over)
        self.view.turned.connect(self.turn)
        self.view.zoom_changed.connect(self._on_zoom)
        bar.previous.clicked.connect(lambda: self.turn(-1))
        bar.following.clicked.connect(lambda: self.turn(1))
        bar.page.clicked.connect(self.ask_page)
        bar.smaller.clicked.connect(self.view.zoom_out)
        bar.larger.clicked.connect(self.view.zoom_in)
        bar.large_type.clicked.connect(self._on_large_type)
        bar.catalogue.toggled.connect(self.side.setVisible)
        bar.bookmark.clicked.connect(self._on_bookmark)
        bar.display.clicked.connect(self.display.open)
        self.display.whole.clicked.connect(self.view.fit_page)
        self.display.width_fit.clicked.connect(self.view.fit_width)
        self.display.two_pages.clicked.connect(self._again)

    def _connect_panels(self) -> None:
        side = self.side
        for part in (side.catalogue, side.pictures, side.marks):
            part.page_chosen.connect(self.go_to)
        side.search.hit_chosen.connect(self.go_to)
        side.search.hit_chosen.connect(self._on_hit)
        side.marks.changed.connect(self._on_marks)
        for panel in (side.search, side.marks):
            panel.field_asked.connect(self._open_keyboard)
            panel.refused.connect(self._on_refused)
            panel.field.entered.connect(lambda _text: self._close_keyboard())
            panel.field.cancelled.connect(self._close_keyboard)
        self.keyboard.letters_typed.connect(self._on_letters)
        self.keyboard.closed.connect(lambda: self.bottom.setVisible(True))
        self.entry.chosen.connect(self.go_to)
        self.basket.changed.connect(self.top.show_basket)
        self.basket.refused.connect(self._on_basket_refused)
        self.basket.add_page.clicked.connect(lambda: self.basket.add(self.view.page_numbers))
        self.basket.add_item.clicked.connect(self._add_item)
        self.side.marks.mark_text.toggled.connect(self.marking.switch)
        self.marking.marked.connect(self._on_marked_text)
        self.marking.refused.connect(self._on_refused)

    @property
    def current(self) -> int | None:
        """The page that is shown or on its way, the left one of two."""
        return self._current

    def open(self, session: ReaderSession, until: str = "", *, several: bool = False) -> None:
        """Begin with the first granted page. `until` is when the visit ends at the latest,
        `several` tells that there are other cases to go back to."""
        self.wipe()
        self.session = session
        self.store.open(session.grant)
        self.marking.open(session.grant)
        self.side.marks.mark_text.setVisible(session.text_selection)
        self.top.case.setText(session.case_no)
        self.top.reader.show_text(_("Reader: {name}").format(name=session.reader))
        self.top.cases.setVisible(several)
        self.top.basket.setVisible(session.printing)
        self.side.open(session)
        self.basket.open(session)
        self.view.fit_width()
        self.go_to(session.pages[0])
        ends = [moment for moment in (session.valid_until, until) if moment]
        self.top.countdown.open(min(ends, key=datetime.fromisoformat))

    def wipe(self) -> None:
        """Take everything of the case off the screen and out of memory."""
        self.sight.rest()
        self.session = None
        self._current, self._step = None, 1
        self._patience.stop()
        self.keyboard.wipe()
        self.view.clear()
        self.store.wipe()
        self.marking.open("")
        self.side.marks.mark_text.setChecked(False)
        self.side.open(None)
        self.basket.open(None)
        self.basket.hide()
        self.entry.close_entry()
        self.display.hide()
        self.display.two_pages.setChecked(False)
        self.top.wipe()
        for part in (self.notice.message, self.notice.safe, self.notice.remedy):
            part.clear()
        self.notice.setAccessibleName("")
        self.notice.hide()
        self.bottom.show_page(None, 0, 0)
        self.bottom.catalogue.setChecked(not self._simple)

    def simplify(self, simple: bool) -> None:
        """Fewer, larger controls: the page, turning, its number, the way out."""
        self._simple = simple
        self.bottom.simplify(simple)
        self.basket.setFixedWidth(BASKET_WIDE if simple else BASKET_WIDTH)
        self.bottom.catalogue.setChecked(not simple)
        self.top.reader.setVisible(not simple)

    def go_to(self, page: int) -> None:
        """Bring `page`, when it is granted."""
        if self.session is None or page not in self.session.pages:
            return
        pages = self.session.pages
        self._step = -1 if self._current is not None and page < self._current else 1
        seen = self._together(page)
        self._current = page
        self.bottom.show_page(page, pages.index(page) + 1, len(pages))
        self.side.follow(page)
        self.bottom.bookmark.setChecked(self.side.marks.bookmarked(page))
        self.view.setFocus()
        self._patience.start()
        self.store.show(seen)

    def turn(self, step: int) -> None:
        """The next granted pages, or those before."""
        if self.session is None or self._current is None:
            return
        pages = self.session.pages
        seen = self._together(self._current)
        place = pages.index(seen[-1] if step > 0 else seen[0]) + step
        if 0 <= place < len(pages):
            self.go_to(self._together(pages[place])[0])

    def _together(self, page: int) -> tuple[int, ...]:
        """The pages seen with `page`: pairs in two-page view, counted from the first granted."""
        pages = () if self.session is None else self.session.pages
        if not self.display.two_pages.isChecked() or page not in pages:
            return (page,)
        first = pages.index(page) // 2 * 2
        return pages[first : first + 2]

    def _again(self) -> None:
        if self._current is not None:
            self.view.fit_page()
            self.go_to(self._together(self._current)[0])

    def ask_page(self, first_digit: str | bool = "") -> None:
        """Open the pad for a page number."""
        if self.session is not None:
            digit = first_digit if isinstance(first_digit, str) else ""
            self.entry.ask(self.session.pages, digit)

    def ask_search(self) -> None:
        """Type what to look for."""
        if self.session is not None:
            self.bottom.catalogue.setChecked(True)
            self.side.show_tab(SEARCH)
            self._open_keyboard(self.side.search.field)

    def _open_keyboard(self, field: TouchField) -> None:
        self.bottom.hide()
        self.top.basket.setChecked(False)
        if field is self.side.marks.field:
            self.bottom.catalogue.setChecked(True)
            self.side.show_tab(MARKS)
        self.keyboard.open(field)

    def _close_keyboard(self) -> None:
        self.keyboard.close_board()
        self.view.setFocus()

    def _on_letters(self, letters: str) -> None:
        session, desk = self.session, self._desk
        if session is not None:
            grant = session.grant
            ask(self, lambda: desk.suggest(grant, letters)).done(
                lambda words: self.keyboard.offer(letters, words)
            ).refused(self._on_refused).start()

    def _on_shown(self, pages: tuple[ReadyPage, ...]) -> None:
        if self.session is None or self._current is None:
            return
        self._patience.stop()
        self.notice.hide()
        self.view.show_pages(pages)
        self.sight.see(pages)
        self._draw_marks()
        self.marking.follow()
        self.store.prefetch(neighbours(self.session.pages, self.view.page_numbers, self._step))

    def _draw_marks(self) -> None:
        self.view.mark("hits", self.side.search.boxes())
        self.view.mark("notes", self.side.marks.boxes())

    def _on_hit(self, page: int) -> None:
        self._draw_marks()
        search = self.side.search
        boxes: tuple[Box, ...] = () if search.current is None else search.hits[search.current].boxes
        if boxes:
            self.view.reveal(page, boxes[0])

    def _on_marks(self) -> None:
        self._draw_marks()
        if self._current is not None:
            self.bottom.bookmark.setChecked(self.side.marks.bookmarked(self._current))

    def _on_bookmark(self, checked: bool) -> None:
        if self._current is not None:
            self.side.marks.set_bookmark(self._current, checked)

    def _on_marked_text(self, page: int, box: Box) -> None:
        self.side.marks.note_on(page, box)

    def _add_item(self) -> None:
        entry = None if self._current is None else self.side.catalogue.entry_of(self._current)
        if entry is not None:
            self.basket.add(entry.pages)

    def _on_failed(self, fault: Fault) -> None:
        self._patience.stop()
        if fault.code in ENDED:
            self.ended.emit(fault)
            return
        page = self._current
        self.sight.rest()
        self.view.clear(_("This page could not be fetched."))
        self.notice.show_presentation(
            present(fault),
            action_text=_("Try again"),
            action=None if page is None else lambda: self.go_to(page),
        )

    def _on_refused(self, fault: Fault) -> None:
        if self.session is None:
            return
        if fault.code in ENDED:
            self.ended.emit(fault)
        else:
            self.notice.show_presentation(present(fault))

    def _on_basket_refused(self, fault: Fault) -> None:
        if fault.code in ENDED:
            self._on_refused(fault)

    def _say_fetching(self) -> None:
        if self._current is not None and self._current not in self.view.page_numbers:
            self.sight.rest()
            self.view.clear(_("Page {page} is being fetched…").format(page=self._current))

    def _on_soon(self) -> None:
        self.notice.show_text(
            "warn",
            _("The grant ends in less than ten minutes."),
            remedy=_("Ask at the counter if you need more time."),
        )

    def _on_large_type(self, checked: bool) -> None:
        """Large type takes the whole width, so the lists step aside."""
        self.bottom.catalogue.setChecked(not checked and not self._simple)
        if checked:
            self.view.zoom_to(LARGE_TYPE)
        else:
            self.view.fit_width()

    def _on_zoom(self, percent: int) -> None:
        mode = self.view.fit_mode
        self.bottom.show_percent(percent)
        self.display.whole.setChecked(mode == FIT_PAGE)
        self.display.width_fit.setChecked(mode == FIT_WIDTH)
        self.bottom.large_type.setChecked(mode == FREE and percent == LARGE_TYPE)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.side.setFixedWidth(SIDE_WIDE if self.width() >= WIDE_SCREEN else SIDE_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, pages = event.key(), () if self.session is None else self.session.pages
        if event.text() in tuple("123456789"):
            self.ask_page(event.text())
        elif key == Qt.Key.Key_G:
            self.ask_page()
        elif key == Qt.Key.Key_Slash:
            self.ask_search()
        elif key == Qt.Key.Key_B:
            self.bottom.bookmark.click()
        elif key == Qt.Key.Key_Home and pages:
            self.go_to(pages[0])
        elif key == Qt.Key.Key_End and pages:
            self.go_to(pages[-1])
        else:
            super().keyPressEvent(event)
