"""Signatures that lie beside what they sign: CMS (manifest.p7s) and SM2 (manifest.sig).

`manifest.sig` is JSON, so that it can be read in fifty years with nothing but a text editor:
{"format", "algorithm", "signer_id", "signed", "made_at", "value", "certificate", "chain"} and,
where there is one, "time_stamp". `value` is the base64 of r and s in DER, over the bytes of the
file that `signed` names; `certificate` and `chain` are base64 of DER; `time_stamp` is a token
(RFC 3161) over the bytes of `value`. `openssl pkeyutl -verify` proves it with the key of the
certificate.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto import x509
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from app.adapters.packaging.manifest import MANIFEST
from app.adapters.packaging.plan import canonical
from app.adapters.signing import sm2
from app.adapters.signing.key_settings import B_B, B_T
from app.adapters.signing.keys import Sm2Key
from app.adapters.signing.made import MadeSignature, made_signature
from app.adapters.signing.time_stamps import stamp
from app.kernel.errors import Broken
from cloud_locker.whole_files import write_bytes_whole

SM2_FILE, CMS_FILE = "manifest.sig", "manifest.p7s"
SM2_KIND, CMS_KIND = "sm2", "cms"
FORMAT = "juanzong-sm2-signature/1"
ALGORITHM = "SM2-with-SM3"


def write_sm2(
    package: Path, key: Sm2Key, *, made_at: str, stamper: TimeStamper | None, url: str
) -> MadeSignature:
    """Write manifest.sig over manifest.json. Raises OSError, and as `stamp`."""
    value = sm2.sign(key.private_key, key.public_key, (package / MANIFEST).read_bytes())
    record: dict[str, Any] = {
        "format": FORMAT,
        "algorithm": ALGORITHM,
        "signer_id": sm2.SIGNER_ID,
        "signed": MANIFEST,
        "made_at": made_at,
        "value": _text(value),
        "certificate": _text(key.certificate.dump()),
        "chain": [_text(certificate.dump()) for certificate in key.chain],
    }
    if stamper is not None:
        record["time_stamp"] = _text(stamp(stamper, value, url))
    write_bytes_whole(package / SM2_FILE, canonical(record), durable=True)
    level = B_B if stamper is None else B_T
    return made_signature(SM2_KIND, SM2_FILE, key.certificate, made_at=made_at, level=level)


def write_cms(
    package: Path, signer: Signer, *, made_at: str, stamper: TimeStamper | None, url: str
) -> MadeSignature:
    """Write manifest.p7s, a detached CMS signature over manifest.json.

    Raises OSError, Broken SIG-107 and SIG-108, Transient SIG-105.
    """
    certificate = signer.signing_cert
    assert certificate is not None
    try:
        signed = asyncio.run(
            signer.async_sign_general_data(
                (package / MANIFEST).read_bytes(), "sha256", use_cades=True, timestamper=stamper
            )
        )
    except TimestampRequestError as error:
        raise Broken("SIG-107", url=url) from error
    except (SigningError, pkcs11.exceptions.PKCS11Error) as error:
        raise Broken("SIG-108", file=CMS_FILE, reason=str(error)) from error
    write_bytes_whole(package / CMS_FILE, signed.dump(), durable=True)
    level = B_B if stamper is None else B_T
    return made_signature(CMS_KIND, CMS_FILE, certificate, made_at=made_at, level=level)


def sign_with_sm2(key: Sm2Key, content: bytes) -> dict[str, Any]:
    """A bare signature over bytes: {"algorithm", "value", "certificate", "chain"} in base64."""
    value = sm2.sign(key.private_key, key.public_key, content)
    return _bare(ALGORITHM, value, key.certificate, list(key.chain))


def sign_with(signer: Signer, content: bytes) -> dict[str, Any]:
    """The same with a key for documents: RSA (PKCS #1 v1.5) or ECDSA, with SHA-256."""
    certificate = signer.signing_cert
    assert certificate is not None
    try:
        value = asyncio.run(signer.async_sign_raw(content, "sha256"))
    except (SigningError, pkcs11.exceptions.PKCS11Error) as error:
        raise Broken("SIG-108", file="", reason=str(error)) from error
    family = certificate.public_key.algorithm
    own = certificate.sha256
    chain = [other for other in signer.cert_registry or [] if other.sha256 != own]
    return _bare(f"{family}-sha256", bytes(value), certificate, chain)


def _bare(
    algorithm: str, value: bytes, certificate: x509.Certificate, chain: list[x509.Certificate]
) -> dict[str, Any]:
    return {
        "algorithm": algorithm,
        "value": _text(value),
        "certificate": _text(certificate.dump()),
        "chain": [_text(other.dump()) for other in chain],
        "certificate_sha256": hashlib.sha256(certificate.dump()).hexdigest(),
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
