"""Signatures of an archive under its receipts: RSA or ECDSA with SHA-256 over the canonical JSON.

The certificate of the archive stands in the settings of the target; a receipt names none.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from app.adapters.packaging.plan import canonical
from app.kernel.errors import BadInput, Broken

_RSA, _ECDSA = "RSA-SHA256", "ECDSA-SHA256"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def load_certificate(path: Path) -> x509.Certificate:
    """The certificate in a PEM file. Raises BadInput TGT-211."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput("TGT-211", path=str(path), reason=str(error)) from error


def load_key(path: Path, passphrase: str = "") -> PrivateKey:
    """The private key in a PEM file. Raises BadInput TGT-211."""
    try:
        key = serialization.load_pem_private_key(
            path.read_bytes(), passphrase.encode() if passphrase else None
        )
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadInput("TGT-211", path=str(path), reason=str(error)) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise BadInput("TGT-211", path=str(path), reason=type(key).__name__)
    return key


def signed(record: dict[str, Any], key: PrivateKey) -> dict[str, Any]:
    """The receipt with the signature of the archive."""
    data = _signed_bytes(record)
    if isinstance(key, rsa.RSAPrivateKey):
        algorithm, value = _RSA, key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    else:
        algorithm, value = _ECDSA, key.sign(data, ec.ECDSA(hashes.SHA256()))
    signature = {"algorithm": algorithm, "value": base64.b64encode(value).decode("ascii")}
    return {**record, "signature": signature}


def verify(record: dict[str, Any], certificate: x509.Certificate) -> None:
    """Raises Broken TGT-410 unless the archive of this certificate signed the receipt at a time
    when its certificate was valid. The clock of the archive counts, not that of this station."""
    package = str(record.get("package", ""))
    try:
        signature = record["signature"]
        value = base64.b64decode(signature["value"], validate=True)
        _check(certificate.public_key(), signature["algorithm"], value, _signed_bytes(record))
        moment = datetime.fromisoformat(record["archived_at"])
        early = moment < certificate.not_valid_before_utc
        late = moment > certificate.not_valid_after_utc
    except InvalidSignature:
        raise Broken("TGT-410", package=package, receipt_fault="signature") from None
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Broken("TGT-410", package=package, receipt_fault="unsigned") from error
    if early or late:
        raise Broken("TGT-410", package=package, receipt_fault="certificate")


def _check(key: object, algorithm: str, value: bytes, data: bytes) -> None:
    if isinstance(key, rsa.RSAPublicKey) and algorithm == _RSA:
        key.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm == _ECDSA:
        key.verify(value, data, ec.ECDSA(hashes.SHA256()))
    else:
        raise InvalidSignature


def _signed_bytes(record: dict[str, Any]) -> bytes:
    plain = {name: value for name, value in record.items() if name != "signature"}
    # Through JSON once, so that what was read from a file and what was just made are the same.
    return canonical(json.loads(json.dumps(plain)))
