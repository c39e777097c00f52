"""A terminal that holds reading bundles in a folder, and writes their logs there.

The folder holds `terminal.json`, by which the terminal was set up, and bundles (`*.jzb`). Opened
ones lie below `opened`, logs for the station below `logs`. What is over is taken away when the
terminal begins, once its log is written.

`installation.json` is made with the first start: a random name of this installation, and how the
log of each bundle stood that was taken away. A bundle that is opened again begins another log,
which names the one before; a folder that was wiped has another name. So the station can tell a new
log from one that was shortened.
"""

from __future__ import annotations

import json
import logging
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from app.adapters.reading_bundle import (
    MARK,
    OpenedBundle,
    Terminal,
    open_reading_bundle,
    read_terminal,
    write_private,
)
from app.adapters.reading_bundle_files import (
    LOG_SUFFIX,
    LOGS,
    LogBegins,
    begin_log,
    grant_in,
    log_end,
    pack_log,
)
from app.kernel.errors import BadInput, Fault
from app.services.bundle_desk import BundleDesk, BundledRoom
from app.services.reading_bundle_rooms import BundleRoom

TERMINAL_FILE, OPENED = "terminal.json", "opened"
INSTALLATION_FILE = "installation.json"
OpenRoom = Callable[[Path], tuple[BundleRoom, Callable[[], None]]]
log = logging.getLogger(__name__)


class BundleTerminal:
    """Opens all bundles of a folder that can be opened; `close` it at the end."""

    def __init__(self, folder: Path, *, open_room: OpenRoom, now: str) -> None:
        """Raises BadInput RDR-147 when the folder was not set up, Broken SYS-401."""
        self._folder = folder
        self._terminal: Terminal = read_terminal(folder / TERMINAL_FILE)
        self._installation = self._known_installation()
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
        opened = self._folder / OPENED / bundle
        segment = log_end(opened, self._terminal).segment
        name = f"{bundle}.{segment}" if segment else bundle
        pack_log(opened, self._folder / LOGS / f"{name}{LOG_SUFFIX}", self._terminal)

    def close(self) -> None:
        """Close all bundles."""
        for close in self._closers:
            close()

    def _room(self, opened: OpenedBundle, open_room: OpenRoom) -> BundledRoom:
        begins = LogBegins(
            installation=str(self._installation["installation"]),
            segment=secrets.token_hex(8),
            after=self._installation["logs"].get(opened.bundle, {}),
        )
        begin_log(opened.folder, self._terminal, begins)
        grant, number = grant_in(opened.folder, self._terminal)
        room, close = open_room(opened.folder)
        self._closers.append(close)
        return BundledRoom(
            bundle=opened.bundle, grant=grant, number=number, room=room, made_at=opened.made_at
        )

    def _remove_others(self, kept: set[str]) -> None:
        """Take away opened bundles that are over or were taken out of the folder."""
        opened = self._folder / OPENED
        for folder in opened.iterdir() if opened.exists() else ():
            if folder.name not in kept:
                self._take_away(folder)

    def _take_away(self, folder: Path) -> None:
        if (folder / MARK).exists():
            self.write_log(folder.name)
            end = log_end(folder, self._terminal)
            self._installation["logs"][folder.name] = attrs.asdict(end)
            self._keep_installation()
        shutil.rmtree(folder)

    def _known_installation(self) -> dict[str, Any]:
        """What this folder keeps of itself, made anew where there is nothing. Raises BadInput
        RDR-147 when it cannot be read, Broken SYS-401."""
        try:
            read = json.loads((self._folder / INSTALLATION_FILE).read_text(encoding="utf-8"))
            return {"installation": str(read["installation"]), "logs": dict(read["logs"])}
        except FileNotFoundError:
            self._installation = {"installation": secrets.token_hex(16), "logs": {}}
            self._keep_installation()
            return self._installation
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput("RDR-147", path=str(self._folder / INSTALLATION_FILE)) from error

    def _keep_installation(self) -> None:
        written = json.dumps(self._installation, indent=1).encode()
        write_private(self._folder / INSTALLATION_FILE, written)
