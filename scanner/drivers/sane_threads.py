"""Lets the reading thread of a SANE backend end by itself before the end of a page is asked for.

Many backends read in a thread of their own (`sanei_thread`) and, when the last byte of the frame
is taken, cancel that thread wherever it is. Cancelled inside `free` it never ends, and neither
does the call: seen once in some 40,000 pages of the `test` backend, more often on a busy machine.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

_TASKS = Path("/proc/self/task")
_TURN_SECONDS = 0.001
_PATIENCE_SECONDS = 0.5
# Where the system does not list threads: long enough on a machine that is not overloaded.
_BLIND_SECONDS = 0.01


class ReaderThreads:
    """Knows the threads of this process from before a page was started. Threads of this program
    may come and go meanwhile."""

    def __init__(self) -> None:
        self._known = _TASKS.is_dir()
        self._before = _threads()

    def let_end(self) -> None:
        """Wait until the threads that came since are gone.

        A backend whose thread lives on is waited for once; its thread then counts as known.
        """
        if not self._known:
            time.sleep(_BLIND_SECONDS)
            return
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while new := _threads() - self._before:
            if time.monotonic() > deadline:
                self._before |= new
                return
            time.sleep(_TURN_SECONDS)


def _threads() -> set[str]:
    """The threads of this process that are not of this program."""
    if not _TASKS.is_dir():
        return set()
    listed = {entry.name for entry in _TASKS.iterdir()}
    return listed - {str(thread.native_id) for thread in threading.enumerate()}
