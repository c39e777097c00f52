"""Signing and reading signatures as worker processes do it: plain data in, plain data out.

A worker opens keys itself: neither a key nor a secret passes between processes.
"""

from __future__ import annotations

import tarfile
import tempfile
import zipfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.adapters.packaging.container import open_container
from app.adapters.packaging.manifest import MANIFEST
from app.adapters.signing.detached import (
    CMS_FILE,
    SM2_FILE,
    sign_with,
    sign_with_sm2,
    write_cms,
    write_sm2,
)
from app.adapters.signing.made import MadeSignature
from app.adapters.signing.pdf_reading import pdf_signatures
from app.adapters.signing.reading import (
    ReadSignature,
    cms_signature,
    manifest_signatures,
    sm2_signature,
)
from app.adapters.signing.station import SigningStation
from app.adapters.signing.time_stamps import time_stamper
from app.adapters.signing.trust import TrustStore
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput


def sign_manifest(data: str, package: str) -> list[MadeSignature]:
    """Lay the signatures that the settings ask for beside the manifest of a package.

    One that is there and is of this manifest stays. Raises Refused SIG-101 (no key), and what
    opening keys, signing and time stamps raise.
    """
    station, root = SigningStation.open(Path(data)), Path(package)
    settings, made_at = station.settings, timestamp(datetime.now(UTC))
    stamper = time_stamper(settings, station.secrets.secret)
    standing = {
        read.file
        for read in manifest_signatures(root, station.trust(), datetime.now(UTC))
        if read.intact
    }
    made: list[MadeSignature] = []
    if settings.manifest and SM2_FILE not in standing:
        key = station.manifest_key()
        made.append(write_sm2(root, key, made_at=made_at, stamper=stamper, url=settings.time_stamp))
    if settings.documents and CMS_FILE not in standing:
        with station.pdf_signing() as signing:
            made.append(
                write_cms(
                    root, signing.signer, made_at=made_at, stamper=stamper, url=settings.time_stamp
                )
            )
    if not settings.manifest and not settings.documents:
        # Says which setting is missing.
        station.manifest_key()
    return made


def read_signatures(data: str, path: str) -> list[dict[str, Any]]:
    """All signatures of a package (folder or container), a PDF file, or a manifest or signature
    beside it.

    Fields as `app.services.archive_views.SignatureView`. Raises BadInput SIG-109 for what is none
    of these, Broken SIG-106, BadInput SET codes, and as `open_container`.
    """
    trust = SigningStation.open(Path(data)).trust()
    now, target = datetime.now(UTC), Path(path)
    if not _is_container(target):
        return [asdict(read) for read in _read(target, trust, now)]
    with tempfile.TemporaryDirectory(prefix="signatures-") as folder:
        return [asdict(read) for read in _read(open_container(target, Path(folder)), trust, now)]


def _is_container(target: Path) -> bool:
    """Whether a file is a package in one file: a ZIP, or a TAR."""
    try:
        return target.is_file() and (zipfile.is_zipfile(target) or tarfile.is_tarfile(target))
    except OSError as error:
        raise BadInput("SIG-109", path=str(target)) from error


def sign_bytes(data: str, content: bytes) -> dict[str, Any]:
    """A bare signature over bytes with the key for manifests, else with that for documents:
    {"algorithm", "value", "certificate", "chain", "certificate_sha256"}, binaries in base64.

    Raises Refused SIG-101 (no key) and as opening keys does.
    """
    station = SigningStation.open(Path(data))
    if station.settings.manifest:
        return sign_with_sm2(station.manifest_key(), content)
    with station.pdf_signing() as signing:
        return sign_with(signing.signer, content)


def _read(target: Path, trust: TrustStore, now: datetime) -> list[ReadSignature]:
    if target.is_dir():
        if not (target / MANIFEST).is_file():
            raise BadInput("SIG-109", path=str(target))
        found = manifest_signatures(target, trust, now)
        for file in sorted(target.rglob("*.pdf")):
            if file.is_file() and not file.is_symlink():
                found += pdf_signatures(file, file.relative_to(target).as_posix(), trust, now)
        return found
    try:
        with target.open("rb") as stream:
            head = stream.read(1024)
        if b"%PDF-" in head:
            return pdf_signatures(target, target.name, trust, now)
        manifest = (target.parent / MANIFEST).read_bytes()
    except OSError as error:
        raise BadInput("SIG-109", path=str(target)) from error
    if target.name == MANIFEST:
        return manifest_signatures(target.parent, trust, now)
    if target.name.startswith(SM2_FILE):
        return [sm2_signature(target, manifest, trust, now)]
    if target.name.startswith(CMS_FILE):
        return [cms_signature(target, manifest, trust, now)]
    raise BadInput("SIG-109", path=str(target))
