"""The registry of what is chosen by name: archive targets and locker cabinets.

Built-in ones and installed plug-ins (entry-point groups `dossier.archive`, `dossier.locker`)
come through the same door and are loaded when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


class ArchiveTargets(Mapping[str, ArchiveTarget]):
    """The targets of the settings by name; the code of each is loaded when it is first used.

    Raises BadInput SET-104 (unknown kind) at once, so that a wrong setting is told at the start.
    A relative path is meant from the data folder.
    """

    def __init__(self, tables: Mapping[str, dict[str, Any]], base: Path) -> None:
        self._tables = tables
        self._base = base
        self._open: dict[str, ArchiveTarget] = {}
        locations = {point.name: point.value for point in entry_points(group=ARCHIVE_GROUP)}
        self._locations = locations | _BUILT_IN_TARGETS
        for name, table in tables.items():
            kind = str(table.get("kind", ""))
            if kind not in self._locations:
                known = ", ".join(sorted(self._locations))
                raise BadInput("SET-104", name=name, kind=kind, known=known)

    def __getitem__(self, name: str) -> ArchiveTarget:
        table = self._tables[name]
        if name not in self._open:
            module, _, attribute = self._locations[str(table["kind"])].partition(":")
            target = getattr(import_module(module), attribute)
            self._open[name] = cast(
                ArchiveTarget, target(self._base / str(table.get("path", name)))
            )
        return self._open[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


class Cabinet:
    """A cabinet in use: its cells, and door cycles by the unlock rules."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, Any] | None = None) -> None:
        # A simulated cabinet has nobody who puts the dossier in; it does so itself.
        options: dict[str, Any] = {"obliging": True} if name.startswith("simulated:") else {}
        self._driver = open_cabinet(name, folder, **(options | dict(settings or {})))
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
