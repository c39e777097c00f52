"""The record of a signature that was made."""

from __future__ import annotations

from typing import Any

from asn1crypto import x509

from app.adapters.signing.trust import issuer_of, name_of

MadeSignature = dict[str, Any]


def made_signature(
    kind: str, file: str, certificate: x509.Certificate, *, made_at: str, level: str
) -> MadeSignature:
    """What the ledger keeps of a signature: plain data, for it comes from a worker process."""
    return {
        "kind": kind,
        "file": file,
        "signer": name_of(certificate),
        "issuer": issuer_of(certificate),
        "serial": format(certificate.serial_number, "X"),
        "certificate_sha256": certificate.sha256.hex(),
        "made_at": made_at,
        "level": level,
    }
