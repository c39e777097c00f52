"""The pages of one case in memory: fetched off the main thread, neighbours ahead, wiped at the end.

A page that was made ahead is shown at once, without asking anybody: that it may be shown was
decided when it was made, and it has been on record as made since then. That it came into sight is
put on record by `app.gui.reader.sight`.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.gui.kiosk.calls import ask
from app.gui.reader.ready_page import ReadyPage, decoded
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_views import SessionDesk

KEPT = 8
AHEAD = 2
LOG = logging.getLogger(__name__)


class PageStore(QObject):
    """Emits `shown(pages)` (a tuple of ReadyPage) or `failed(Fault)` for what `show` asked.

    Of several wishes the newest counts. Wanted pages are fetched one by one, and beside them one
    page ahead, so that a page that is asked for never waits for more than one other.
    """

    shown = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: SessionDesk, owner: QWidget) -> None:
        super().__init__(owner)
        self._desk = desk
        self._owner = owner
        self._grant = ""
        self._opened = 0
        self._kept: OrderedDict[int, ReadyPage] = OrderedDict()
        self._wanted: tuple[int, ...] = ()
        self._in_sight: tuple[int, ...] = ()
        self._ahead: list[int] = []
        self._on_way: set[int] = set()
        self._fetching_ahead: int | None = None

    @property
    def kept(self) -> tuple[int, ...]:
        """Numbers of the pages in memory, the newest last."""
        return tuple(self._kept)

    def open(self, grant: str) -> None:
        """Begin with the case of `grant`."""
        self.wipe()
        self._grant = grant

    def wipe(self) -> None:
        """Nothing is kept, and what is still on its way will be dropped."""
        self._opened += 1
        self._grant = ""
        self._wanted = self._in_sight = ()
        self._ahead.clear()
        self._on_way.clear()
        self._fetching_ahead = None
        while self._kept:
            self._kept.popitem()[1].wipe()

    def show(self, numbers: tuple[int, ...]) -> None:
        """Bring the pages `numbers`, which are seen together."""
        self._wanted = numbers
        self._ahead.clear()
        self._advance()

    def prefetch(self, numbers: Sequence[int]) -> None:
        """Make `numbers` ahead, in this order; a failure shows itself when a page is wanted."""
        self._ahead = [number for number in numbers if number not in self._kept]
        self._advance()

    def _advance(self) -> None:
        if not self._grant:
            return
        missing = [number for number in self._wanted if number not in self._kept]
        if self._wanted and not missing:
            pages = tuple(self._kept[number] for number in self._wanted)
            for page in pages:
                self._kept.move_to_end(page.number)
            self._in_sight, self._wanted = self._wanted, ()
            self.shown.emit(pages)
        elif missing and not self._on_way.intersection(missing):
            self._fetch(missing[0])
        elif not self._wanted and self._fetching_ahead is None:
            self._fetch_ahead()

    def _fetch_ahead(self) -> None:
        while self._ahead:
            number = self._ahead.pop(0)
            if number not in self._on_way and number not in self._kept:
                self._fetching_ahead = number
                self._fetch(number)
                return

    def _fetch(self, number: int) -> None:
        self._on_way.add(number)
        desk, grant = self._desk, self._grant

        def call() -> ReadyPage:
            issued = desk.page(grant, number)
            return decoded(number, issued.picture, issued.issue)

        ask(self._owner, call).done(partial(self._on_page, self._opened)).refused(
            partial(self._on_failed, self._opened, number)
        ).start()

    def _landed(self, number: int) -> None:
        self._on_way.discard(number)
        if self._fetching_ahead == number:
            self._fetching_ahead = None

    def _on_page(self, opened: int, page: ReadyPage) -> None:
        if opened != self._opened:
            page.wipe()
            return
        self._landed(page.number)
        self._kept[page.number] = page
        self._forget()
        self._advance()

    def _forget(self) -> None:
        """Let go of the oldest pages, but never of one that is seen or waited for."""
        held = {*self._wanted, *self._in_sight}
        for number in [number for number in self._kept if number not in held]:
            if len(self._kept) <= KEPT:
                return
            self._kept.pop(number).wipe()

    def _on_failed(self, opened: int, number: int, fault: Fault) -> None:
        if opened != self._opened:
            return
        self._landed(number)
        if number in self._wanted:
            self._wanted = ()
            self.failed.emit(fault)
        else:
            LOG.info("page %d was not made ahead: %s", number, fault)
        self._advance()


def neighbours(pages: Sequence[int], shown: Sequence[int], step: int) -> list[int]:
    """Which of `pages` may be wanted after `shown`: further in the direction of `step` first, then
    back."""
    first, last = pages.index(shown[0]), pages.index(shown[-1])
    reach = AHEAD * len(shown)
    after = list(pages[last + 1 : last + 1 + reach])
    before = list(reversed(pages[max(0, first - reach) : first]))
    near, far = (after, before) if step > 0 else (before, after)
    return near + far[: len(shown)]
