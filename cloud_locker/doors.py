"""What the cycle under way sees of the doors, for those who may not ask the wire meanwhile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.kernel.clock import Clock, SystemClock, timestamp
from cloud_locker.api import Cell
from cloud_locker.whole_files import write_whole

FRESH_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenDoors:
    """The doors as the cycle at `cell` saw them at `at` (ISO 8601, UTC)."""

    at: str
    cell: int
    cells: list[Cell]


class DoorsFile:
    """A small file beside the journal. It is for showing, never for deciding: a lock is driven on
    the word of the board alone. So a disk that does not take it stops nothing."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or SystemClock()

    def publish(self, cells: Sequence[Cell], *, cell: int) -> None:
        """Put down what was seen just now."""
        row = {
            "at": timestamp(self._clock.now()),
            "cell": cell,
            "cells": [[seen.number, seen.door_open, seen.occupied] for seen in cells],
        }
        with suppress(OSError):
            write_whole(self._path, row)

    def fresh(self) -> SeenDoors | None:
        """What was seen in the last seconds; None when it is older, damaged or not there."""
        try:
            row = json.loads(self._path.read_text(encoding="utf-8"))
            age = self._clock.now() - datetime.fromisoformat(row["at"])
            if not timedelta(0) <= age <= timedelta(seconds=FRESH_SECONDS):
                return None
            return SeenDoors(
                at=str(row["at"]),
                cell=int(row["cell"]),
                cells=[
                    Cell(number=int(number), door_open=bool(door_open), occupied=occupied)
                    for number, door_open, occupied in row["cells"]
                ],
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
