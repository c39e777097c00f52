"""What nobody opened: doors that stand open, or cells whose content changed, without a cycle."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.kernel.errors import Broken, Fault
from cloud_locker import journal as events
from cloud_locker.api import Cell
from cloud_locker.journal import Entry, UnlockJournal
from cloud_locker.whole_files import write_whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """A cabinet as it was found. `forced`: cells that were opened with no cycle since the last
    observation, each told once; the content of a cell that changed behind a shut door counts.
    `fault`: why it does not answer."""

    cells: list[Cell]
    forced: list[int]
    answering: bool
    fault: Fault | None = None


@dataclass(kw_only=True, slots=True)
class _Memory:
    """The last observation: open doors, contents, and the latest journal event of each cell."""

    open: set[int] = field(default_factory=set)
    occupied: dict[int, bool | None] = field(default_factory=dict)
    events: dict[int, str] = field(default_factory=dict)


class Watch:
    """Remembers the last observation in a file, so that nothing that happened between two
    programs goes unseen."""

    def __init__(self, path: Path, journal: UnlockJournal) -> None:
        self._path = path
        self._journal = journal

    def latest(self) -> dict[int, Entry]:
        """The latest event of each cell; read before the doors are."""
        return {entry.cell: entry for entry in self._journal.entries()}

    def forced(
        self, earlier: dict[int, Entry], cells: Sequence[Cell], said_open: Collection[int]
    ) -> list[int]:
        """The cells nobody opened by rule, and remember the rest.

        `earlier`: `latest()` before `cells` were read; `said_open`: cells of which the board said
        by itself that they opened. Raises Broken LCK-113.
        """
        memory = self._read()
        later = self.latest()
        found = [
            cell.number
            for cell in cells
            if cell.number not in memory.open
            and not _explained(cell.number, memory, earlier, later)
            and (cell.door_open or _disturbed(cell, memory, later, said_open))
        ]
        self._write(cells, later)
        return found

    def _read(self) -> _Memory:
        try:
            row = json.loads(self._path.read_text(encoding="utf-8"))
            return _Memory(
                open={int(number) for number in row["open"]},
                occupied={int(number): value for number, value in row["occupied"].items()},
                events={int(number): str(event) for number, event in row["events"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # Without a memory every open door is news, which is the safe side.
            return _Memory()

    def _write(self, cells: Sequence[Cell], later: dict[int, Entry]) -> None:
        row: dict[str, Any] = {
            "open": [cell.number for cell in cells if cell.door_open],
            "occupied": {str(cell.number): cell.occupied for cell in cells},
            "events": {str(number): _mark(entry) for number, entry in later.items()},
        }
        try:
            write_whole(self._path, row)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Broken("LCK-113", path=str(self._path), reason=reason) from error


def _explained(
    number: int, memory: _Memory, earlier: dict[int, Entry], later: dict[int, Entry]
) -> bool:
    """Whether a cycle was at this cell while the doors were read, is interrupted there, or left
    the door to the people in front of it since the last look."""
    now, before = later.get(number), earlier.get(number)
    if now is None:
        return False
    if before is None or _mark(before) != _mark(now) or now.unfinished:
        return True
    return now.event == events.RELEASED and memory.events.get(number) != _mark(now)


def _disturbed(
    cell: Cell, memory: _Memory, later: dict[int, Entry], said_open: Collection[int]
) -> bool:
    """Whether a shut cell was opened, or changed inside, with no cycle since the last look."""
    entry = later.get(cell.number)
    if entry is not None and memory.events.get(cell.number) != _mark(entry):
        return False
    was = memory.occupied.get(cell.number)
    known = was is not None and cell.occupied is not None
    return cell.number in said_open or (known and cell.occupied != was)


def _mark(entry: Entry) -> str:
    return f"{entry.cycle} {entry.event} {entry.at}"
