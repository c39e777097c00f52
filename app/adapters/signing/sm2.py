"""SM2 with SM3 (GB/T 32918, GM/T 0009) over bytes: keys, signatures, certificates' algorithms."""

from __future__ import annotations

import hashlib

import gmssl_pyx
from asn1crypto import algos, core, keys, pem
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

SIGNER_ID = "1234567812345678"  # GM/T 0009, 10: who names no id means this one
CURVE = "1.2.156.10197.1.301"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
_FIELD_BYTES = 32


def sign(private_key: bytes, public_key: bytes, message: bytes) -> bytes:
    """The signature over `message`, DER of r and s; keys of 32 and 64 bytes."""
    return bytes(gmssl_pyx.sm2_sign(private_key, public_key, message, SIGNER_ID.encode()))


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is a signature over `message` of the owner of this key (64 bytes)."""
    try:
        return bool(gmssl_pyx.sm2_verify(public_key, message, signature, SIGNER_ID.encode()))
    except gmssl_pyx.GmsslInnerError:
        return False


def public_key_of(information: keys.PublicKeyInfo) -> bytes:
    """The 64 bytes of an SM2 key. Raises ValueError when it is of another kind."""
    curve = information["algorithm"]["parameters"]
    if information.algorithm != "ec" or curve.native != CURVE:
        raise ValueError("not an SM2 key")
    try:
        point = bytes(information["public_key"].native)
        return bytes(gmssl_pyx.normalize_sm2_public_key(point))
    except gmssl_pyx.GmsslInnerError as error:
        raise ValueError("no point of the SM2 curve") from error


def load_private_key(data: bytes, passphrase: str) -> bytes:
    """The 32 bytes of an SM2 key in PEM or DER: PKCS#8, encrypted or not, or SEC 1.

    Raises ValueError for what is none, or when the passphrase is wrong.
    """
    label = ""
    if pem.detect(data):
        # OpenSSL writes the parameters of the curve as a part of their own before the key.
        parts = [(name, body) for name, _, body in pem.unarmor(data, multiple=True)]
        label, data = next(part for part in parts if part[0].endswith("PRIVATE KEY"))
    if label == "ENCRYPTED PRIVATE KEY" or (not label and _is_encrypted(data)):
        data, label = _decrypted(data, passphrase), "PRIVATE KEY"
    if label != "EC PRIVATE KEY":
        wrapped = keys.PrivateKeyInfo.load(data, strict=True)
        if wrapped["private_key_algorithm"]["parameters"].native != CURVE:
            raise ValueError("not an SM2 key")
        inner = wrapped["private_key"].parsed
    else:
        inner = keys.ECPrivateKey.load(data, strict=True)
    number = int(inner["private_key"].native)
    return number.to_bytes(_FIELD_BYTES, "big")


def _is_encrypted(data: bytes) -> bool:
    first = core.Sequence.load(data)[0]
    return isinstance(first, core.Sequence)


def _decrypted(data: bytes, passphrase: str) -> bytes:
    """The content of an encrypted PKCS#8 key (PBES2 with PBKDF2 and AES-CBC, RFC 8018)."""
    locked = keys.EncryptedPrivateKeyInfo.load(data, strict=True)
    scheme = locked["encryption_algorithm"]
    if scheme["algorithm"].native != "pbes2" or scheme.kdf != "pbkdf2":
        raise ValueError("encrypted by another scheme than PBES2")
    if scheme.encryption_cipher != "aes":
        raise ValueError("encrypted by another cipher than AES")
    key = hashlib.pbkdf2_hmac(
        scheme.kdf_hmac,
        passphrase.encode(),
        scheme.kdf_salt,
        scheme.kdf_iterations,
        scheme.key_length,
    )
    cipher = Cipher(algorithms.AES(key), modes.CBC(scheme.encryption_iv)).decryptor()
    padded = cipher.update(locked["encrypted_data"].native) + cipher.finalize()
    unpadder = padding.PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


class SignatureValidator(DefaultSignatureValidator):
    """Verifies what pyHanko does, and SM2 with SM3, so that chains of certificates of both
    families are judged in one way."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Raises InvalidSignature."""
        if signature_algorithm["algorithm"].dotted != SM2_WITH_SM3:
            super().validate_signature(
                signature, signed_data, public_key_info, signature_algorithm, context
            )
            return
        try:
            key = public_key_of(public_key_info)
        except ValueError as error:
            raise InvalidSignature from error
        if not verify(key, signed_data, signature):
            raise InvalidSignature
