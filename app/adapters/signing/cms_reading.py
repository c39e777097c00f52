"""What a CMS signature (RFC 5652) says: who signed, whether the bytes are still those."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    validate_sig_integrity,
)

from app.adapters.signing.sm2 import SignatureValidator
from app.adapters.signing.trust import WEAK_DIGESTS

_TOKEN = "signature_time_stamp_token"


@dataclass(frozen=True, kw_only=True)
class ReadCms:
    """A signature as it was read. `intact`: the signed bytes are unchanged and the signature is
    that of the certificate; `weak` names a digest nobody relies on any more, else "";
    `token` is the time stamp over the signature."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    intact: bool
    algorithm: str
    weak: str
    signature: bytes
    token: cms.SignedData | None


def read_cms(
    signed: cms.SignedData, digest_of: Callable[[str], bytes], content_type: str = "data"
) -> ReadCms:
    """Read the one signature of a CMS structure over bytes whose digest is `digest_of(algorithm)`.

    Raises ValueError, LookupError or errors of pyHanko for what is no such structure.
    """
    signer = extract_signer_info(signed)
    found = extract_certs_for_validation(signed)
    digest = signer["digest_algorithm"]["algorithm"].native
    matches, valid = validate_sig_integrity(
        signer,
        found.signer_cert,
        expected_content_type=content_type,
        actual_digest=digest_of(digest),
        sig_validator=SignatureValidator(),
    )
    return ReadCms(
        certificate=found.signer_cert,
        others=tuple(found.other_certs),
        intact=bool(matches and valid),
        algorithm=_algorithm(signer, digest),
        weak=digest if digest in WEAK_DIGESTS else "",
        signature=bytes(signer["signature"].native),
        token=_token(signer),
    )


def _algorithm(signer: cms.SignerInfo, digest: str) -> str:
    used = signer["signature_algorithm"]
    try:
        family = used.signature_algo
    except ValueError:
        family = used["algorithm"].native
    return f"{family} {digest}"


def _token(signer: cms.SignerInfo) -> cms.SignedData | None:
    for attribute in signer["unsigned_attrs"] or []:
        if attribute["type"].native == _TOKEN:
            return attribute["values"][0]["content"]
    return None
