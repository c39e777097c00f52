"""The reader: the page large, the catalogue at its left, the time always in sight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.present import present
from app.gui.reader.catalogue import CatalogueList
from app.gui.reader.countdown import present_moment
from app.gui.reader.page_entry import PageEntry
from app.gui.reader.page_view import FIT_PAGE, FIT_WIDTH, FREE, LARGE_TYPE, PageView
from app.gui.reader.pages import PageStore
from app.gui.reader.reader_bars import BottomBar, TopBar
from app.gui.reader.ready_page import ReadyPage
from app.gui.widgets.labels import framed, label
from app.gui.widgets.notice import Notice
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_room import ReadingRoom
    from app.services.reading_views import ReaderSession

CATALOGUE_WIDTH = 320
CATALOGUE_WIDE = 400
WIDE_SCREEN = 1600
PATIENCE_MILLISECONDS = 250
ENDED = ("RDR-105", "RDR-108")


class ReaderPage(QWidget):
    """Shows the granted pages of one session. Emits `left()` when the reader wants to leave,
    `ended(text)` when the grant no longer holds."""

    left = Signal()
    ended = Signal(str)

    def __init__(
        self,
        room: ReadingRoom,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = present_moment,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.session: ReaderSession | None = None
        self._current: int | None = None
        self._step = 1
        self.store = PageStore(room, self)
        self.store.shown.connect(self._on_shown)
        self.store.failed.connect(self._on_failed)
        self.top = TopBar(now)
        self.bottom = BottomBar()
        self.catalogue = CatalogueList()
        self.view = PageView()
        self.notice = Notice()
        self.entry = PageEntry(self)
        # "Being fetched" is said only when it takes long enough to be noticed.
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MILLISECONDS)
        self._patience.timeout.connect(self._say_fetching)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.side: QFrame = framed("panel")
        side = QVBoxLayout(self.side)
        side.setContentsMargins(0, 12, 0, 0)
        side.setSpacing(8)
        heading = label(_("Catalogue of the granted pages"), "heading")
        heading.setContentsMargins(16, 0, 16, 0)
        side.addWidget(heading)
        side.addWidget(self.catalogue, 1)
        self.side.setFixedWidth(CATALOGUE_WIDTH)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.notice)
        middle.addWidget(self.view, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addLayout(middle, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(row, 1)
        column.addWidget(self.bottom)

    def _connect(self) -> None:
        bar = self.bottom
        self.top.leave.clicked.connect(self.left)
        self.top.countdown.soon.connect(self._on_soon)
        self.top.countdown.ended.connect(self._on_time_over)
        self.catalogue.page_chosen.connect(self.go_to)
        self.entry.chosen.connect(self.go_to)
        self.view.turned.connect(self.turn)
        self.view.zoom_changed.connect(self._on_zoom)
        bar.previous.clicked.connect(lambda: self.turn(-1))
        bar.following.clicked.connect(lambda: self.turn(1))
        bar.page.clicked.connect(self.ask_page)
        bar.smaller.clicked.connect(self.view.zoom_out)
        bar.larger.clicked.connect(self.view.zoom_in)
        bar.whole.clicked.connect(self.view.fit_page)
        bar.width_fit.clicked.connect(self.view.fit_width)
        bar.large_type.clicked.connect(self._on_large_type)
        bar.catalogue.setChecked(True)
        bar.catalogue.toggled.connect(self.side.setVisible)

    @property
    def current(self) -> int | None:
        """The page that is shown or on its way."""
        return self._current

    def open(self, session: ReaderSession) -> None:
        """Begin with the first granted page."""
        self.wipe()
        self.session = session
        self.store.open(session)
        self.top.case.setText(session.case_no)
        self.top.reader.show_text(_("Reader: {name}").format(name=session.reader))
        self.top.quota.setText(_("Prints: {count} pages").format(count=session.prints_left))
        self.top.quota.setAccessibleName(self.top.quota.text())
        self.catalogue.fill(session.catalogue, session.pages)
        self.view.fit_width()
        self.go_to(session.pages[0])
        self.view.setFocus()
        self.top.countdown.open(session.valid_until)

    def wipe(self) -> None:
        """Take everything of the reader off the screen and out of memory."""
        self.session = None
        self._current = None
        self._step = 1
        self._patience.stop()
        self.view.clear()
        self.store.wipe()
        self.catalogue.wipe()
        self.entry.close_entry()
        self.top.wipe()
        for part in (self.notice.message, self.notice.safe, self.notice.remedy):
            part.clear()
        self.notice.setAccessibleName("")
        self.notice.hide()
        self.bottom.show_page(None, 0, 0)
        self.bottom.catalogue.setChecked(True)

    def go_to(self, page: int) -> None:
        """Bring `page`, when it is granted."""
        if self.session is None or page not in self.session.pages:
            return
        pages = self.session.pages
        self._step = -1 if self._current is not None and page < self._current else 1
        self._current = page
        self.bottom.show_page(page, pages.index(page) + 1, len(pages))
        self.catalogue.follow(page)
        self._patience.start()
        self.store.show(page)
        self.view.setFocus()

    def turn(self, step: int) -> None:
        """The next granted page, or the one before."""
        if self.session is None or self._current is None:
            return
        place = self.session.pages.index(self._current) + step
        if 0 <= place < len(self.session.pages):
            self.go_to(self.session.pages[place])

    def ask_page(self, first_digit: str | bool = "") -> None:
        """Open the pad for a page number."""
        if self.session is not None:
            digit = first_digit if isinstance(first_digit, str) else ""
            self.entry.ask(self.session.pages, digit)

    def _on_shown(self, page: ReadyPage) -> None:
        if self.session is None or self._current is None:
            return
        self.view.show_page(page)
        if page.number != self._current:
            return
        self._patience.stop()
        self.notice.hide()
        # One page in the direction of reading; more would stand before a page that is asked for.
        neighbour = self.session.pages.index(page.number) + self._step
        if 0 <= neighbour < len(self.session.pages):
            self.store.prefetch(self.session.pages[neighbour])

    def _on_failed(self, fault: Fault) -> None:
        self._patience.stop()
        if fault.code in ENDED:
            self.ended.emit(present(fault).message)
            return
        page = self._current
        self.view.clear(_("This page could not be fetched."))
        self.notice.show_presentation(
            present(fault),
            action_text=_("Try again"),
            action=None if page is None else lambda: self.go_to(page),
        )

    def _say_fetching(self) -> None:
        if self.session is not None and self.view.page_number != self._current:
            self.view.clear(_("Page {page} is being fetched…").format(page=self._current))

    def _on_soon(self) -> None:
        self.notice.show_text(
            "warn",
            _("The grant ends in less than ten minutes."),
            remedy=_("Ask at the counter if you need more time."),
        )

    def _on_time_over(self) -> None:
        self.ended.emit(_("The time of the grant is over."))

    def _on_large_type(self, checked: bool) -> None:
        """Large type takes the whole width, so the catalogue steps aside."""
        self.bottom.catalogue.setChecked(not checked)
        if checked:
            self.view.zoom_to(LARGE_TYPE)
        else:
            self.view.fit_width()

    def _on_zoom(self, percent: int) -> None:
        mode, bar = self.view.fit_mode, self.bottom
        bar.percent.setText(f"{percent}%")
        bar.percent.setAccessibleName(_("Size {percent} per cent").format(percent=percent))
        bar.whole.setChecked(mode == FIT_PAGE)
        bar.width_fit.setChecked(mode == FIT_WIDTH)
        bar.large_type.setChecked(mode == FREE and percent == LARGE_TYPE)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        wide = self.width() >= WIDE_SCREEN
        self.side.setFixedWidth(CATALOGUE_WIDE if wide else CATALOGUE_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, pages = event.key(), () if self.session is None else self.session.pages
        if event.text() in tuple("123456789"):
            self.ask_page(event.text())
        elif key == Qt.Key.Key_G:
            self.ask_page()
        elif key == Qt.Key.Key_Home and pages:
            self.go_to(pages[0])
        elif key == Qt.Key.Key_End and pages:
            self.go_to(pages[-1])
        else:
            super().keyPressEvent(event)
