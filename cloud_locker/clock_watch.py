"""Whether the clock of this machine may decide if a code has expired (INTEGRATION 2: clock wrong).

A clock that went back makes codes valid again that had run out. So the latest moment ever seen
is kept on disk; a moment well before it is not believed, and neither is one that differs from the
server's or the controller's.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from app.kernel.clock import Clock, timestamp
from app.kernel.errors import Broken, Refused
from cloud_locker.whole_files import write_whole

ALLOWED_SECONDS = 30
# The file is not written for every question; so much may be missing after a power cut.
_NOTE_EVERY = timedelta(seconds=10)


class ClockWatch:
    """`path`: where the latest moment is kept."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def check(self, reference_time: datetime | None = None) -> None:
        """Raises Refused LCK-118 when the clock went back, or is more than 30 s away from
        `reference_time` (aware), by which a clock is also acquitted; Broken LCK-124 when the
        moment cannot be kept."""
        now = self._clock.now()
        if reference_time is not None:
            if abs(now - reference_time) > timedelta(seconds=ALLOWED_SECONDS):
                raise _wrong(now, reference_time)
            self._note(now)
            return
        latest = self._latest()
        if latest is not None and latest - now > timedelta(seconds=ALLOWED_SECONDS):
            raise _wrong(now, latest)
        if latest is None or now - latest >= _NOTE_EVERY:
            self._note(now)

    def accept(self) -> None:
        """Somebody looked at the clock and found it right: count from here. Raises Broken
        LCK-124."""
        self._note(self._clock.now())

    def _latest(self) -> datetime | None:
        try:
            row = json.loads(self._path.read_text(encoding="utf-8"))
            latest = datetime.fromisoformat(row["latest"])
            return latest if latest.tzinfo is not None else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _note(self, moment: datetime) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, {"latest": timestamp(moment)}, durable=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Broken("LCK-124", path=str(self._path), reason=reason) from error


def _wrong(now: datetime, expected: datetime) -> Refused:
    return Refused(
        "LCK-118",
        now=timestamp(now),
        expected=timestamp(expected),
        seconds=round(abs(now - expected).total_seconds()),
    )
