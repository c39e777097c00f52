"""The registry of what is chosen by name: archive targets and locker cabinets.

Built-in ones and installed plug-ins (entry-point groups `dossier.archive`, `dossier.locker`)
come through the same door and are loaded when they are first asked for.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

from app.kernel.clock import SystemClock
from app.kernel.errors import BadInput
from app.services.ports import ArchiveTarget
from cloud_locker.api import Cell
from cloud_locker.journal import UnlockJournal
from cloud_locker.registry import open_cabinet
from cloud_locker.session import DoorCycle, LockerSession

ARCHIVE_GROUP = "dossier.archive"
_BUILT_IN_TARGETS = {"folder": "app.adapters.archive.folder:FolderTarget"}


def archive_target(name: str, table: dict[str, Any], base: Path) -> ArchiveTarget:
    """The target that a table of the settings describes. Raises BadInput SET-104 (unknown kind).

    A relative path is meant from the data folder.
    """
    locations = {point.name: point.value for point in entry_points(group=ARCHIVE_GROUP)}
    locations |= _BUILT_IN_TARGETS
    kind = str(table.get("kind", ""))
    if kind not in locations:
        raise BadInput("SET-104", name=name, kind=kind, known=", ".join(sorted(locations)))
    module, _, attribute = locations[kind].partition(":")
    target = getattr(import_module(module), attribute)
    return cast(ArchiveTarget, target(base / str(table.get("path", name))))


class Cabinet:
    """A cabinet in use: its cells, and door cycles by the unlock rules."""

    def __init__(self, name: str, folder: Path) -> None:
        # A simulated cabinet has nobody who puts the dossier in; it does so itself.
        options = {"obliging": True} if name.startswith("simulated:") else {}
        self._driver = open_cabinet(name, folder, **options)
        journal = UnlockJournal(folder / f"{name.replace(':', '-')}.journal", SystemClock())
        self._session = LockerSession(self._driver, journal, cabinet=name)

    def cells(self) -> list[Cell]:
        """The cells as the board reports them."""
        return self._driver.cells()

    def deposit(self, cell: int, reference: str) -> DoorCycle:
        """Open an empty cell and wait until it is closed with the paper in it."""
        return self._session.deposit(cell, reference)

    def collect(self, cell: int, reference: str) -> DoorCycle:
        """Open an occupied cell and wait until it is closed and empty."""
        return self._session.collect(cell, reference)

    def close(self) -> None:
        """Let go of the wire."""
        self._driver.close()
