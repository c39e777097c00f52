"""The folder store: a shared folder of the archive that is only ever added to."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from app.adapters.archive.store import STAGING, Gone
from app.adapters.archive.target_settings import TargetSettings
from app.adapters.archive.wire import SLICE, Wire
from app.adapters.blobs.disk import sync_folder
from app.kernel.errors import Broken, Transient
from app.kernel.ids import new_id

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
# What a share answers that knows no hard links.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class FolderStore:
    """The archive under `root`, which must exist: a missing folder is an unmounted share."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @classmethod
    def from_settings(cls, settings: TargetSettings) -> FolderStore:
        """The store of `path` of the settings."""
        return cls(settings.path("path", settings.name))

    @contextmanager
    def session(self, name: str) -> Iterator[None]:
        """The share is there and nobody else hands this package over; "" for a look that disturbs
        nobody."""
        if not self._root.is_dir():
            raise Transient("TGT-301", target=str(self._root))
        if not name:
            yield
            return
        with _faults_of(self._root):
            staging = self._root / STAGING
            staging.mkdir(exist_ok=True)
            lock = FileLock(staging / f"{name}.lock")
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise Transient("TGT-302", package=name) from error
        try:
            yield
        finally:
            lock.release()

    def read(self, key: str) -> bytes | None:
        """See `ArchiveStore`."""
        with _faults_of(self._root):
            try:
                return (self._root / key).read_bytes()
            except FileNotFoundError:
                return None

    def create(self, key: str, data: bytes) -> bool:
        """See `ArchiveStore`."""
        path = self._root / key
        temporary = path.with_name(f"{path.name}.{new_id('incoming')}")
        with _faults_of(self._root):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with temporary.open("wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                return _put(temporary, path)
            finally:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)

    def size(self, key: str) -> int | None:
        """See `ArchiveStore`."""
        with _faults_of(self._root):
            try:
                return (self._root / key).stat().st_size
            except FileNotFoundError:
                return None

    def upload(self, source: Path, key: str, staging: str, wire: Wire) -> None:
        """See `ArchiveStore`. What has arrived is in a growing file."""
        part, target = self._root / staging, self._root / key
        total = source.stat().st_size
        with _faults_of(self._root):
            part.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            there = part.stat().st_size if part.exists() else 0
            if there > total:
                part.unlink()
                there = 0
            free = shutil.disk_usage(part.parent).free
            if free < total - there:
                raise Broken("TGT-402", needed=total - there, free=free)
            wire.acknowledged("sending", there)
            while there < total or not part.exists():
                length = min(wire.part_bytes, total - there)
                with part.open("ab") as stream:
                    for piece in wire.outgoing(source, there, length, total):
                        stream.write(piece)
                    stream.flush()
                    os.fsync(stream.fileno())
                there = part.stat().st_size
                wire.acknowledged("sending", there)
            _put(part, target)
            part.unlink(missing_ok=True)
            sync_folder(target.parent)
            with suppress(OSError):
                # Left in place while another version of the same id is being copied.
                part.parent.rmdir()

    def stream(self, key: str) -> Iterator[bytes]:
        """See `ArchiveStore`."""
        with _faults_of(self._root):
            try:
                stream = (self._root / key).open("rb")
            except FileNotFoundError:
                raise Gone(key) from None
            with stream:
                while piece := stream.read(SLICE):
                    yield piece

    def names(self, prefix: str) -> list[str]:
        """See `ArchiveStore`."""
        with _faults_of(self._root):
            found = (path for path in (self._root / prefix).rglob("*") if path.is_file())
            return sorted(path.relative_to(self._root).as_posix() for path in found)

    def discard(self, key: str) -> None:
        """See `ArchiveStore`."""
        with _faults_of(self._root):
            (self._root / key).unlink(missing_ok=True)

    def probe(self) -> None:
        """See `ArchiveStore`."""
        key = f"{STAGING}/{new_id('probe')}"
        self.create(key, b"probe")
        self.discard(key)


def _put(temporary: Path, path: Path) -> bool:
    """Give a finished file its name unless the name is taken; whether it got it."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # The lock of the session keeps two of us apart; a share without links can do no more.
        if path.exists():
            return False
        temporary.rename(path)
    sync_folder(path.parent)
    return True


@contextmanager
def _faults_of(root: Path) -> Iterator[None]:
    """Faults of the target's disk as faults of ours."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in _FULL:
            raise Broken("TGT-411", target=str(root), reason=reason) from error
        if error.errno in _DENIED:
            raise Broken("TGT-401", target=str(root), reason=reason) from error
        # A share that went away answers with many errors; trying again is right for all of them.
        raise Transient("TGT-301", target=str(root), reason=reason) from error
