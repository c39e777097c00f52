"""Containers on this station: made for the way there, opened and checked when they came back."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.adapters.packaging.check import CheckReport, check_package
from app.adapters.packaging.container import open_container, write_container
from app.adapters.packaging.manifest import listed_files, read_manifest, total_size
from app.kernel.digest import Digest
from app.kernel.errors import Broken, Refused
from app.kernel.progress import CancelToken

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def sealed_files(package: Path, package_id: str, sha256: str, sm3: str) -> dict[str, Digest]:
    """What the manifest of a package names. Raises Refused TGT-202 when this is not the package
    with these digests."""
    try:
        content, identity = read_manifest(package)
        files = listed_files(content)
    except (OSError, ValueError) as error:
        raise Refused("TGT-202", package=package_id, file=str(package)) from error
    if (identity.sha256, identity.sm3) != (sha256, sm3):
        raise Refused("TGT-202", package=package_id, file="manifest.json")
    return files


@contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """A folder for the work on one package; what a killed program left in it goes first. Raises
    Broken PKG-401, PKG-402 when the disk of this station does not take what is written."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        yield folder
    except OSError as error:
        raise _disk_fault(error, folder) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_container(package: Path, package_id: str, out: Path) -> Digest:
    """Write the container of a package. Raises Refused TGT-202 when a file of it is not the one
    that was sealed, Broken PKG-401, PKG-402."""
    # Twice: what comes back lies beside what is unpacked from it.
    needed = 2 * total_size(listed_files(read_manifest(package)[0]).values())
    free = shutil.disk_usage(out.parent).free
    if free < needed:
        raise Broken("PKG-401", needed=needed, free=free)
    try:
        return write_container(package, out)
    except Refused as refusal:
        file = str(refusal.parameters.get("file", ""))
        raise Refused("TGT-202", package=package_id, file=file) from refusal


def check_container(
    archive: Path, into: Path, cancel: CancelToken
) -> tuple[Path, dict[str, Any], CheckReport]:
    """Open a container and check its package: where it lies now, its manifest, and what the check
    says. Raises what `open_container` raises."""
    root = open_container(archive, into, cancel=cancel)
    content, _ = read_manifest(root)
    return root, content, check_package(root, cancel=cancel)


def _disk_fault(error: OSError, folder: Path) -> Broken:
    if error.errno in _FULL:
        return Broken("PKG-401", needed=0, free=shutil.disk_usage(folder.parent).free)
    return Broken("PKG-402", folder=str(folder), reason=error.strerror or str(error))
