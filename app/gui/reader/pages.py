"""The pages of one visit: fetched off the main thread, the next one ahead, all wiped at the end."""

from __future__ import annotations

import logging
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.gui.kiosk.calls import ask
from app.gui.reader.ready_page import ReadyPage, decoded
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_room import ReadingRoom
    from app.services.reading_views import ReaderSession

KEPT = 5
LOG = logging.getLogger(__name__)


class PageStore(QObject):
    """Emits `shown(ReadyPage)` or `failed(Fault)` for what `show` asked.

    One page is on its way at a time; of several wishes meanwhile the newest counts. No page is
    shown before the reading room has it on record.
    """

    shown = Signal(object)
    failed = Signal(object)

    def __init__(self, room: ReadingRoom, owner: QWidget) -> None:
        super().__init__(owner)
        self._room = room
        self._owner = owner
        self._session: ReaderSession | None = None
        self._visit = 0
        self._kept: OrderedDict[int, ReadyPage] = OrderedDict()
        self._ahead: set[int] = set()
        self._on_way: int | None = None
        self._wanted: int | None = None

    @property
    def kept(self) -> tuple[int, ...]:
        """Numbers of the pages in memory, the newest last."""
        return tuple(self._kept)

    def open(self, session: ReaderSession) -> None:
        """Begin a visit."""
        self.wipe()
        self._session = session

    def wipe(self) -> None:
        """End the visit: nothing is kept, and what is still on its way will be dropped."""
        self._visit += 1
        self._session = None
        self._wanted = self._on_way = None
        self._ahead.clear()
        while self._kept:
            self._kept.popitem()[1].wipe()

    def show(self, number: int) -> None:
        """Bring page `number`."""
        self._wanted = number
        self._advance()

    def prefetch(self, number: int) -> None:
        """Make page `number` in advance; a failure shows itself when the page is wanted."""
        session = self._session
        if session is None or number in self._ahead or number in self._kept:
            return
        if number == self._on_way:
            return
        room = self._room
        self._ahead.add(number)
        ask(self._owner, lambda: decoded(number, room.page(session, number, ahead=True))).done(
            partial(self._on_ahead, self._visit)
        ).refused(partial(self._on_ahead_failed, self._visit, number)).start()

    def _advance(self) -> None:
        number, session = self._wanted, self._session
        if number is None or session is None or self._on_way is not None or number in self._ahead:
            return
        self._on_way, self._wanted = number, None
        room, kept = self._room, self._kept.get(number)

        def call() -> ReadyPage:
            if kept is None:
                return decoded(number, room.page(session, number))
            room.opened(session, number)
            return kept

        ask(self._owner, call).done(partial(self._on_shown, self._visit)).refused(
            partial(self._on_failed, self._visit)
        ).start()

    def _keep(self, page: ReadyPage) -> None:
        self._kept[page.number] = page
        self._kept.move_to_end(page.number)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _on_shown(self, visit: int, page: ReadyPage) -> None:
        if visit != self._visit:
            page.wipe()
            return
        self._on_way = None
        self._keep(page)
        self.shown.emit(page)
        self._advance()

    def _on_failed(self, visit: int, fault: Fault) -> None:
        if visit != self._visit:
            return
        self._on_way = None
        self.failed.emit(fault)
        self._advance()

    def _on_ahead(self, visit: int, page: ReadyPage) -> None:
        if visit != self._visit:
            page.wipe()
            return
        self._ahead.discard(page.number)
        self._keep(page)
        self._advance()

    def _on_ahead_failed(self, visit: int, number: int, fault: Fault) -> None:
        if visit != self._visit:
            return
        LOG.info("page %d was not made ahead: %s", number, fault)
        self._ahead.discard(number)
        self._advance()
