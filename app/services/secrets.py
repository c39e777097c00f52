"""One-time codes and PINs: only salted scrypt hashes are ever stored."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

# scrypt's n: some 60 ms for each guess (INTEGRATION section 2).
COST = 2**14
CODE_DIGITS = 6  # what courts use at lockers (STANDARDS 7.3)


def new_code(digits: int = CODE_DIGITS) -> str:
    """A random code of digits."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def hash_secret(secret: str) -> tuple[str, str]:
    """(hash, salt) of a secret, both hexadecimal."""
    salt = os.urandom(16)
    return _scrypt(secret, salt), salt.hex()


def matches(secret: str, stored_hash: str, salt: str) -> bool:
    """Whether the secret is the one that was hashed; takes the same time either way."""
    if not stored_hash:
        return False
    return hmac.compare_digest(_scrypt(secret, bytes.fromhex(salt)), stored_hash)


def hashed_again(secret: str, salt: str) -> str:
    """The hash of a secret with the (hexadecimal) salt of one that was hashed before."""
    return _scrypt(secret, bytes.fromhex(salt))


def _scrypt(secret: str, salt: bytes) -> str:
    return hashlib.scrypt(secret.encode(), salt=salt, n=COST, r=8, p=1, dklen=32).hex()
