"""SHA-256 and SM3 side by side (GB/T 32905; STANDARDS 5.11). SM3 comes from OpenSSL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What proves that bytes are the same: two hexadecimal digests and the size in bytes."""

    sha256: str
    sm3: str
    size: int


def digest_chunks(chunks: Iterable[bytes]) -> Digest:
    """Both digests of a stream of chunks in one pass."""
    sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
    for chunk in chunks:
        sha256.update(chunk)
        sm3.update(chunk)
        size += len(chunk)
    return Digest(sha256=sha256.hexdigest(), sm3=sm3.hexdigest(), size=size)


def digest_bytes(data: bytes) -> Digest:
    """Both digests of `data`."""
    return digest_chunks((data,))


def digest_file(path: Path) -> Digest:
    """Both digests of a file, read in chunks. Raises OSError when it cannot be read."""
    with path.open("rb") as stream:
        return digest_chunks(iter(lambda: stream.read(CHUNK), b""))


def sm3_available() -> bool:
    """Whether this OpenSSL computes SM3 rightly (test vector of GB/T 32905, appendix A.1)."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    try:
        return hashlib.new("sm3", b"abc").hexdigest() == expected
    except ValueError:
        return False
