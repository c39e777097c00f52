"""A terminal that holds reading bundles in a folder, and writes their logs there.

The folder holds `terminal.json`, by which the terminal was set up, and bundles (`*.jzb`). Opened
ones lie below `opened`, logs for the station below `logs`. What is over is taken away when the
terminal begins, once its log is written.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from app.adapters.reading_bundle import (
    OpenedBundle,
    Terminal,
    open_reading_bundle,
    read_terminal,
)
from app.adapters.reading_bundle_files import grant_in, pack_log
from app.kernel.errors import Fault
from app.services.bundle_desk import BundleDesk, BundledRoom
from app.services.reading_room import ReadingRoom

TERMINAL_FILE, OPENED, LOGS = "terminal.json", "opened", "logs"
OpenRoom = Callable[[Path], tuple[ReadingRoom, Callable[[], None]]]
log = logging.getLogger(__name__)


class BundleTerminal:
    """Opens all bundles of a folder that can be opened; `close` it at the end."""

    def __init__(self, folder: Path, *, open_room: OpenRoom, now: str) -> None:
        """Raises BadInput RDR-147 when the folder was not set up."""
        self._folder = folder
        self._terminal: Terminal = read_terminal(folder / TERMINAL_FILE)
        self._closers: list[Callable[[], None]] = []
        rooms: list[BundledRoom] = []
        for path in sorted(folder.glob("*.jzb")):
            try:
                opened = open_reading_bundle(path, folder / OPENED, self._terminal, now=now)
            except Fault as fault:
                # One bundle that cannot be opened keeps nobody from reading another.
                log.warning("bundle %s was not opened: %s", path.name, fault.code)
                continue
            rooms.append(self._room(opened, open_room))
        self._remove_others({room.bundle for room in rooms})
        self.desk = BundleDesk(rooms, self.write_log)

    def write_log(self, bundle: str) -> None:
        """Write the log of an opened bundle for the station. Raises Broken SYS-401."""
        target = self._folder / LOGS / f"{bundle}.jzl"
        pack_log(self._folder / OPENED / bundle, target, self._terminal)

    def close(self) -> None:
        """Close all bundles."""
        for close in self._closers:
            close()

    def _room(self, opened: OpenedBundle, open_room: OpenRoom) -> BundledRoom:
        grant, number = grant_in(opened.folder, self._terminal)
        room, close = open_room(opened.folder)
        self._closers.append(close)
        return BundledRoom(bundle=opened.bundle, grant=grant, number=number, room=room)

    def _remove_others(self, kept: set[str]) -> None:
        """Take away opened bundles that are over or were taken out of the folder."""
        opened = self._folder / OPENED
        for folder in opened.iterdir() if opened.exists() else ():
            if folder.name not in kept:
                self.write_log(folder.name)
                shutil.rmtree(folder)
