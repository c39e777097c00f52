"""Doors that stand open while nobody is at the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.gui.cabinet.cues import ALARM, CLOSE_DOOR

if TYPE_CHECKING:
    from app.services.locker_views import CellRow

# Somebody at the desk may just be looking into a cell; then it is said, then heard.
SAID_SECONDS = 20.0
HEARD_SECONDS = 60.0
ALARM_SECONDS = 180.0
REPEAT_SECONDS = 30.0


class LeftOpen:
    """Which doors to name, and what to let be heard; asked at each answer of the cabinet."""

    def __init__(self, seconds_now: Callable[[], float] = time.monotonic) -> None:
        self._now = seconds_now
        self._since: dict[int, float] = {}
        self._heard_at = 0.0

    def look(self, cells: Sequence[CellRow]) -> str:
        """Note which doors are open now; gives the cue to be heard, or ""."""
        now = self._now()
        open_now = {cell.number for cell in cells if cell.door_open}
        self._since = {number: self._since.get(number, now) for number in open_now}
        if not self._since:
            return ""
        longest = now - min(self._since.values())
        if longest < HEARD_SECONDS or now - self._heard_at < REPEAT_SECONDS:
            return ""
        self._heard_at = now
        return ALARM if longest >= ALARM_SECONDS else CLOSE_DOOR

    def late(self, number: int) -> None:
        """Door `number` has been open for long already; it counts as long as it stays so."""
        self._since[number] = self._now() - ALARM_SECONDS

    @property
    def doors(self) -> tuple[int, ...]:
        """The doors to name on the screen."""
        now = self._now()
        return tuple(sorted(n for n, since in self._since.items() if now - since >= SAID_SECONDS))

    def forget(self) -> None:
        """Somebody is at the screen."""
        self._since = {}
