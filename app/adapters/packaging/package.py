"""Builds an archival package (归档信息包) from a plan, whole or not at all.

The tree is built under a hidden name beside its place, synced, and takes its name by one rename.
The same plan gives the same bytes, so building again gives the package that is already there.
"""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from app.adapters.blobs.disk import sync_folder
from app.adapters.packaging.bag import TAG_LIST
from app.adapters.packaging.builder import Builder, Finish
from app.adapters.packaging.manifest import (
    SEALING_FILES,
    SIGNATURE_FILES,
    listed_files,
    read_manifest,
    tag_list,
)
from app.adapters.packaging.plan import PackagePlan, plan_digest
from app.kernel.digest import digest_file
from app.kernel.errors import Broken, Refused, Transient
from app.kernel.file_names import safe_name
from app.kernel.progress import CancelToken, Report, silent

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, kw_only=True, slots=True)
class BuiltPackage:
    """A package on disk. Its manifest's digests are its identity.

    `unreadable` holds the positions of sides whose picture could not be decoded. `reused` says
    that the same package was already there and whole.
    """

    path: Path
    package_id: str
    sha256: str
    sm3: str
    counts: dict[str, int]
    unreadable: tuple[int, ...]
    reused: bool


def build_package(
    plan: PackagePlan,
    out: Path,
    progress: Report = silent,
    cancel: CancelToken | None = None,
    finish: Finish | None = None,
) -> BuiltPackage:
    """Build `plan` under `out` in a folder named after case number and version. `finish` is
    called with the PDF file of each volume, to sign it.

    Raises Refused PKG-201 (another package of that name is there), PKG-202 (no side, or an item
    outside its volume or numbered twice), PKG-203 (one container holds sides of 正卷 and 副卷);
    Transient PKG-303 (another process is building it); Broken PKG-301 (a master is not the one
    recorded), PKG-302 (a master cannot be read), PKG-401 (disk full), PKG-402 (cannot be written).
    Cancelled leaves nothing behind.
    """
    _refuse_bad_plan(plan)
    name = f"{safe_name(plan.case['case_no'])}_v{plan.version}"
    target, work = out / name, out / f".{name}.partial"
    needed = _needed_bytes(plan)
    try:
        work.mkdir(parents=True, exist_ok=True)
        with FileLock(work / "lock", timeout=0):
            built = _existing(plan, target)
            if built is None:
                free = shutil.disk_usage(out).free
                if free < needed:
                    raise Broken("PKG-401", needed=needed, free=free)
                built = _build(plan, work, target, progress, cancel or CancelToken(), finish)
            shutil.rmtree(work / "package", ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)
    except Timeout as error:
        raise Transient("PKG-303", package=name) from error
    except OSError as error:
        shutil.rmtree(work, ignore_errors=True)
        if error.errno in _FULL:
            raise Broken("PKG-401", needed=needed, free=shutil.disk_usage(out).free) from error
        raise Broken("PKG-402", folder=str(out), reason=error.strerror or str(error)) from error
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return built


def _build(
    plan: PackagePlan,
    work: Path,
    target: Path,
    progress: Report,
    cancel: CancelToken,
    finish: Finish | None,
) -> BuiltPackage:
    root = work / "package"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    identity, counts, unreadable = Builder(plan, root, progress, cancel, finish).run()
    _sync_tree(root)
    if target.exists():
        # The same plan, but damaged or incomplete: the whole one takes its place.
        target.rename(work / "damaged")
    root.rename(target)
    sync_folder(target.parent)
    return BuiltPackage(
        path=target,
        package_id=plan.package_id,
        sha256=identity.sha256,
        sm3=identity.sm3,
        counts=counts,
        unreadable=unreadable,
        reused=False,
    )


def is_whole(root: Path) -> bool:
    """Whether a package holds exactly what its manifest names, byte for byte."""
    try:
        content, identity = read_manifest(root)
        files = listed_files(content)
        present = {
            path.relative_to(root).as_posix()
            for path in root.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }
        expected = set(files) | set(SEALING_FILES)
        return (
            not expected - present
            and not present - expected - set(SIGNATURE_FILES)
            and (root / TAG_LIST).read_bytes() == tag_list(files, identity)
            and all(digest_file(root / path) == digest for path, digest in files.items())
        )
    except (OSError, ValueError):
        return False


def _existing(plan: PackagePlan, target: Path) -> BuiltPackage | None:
    """The same package when it is there and whole; None when it has to be built."""
    if not target.exists():
        return None
    try:
        content, identity = read_manifest(target)
    except (OSError, ValueError):
        # Not a package of ours, or one without its manifest: a person has to look at it.
        raise Refused("PKG-201", package=target.name, folder=str(target)) from None
    if content.get("plan_sha256") != plan_digest(plan):
        raise Refused("PKG-201", package=target.name, folder=str(target))
    if not is_whole(target):
        return None
    volumes = content["volumes"]
    return BuiltPackage(
        path=target,
        package_id=plan.package_id,
        sha256=identity.sha256,
        sm3=identity.sm3,
        counts=dict(content["counts"]),
        unreadable=tuple(
            sorted(
                side["position"]
                for volume in volumes
                for side in volume["sides"]
                if side["unreadable"]
            )
        ),
        reused=True,
    )


def _refuse_bad_plan(plan: PackagePlan) -> None:
    if not plan.pages:
        raise Refused("PKG-202", package=plan.package_id, item="")
    parts: dict[str, set[str]] = {}
    containers = {page.sha256 for page in plan.pages if page.frame > 0}
    for volume in plan.volumes:
        numbers = [item.number for item in volume.items]
        for item in volume.items:
            if numbers.count(item.number) > 1 or not 0 <= item.first <= item.last < len(
                volume.pages
            ):
                raise Refused("PKG-202", package=plan.package_id, item=item.title)
        for page in volume.pages:
            parts.setdefault(page.sha256, set()).add(volume.part)
    for page in plan.pages:
        if page.sha256 in containers and len(parts[page.sha256]) > 1:
            raise Refused("PKG-203", position=page.position)


def _needed_bytes(plan: PackagePlan) -> int:
    """Masters once, PDF and OFD of the volume and of its items, texts, and a reserve."""
    sizes: dict[str, int] = {}
    for page in plan.pages:
        if page.sha256 not in sizes:
            try:
                sizes[page.sha256] = page.master.stat().st_size
            except OSError:
                # Named with its position when it is its turn to be copied.
                sizes[page.sha256] = 0
    return int(5.5 * sum(sizes.values())) + 20_000 * len(plan.pages)


def _sync_tree(root: Path) -> None:
    for folder, _, names in os.walk(root, topdown=False):
        for name in names:
            with (Path(folder) / name).open("rb+") as stream:
                os.fsync(stream.fileno())
        sync_folder(Path(folder))
