"""Lets a file that is being written come to its end, in a folder that is said to be finished."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from app.kernel.progress import CancelToken
from scanner.drivers.watch_listing import Stamp
from scanner.drivers.watch_whole import examine

_RECENT_SECONDS = 2.0
_STILL_SECONDS = 0.5
_TURN_SECONDS = 0.1
_PATIENCE_SECONDS = 5.0


class GrowingFiles:
    """Remembers which of `paths` were written a moment ago; all others cost nothing."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._began = time.monotonic()
        # Wall clock against the clock of the file: one that is set wrong only switches this off.
        recent = time.time_ns() - round(_RECENT_SECONDS * 1e9)
        stamps = ((path, stamp_of(path)) for path in paths)
        self._recent = {
            path: stamp for path, stamp in stamps if stamp is not None and stamp.changed >= recent
        }

    def let_settle(self, path: Path, cancel: CancelToken) -> bool:
        """Wait until nothing was written to `path` for half a second or its end mark is there.

        False when it still grows after five seconds.
        """
        stamp = self._recent.pop(path, None)
        still_since = self._began
        start = time.monotonic()
        while stamp is not None:
            now = time.monotonic()
            latest = stamp_of(path)
            if latest is None:
                return True  # gone or out of reach: the reader says so
            if not latest.same_state(stamp):
                stamp, still_since = latest, now
            elif now - still_since >= _STILL_SECONDS or _has_end(path):
                return True
            if now - start >= _PATIENCE_SECONDS:
                return False
            cancel.check()
            time.sleep(_TURN_SECONDS)
        return True


def stamp_of(path: Path) -> Stamp | None:
    """Size and time of a file, None when it cannot be asked."""
    try:
        facts = path.stat()
    except (OSError, ValueError):
        return None
    return Stamp(size=facts.st_size, changed=facts.st_mtime_ns)


def _has_end(path: Path) -> bool:
    """Whether nothing can be missing. A TIFF and a PDF may grow behind a sound end."""
    try:
        media_type, whole = examine(path)
    except OSError:
        return True
    return whole and media_type in ("image/jpeg", "image/png")
