"""Moves files out of the way once they are stored, where the administrator wants it so."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from scanner.api import ScanWarning
from scanner.drivers.folder import printable
from scanner.drivers.watch_ledger import Entry
from scanner.drivers.watch_listing import RECEIVED_FOLDER, Stamp

_log = logging.getLogger(__name__)


def received_place(root: Path, entry: Entry) -> Path:
    """Where the file of an entry goes: into the subfolder 已接收, by batch."""
    return root / RECEIVED_FOLDER / entry.batch / entry.path


def of_finished(spools: Path, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Those entries whose batch is finished: its spool folder is gone, which the program removes
    as its last step, when every side is stored."""
    finished: dict[str, bool] = {}
    for entry in entries:
        if entry.batch not in finished:
            finished[entry.batch] = not (spools / entry.batch).exists()
        if finished[entry.batch]:
            yield entry


def move_received(root: Path, entries: Iterable[Entry]) -> Iterator[ScanWarning]:
    """Move the files of `entries`, which are stored, to where they go.

    Files that changed since they were taken stay. Nothing is ever deleted or replaced. Warns
    SCN-239 of what cannot be moved, once for all.
    """
    failed, reason = 0, ""
    for entry in entries:
        source = root / entry.path
        try:
            facts = source.stat()
            stamp = Stamp(size=facts.st_size, changed=facts.st_mtime_ns)
            if stamp.same_state(entry.stamp):
                _move(source, received_place(root, entry))
        except FileNotFoundError:
            continue  # moved before, or taken away by somebody
        except OSError as error:
            failed, reason = failed + 1, error.strerror or str(error)
            _log.info("cannot move %r: %s", printable(entry.path), error)
    if failed:
        yield ScanWarning(code="SCN-239", parameters={"files": failed, "reason": reason})


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    free, number = target, 1
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    source.rename(free)
