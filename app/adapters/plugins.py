"""The registry of what is chosen by name: archive targets and locker cabinets.

Built-in ones and installed plug-ins (entry-point groups `dossier.archive`, `dossier.locker`)
come through the same door and are loaded when they are first asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Unpack, cast

from app.adapters.archive.target_settings import TargetSettings
from app.adapters.secret_settings import refuse_secrets
from app.adapters.secret_store import StationSecrets
from app.kernel.clock import SystemClock
from app.kernel.errors import BadInput, Transient
from app.kernel.progress import CancelToken
from app.services.ports import ArchiveTarget, SecretStore
from cloud_locker.api import Cell
from cloud_locker.doors import DoorsFile
from cloud_locker.journal import Entry, UnlockJournal
from cloud_locker.observing import Observation, Watch
from cloud_locker.registry import file_stem, open_cabinet
from cloud_locker.session import ALARM_SECONDS, DoorCycle, LockerSession, Waiting
from cloud_locker.settling import Settled
from cloud_locker.steady import SteadyCabinet

ARCHIVE_GROUP = "dossier.archive"
_BUILT_IN_TARGETS = {
    kind: f"app.adapters.archive.opening:{kind}_target" for kind in ("folder", "sftp", "s3", "tus")
}


class ArchiveTargets(Mapping[str, ArchiveTarget]):
    """The targets of the settings by name; the code of each is loaded when it is first used.

    A wrong setting is told at the start. Raises BadInput SET-104 (unknown kind), SET-105 (a secret
    in the settings), SET-102, SET-103 (see `TargetSettings.check`). A relative path is meant from
    the data folder, whose secrets are used when no others are given. A plug-in is called with its
    `TargetSettings`.
    """

    def __init__(
        self,
        tables: Mapping[str, dict[str, Any]],
        base: Path,
        secrets: SecretStore | None = None,
    ) -> None:
        secrets = secrets or StationSecrets(base)
        self._open: dict[str, ArchiveTarget] = {}
        self._settings: dict[str, TargetSettings] = {}
        locations = {point.name: point.value for point in entry_points(group=ARCHIVE_GROUP)}
        self._locations = locations | _BUILT_IN_TARGETS
        for name, table in tables.items():
            kind = str(table.get("kind", ""))
            if kind not in self._locations:
                known = ", ".join(sorted(self._locations))
                raise BadInput("SET-104", name=name, kind=kind, known=known)
            refuse_secrets(table, f"targets.{name}")
            settings = TargetSettings(name=name, table=table, base=base, secrets=secrets)
            if kind in _BUILT_IN_TARGETS:
                settings.check()
            self._settings[name] = settings

    def __getitem__(self, name: str) -> ArchiveTarget:
        settings = self._settings[name]
        if name not in self._open:
            module, _, attribute = self._locations[settings.text("kind")].partition(":")
            target = getattr(import_module(module), attribute)
            self._open[name] = cast(ArchiveTarget, target(settings))
        return self._open[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings)

    def __len__(self) -> int:
        return len(self._settings)


def take_over(
    folder: Path, key_file: Path, passphrase: str, scratch: Path, cancel: CancelToken
) -> list[dict[str, Any]]:
    """The archive's side of a hand-over into `folder`: takes over what was committed and gives
    the signed receipts. Raises BadInput TGT-211 (the key), else as
    `app.adapters.archive.receiving.receive`."""
    archive = "app.adapters.archive"
    store = import_module(f"{archive}.folder").FolderStore(folder)
    key = import_module(f"{archive}.receipt_signing").load_key(key_file, passphrase)
    receive = import_module(f"{archive}.receiving").receive
    found = receive(store, key, SystemClock(), scratch, cancel)
    return [receipt.as_record() for receipt in found]


class Cabinet:
    """A cabinet in use: its cells, and door cycles by the unlock rules.

    `settings` go to its driver, but for `close_seconds`: how long a door may stand open until a
    cycle gives up waiting (180). Safe to use from several threads. `deposit`, `collect` and
    `visit` call `nag` with the seconds the door has stood open, from 60 on every ten seconds, and
    raise what `cloud_locker.session.LockerSession` lists.
    """

    def __init__(self, name: str, folder: Path, settings: Mapping[str, Any] | None = None) -> None:
        # A simulated cabinet has nobody who puts the dossier in; it does so itself.
        options: dict[str, Any] = {"obliging": True} if name.startswith("simulated:") else {}
        options |= dict(settings or {})
        self._close_seconds = _close_seconds(name, options.pop("close_seconds", ALARM_SECONDS))
        self._driver = open_cabinet(name, folder, **options)
        stem = file_stem(name)
        clock = SystemClock()
        journal = UnlockJournal(folder / f"{stem}.journal", clock)
        self._doors = DoorsFile(folder / f"{stem}.doors.json", clock)
        self._session = LockerSession(self._driver, journal, cabinet=name, doors=self._doors)
        self._watch = Watch(folder / f"{stem}.observed.json", journal)

    def cells(self) -> list[Cell]:
        """The cells as the board reports them; while somebody stands at an open door, as that
        cycle saw them in the last seconds. Raises Transient LCK-101, LCK-121."""
        if self.busy():
            seen = self._doors.fresh()
            if seen is not None:
                return seen.cells
        return self._driver.cells()

    def busy(self) -> bool:
        """Whether a door cycle is under way, in this program or another."""
        return self._session.busy()

    def deposit(self, cell: int, reference: str, **waiting: Unpack[Waiting]) -> DoorCycle:
        """Open an empty cell and wait until it is closed with the paper in it."""
        return self._session.deposit(cell, reference, **self._limited(waiting))

    def collect(self, cell: int, reference: str, **waiting: Unpack[Waiting]) -> DoorCycle:
        """Open an occupied cell and wait until it is closed and empty."""
        return self._session.collect(cell, reference, **self._limited(waiting))

    def visit(
        self, cell: int, reference: str, purpose: str, **waiting: Unpack[Waiting]
    ) -> DoorCycle:
        """Open a cell whatever is in it ("retrieve" or "look"), or go on with a door that stands
        open, and wait until it is closed; `occupied` of the cycle says what was left in it."""
        return self._session.visit(cell, reference, purpose, **self._limited(waiting))

    def open_all(self, reference: str) -> list[Cell]:
        """Open one cell after the other, each with its own intent; all cells as they stand then.
        Two people must have agreed to it before."""
        cells = self._session.open_all(reference)
        self._training("left_open", [cell.number for cell in cells if cell.door_open])
        return cells

    def open_one(self, cell: int, reference: str) -> Cell:
        """Drive one lock once for a trial; the cell as it then is, open or not."""
        opened = self._session.open_one(cell, reference)
        self._training("left_open", [cell])
        return opened

    def stand_in(self, step: str, cell: int) -> None:
        """Do what a step of a trial asks a person for, at a cabinet that has nobody before it."""
        self._training("stand_in", step, cell)

    def interrupted(self) -> list[Entry]:
        """The last events of the cycles that were not brought to their end, oldest first."""
        return self._session.interrupted()

    def settle_interrupted(self, tell: Callable[[Settled], None] | None = None) -> list[Settled]:
        """Look at all doors, then end every interrupted cycle by fact: "done", "undone" (never
        seen open, and the content is what it was), "open" (left for the same task to go on with)
        or "unknown". Nothing is unlocked. `tell` is called for each before its end is written
        down, so that a caller that books there and dies hears of it again."""
        return self._session.settle_interrupted(tell)

    def observe(self) -> Observation:
        """The cabinet as it stands, and what was opened with no cycle since the last call. Does
        not raise when it does not answer. Raises Broken LCK-113."""
        earlier = self._watch.latest()
        try:
            cells = self.cells()
            said = self._said_open()
        except Transient as fault:
            return Observation(cells=[], forced=[], answering=False, fault=fault)
        forced = self._watch.forced(earlier, cells, said)
        return Observation(cells=cells, forced=forced, answering=True)

    def clock_drift(self) -> float | None:
        """Seconds the cabinet's own clock is ahead of ours; None when it has none."""
        if isinstance(self._driver, SteadyCabinet):
            return self._driver.clock_drift()
        return None

    def close(self) -> None:
        """Let go of the wire."""
        self._driver.close()

    def _limited(self, waiting: Waiting) -> Waiting:
        """As the caller says, and as long as the settings say when she does not."""
        limited: Waiting = {"seconds": self._close_seconds}
        limited.update(waiting)
        return limited

    def _training(self, what: str, *facts: object) -> None:
        """A cabinet for training plays the person as well; the others have nothing to say here."""
        act = getattr(self._driver, what, None)
        if act is not None:
            act(*facts)

    def _said_open(self) -> set[int]:
        """The cells of which the board said by itself that they opened; the words belong to the
        cycle while one is under way."""
        if not isinstance(self._driver, SteadyCabinet) or self.busy():
            return set()
        return {change.number for change in self._driver.changes(0.0) if change.door_open}


