"""Signatures as a person judges them: who, when, unchanged or not, trusted or not, and why."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import cms, crl, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils.misc import PdfError

from app.adapters.packaging.manifest import MANIFEST
from app.adapters.signing import sm2
from app.adapters.signing.cms_reading import ReadCms, read_cms
from app.adapters.signing.detached import ALGORITHM, CMS_FILE, CMS_KIND, FORMAT, SM2_FILE, SM2_KIND
from app.adapters.signing.time_stamps import ProvedTime, read_token
from app.adapters.signing.trust import (
    Problem,
    TrustStore,
    issuer_of,
    name_of,
    problem,
)
from app.kernel.clock import timestamp

MANIFEST_COVERED = "manifest"
_KNOWN = {
    "format": FORMAT,
    "algorithm": ALGORITHM,
    "signer_id": sm2.SIGNER_ID,
    "signed": MANIFEST,
}
# What the libraries raise for bytes that are no signature; most of pyHanko's are ValueErrors.
UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    RuntimeError,
    PdfError,
    InvalidSignature,
    UnsupportedAlgorithm,
)


@dataclass(frozen=True, kw_only=True)
class ReadSignature:
    """One signature; the fields of `app.services.archive_views.SignatureView`."""

    file: str
    kind: str
    signer: str = ""
    issuer: str = ""
    serial: str = ""
    valid_from: str = ""
    valid_until: str = ""
    intact: bool = False
    trusted: bool = False
    covers: str = ""
    time: str = ""
    algorithm: str = ""
    problems: tuple[Problem, ...] = ()


def unreadable(file: str, kind: str) -> ReadSignature:
    """What is called a signature and is none that can be read."""
    return ReadSignature(file=file, kind=kind, problems=(problem("SIG-210", file=file),))


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signature that was read and is now to be judged. `intact`: the signed bytes are unchanged;
    `weak` an outdated digest or ""; `time` what its time stamp proves, None without one."""

    file: str
    kind: str
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    intact: bool
    covers: str
    algorithm: str
    weak: str = ""
    time: ProvedTime | None = None


def judged(
    signed: Signed,
    trust: TrustStore,
    now: datetime,
    *,
    lists: tuple[crl.CertificateList, ...] = (),
    more: tuple[Problem, ...] = (),
) -> ReadSignature:
    """The signature with all that stands against it. A certificate is judged at the proved time,
    without one at present."""
    problems = list(more)
    if not signed.intact:
        problems.append(problem("SIG-201", file=signed.file))
    if signed.weak:
        problems.append(problem("SIG-208", algorithm=signed.weak))
    proved = signed.time.at if signed.time is not None else None
    if signed.time is None:
        problems.append(problem("SIG-212", file=signed.file))
    else:
        problems += signed.time.problems
    found = trust.judge(signed.certificate, signed.others, moment=proved or now, lists=lists)
    certificate = signed.certificate
    return ReadSignature(
        file=signed.file,
        kind=signed.kind,
        signer=name_of(certificate),
        issuer=issuer_of(certificate),
        serial=format(certificate.serial_number, "X"),
        valid_from=timestamp(certificate.not_valid_before),
        valid_until=timestamp(certificate.not_valid_after),
        intact=signed.intact,
        trusted=found.trusted and not signed.weak,
        covers=signed.covers,
        time=timestamp(proved) if proved is not None else "",
        algorithm=signed.algorithm,
        problems=(*problems, *found.problems),
    )


def cms_signature(path: Path, manifest: bytes, trust: TrustStore, now: datetime) -> ReadSignature:
    """The CMS signature in a file over the bytes of a manifest."""
    try:
        content = cms.ContentInfo.load(path.read_bytes(), strict=True)
        if content["content_type"].native != "signed_data":
            return unreadable(path.name, CMS_KIND)
        read = read_cms(content["content"], lambda name: hashlib.new(name, manifest).digest())
        signed = Signed(
            file=path.name,
            kind=CMS_KIND,
            certificate=read.certificate,
            others=read.others,
            intact=read.intact,
            covers=MANIFEST_COVERED,
            algorithm=read.algorithm,
            weak=read.weak,
            time=time_of(read, trust, now),
        )
        return judged(signed, trust, now)
    except UNREADABLE:
        return unreadable(path.name, CMS_KIND)


def sm2_signature(path: Path, manifest: bytes, trust: TrustStore, now: datetime) -> ReadSignature:
    """The SM2 signature in a file over the bytes of a manifest."""
    try:
        record = json.loads(path.read_bytes())
        certificate = _certificate(record["certificate"])
        value = _bytes(record["value"])
        known = all(record[name] == value for name, value in _KNOWN.items())
        key = sm2.public_key_of(certificate.public_key)
        signed = Signed(
            file=path.name,
            kind=SM2_KIND,
            certificate=certificate,
            others=tuple(_certificate(text) for text in record["chain"]),
            intact=bool(known and sm2.verify(key, manifest, value)),
            covers=MANIFEST_COVERED,
            algorithm=ALGORITHM,
            time=_time_over(record, value, trust, now),
        )
        return judged(signed, trust, now)
    except UNREADABLE:
        return unreadable(path.name, SM2_KIND)


def time_of(
    read: ReadCms,
    trust: TrustStore,
    moment: datetime,
    lists: tuple[crl.CertificateList, ...] = (),
) -> ProvedTime | None:
    """What the time stamp of a CMS signature proves, None when it has none."""
    if read.token is None:
        return None
    return read_token(
        read.token,
        digest_over(read.signature),
        trust,
        moment=moment,
        others=read.others,
        lists=lists,
    )


def digest_over(data: bytes) -> Callable[[str], bytes]:
    """The digests of some bytes by algorithm."""
    return lambda name: hashlib.new(name, data).digest()


def _time_over(
    record: dict[str, Any], value: bytes, trust: TrustStore, now: datetime
) -> ProvedTime | None:
    if "time_stamp" not in record:
        return None
    token = cms.ContentInfo.load(_bytes(record["time_stamp"]), strict=True)
    return read_token(token["content"], digest_over(value), trust, moment=now)


def _certificate(text: object) -> x509.Certificate:
    found = x509.Certificate.load(_bytes(text), strict=True)
    _ = found.native
    return found


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise TypeError("not a text")
    return base64.b64decode(text, validate=True)


def manifest_signatures(package: Path, trust: TrustStore, now: datetime) -> list[ReadSignature]:
    """The signatures that lie beside the manifest of a package. Raises OSError."""
    manifest = (package / MANIFEST).read_bytes()
    found = []
    for name, read in ((SM2_FILE, sm2_signature), (CMS_FILE, cms_signature)):
        if (package / name).is_file():
            found.append(read(package / name, manifest, trust, now))
    return found
