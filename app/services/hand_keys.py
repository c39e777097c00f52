"""Keys made of the one secret of this data folder: what they sign and digest ends with it."""

from __future__ import annotations

import base64
import hashlib
import hmac

# One purpose per key, so that a digest of one kind is never taken for one of another.
QR = "qr"
CARD = "card"
IDENTITY = "identity"
PICKUP_LIST = "pickup-list"

_MAC_BYTES = 16  # 128 bits: a QR stays small and cannot be guessed


def key_for(master: bytes, purpose: str) -> bytes:
    """The key of one purpose (32 bytes), derived from the secret of the data folder."""
    return hmac.new(master, f"juanzong/{purpose}".encode(), hashlib.sha256).digest()


def keyed_digest(master: bytes, purpose: str, text: str) -> str:
    """A digest (64 hexadecimal signs) that nobody can try out without the secret: numbers of
    cards are few enough to guess them all from a bare one."""
    return digest_with(key_for(master, purpose), text)


def digest_with(key: bytes, text: str) -> str:
    """`keyed_digest` with the key of its purpose in hand."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def short_mac(master: bytes, purpose: str, text: str) -> str:
    """A signature of 26 letters and figures, small enough for a QR code."""
    mac = hmac.new(key_for(master, purpose), text.encode(), hashlib.sha256).digest()
    return base64.b32encode(mac[:_MAC_BYTES]).decode("ascii").rstrip("=")
