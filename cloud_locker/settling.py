"""How an interrupted door cycle ends: by what the cabinet reports, never by another unlock."""

from __future__ import annotations

from dataclasses import dataclass

from cloud_locker import journal as events
from cloud_locker.api import Cell
from cloud_locker.door_cycle import as_expected
from cloud_locker.journal import Entry

DONE = "done"  # shut, and the sensor sees what the cycle was for
UNDONE = "undone"  # shut, nobody saw it open, and the content is what it was
OPEN = "open"  # it still stands open: the same task goes on where it was
UNKNOWN = "unknown"  # shut, and only a person can tell


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What became of an interrupted cycle. `entry` is its last event, `cell` the cell now."""

    entry: Entry
    outcome: str
    cell: Cell


def judge(entry: Entry, first: Entry, cell: Cell) -> str:
    """The outcome of the cycle that began with `first` and stopped at `entry`."""
    if cell.door_open:
        return OPEN
    if as_expected(entry.purpose, cell):
        return DONE
    before = first.details.get("occupied_before")
    if entry.event == events.INTENT and before is not None and cell.occupied is before:
        return UNDONE
    return UNKNOWN
