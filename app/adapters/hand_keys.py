"""The secrets of a data folder: each 32 random bytes in a file that only its owner may read."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from app.adapters.private_files import open_to_others, private_folder
from app.kernel.errors import Broken

KEY_FILE = Path("keys") / "hand.key"
PASSPORT_KEY_FILE = Path("keys") / "passport.key"
KEY_BYTES = 32


def hand_key(data: Path) -> bytes:
    """The secret behind the codes of this data folder, made when it is first asked for.

    Raises Broken IDN-113 when the file cannot be read, is no key, or may be read by others.
    """
    return _kept(data / KEY_FILE)


def passport_key(data: Path) -> bytes:
    """The Ed25519 key by which this station signs passports when the court has given it no key of
    its own. Made and refused as `hand_key`."""
    return _kept(data / PASSPORT_KEY_FILE)


def _kept(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        if open_to_others(path):
            raise Broken("IDN-113", path=str(path), reason="mode")
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise Broken("IDN-113", path=str(path), reason=error.strerror or str(error)) from error
    except ValueError as error:
        raise Broken("IDN-113", path=str(path), reason="content") from error
    if len(key) != KEY_BYTES:
        raise Broken("IDN-113", path=str(path), reason="content")
    return key


def _make(path: Path) -> None:
    """Write a new key; when two programs begin at once, the key of the faster one stays."""
    private_folder(path.parent)
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
