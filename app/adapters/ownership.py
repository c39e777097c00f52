"""One program at a time changes a data folder; the lock dies with its process."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from app.kernel.clock import SystemClock, timestamp
from app.kernel.errors import Refused, Transient


@contextmanager
def claim(folder: Path, holder: str) -> Iterator[None]:
    """Hold the data folder for `holder` ("desktop", "scan" …).

    Raises Transient SYS-301 with who holds it when another program does.
    """
    note = folder / "station.json"
    lock = FileLock(folder / "station.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Transient("SYS-301", **_held_by(note)) from None
    try:
        started = timestamp(SystemClock().now())
        note.write_text(
            json.dumps({"holder": holder, "process": os.getpid(), "since": started}),
            encoding="utf-8",
        )
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


@contextmanager
def claim_terminal(folder: Path) -> Iterator[None]:
    """Be the only review terminal of this machine over the data folder.

    Raises Refused RDR-168 when another one is open.
    """
    # Terminals on other machines may share the folder.
    machine = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"terminal-{machine}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Refused("RDR-168") from None
    try:
        yield
    finally:
        lock.release()


def _held_by(note: Path) -> dict[str, object]:
    try:
        record = json.loads(note.read_text(encoding="utf-8"))
        return {key: record[key] for key in ("holder", "process", "since")}
    except (OSError, ValueError, KeyError):
        # The holder is just starting or ending; that it holds the lock is certain.
        return {"holder": "?", "process": 0, "since": ""}
