"""Keys as they are opened for one signature: a PKCS#12 file, a PKCS#11 token, an SM2 key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pkcs11
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner

from app.adapters.private_files import open_to_others
from app.adapters.signing import sm2
from app.adapters.signing.key_settings import PKCS11, SM2, KeySettings, inside
from app.adapters.signing.trust import read_certificates
from app.kernel.errors import Broken, Refused

Secret = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Sm2Key:
    """An SM2 key with its certificate and those of the authorities above it."""

    private_key: bytes
    public_key: bytes
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


@contextmanager
def document_signer(key: KeySettings, data: Path, secret: Secret) -> Iterator[Signer]:
    """The key as pyHanko signs with it, open inside the block only.

    Raises Broken SIG-102 (cannot be read), SIG-103 (the token does not serve), Refused SIG-104
    (wrong passphrase or PIN), and what `secret` raises.
    """
    passphrase = secret(key.secret) if key.secret else ""
    if key.kind != PKCS11:
        yield _from_file(key, inside(data, key.values["file"]), passphrase)
        return
    session = _session(key, passphrase)
    try:
        signer = PKCS11Signer(
            session,
            cert_label=key.values["certificate_label"],
            key_label=key.values.get("key_label") or key.values["certificate_label"],
        )
        _ready(key, signer)
        yield signer
    finally:
        session.close()


def sm2_key(key: KeySettings, data: Path, secret: Secret) -> Sm2Key:
    """The SM2 key. Raises as `document_signer`."""
    passphrase = secret(key.secret) if key.secret else ""
    path = inside(data, key.values["file"])
    try:
        content = path.read_bytes()
        if not passphrase and open_to_others(path):
            raise Broken("SIG-102", key=key.name, reason="mode")
        certificate, *chain = read_certificates(inside(data, key.values["certificate"]))
        public_key = sm2.public_key_of(certificate.public_key)
    except OSError as error:
        raise Broken("SIG-102", key=key.name, reason=error.strerror or "content") from error
    except ValueError as error:
        raise Broken("SIG-102", key=key.name, reason="content") from error
    try:
        private_key = sm2.load_private_key(content, passphrase)
    except (ValueError, StopIteration, TypeError) as error:
        if passphrase:
            raise Refused("SIG-104", key=key.name, secret=key.secret) from error
        raise Broken("SIG-102", key=key.name, reason="content") from error
    probe = b"\0" * 32
    if not sm2.verify(public_key, probe, sm2.sign(private_key, public_key, probe)):
        raise Broken("SIG-102", key=key.name, reason="certificate")
    return Sm2Key(
        private_key=private_key,
        public_key=public_key,
        certificate=certificate,
        chain=tuple(chain),
    )


def _from_file(key: KeySettings, path: Path, passphrase: str) -> SimpleSigner:
    if key.kind == SM2:
        raise Broken("SIG-102", key=key.name, reason="content")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Broken("SIG-102", key=key.name, reason=error.strerror or str(error)) from error
    try:
        pkcs12.load_key_and_certificates(content, passphrase.encode() or None)
    except ValueError as error:
        # The format does not tell a wrong passphrase from a damaged file.
        if "password" in str(error).lower():
            raise Refused("SIG-104", key=key.name, secret=key.secret) from error
        raise Broken("SIG-102", key=key.name, reason="content") from error
    signer: SimpleSigner | None = SimpleSigner.load_pkcs12_data(
        content, [], passphrase.encode() or None
    )
    if signer is None or signer.signing_cert is None:
        raise Broken("SIG-102", key=key.name, reason="content")
    return signer


def _session(key: KeySettings, pin: str) -> pkcs11.Session:
    try:
        return open_pkcs11_session(
            key.values["module"],
            token_criteria=TokenCriteria(label=key.values["token_label"]),
            user_pin=pin or None,
        )
    except (pkcs11.exceptions.PinIncorrect, pkcs11.exceptions.PinLenRange) as error:
        raise Refused("SIG-104", key=key.name, secret=key.secret) from error
    except pkcs11.exceptions.PinLocked as error:
        raise Broken("SIG-103", key=key.name, reason="locked") from error
    except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
        raise Broken("SIG-103", key=key.name, reason="missing") from error


def _ready(key: KeySettings, signer: PKCS11Signer) -> None:
    """Take certificate and key off the token now, so that what is missing is told as such."""
    try:
        asyncio.run(signer.ensure_objects_loaded())  # type: ignore[no-untyped-call]
    except (pkcs11.exceptions.PKCS11Error, ValueError, LookupError) as error:
        raise Broken("SIG-103", key=key.name, reason="no_key") from error
    certificate = signer.signing_cert
    # Tokens digest by themselves for RSA; for ECDSA many only sign a digest.
    signer.use_raw_mechanism = certificate is not None and certificate.public_key.algorithm == "ec"
