"""The files of a drop folder that were not taken yet: in which order they came, which are at rest.

Works with the readings of a monotonic clock and with differences between two looks only, so that
neither a clock that is set nor a server whose clock is wrong can make a file look finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from scanner.drivers.file_order import natural_key
from scanner.drivers.watch_listing import Stamp


@dataclass(kw_only=True, slots=True)
class Arrival:
    """A file on its way. `place` orders by arrival, inside one look by the numbers in the names;
    `still_since` is the moment of its last change; `checked_at` that of the last look inside,
    None when it changed since. `reason` says why it could not be taken ("" untried)."""

    path: PurePath
    stamp: Stamp
    place: tuple[int, Any]
    still_since: float
    checked_at: float | None = None
    reason: str = ""


@dataclass(kw_only=True)
class Arrivals:
    """Follows the files of a folder from look to look.

    A file is at rest after `settle_seconds` without a change. One that has been at rest for
    `patience_seconds` and still cannot be taken no longer holds up those that came after it.
    """

    settle_seconds: float
    patience_seconds: float
    last_change: float
    vanished: dict[PurePath, Stamp] = field(default_factory=dict)
    _waiting: dict[PurePath, Arrival] = field(default_factory=dict)
    _looks: int = 0

    def update(self, files: Mapping[PurePath, Stamp], now: float) -> None:
        """Take in what one look found at the moment `now`."""
        self._looks += 1
        for path in [path for path in self._waiting if path not in files]:
            gone = self._waiting.pop(path)
            heir = _same_file(gone.stamp, files, self._waiting)
            if heir is not None:
                # Renamed after the last byte: it keeps its place in the order.
                gone.path, gone.checked_at = heir, None
                self._waiting[heir] = gone
            elif gone.stamp.size:
                self.vanished[path] = gone.stamp
            self.last_change = now
        for path, stamp in files.items():
            waiting = self._waiting.get(path)
            if waiting is None:
                self._waiting[path] = Arrival(
                    path=path, stamp=stamp, place=(self._looks, natural_key(path)), still_since=now
                )
                self.vanished.pop(path, None)
                self.last_change = now
            elif not waiting.stamp.same_state(stamp):
                waiting.stamp, waiting.still_since = stamp, now
                waiting.checked_at, waiting.reason = None, ""
                self.last_change = now

    def in_order(self) -> list[Arrival]:
        """What waits, in the order of arrival."""
        return sorted(self._waiting.values(), key=lambda arrival: arrival.place)

    def remove(self, path: PurePath) -> None:
        """The file was taken."""
        self._waiting.pop(path, None)

    def at_rest(self, arrival: Arrival, now: float) -> bool:
        """Whether nothing changed for as long as a file needs to settle."""
        return now - arrival.still_since >= self.settle_seconds

    def stuck(self, arrival: Arrival, now: float) -> bool:
        """Whether it has been tried in vain for so long that the others go first."""
        return bool(arrival.reason) and now - arrival.still_since >= self.patience_seconds

    def worth_a_look(self, arrival: Arrival, now: float) -> bool:
        """Whether to look inside (again): at rest, and not looked into within that time."""
        if not self.at_rest(arrival, now):
            return False
        since = arrival.checked_at
        pause = self.patience_seconds if self.stuck(arrival, now) else self.settle_seconds
        return since is None or now - since >= pause


def _same_file(
    stamp: Stamp, files: Mapping[PurePath, Stamp], waiting: Mapping[PurePath, Arrival]
) -> PurePath | None:
    if not stamp.inode:
        return None
    for path, other in files.items():
        if other.inode == stamp.inode and path not in waiting:
            return path
    return None
