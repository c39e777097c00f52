"""A package in one file: a ZIP that is only a carrier for its tree (STANDARDS 5.7, 5.8).

Written: stored without compression, sorted, without times, so that the same package gives the
same bytes and sending it can go on where it stopped. Read: ZIP or TAR from anywhere, judged whole
before a byte is unpacked; only what the manifest inside names comes out of it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.adapters.blobs.disk import sync_folder
from app.adapters.packaging.bag import TAG_LIST
from app.adapters.packaging.check_subject import path_fault
from app.adapters.packaging.container_entries import ContainerLimits, Entry, Rejection, judge
from app.adapters.packaging.container_reading import entry_chunks, read_entries
from app.adapters.packaging.manifest import (
    MANIFEST,
    SEALING_FILES,
    SIGNATURE_FILES,
    listed_files,
    parse_manifest,
    read_manifest,
    tag_list,
)
from app.adapters.packaging.naming import path_name
from app.kernel.digest import CHUNK, Digest, digest_file
from app.kernel.errors import BadInput, Broken, Refused
from app.kernel.progress import CancelToken

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# The earliest moment that a ZIP can state; ours states none.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3
_LIMITS = ContainerLimits()


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
        content, identity = read_manifest(root)
        files = listed_files(content)
        sealed = (root / TAG_LIST).read_bytes() == tag_list(files, identity)
        case_no, version = str(content["case"]["case_no"]), int(content["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("PKG-204", package=root.name, file=MANIFEST) from error
    if not sealed:
        raise Refused("PKG-204", package=root.name, file=TAG_LIST)
    for path in files:
        if path_fault(path):
            raise Refused("PKG-204", package=root.name, file=path)
    later = [name for name in SIGNATURE_FILES if (root / name).is_file()]
    files |= {name: digest_file(root / name) for name in (*SEALING_FILES, *later)}
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


def open_container(
    archive: Path,
    into: Path,
    *,
    limits: ContainerLimits = _LIMITS,
    cancel: CancelToken | None = None,
) -> Path:
    """Unpack the package in `archive` (ZIP, stored or deflated; TAR, not compressed) into a new
    folder below `into`; gives that folder. Nothing is written elsewhere, and nothing is left when
    it is refused. Digests are not compared here: that is what the check of the package does.

    Raises BadInput PKG-210 (neither ZIP nor TAR, or broken); Refused PKG-211 to PKG-230 for what
    must not be unpacked, PKG-231 (the folder is there already); Broken PKG-401 (disk full),
    PKG-402 (cannot be read or written).
    """
    try:
        with archive.open("rb") as stream:
            entries = read_entries(stream, limits)
            judge(entries, limits)
            folder, wanted = _wanted(stream, entries, limits)
            target = into / (folder or path_name(archive.stem))
            if target.exists():
                raise Refused("PKG-231", file=archive.name, folder=str(target))
            return _unpacked(stream, wanted, target, cancel or CancelToken())
    except Rejection as rejection:
        kind = BadInput if rejection.code == "PKG-210" else Refused
        raise kind(rejection.code, file=archive.name, entry=rejection.entry) from rejection
    except OSError as error:
        raise _disk_fault(error, into, 0) from error


def _wanted(
    stream: BinaryIO, entries: list[Entry], limits: ContainerLimits
) -> tuple[str, dict[str, Entry]]:
    """The folder that holds the package, and its files by path, exactly those that belong."""
    files = {entry.name: entry for entry in entries if not entry.folder}
    tops = {name.partition("/")[0] for name in files}
    tops = set() if MANIFEST in files else {top for top in tops if f"{top}/{MANIFEST}" in files}
    if len(tops) > 1:
        raise Rejection("PKG-224", f"{max(tops)}/{MANIFEST}")
    folder = "".join(tops)
    prefix = f"{folder}/" if folder else ""
    for name in files:
        if not name.startswith(prefix):
            raise Rejection("PKG-224", name)
    inside = {name.removeprefix(prefix): entry for name, entry in files.items()}
    if MANIFEST not in inside or inside[MANIFEST].size > limits.manifest_bytes:
        raise Rejection("PKG-230", MANIFEST)
    try:
        content, _ = parse_manifest(b"".join(entry_chunks(stream, inside[MANIFEST])))
        listed = set(listed_files(content))
    except ValueError as error:
        raise Rejection("PKG-230", MANIFEST) from error
    for path in sorted({*listed, *SEALING_FILES} - set(inside)):
        raise Rejection("PKG-225", path)
    for path in sorted(set(inside) - listed - {*SEALING_FILES, *SIGNATURE_FILES}):
        raise Rejection("PKG-224", path)
    return folder, inside


def _unpacked(
    stream: BinaryIO, wanted: dict[str, Entry], target: Path, cancel: CancelToken
) -> Path:
    needed = sum(entry.size for entry in wanted.values())
    target.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise Broken("PKG-401", needed=needed, free=free)
    work = Path(tempfile.mkdtemp(prefix=".opening-", dir=target.parent))
    try:
        for path, entry in sorted(wanted.items(), key=lambda item: item[1].start):
            place = work / "package" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as copy:
                for chunk in entry_chunks(stream, entry):
                    cancel.check()
                    copy.write(chunk)
        (work / "package").rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _disk_fault(error: OSError, folder: Path, needed: int) -> Broken:
    if error.errno in _FULL:
        return Broken("PKG-401", needed=needed, free=shutil.disk_usage(folder).free)
    return Broken("PKG-402", folder=str(folder), reason=error.strerror or str(error))
