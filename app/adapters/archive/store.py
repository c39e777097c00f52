"""What every transport offers: objects by key that are only ever added, as one small protocol.

staging/<id>/<container>.part      what is being sent (a multipart upload, a tus upload, a file)
packages/<id>/<container>.zip      containers that arrived whole, named by their own SHA-256
commits/<id>/<n>.json              "all of this package is there", written once
receipts/<id>/<digest>.json        one receipt per package, by the SHA-256 of its manifest
accessions/<year>/<id>/…           what an archive that receives has taken over
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from app.adapters.archive.wire import Wire
from app.kernel.file_names import safe_name

COMMITS, PACKAGES, RECEIPTS = "commits", "packages", "receipts"
STAGING, ACCESSIONS = "staging", "accessions"


class ArchiveStore(Protocol):
    """The far side. Keys are relative paths of plain names with "/" between them.

    All calls raise Transient TGT-301 (out of reach, cut off), Broken TGT-401 (no right), TGT-402
    or TGT-411 (full), TGT-412 (login refused), TGT-413, TGT-414 (not the server it should be),
    TGT-416 (refused for another reason), TGT-417 (clocks differ).
    """

    def session(self, name: str) -> AbstractContextManager[None]:
        """Connected for the work on one package ("" for a look); calls are valid inside only.
        Raises also Transient TGT-302 when another station works on it."""
        ...

    def read(self, key: str) -> bytes | None:
        """A small object, None when there is none."""
        ...

    def create(self, key: str, data: bytes) -> bool:
        """Write a small object, whole or not at all; False when the key is taken."""
        ...

    def size(self, key: str) -> int | None:
        """Size of an object in bytes, None when there is none."""
        ...

    def upload(self, source: Path, key: str, staging: str, wire: Wire) -> None:
        """Send what the far side lacks of `source`, then give it its key. What is there already
        is left as it is; an object that took the key meanwhile stays."""
        ...

    def stream(self, key: str) -> Iterator[bytes]:
        """The bytes of an object. Raises Gone."""
        ...

    def names(self, prefix: str) -> list[str]:
        """All keys below `prefix` (a folder), sorted."""
        ...

    def discard(self, key: str) -> None:
        """Remove a copy that never counted, whole or in part. Raises nothing when it is gone."""
        ...

    def probe(self) -> None:
        """Look whether objects could be read and written."""
        ...


class Gone(Exception):
    """There is no object of this key."""


def folder_name(package_id: str) -> str:
    """A folder name of its own for every id, even where two ids differ in forbidden signs only."""
    name = safe_name(package_id)
    if name == package_id:
        return name
    return f"{name}~{hashlib.sha256(package_id.encode()).hexdigest()[:8]}"


def container_key(name: str, container: str) -> str:
    """Where the container with this SHA-256 goes."""
    return f"{PACKAGES}/{name}/{container}.zip"


def staging_key(name: str, container: str) -> str:
    """Where the container grows."""
    return f"{STAGING}/{name}/{container}.part"


def receipt_key(name: str, digest: str) -> str:
    """Where the receipt of the package with this manifest goes."""
    return f"{RECEIPTS}/{name}/{digest}.json"


def commit_key(name: str, number: int) -> str:
    """Where the commit with this number (from 1) goes."""
    return f"{COMMITS}/{name}/{number}.json"
