"""How long each lock still has to rest: a solenoid that is driven again and again burns out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cloud_locker.whole_files import write_whole


class CoolDown:
    """Remembers when each lock was driven; in a file as well, once it was shared, because the
    next program may come within the two seconds. Whoever calls holds the bus."""

    def __init__(
        self,
        seconds: float,
        seconds_now: Callable[[], float],
        wall_seconds: Callable[[], float] = time.time,
    ) -> None:
        self._seconds = seconds
        self._seconds_now = seconds_now
        self._wall_seconds = wall_seconds
        self._driven: dict[int, float] = {}
        self._path: Path | None = None

    def share(self, path: Path) -> None:
        """From now on tell other programs, and hear of them, by this file."""
        self._path = path

    def left(self, number: int) -> float:
        """Seconds this lock still has to rest; 0 when it may be driven."""
        if self._seconds <= 0:
            return 0.0
        waits = [0.0]
        if number in self._driven:
            waits.append(self._driven[number] + self._seconds - self._seconds_now())
        if self._path is not None and number not in self._driven:
            rested = self._wall_seconds() - self._told().get(str(number), 0.0)
            # A clock that was put back must not lock a cell for hours.
            if 0 <= rested < self._seconds:
                waits.append(self._seconds - rested)
        return max(waits)

    def driven(self, number: int) -> None:
        """This lock was driven just now, or may have been."""
        self._driven[number] = self._seconds_now()
        if self._path is None or self._seconds <= 0:
            return
        now = self._wall_seconds()
        hot = {cell: at for cell, at in self._told().items() if 0 <= now - at < self._seconds}
        with suppress(OSError):
            write_whole(self._path, hot | {str(number): now})

    def _told(self) -> dict[str, float]:
        try:
            row = json.loads((self._path or Path()).read_text(encoding="utf-8"))
            return {str(cell): float(at) for cell, at in row.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
