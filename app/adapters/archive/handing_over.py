"""The hand-over of a package: one protocol over every transport.

1. What was receipted is not sent again; another digest under an id is a matter for a person.
2. The container grows in `staging`, goes on where the far side says it stands, gets its key whole.
3. In the mode "read_back" every byte comes back and is digested before anything counts.
4. `commits/<id>/<n>.json` is written last. Its number decides between two who hand over at once,
   for a key can be created only once.
5. The receipt: made here after a check of what was read back, or waited for and its signature
   verified.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from filelock import FileLock, Timeout

from app.adapters.archive.commits import Commit, commit_from
from app.adapters.archive.containers import (
    check_container,
    make_container,
    scratch_folder,
    sealed_files,
)
from app.adapters.archive.receipt import Receipt, is_torn, make_receipt, receipt_from_record
from app.adapters.archive.receipt_signing import load_certificate, verify
from app.adapters.archive.store import (
    ArchiveStore,
    Gone,
    commit_key,
    container_key,
    folder_name,
    receipt_key,
    staging_key,
)
from app.adapters.archive.target_settings import READ_BACK, SIGNED, TargetSettings
from app.adapters.archive.wire import Wire
from app.adapters.packaging.plan import canonical
from app.kernel.clock import Clock
from app.kernel.digest import Digest, digest_chunks
from app.kernel.errors import Broken, Refused, Transient
from app.kernel.progress import CancelToken, Progress, Report
from app.services.ports import Noted, Rate, unlimited, unnoted

_NAP = 0.1
_MOST_TRIES = 8


class ProtocolTarget:
    """An `ArchiveTarget` over one store; `place` is how people call it, `scratch` a folder of this
    station for containers on their way."""

    def __init__(
        self, store: ArchiveStore, settings: TargetSettings, clock: Clock, scratch: Path
    ) -> None:
        self._store, self._settings = store, settings
        self._clock, self._scratch = clock, scratch

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
        rate: Rate = unlimited,
    ) -> Receipt:
        """See `ArchiveTarget.submit`.

        Raises Refused TGT-201 (the id is archived with another digest), TGT-202 (the package is
        not the sealed one or incomplete); Transient TGT-301 (out of reach), TGT-302 (somebody else
        is handing it over), TGT-310 (no receipt yet), TGT-311 (the archive dropped a damaged
        copy); Broken TGT-401 (no right), TGT-402, TGT-411 (full), TGT-403 (read-back differs),
        TGT-410, TGT-415 (a receipt that proves nothing), TGT-412 to TGT-417, PKG-401, PKG-402 (the
        disk of this station); Cancelled.
        """
        files = sealed_files(package, package_id, manifest_sha256, manifest_sm3)
        name = folder_name(package_id)
        wire = Wire(
            rate=lambda: _lower(self._settings.rate, rate()),
            part_bytes=self._settings.part_bytes,
            progress=progress,
            cancel=cancel,
            noted=noted,
        )
        run = _HandOver(
            store=self._store,
            settings=self._settings,
            clock=self._clock,
            scratch=self._scratch / f"{folder_name(self._settings.name)}-{name}",
            package=package,
            package_id=package_id,
            digest=manifest_sha256,
            sm3=manifest_sm3,
            files=len(files),
            wire=wire,
            progress=progress,
        )
        with self._alone(name), self._store.session(name):
            return run.receipt()

    def probe(self) -> None:
        """See `ArchiveTarget.probe`."""
        if self._settings.text("receipt", READ_BACK) == SIGNED:
            load_certificate(self._settings.path("archive_certificate"))
        with self._store.session(""):
            self._store.probe()

    def recheck(self, receipt: Mapping[str, Any], *, progress: Report, cancel: CancelToken) -> None:
        """See `ArchiveTarget.recheck`. What an archive took over in its own way is compared with
        its manifest, file by file, below the location that its receipt names."""
        wire = Wire(rate=lambda: self._settings.rate, progress=progress, cancel=cancel)
        with self._store.session(""):
            container = receipt.get("container")
            if container:
                self._compare(receipt, container["key"], container, wire)
                return
            location = str(receipt["location"])
            manifest = self._store.read(f"{location}/manifest.json") or b""
            if digest_chunks((manifest,)).sha256 != receipt["sha256"]:
                code = "TGT-403" if manifest else "TGT-418"
                raise Broken(code, package=receipt["package"], file=location, location=location)
            for row in json.loads(manifest)["files"]:
                self._compare(receipt, f"{location}/{row['path']}", row, wire)

    def _compare(
        self, receipt: Mapping[str, Any], key: str, expected: Mapping[str, Any], wire: Wire
    ) -> None:
        package, size = receipt["package"], int(expected["size"])
        try:
            found = digest_chunks(wire.incoming(self._store.stream(key), size))
        except Gone:
            raise Broken("TGT-418", package=package, location=key) from None
        if (found.sha256, found.sm3) != (expected["sha256"], expected["sm3"]):
            raise Broken("TGT-403", package=package, file=key)

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Nobody else on this station hands this package over to this target."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._scratch / f"{folder_name(self._settings.name)}-{name}.lock")
        try:
            with lock.acquire(timeout=0):
                yield
        except Timeout as error:
            raise Transient("TGT-302", package=name) from error


@frozen(kw_only=True)
class _HandOver:
    """One hand-over of one package."""

    store: ArchiveStore
    settings: TargetSettings
    clock: Clock
    scratch: Path
    package: Path
    package_id: str
    digest: str
    sm3: str
    files: int
    wire: Wire
    progress: Report

    @property
    def name(self) -> str:
        return folder_name(self.package_id)

    @property
    def signed(self) -> bool:
        return self.settings.text("receipt", READ_BACK) == SIGNED

    def receipt(self) -> Receipt:
        stored = self.stored_receipt()
        if stored is not None:
            return stored
        with scratch_folder(self.scratch) as folder:
            commit = self.standing() or self.send(folder / "out.zip")
            if not self.signed:
                self.read_back(commit, folder / "back.zip")
                return self.issue(self.commit(commit), folder / "back.zip")
        return self.wait(self.commit(commit))

    def stored_receipt(self) -> Receipt | None:
        """The receipt of this package that lies on the far side whole, proved to be one. Raises
        Transient TGT-310 while the archive has written but the first bytes of it."""
        data = self.store.read(receipt_key(self.name, self.digest))
        if data is None or (is_torn(data) and not self.signed):
            return None
        if is_torn(data):
            raise Transient("TGT-310", package=self.package_id, target=self.settings.name)
        try:
            record = json.loads(data)
            receipt = receipt_from_record(record)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Broken("TGT-410", package=self.package_id, receipt_fault="form") from error
        if self.signed:
            verify(record, load_certificate(self.settings.path("archive_certificate")))
        if (receipt.package, receipt.sha256, receipt.sm3) != (
            self.package_id,
            self.digest,
            self.sm3,
        ):
            raise Broken("TGT-415", package=self.package_id, found=receipt.package)
        return receipt

    def standing(self) -> Commit | None:
        """The commit of this package whose container is still there."""
        return next((commit for commit in self.commits()[0] if self._is_there(commit)), None)

    def commits(self) -> tuple[list[Commit], int]:
        """The commits of this package and the first free number. Raises Refused TGT-201 when
        another digest of the same id was committed and not rejected."""
        own, number = list[Commit](), 1
        while (data := self.store.read(commit_key(self.name, number))) is not None:
            commit = commit_from(data, number)
            if commit is not None and commit.sha256 == self.digest:
                own.append(commit)
            elif not is_torn(data) and (commit is None or not self._rejected(commit.sha256)):
                location = commit_key(self.name, number)
                raise Refused("TGT-201", package=self.package_id, location=location)
            number += 1
        return own, number

    def _rejected(self, digest: str) -> bool:
        data = self.store.read(receipt_key(self.name, digest))
        try:
            return data is not None and json.loads(data)["accepted"] is False
        except (ValueError, KeyError, TypeError):
            return False

    def _is_there(self, commit: Commit) -> bool:
        return self.store.size(commit.container["key"]) == int(commit.container["size"])

    def send(self, source: Path) -> Commit:
        """All bytes of the container are on the far side; nothing is committed yet."""
        container = make_container(self.package, self.package_id, source)
        key = container_key(self.name, container.sha256)
        there = self.store.size(key)
        if there is not None and there != container.size:
            self.store.discard(key)
        if there != container.size:
            self.store.upload(source, key, staging_key(self.name, container.sha256), self.wire)
        self.wire.acknowledged("sent", container.size)
        source.unlink()
        return Commit(
            package=self.package_id,
            sha256=self.digest,
            sm3=self.sm3,
            files=self.files,
            container=_described(key, container),
        )

    def commit(self, commit: Commit) -> Commit:
        """Say that all is there, once; a number that somebody else took is looked at first."""
        for _ in range(_MOST_TRIES):
            if commit.number:
                break
            _, free = self.commits()
            if self.store.create(commit_key(self.name, free), canonical(commit.as_record())):
                commit = evolve(commit, number=free)
        else:
            raise Transient("TGT-301", target=self.settings.name)
        self.wire.acknowledged("committed", commit.container["size"])
        return commit

    def read_back(self, commit: Commit, out: Path) -> None:
        """Fetch every byte of the container and compare; a copy that differs is removed."""
        key, size = commit.container["key"], commit.container["size"]
        try:
            pieces = self.wire.incoming(self.store.stream(key), size)
            found = digest_chunks(_kept(pieces, out))
        except Gone:
            raise Transient("TGT-311", package=self.package_id) from None
        if _described(key, found) != dict(commit.container):
            self.store.discard(key)
            raise Broken("TGT-403", package=self.package_id, file=key)

    def issue(self, commit: Commit, back: Path) -> Receipt:
        """Check what was read back as the receiving side does, write the receipt once, give it."""
        _, content, report = check_container(back, back.with_suffix(""), self.wire.cancel)
        receipt = make_receipt(
            content,
            report,
            now=self.clock.now(),
            location=commit.container["key"],
            proof=READ_BACK,
            container=dict(commit.container),
        )
        # The manifest of a package is what its digest says; its folder may have another name.
        record = {**receipt.as_record(), "package": self.package_id}
        key = receipt_key(self.name, self.digest)
        there = self.store.read(key)
        if there is not None and is_torn(there):
            self.store.discard(key)
        self.store.create(key, canonical(record))
        stored = self.stored_receipt()
        if stored is None:
            raise Transient("TGT-301", target=self.settings.name)
        return stored

    def wait(self, commit: Commit) -> Receipt:
        """Wait for the receipt of the archive. Raises Transient TGT-310 when it takes too long,
        TGT-311 when the archive dropped the container without a receipt: it was damaged."""
        deadline = time.monotonic() + self.settings.number("receipt_seconds", 300.0)
        pause = self.settings.number("receipt_poll_seconds", 5.0)
        while True:
            self.progress(Progress(step="receipt", done=0, total=0))
            stored = self.stored_receipt()
            if stored is not None:
                return stored
            if not self._is_there(commit) and self.stored_receipt() is None:
                raise Transient("TGT-311", package=self.package_id)
            if time.monotonic() >= deadline:
                raise Transient("TGT-310", package=self.package_id, target=self.settings.name)
            _rest(pause, self.wire.cancel)


def _lower(one: int, other: int) -> int:
    """The lower of two limits, where 0 is none."""
    return min(one, other) if one and other else one or other


def _described(key: str, digest: Digest) -> dict[str, Any]:
    return {"key": key, "sha256": digest.sha256, "sm3": digest.sm3, "size": digest.size}


def _kept(pieces: Iterator[bytes], out: Path) -> Iterator[bytes]:
    with out.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)
            yield piece


def _rest(seconds: float, cancel: CancelToken) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        cancel.check()
        time.sleep(min(left, _NAP))
