"""The front of a sheet that is fed again because its back never came."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from app.domain.dossier import Side
from app.kernel.digest import digest_file
from scanner.api import ScanEvent, ScannedSide
from scanner.spool import drop_image

log = logging.getLogger(__name__)


class RefedFront:
    """Watches what comes after an interruption for the side `half`, which is stored already.

    The first side that comes is its sheet again: the same bytes are left out, a new picture takes
    its place and `put_aside` is called with the stored one. What is left out goes from the folder
    `spool`, so that what remains there at the end is what nobody stored.
    """

    def __init__(self, half: Side | None, put_aside: Callable[[Side], None], spool: Path) -> None:
        self._waiting = half
        self._spool = spool
        self._put_aside = put_aside
        self._repeated: tuple[int, str] | None = None

    def is_known(self, event: ScanEvent) -> bool:
        """Whether the event brings what is stored already."""
        if not isinstance(event, ScannedSide):
            return False
        if self._waiting is not None and event.stream == "main":
            if _same_bytes(event, self._waiting):
                self._repeated = (event.sheet, event.face)
            else:
                self._put_aside(self._waiting)
            self._waiting = None
        if self._repeated != (event.sheet, event.face):
            return False
        if event.path.is_relative_to(self._spool):
            drop_image(event.path)
        return True


def _same_bytes(event: ScannedSide, side: Side) -> bool:
    try:
        return event.frame == side.frame and digest_file(event.path).sha256 == side.master
    except OSError as error:
        log.warning("%s cannot be compared: %s", event.path.name, error)
        return False
