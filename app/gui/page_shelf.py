"""The pages of the desk: each is made when it is first needed, and stays."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QStackedWidget

from app.gui.archive.page import ArchivePage
from app.gui.bind.page import BindPage
from app.gui.catalogue.page import CataloguePage
from app.gui.desk import Desk
from app.gui.inspect.page import InspectPage
from app.gui.locker.page import LockerPage
from app.gui.navigation import PAGES
from app.gui.page import Page
from app.gui.reading.page import ReadingPage
from app.gui.reconcile.page import ReconcilePage
from app.gui.scan.page import ScanPage
from app.gui.today.page import TodayPage

# Between two pages that are made ahead, so that what the person does comes first.
PAUSE_MILLISECONDS = 20
KINDS: dict[str, type[Page]] = {
    kind.name: kind
    for kind in (
        TodayPage,
        ScanPage,
        InspectPage,
        CataloguePage,
        ReconcilePage,
        BindPage,
        ArchivePage,
        ReadingPage,
        LockerPage,
    )
}


class PageShelf(QObject):
    """`shelf[name]` is the page of this name in `stack`, made at the first time."""

    def __init__(self, desk: Desk, stack: QStackedWidget) -> None:
        super().__init__(stack)
        self._desk = desk
        self._stack = stack
        self._made: dict[str, Page] = {}
        self.ahead = QTimer(self)
        self.ahead.setInterval(PAUSE_MILLISECONDS)
        self.ahead.timeout.connect(self._make_next)

    def __getitem__(self, name: str) -> Page:
        """The page called `name`. Raises KeyError when there is none."""
        if name not in self._made:
            page = KINDS[name](self._desk, self._stack)
            self._made[name] = page
            self._stack.addWidget(page)
        return self._made[name]

    @property
    def made(self) -> tuple[Page, ...]:
        """The pages that were needed so far."""
        return tuple(self._made.values())

    def make_ahead(self) -> None:
        """Make all pages one by one while nothing else is to be done, so that the first visit of
        a page does not wait for it."""
        self.ahead.start()

    def _make_next(self) -> None:
        missing = [name for name in PAGES if name not in self._made]
        if missing:
            self[missing[0]]
        if len(missing) < 2:
            self.ahead.stop()
