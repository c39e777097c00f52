"""The archive's side of a hand-over with signed receipts, for small archives and for the tests.

Takes what was committed, holds it against its commit, opens it with the guards of containers,
checks the package, puts what passes into `accessions`, and answers with a signed receipt.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from attrs import frozen

from app.adapters.archive.commits import Commit, commit_from
from app.adapters.archive.containers import check_container, scratch_folder
from app.adapters.archive.receipt import (
    Receipt,
    is_torn,
    make_receipt,
    receipt_from_record,
    refusing_receipt,
)
from app.adapters.archive.receipt_signing import PrivateKey, signed
from app.adapters.archive.store import (
    ACCESSIONS,
    COMMITS,
    RECEIPTS,
    STAGING,
    ArchiveStore,
    Gone,
    folder_name,
    receipt_key,
)
from app.adapters.archive.target_settings import SIGNED
from app.adapters.archive.wire import Wire
from app.adapters.packaging.plan import canonical
from app.kernel.clock import Clock
from app.kernel.errors import BadInput, Refused
from app.kernel.progress import CancelToken

_COMMIT = re.compile(rf"{COMMITS}/[^/]+/[1-9][0-9]*\.json")


def receive(
    store: ArchiveStore,
    key: PrivateKey,
    clock: Clock,
    scratch: Path,
    cancel: CancelToken | None = None,
) -> list[Receipt]:
    """Take over all that was committed and has no receipt yet; gives the new receipts in order.

    A container that is not the one of its commit is removed without a receipt: the sender finds
    it missing and sends it again. Safe to repeat after a cut anywhere. Raises what the store
    raises, Broken PKG-401, PKG-402 (disk of this machine), Cancelled.
    """
    receiver = _Receiver(
        store=store, key=key, clock=clock, scratch=scratch, cancel=cancel or CancelToken()
    )
    with store.session("receiving"):
        return list(receiver.receipts())


@frozen(kw_only=True)
class _Receiver:
    store: ArchiveStore
    key: PrivateKey
    clock: Clock
    scratch: Path
    cancel: CancelToken

    def receipts(self) -> Iterator[Receipt]:
        places = [place for place in self.store.names(COMMITS) if _COMMIT.fullmatch(place)]
        for place in sorted(places, key=_order):
            self.cancel.check()
            commit = commit_from(self.store.read(place) or b"", _order(place)[1])
            # What is named for another package than it lies under is nobody's commit.
            if commit is None or folder_name(commit.package) != PurePosixPath(place).parts[1]:
                continue
            key = receipt_key(folder_name(commit.package), commit.sha256)
            data = self.store.read(key)
            if data is not None and is_torn(data):
                self.store.discard(key)
                data = None
            if data is None:
                yield from self._taken(commit)

    def _taken(self, commit: Commit) -> Iterator[Receipt]:
        name = folder_name(commit.package)
        with scratch_folder(self.scratch / f"receiving-{name}") as folder:
            archive = folder / "in.zip"
            if not self._fetched(commit, archive):
                return
            receipt = self._judged(commit, archive, folder / "in")
            record = signed({**receipt.as_record(), "package": commit.package}, self.key)
        self.store.create(receipt_key(name, commit.sha256), canonical(record))
        if receipt.accepted:
            # It lies in accessions now, file by file.
            self.store.discard(commit.container["key"])
        yield receipt_from_record(record)

    def _fetched(self, commit: Commit, archive: Path) -> bool:
        """Whether the container of the commit is here, whole."""
        key, digest = str(commit.container["key"]), hashlib.sha256()
        wire = Wire(cancel=self.cancel)
        try:
            with archive.open("wb") as stream:
                for piece in wire.incoming(self.store.stream(key), commit.container["size"]):
                    digest.update(piece)
                    stream.write(piece)
        except Gone:
            return False
        if digest.hexdigest() == commit.container["sha256"]:
            return True
        self.store.discard(key)
        return False

    def _judged(self, commit: Commit, archive: Path, into: Path) -> Receipt:
        now = self.clock.now()
        other = self._other(commit)
        if other:
            return refusing_receipt(commit, now=now, code="TGT-201", reason=other)
        try:
            root, content, report = check_container(archive, into, self.cancel)
        except (Refused, BadInput) as refusal:
            return refusing_receipt(commit, now=now, code=refusal.code, reason=str(refusal))
        except (OSError, ValueError, KeyError) as error:
            return refusing_receipt(commit, now=now, code="TGT-202", reason=str(error))
        if (report.sha256, report.sm3) != (commit.sha256, commit.sm3):
            return refusing_receipt(commit, now=now, code="TGT-202", reason=report.sha256)
        location = f"{ACCESSIONS}/{now.year}/{folder_name(commit.package)}"
        receipt = make_receipt(
            content, report, now=now, location=location, proof=SIGNED, container={}
        )
        if receipt.accepted:
            self._keep(root, location)
        return receipt

    def _other(self, commit: Commit) -> str:
        """The digest under which this package was accepted before, "" when it was not."""
        name = folder_name(commit.package)
        for place in self.store.names(f"{RECEIPTS}/{name}"):
            data = self.store.read(place)
            record: dict[str, Any] = json.loads(data) if data and not is_torn(data) else {}
            if record.get("accepted") and record.get("sha256") != commit.sha256:
                return str(record["sha256"])
        return ""

    def _keep(self, root: Path, location: str) -> None:
        """Put the files of a package into its accession; what is there already stays."""
        wire = Wire(cancel=self.cancel)
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            key = f"{location}/{path.relative_to(root).as_posix()}"
            if self.store.size(key) != path.stat().st_size:
                self.store.discard(key)
                part = hashlib.sha256(key.encode()).hexdigest()
                self.store.upload(path, key, f"{STAGING}/receiving/{part}.part", wire)


def _order(place: str) -> tuple[str, int]:
    """Commits of one package in the order of their numbers."""
    path = PurePosixPath(place)
    return str(path.parent), int(path.stem)
