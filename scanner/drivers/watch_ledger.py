"""Which files of a drop folder were taken, by which batch: no file is taken twice, none forgotten.

One JSON object per line, only ever appended to. It is synced once a second and when the batch
ends: lines that a power cut takes away belong to a batch that is still open, whose sides the
program knows again when they are delivered twice. The ledger outlives the batches: files that stay
in the folder must not come into the next dossier.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from app.kernel.errors import Broken, Transient
from scanner.drivers.watch_listing import Stamp

Key = tuple[str, int, int, str, str]

SIDES = "sides"
RENAMED = "renamed"
END_MARK = "end"
STRAY = "stray"
# Lines of files that are gone are dropped when there are more than this; the latest always stay,
# because a share that is not mounted looks like an empty folder.
_KEPT_LINES = 50_000
_SYNC_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One file as it was taken. `path` is relative to the folder, `batch` the name of the spool
    folder that received it, `copy` the name of its file there, `frames` how many sides it has."""

    path: str
    size: int
    changed: int
    inode: int
    digest: str
    batch: str
    copy: str = ""
    frames: int = 0
    kind: str = SIDES

    @property
    def stamp(self) -> Stamp:
        """Size, time and inode when it was taken."""
        return Stamp(size=self.size, changed=self.changed, inode=self.inode)


class Ledger:
    """The ledger of the drop folder `root`, a file in `folder`; held by one batch at a time.

    Raises Transient SCN-235 when another batch of this station watches the folder, and Broken
    SCN-118 when the ledger cannot be written.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        name = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:16]
        self._path = folder / f"watched-{name}.jsonl"
        self._stream: BinaryIO | None = None
        self._synced = time.monotonic()
        self._lock = FileLock(folder / f"watched-{name}.lock")
        # In the order of taking; a second line about one taking replaces the first in its place.
        self._entries: dict[Key, Entry] = {}
        self._by_path: dict[str, dict[Key, Entry]] = {}
        self._by_inode: dict[int, dict[Key, Entry]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise Transient("SCN-235", folder=str(root)) from error
        except OSError as error:
            raise self._not_writable(error) from error
        try:
            self._read()
        except OSError as error:
            self.close()
            raise self._not_writable(error) from error

    def close(self) -> None:
        """Make everything durable and let the next batch have the folder. Raises Broken SCN-118
        when that fails."""
        try:
            if self._stream is not None:
                os.fsync(self._stream.fileno())
                self._stream.close()
        except OSError as error:
            raise self._not_writable(error) from error
        finally:
            self._stream = None
            self._lock.release()

    def of_batch(self, batch: str) -> list[Entry]:
        """What the batch took so far, in the order of taking."""
        return [entry for entry in self._entries.values() if entry.batch == batch]

    def others(self, batch: str) -> Iterator[Entry]:
        """What other batches took."""
        return (entry for entry in self._entries.values() if entry.batch != batch)

    def taken_as(self, path: PurePath, stamp: Stamp) -> Entry | None:
        """The entry of exactly this state of this file, None when it was not taken."""
        for entry in reversed(self._by_path.get(str(path), {}).values()):
            if entry.stamp.same_state(stamp):
                return entry
        return None

    def taken_before(self, path: PurePath, digest: str) -> Entry | None:
        """The latest entry of this path with the same content, whatever its time."""
        for entry in reversed(self._by_path.get(str(path), {}).values()):
            if entry.digest == digest:
                return entry
        return None

    def moved_from(self, stamp: Stamp, present: Collection[PurePath]) -> Entry | None:
        """The entry of a file that was taken under another name which is gone now: senders
        rename files after the last byte."""
        return self._moved(stamp, present, lambda entry: entry.stamp.same_state(stamp))

    def moved_before(
        self, stamp: Stamp, digest: str, present: Collection[PurePath]
    ) -> Entry | None:
        """As `moved_from`, of a file that got another time along with its name: its content says
        that it is the same."""
        return self._moved(stamp, present, lambda entry: entry.digest == digest)

    def _moved(
        self, stamp: Stamp, present: Collection[PurePath], is_same: Callable[[Entry], bool]
    ) -> Entry | None:
        if not stamp.inode:
            return None
        for entry in reversed(self._by_inode.get(stamp.inode, {}).values()):
            if is_same(entry):
                return None if PurePath(entry.path) in present else entry
        return None

    def add(self, entry: Entry) -> None:
        """Write one entry down. Raises Broken SCN-118."""
        try:
            if self._stream is None:
                self._stream = self._path.open("ab")
            self._stream.write(_line(entry))
            self._stream.flush()
            if time.monotonic() - self._synced >= _SYNC_SECONDS:
                os.fsync(self._stream.fileno())
                self._synced = time.monotonic()
        except OSError as error:
            raise self._not_writable(error) from error
        self._remember(entry)

    def tidy(self, present: Collection[PurePath]) -> None:
        """Forget files that are gone, once the ledger has grown large. Raises Broken SCN-118."""
        entries = list(self._entries.values())
        old, latest = entries[:-_KEPT_LINES], entries[-_KEPT_LINES:]
        kept = [entry for entry in old if PurePath(entry.path) in present]
        if len(old) - len(kept) <= _KEPT_LINES:
            return
        fresh = self._path.with_suffix(".new")
        try:
            with fresh.open("wb") as stream:
                for entry in (*kept, *latest):
                    stream.write(_line(entry))
                stream.flush()
                os.fsync(stream.fileno())
            if self._stream is not None:
                self._stream.close()
                self._stream = None
            fresh.replace(self._path)
            self._read()
        except OSError as error:
            raise self._not_writable(error) from error

    def _remember(self, entry: Entry) -> None:
        key = (entry.path, entry.size, entry.changed, entry.digest, entry.batch)
        self._entries[key] = entry
        self._by_path.setdefault(entry.path, {})[key] = entry
        self._by_inode.setdefault(entry.inode, {})[key] = entry

    def _read(self) -> None:
        self._entries, self._by_path, self._by_inode = {}, {}, {}
        if not self._path.exists():
            return
        data = self._path.read_bytes()
        for line in data.splitlines():
            try:
                body: Any = json.loads(line)
                entry = Entry(**body)
            except (ValueError, TypeError):
                continue  # the line that a power cut left unfinished
            self._remember(entry)
        if data and not data.endswith(b"\n"):
            with self._path.open("ab") as stream:
                stream.write(b"\n")

    def _not_writable(self, error: OSError) -> Broken:
        return Broken("SCN-118", folder=str(self._path.parent), reason=error.strerror or str(error))


def _line(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), separators=(",", ":")).encode("ascii") + b"\n"
