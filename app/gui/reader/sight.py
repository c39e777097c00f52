"""What is in sight and for how long, put on record off the main thread and in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.gui.kiosk.calls import ask
from app.gui.reader.ready_page import ReadyPage
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_views import SessionDesk


class Sight(QObject):
    """Emits `refused(Fault)` when what is in sight may no longer be; `seconds` counts up."""

    refused = Signal(object)

    def __init__(
        self, desk: SessionDesk, owner: QWidget, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(owner)
        self._desk = desk
        self._owner = owner
        self._seconds = seconds
        self._issues: tuple[str, ...] = ()
        self._since = 0.0

    def see(self, pages: Sequence[ReadyPage]) -> None:
        """These pages are in sight now, and no others."""
        issues = tuple(page.issue for page in pages if page.issue)
        if issues == self._issues:
            return
        self.rest()
        self._issues, self._since = issues, self._seconds()
        for issue in issues:
            self._tell_shown(issue)

    def rest(self) -> None:
        """Nothing is in sight any more."""
        self.pause()
        self._issues = ()

    def pause(self) -> None:
        """Put on record what was seen until now; counting goes on from here."""
        now = self._seconds()
        seen, self._since = now - self._since, now
        for issue in self._issues:
            self._tell_left(issue, seen)

    def _tell_shown(self, issue: str) -> None:
        desk = self._desk
        ask(self._owner, lambda: desk.shown(issue), in_order=True).refused(self._on_refused).start()

    def _tell_left(self, issue: str, seconds: float) -> None:
        desk = self._desk
        ask(self._owner, lambda: desk.left_page(issue, seconds), in_order=True).refused(
            self._on_refused
        ).start()

    def _on_refused(self, fault: Fault) -> None:
        self.refused.emit(fault)
