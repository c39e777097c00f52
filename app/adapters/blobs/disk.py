"""Content-addressed store on a disk: `objects/<aa>/<bb>/<sha256>`, written once, read only.

Bytes come into `objects/incoming/` first, are hashed while they are written, synced, and take
their name by one rename on the same disk: an object is there whole or not at all.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.kernel.digest import CHUNK, Digest, digest_chunks, digest_file
from app.kernel.errors import BadInput, Broken
from app.kernel.folder_sync import sync_folder
from app.kernel.ids import new_id

# Whoever writes packages asks for it here.
__all__ = ["DiskBlobStore", "StoredBlob", "sync_folder"]

StoredBlob = Digest

_NAME = re.compile("[0-9a-f]{64}")
_STALE_SECONDS = 24 * 3600.0
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class DiskBlobStore:
    """The store under `root`, which is made when missing.

    What a killed process left in `incoming` is removed at the start once it is a day old; younger
    files may belong to a process that lives. Raises Broken BLB-402 when the folder cannot be used.
    """

    def __init__(self, root: Path) -> None:
        self._objects = root / "objects"
        self._incoming = self._objects / "incoming"
        try:
            self._incoming.mkdir(parents=True, exist_ok=True)
            self._remove_stale()
        except OSError as error:
            raise Broken("BLB-402", folder=str(root), reason=_reason(error)) from error

    def put_file(self, path: Path, *, verify: bool = False) -> StoredBlob:
        """Store the bytes of a file; durable when this returns.

        With `verify` an object that is already there is read again and replaced when it rotted.
        Raises BadInput BLB-101 (the file cannot be read), Broken BLB-401 (disk full), BLB-402.
        """
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                # Opening a pipe could wait for ever.
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            needed = status.st_size
            stream = path.open("rb")
        except OSError as error:
            raise BadInput("BLB-101", file=str(path), reason=_reason(error)) from error
        with stream:
            return self._put(_chunks_of(path, stream), needed, verify=verify)

    def link_file(self, path: Path) -> StoredBlob:
        """Store a finished file of our own by a second name for the same bytes: read once for
        its digests, copied only where the disk or the system knows no second names.

        The file becomes read only and may be removed afterwards. Faults as `put_file`.
        """
        if os.name == "nt":  # a read-only file has no second name there that could be removed
            return self.put_file(path)
        temporary = self._incoming / new_id("in")
        try:
            os.link(path, temporary)
        except FileNotFoundError as error:
            raise BadInput("BLB-101", file=str(path), reason=_reason(error)) from error
        except OSError:
            return self.put_file(path)
        with self._faults(0), _removed(temporary):
            temporary.chmod(0o444)
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
                blob = digest_chunks(_chunks_of(path, stream))
            self._settle(temporary, blob, verify=False)
        return blob

    def put_bytes(self, data: bytes, *, verify: bool = False) -> StoredBlob:
        """Store bytes; durable when this returns. Faults as `put_file`."""
        return self._put((data,), len(data), verify=verify)

    def path_of(self, sha256: str) -> Path:
        """Where the object lies or would lie. Raises ValueError when `sha256` is no digest."""
        if not _NAME.fullmatch(sha256):
            raise ValueError(f"not a SHA-256 in hexadecimal: {sha256!r}")
        return self._objects / sha256[:2] / sha256[2:4] / sha256

    def exists(self, sha256: str) -> bool:
        """Whether the object is there."""
        return self.path_of(sha256).is_file()

    def verify(self, sha256: str) -> bool:
        """Whether the object is there and its bytes still have their digest."""
        try:
            return digest_file(self.path_of(sha256)).sha256 == sha256
        except OSError:
            return False

    def _put(self, chunks: Iterable[bytes], needed: int, *, verify: bool) -> StoredBlob:
        temporary = self._incoming / new_id("in")
        with self._faults(needed), _removed(temporary):
            blob = _write(temporary, chunks)
            self._settle(temporary, blob, verify=verify)
        return blob

    @contextmanager
    def _faults(self, needed: int) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                free = shutil.disk_usage(self._objects).free
                raise Broken("BLB-401", needed=needed, free=free) from error
            raise Broken("BLB-402", folder=str(self._objects), reason=_reason(error)) from error

    def _settle(self, temporary: Path, blob: StoredBlob, *, verify: bool) -> None:
        target = self.path_of(blob.sha256)
        if self._is_sound(target, blob, verify=verify):
            return
        missing = [
            folder for folder in (target.parent.parent, target.parent) if not folder.exists()
        ]
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.chmod(0o444)
        try:
            temporary.replace(target)
        except PermissionError:
            # Windows does not replace a read-only file: whoever was faster wrote the same bytes,
            # unless what lies there is damaged.
            if not self._is_sound(target, blob, verify=True):
                target.chmod(0o644)
                temporary.replace(target)
        for folder in (target.parent, *(folder.parent for folder in missing)):
            sync_folder(folder)

    @staticmethod
    def _is_sound(target: Path, blob: StoredBlob, *, verify: bool) -> bool:
        try:
            if target.stat().st_size != blob.size:
                return False
            return not verify or digest_file(target).sha256 == blob.sha256
        except FileNotFoundError:
            return False

    def _remove_stale(self) -> None:
        limit = time.time() - _STALE_SECONDS
        for leftover in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if leftover.stat().st_mtime < limit:
                    leftover.unlink()


@contextmanager
def _removed(temporary: Path) -> Iterator[None]:
    """Take the temporary name away at the end, when it is still there."""
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _write(target: Path, chunks: Iterable[bytes]) -> StoredBlob:
    sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
    with target.open("xb") as stream:
        for chunk in chunks:
            stream.write(chunk)
            sha256.update(chunk)
            sm3.update(chunk)
            size += len(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return StoredBlob(sha256=sha256.hexdigest(), sm3=sm3.hexdigest(), size=size)


def _chunks_of(path: Path, stream: BinaryIO) -> Iterator[bytes]:
    """The chunks of an open file; a fault of the source is told apart from one of the store."""
    while True:
        try:
            chunk = stream.read(CHUNK)
        except OSError as error:
            raise BadInput("BLB-101", file=str(path), reason=_reason(error)) from error
        if not chunk:
            return
        yield chunk


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
