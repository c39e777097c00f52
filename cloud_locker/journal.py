"""What was intended and what came of it, one line per event, on disk before a lock is pulsed.

After a power cut the journal tells which door may have been opened for whom; the door itself is
then asked. Nothing in it is ever changed or replayed.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.kernel.clock import Clock, SystemClock, timestamp
from app.kernel.errors import Broken
from app.kernel.folder_sync import sync_folder
from cloud_locker.synced_lines import append_line, read_whole

INTENT = "intent"  # about to pulse; written and synced first
OPENED = "opened"  # the door reports open
NOT_OPENED = "not_opened"  # pulsed, and the door reports closed
UNANSWERED = "unanswered"  # pulsed, and nobody knows
LEFT_OPEN = "left_open"  # waited for in vain
CLOSED = "closed"  # the door reports closed again: the cycle is over
SETTLED = "settled"  # an interrupted cycle, ended by what the cabinet reports
RELEASED = "released"  # opened with all others and left to the people in front of it

# Above this size, and with nothing unfinished in it, the journal is laid aside and begun anew.
# It is read several times for each door, while somebody waits.
FULL_BYTES = 250_000

_UNFINISHED = frozenset({INTENT, OPENED, UNANSWERED, LEFT_OPEN})


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One event of one door cycle. `details` are facts such as the pulse number or the sensor."""

    at: str
    cycle: str
    event: str
    cell: int
    purpose: str
    reference: str
    details: dict[str, Any]

    @property
    def unfinished(self) -> bool:
        """Whether a cycle that stops here was interrupted."""
        return self.event in _UNFINISHED


class UnlockJournal:
    """Appends events to a file of JSON lines; each is on disk when `append` returns."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self.path = path
        self._clock = clock or SystemClock()

    def append(
        self, event: str, *, cycle: str, cell: int, purpose: str, reference: str, **details: Any
    ) -> Entry:
        """Write one event and sync it. Raises Broken LCK-113 when the disk does not take it."""
        entry = Entry(
            at=timestamp(self._clock.now()),
            cycle=cycle,
            event=event,
            cell=cell,
            purpose=purpose,
            reference=reference,
            details=details,
        )
        try:
            append_line(self.path, _line(entry))
        except OSError as error:
            raise self.unusable(error) from error
        return entry

    def end(self, entry: Entry, event: str, **details: Any) -> Entry:
        """Append one more event to the cycle of `entry`. Raises Broken LCK-113."""
        return self.append(
            event,
            cycle=entry.cycle,
            cell=entry.cell,
            purpose=entry.purpose,
            reference=entry.reference,
            **details,
        )

    def entries(self) -> list[Entry]:
        """All events in order. A torn line is passed over: its sync never returned, so nothing
        was done on the strength of it."""
        try:
            lines = read_whole(self.path).splitlines()
        except OSError as error:
            raise self.unusable(error) from error
        found = (_entry(line) for line in lines)
        return [entry for entry in found if entry is not None]

    def unusable(self, error: OSError) -> Broken:
        """The fault of a journal that cannot be read or written."""
        return Broken("LCK-113", path=str(self.path), reason=error.strerror or str(error))

    def interrupted(self) -> list[Entry]:
        """The last event of every cycle that was not brought to its end, oldest first."""
        last: dict[str, Entry] = {}
        for entry in self.entries():
            last[entry.cycle] = entry
        return [entry for entry in last.values() if entry.unfinished]

    def first(self, cycle: str) -> Entry | None:
        """The event a cycle began with."""
        return next((entry for entry in self.entries() if entry.cycle == cycle), None)

    def last(self, cell: int) -> Entry | None:
        """The latest event of one cell."""
        return next((entry for entry in reversed(self.entries()) if entry.cell == cell), None)

    def lay_aside(self) -> None:
        """Begin a new file with the latest event of each cell, when this one is full and tells of
        nothing unfinished; the old one stays beside it under a name with its last moment. Whoever
        calls holds the cabinet's lock. Raises Broken LCK-113."""
        try:
            if not self.path.exists() or self.path.stat().st_size < FULL_BYTES:
                return
            entries = self.entries()
            if not entries or self.interrupted():
                return
            latest = {entry.cell: entry for entry in entries}
            part = self.path.with_suffix(".part")
            with part.open("wb") as stream:
                stream.writelines(_line(entry) + b"\n" for entry in latest.values())
                stream.flush()
                os.fsync(stream.fileno())
            stamp = re.sub(r"\D", "", entries[-1].at)
            # Between the two steps there is no journal: nothing was unfinished in it.
            self.path.rename(self.path.with_name(f"{self.path.name}.{stamp}"))
            part.replace(self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise self.unusable(error) from error


def _line(entry: Entry) -> bytes:
    row = {name: getattr(entry, name) for name in Entry.__slots__}
    return json.dumps(row, ensure_ascii=False).encode()


def _entry(line: bytes) -> Entry | None:
    try:
        row = json.loads(line)
        return Entry(**row)
    except (ValueError, TypeError):
        return None
