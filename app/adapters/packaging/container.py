"""A package in one file: a ZIP that is only a carrier for its tree (STANDARDS 5.7, 5.8).

It is stored without compression, sorted, without times, so that the same package gives the same
bytes and sending it can go on where it stopped.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from app.adapters.blobs.disk import sync_folder
from app.adapters.packaging.check_subject import path_fault
from app.adapters.packaging.manifest import (
    SEALING_FILES,
    SIGNATURE_FILES,
    listed_files,
    read_manifest,
)
from app.adapters.packaging.naming import path_name
from app.kernel.digest import CHUNK, Digest, digest_file
from app.kernel.errors import Broken, Refused

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# The earliest moment that a ZIP can state; ours states none.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3


def write_container(root: Path, out: Path) -> Digest:
    """Write the package in `root` as a ZIP to `out`, whole or not at all; gives its digests.

    It holds the files that the manifest names, those that seal it, and signatures and passport
    laid beside them, in one folder named after case number and version. Every file is held
    against the manifest while it is written. Raises Refused PKG-204 (the package is not whole),
    Broken PKG-401 (disk full), PKG-402 (cannot be written).
    """
    folder, files = _sealed(root)
    partial = out.with_name(f"{out.name}.partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
                for path, digest in sorted(files.items()):
                    _store(archive, root / path, f"{folder}/{path}", digest)
            stream.flush()
            os.fsync(stream.fileno())
        digest = digest_file(partial)
        partial.replace(out)
        sync_folder(out.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        needed = sum(digest.size for digest in files.values())
        raise _disk_fault(error, out.parent, needed) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return digest


def _sealed(root: Path) -> tuple[str, dict[str, Digest]]:
    """The folder inside the container, and what goes in with what it must be."""
    try:
        content, _ = read_manifest(root)
        files = listed_files(content)
        case_no, version = str(content["case"]["case_no"]), int(content["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("PKG-204", package=root.name, file="manifest.json") from error
    for path in files:
        if path_fault(path):
            raise Refused("PKG-204", package=root.name, file=path)
    for name in (*SEALING_FILES, *SIGNATURE_FILES):
        if (root / name).is_file():
            files[name] = digest_file(root / name)
        elif name in SEALING_FILES:
            raise Refused("PKG-204", package=root.name, file=name)
    return f"{path_name(case_no)}_v{version}", files


def _chunks(source: Path, name: str, expected: Digest) -> Iterator[bytes]:
    """The bytes of a file of a package, refused as soon as they are not the expected ones."""
    sha256, size = hashlib.sha256(), 0
    package, _, path = name.partition("/")
    try:
        with source.open("rb") as stream:
            while size <= expected.size and (chunk := stream.read(CHUNK)):
                sha256.update(chunk)
                size += len(chunk)
                yield chunk
    except OSError as error:
        raise Refused("PKG-204", package=package, file=path) from error
    if (sha256.hexdigest(), size) != (expected.sha256, expected.size):
        raise Refused("PKG-204", package=package, file=path)


def _store(archive: zipfile.ZipFile, source: Path, name: str, expected: Digest) -> None:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
    entry.file_size = expected.size
    chunks = _chunks(source, name, expected)
    with archive.open(entry, "w") as target:
        for chunk in chunks:
            target.write(chunk)


def _disk_fault(error: OSError, folder: Path, needed: int) -> Broken:
    if error.errno in _FULL:
        return Broken("PKG-401", needed=needed, free=shutil.disk_usage(folder).free)
    return Broken("PKG-402", folder=str(folder), reason=error.strerror or str(error))