class Cabinets:
    """The cabinets of the settings, each opened when it is first asked for and kept open after
    its use: taking up a wire anew for every look at a door is slow, and what a board says by
    itself between two looks would be lost. Safe to use from several threads."""

    def __init__(self, folder: Path, tables: Mapping[str, dict[str, Any]]) -> None:
        self._folder = folder
        self._tables = tables
        self._open: dict[str, _KeptCabinet] = {}
        self._lock = threading.Lock()

    def open(self, name: str) -> Cabinet:
        """A cabinet for one use; its `close` gives it back. Raises BadInput LCK-115 and what its
        driver says of its settings."""
        with self._lock:
            if name not in self._open:
                self._open[name] = _KeptCabinet(name, self._folder, self._tables.get(name))
            return self._open[name]

    def close(self) -> None:
        """Let go of all wires."""
        with self._lock:
            for cabinet in self._open.values():
                cabinet.let_go()
            self._open.clear()


class _KeptCabinet(Cabinet):
    """A cabinet whose wire outlives its use."""

    def close(self) -> None:
        """Another use may come: nothing is let go of."""

    def let_go(self) -> None:
        """The program ends."""
        super().close()


def _close_seconds(name: str, value: object) -> float:
    """The setting of that name. Raises BadInput LCK-127."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
        raise BadInput("LCK-127", cabinet=name, value=str(value))
    return float(value)
