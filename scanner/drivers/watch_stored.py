"""Moves files of finished batches out of the way, where the administrator wants it so."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from scanner.api import ScanWarning
from scanner.drivers.folder import printable
from scanner.drivers.watch_ledger import Entry
from scanner.drivers.watch_listing import RECEIVED_FOLDER, Stamp

_log = logging.getLogger(__name__)


def move_stored(root: Path, spools: Path, entries: Iterable[Entry]) -> Iterator[ScanWarning]:
    """Put the files of `entries` into the subfolder 已接收, by batch.

    A batch is finished, and every side of it stored, when its spool folder is gone: the program
    removes it as its last step. Files that changed since they were taken stay. Nothing is ever
    deleted or replaced. Warns SCN-239 of what cannot be moved, once for all.
    """
    finished: dict[str, bool] = {}
    failed, reason = 0, ""
    for entry in entries:
        if entry.batch not in finished:
            finished[entry.batch] = not (spools / entry.batch).exists()
        if not finished[entry.batch]:
            continue
        source = root / entry.path
        try:
            facts = source.stat()
            stamp = Stamp(size=facts.st_size, changed=facts.st_mtime_ns)
            if stamp.same_state(entry.stamp):
                _move(source, root / RECEIVED_FOLDER / entry.batch / entry.path)
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
        free = target.with_name(str(PurePath(f"{target.stem} ({number}){target.suffix}")))
    source.rename(free)
