"""The folder archive target: a shared folder of the archive that is only ever added to.

    staging/<id>/<digest>.part/     what is being copied; survives a cut and is gone on with
    accessions/<year>/<id>/         accepted packages, in place by one rename
    rejected/<id>/<digest>/         what failed the check of the receiving side, kept with reason
    receipts/<id>/<digest>.json     one receipt per package, given again when asked again

Nothing counts as handed over before every byte was read back from the target and compared.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from app.adapters.archive.receipt import Receipt, receipt_from_record
from app.adapters.blobs.disk import sync_folder
from app.adapters.packaging.check import check_package
from app.adapters.packaging.check_subject import path_fault
from app.adapters.packaging.manifest import (
    COMMIT,
    SEALING_FILES,
    SIGNATURE_FILES,
    listed_files,
    read_manifest,
)
from app.adapters.packaging.plan import canonical
from app.kernel.clock import Clock, SystemClock, timestamp
from app.kernel.digest import CHUNK, Digest, digest_file
from app.kernel.errors import Broken, Refused, Transient
from app.kernel.file_names import safe_name
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken, Progress, Report
from app.services.ports import Noted, unnoted

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


class FolderTarget:
    """The archive under `root`, which must exist: a missing folder is an unmounted share."""

    def __init__(self, root: Path, clock: Clock | None = None) -> None:
        self._root = root
        self._clock = clock or SystemClock()

    def submit(
        self,
        package: Path,
        *,
        package_id: str,
        manifest_sha256: str,
        manifest_sm3: str,
        progress: Report,
        cancel: CancelToken,
        noted: Noted = unnoted,
    ) -> Receipt:
        """Hand `package` over; gives the receipt after read-back.

        The same digest again gives the same receipt. After a cut or Cancelled the next call copies
        only what is missing or differs. A package that fails the check of the receiving side is
        kept aside and its receipt says so.

        Raises Refused TGT-201 (the id is archived with another digest), TGT-202 (the package is
        not the sealed one or incomplete); Transient TGT-301 (target not reachable), TGT-302
        (somebody else is handing it over); Broken TGT-401 (no right to write), TGT-402 (target
        full), TGT-403 (read-back differs).
        """
        if not self._root.is_dir():
            raise Transient("TGT-301", target=str(self._root))
        name = _folder_name(package_id)
        files = _sealed_files(package, package_id, manifest_sha256, manifest_sm3)
        size = sum(digest.size for digest in files.values())
        run = _Submission(
            root=self._root,
            clock=self._clock,
            package=package,
            package_id=package_id,
            name=name,
            digest=manifest_sha256,
            sm3=manifest_sm3,
            files=files,
            progress=progress,
            cancel=cancel,
        )
        with _faults_of(self._root, size), self._locked(name):
            return run.receipt()

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        staging = self._root / "staging"
        staging.mkdir(exist_ok=True)
        try:
            with FileLock(staging / f"{name}.lock", timeout=0):
                yield
        except Timeout as error:
            raise Transient("TGT-302", package=name) from error


class _Submission:
    """One hand-over of one package."""

    def __init__(
        self,
        *,
        root: Path,
        clock: Clock,
        package: Path,
        package_id: str,
        name: str,
        digest: str,
        sm3: str,
        files: dict[str, Digest],
        progress: Report,
        cancel: CancelToken,
    ) -> None:
        self._root, self._clock = root, clock
        self._package, self._package_id, self._name = package, package_id, name
        self._digest, self._sm3, self._files = digest, sm3, files
        self._progress, self._cancel = progress, cancel
        self._receipt_file = root / "receipts" / name / f"{digest}.json"

    def receipt(self) -> Receipt:
        stored = self._stored_receipt()
        if stored is not None:
            return stored
        accession = self._accession()
        if accession is None:
            part = self._root / "staging" / self._name / f"{self._digest}.part"
            self._copy(part)
            accession = self._settle(part)
        self._read_back(accession)
        return self._issue(accession)

    def _stored_receipt(self) -> Receipt | None:
        try:
            return receipt_from_record(json.loads(self._receipt_file.read_bytes()))
        except FileNotFoundError:
            return None

    def _accession(self) -> Path | None:
        """Where this very package already lies after a cut before its receipt; None if nowhere."""
        for folder in sorted((self._root / "accessions").glob(f"*/{_literal(self._name)}")):
            with suppress(OSError, ValueError, KeyError):
                commit = json.loads((folder / COMMIT).read_bytes())
                if commit["sha256"] == self._digest:
                    return folder
            raise Refused("TGT-201", package=self._package_id, location=str(folder))
        return None

    def _copy(self, part: Path) -> None:
        """Bring `part` to exactly the files of the package, then commit it."""
        part.mkdir(parents=True, exist_ok=True)
        total = sum(digest.size for digest in self._files.values())
        needed = total - sum(path.stat().st_size for path in part.rglob("*") if path.is_file())
        free = shutil.disk_usage(part).free
        if free < needed:
            raise Broken("TGT-402", needed=needed, free=free)
        done = 0
        for path, digest in self._files.items():
            self._cancel.check()
            self._progress(Progress(step="upload", done=done, total=total))
            target = part / path
            if not _holds(target, digest):
                target.parent.mkdir(parents=True, exist_ok=True)
                self._copy_file(self._package / path, target, digest)
            done += digest.size
        for stray in sorted(part.rglob("*")):
            if stray.is_file() and stray.relative_to(part).as_posix() not in self._files:
                stray.unlink()
        for folder in {(part / path).parent for path in self._files}:
            sync_folder(folder)
        commit = {
            "package": self._package_id,
            "sha256": self._digest,
            "sm3": self._sm3,
            "files": len(self._files),
            "size": total,
        }
        _write_new(part / COMMIT, canonical(commit))

    def _copy_file(self, source: Path, target: Path, digest: Digest) -> None:
        temporary = target.with_name(f"{target.name}.incoming")
        sha256 = hashlib.sha256()
        with source.open("rb") as stream, temporary.open("wb") as copy:
            while chunk := stream.read(CHUNK):
                self._cancel.check()
                sha256.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        if sha256.hexdigest() != digest.sha256:
            temporary.unlink()
            raise Refused("TGT-202", package=self._package_id, file=source.name)
        temporary.replace(target)

    def _settle(self, part: Path) -> Path:
        """Put the committed part in its place by one rename."""
        target = self._root / "accessions" / str(self._clock.now().year) / self._name
        target.parent.mkdir(parents=True, exist_ok=True)
        part.rename(target)
        sync_folder(target.parent)
        sync_folder(part.parent)
        with suppress(OSError):
            # Left in place while another version of the same id is being copied.
            part.parent.rmdir()
        return target

    def _read_back(self, accession: Path) -> None:
        total = len(self._files)
        for done, (path, digest) in enumerate(self._files.items()):
            self._cancel.check()
            self._progress(Progress(step="read_back", done=done, total=total))
            if not _holds(accession / path, digest):
                self._set_aside(accession, "damaged")
                raise Broken("TGT-403", package=self._package_id, file=path)

    def _issue(self, accession: Path) -> Receipt:
        """Check as the receiving side does, write the receipt once, and give it."""
        report = check_package(accession, cancel=self._cancel)
        checks = tuple(check.as_record() for check in report.checks)
        accepted = report.passed
        content, _ = read_manifest(accession)
        now = self._clock.now()
        number = new_id("").strip("_")
        location = accession.relative_to(self._root).as_posix()
        if not accepted:
            location = self._set_aside(accession, self._digest)
        counts = content["counts"]
        receipt = Receipt(
            receipt_no=f"HZ{now.year}-{number[:20].upper()}",
            package=self._package_id,
            sha256=self._digest,
            sm3=self._sm3,
            accepted=accepted,
            four_property=report.summary(),
            archived_at=timestamp(now),
            archive_no=self._archive_no(content, accession) if accepted else "",
            location=location,
            sides=counts["sides"],
            pages=counts["pages"],
            items=counts["items"],
            volumes=counts["volumes"],
            checks=checks,
        )
        self._receipt_file.parent.mkdir(parents=True, exist_ok=True)
        _write_new(self._receipt_file, canonical(receipt.as_record()))
        return receipt

    def _archive_no(self, content: dict[str, Any], accession: Path) -> str:
        """The 档号 of the dossier, or a number of this archive when it has none yet."""
        stated = str(content["case"].get("archive_no", ""))
        return stated or f"{accession.parent.name}-DZ-{self._digest[:10].upper()}"

    def _set_aside(self, accession: Path, name: str) -> str:
        aside = self._root / "rejected" / self._name / name
        if aside.exists():
            aside = aside.with_name(f"{name}-{new_id('again')}")
        aside.parent.mkdir(parents=True, exist_ok=True)
        accession.rename(aside)
        sync_folder(aside.parent)
        return aside.relative_to(self._root).as_posix()


def _sealed_files(package: Path, package_id: str, sha256: str, sm3: str) -> dict[str, Digest]:
    """The files to hand over with their digests: those of the manifest and those that seal it."""
    try:
        content, identity = read_manifest(package)
        files = listed_files(content)
        if (identity.sha256, identity.sm3) != (sha256, sm3):
            raise Refused("TGT-202", package=package_id, file="manifest.json")
        for path in files:
            if path_fault(path):
                raise Refused("TGT-202", package=package_id, file=path)
        for name in SEALING_FILES:
            files[name] = digest_file(package / name)
        for name in SIGNATURE_FILES:
            if (package / name).is_file():
                files[name] = digest_file(package / name)
        for path, digest in files.items():
            if (package / path).stat().st_size != digest.size:
                raise Refused("TGT-202", package=package_id, file=path)
    except (OSError, ValueError) as error:
        raise Refused("TGT-202", package=package_id, file=str(package)) from error
    return files


@contextmanager
def _faults_of(root: Path, needed: int) -> Iterator[None]:
    """Faults of the target's disk as faults of ours."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in _FULL:
            free = shutil.disk_usage(root).free
            raise Broken("TGT-402", needed=needed, free=free) from error
        if error.errno in _DENIED:
            raise Broken("TGT-401", target=str(root), reason=reason) from error
        # A share that went away answers with many errors; trying again is right for all of them.
        raise Transient("TGT-301", target=str(root), reason=reason) from error


def _folder_name(package_id: str) -> str:
    """A folder name of its own for every id, even where two ids differ in forbidden signs only."""
    name = safe_name(package_id)
    if name == package_id:
        return name
    return f"{name}~{hashlib.sha256(package_id.encode()).hexdigest()[:8]}"


def _literal(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _holds(path: Path, digest: Digest) -> bool:
    try:
        return path.stat().st_size == digest.size and digest_file(path) == digest
    except FileNotFoundError:
        return False


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all."""
    temporary = path.with_name(f"{path.name}.incoming")
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    sync_folder(path.parent)
