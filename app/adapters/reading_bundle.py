"""Reading bundles (阅卷包) as files, for a terminal that reaches no database; and their logs back.

A bundle is the data folder of one grant in a ZIP, encrypted for one terminal and signed by the
station. The key is made of a secret of 32 random bytes that station and terminal share since the
terminal was set up, not of the reader's code: six digits could be tried out in hours by whoever
finds the file. The terminal knows the station's public key from the same file, so that a bundle
from elsewhere opens nowhere. A log goes back encrypted with the same secret.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from attrs import frozen
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.adapters.hand_keys import passport_key
from app.adapters.private_files import private_folder
from app.kernel.errors import BadInput, Broken, Refused
from app.services.hand_keys import key_for
from cloud_locker.whole_files import write_bytes_whole

BUNDLE, LOG = b"JZB1", b"JZL1"
TERMINAL_FORMAT = "juanzong-reading-terminal"
# In the opened folder: which bundle it is.
MARK = "bundle.json"
_SIGNATURE, _NONCE, _LENGTH = 64, 12, 4
_LONGEST_HEAD = 4096
_MOST_BYTES = 4 * 1024**3
_PURPOSE = "reading-bundle"


@frozen(kw_only=True)
class Terminal:
    """What a terminal without database was set up with. `secret` and `station_key` are bytes."""

    name: str
    secret: bytes
    station_key: bytes


@frozen(kw_only=True)
class OpenedBundle:
    """A bundle as it lies opened: `folder` is its data folder; `valid_until` and `made_at` are
    timestamps, `made_at` "" for one of an older program."""

    bundle: str
    folder: Path
    valid_until: str
    made_at: str = ""


def write_terminal(data: str, terminal: str, secret: str, path: str) -> None:
    """Write the file by which a terminal is set up. Raises Broken SYS-401, IDN-113."""
    record = {
        "format": TERMINAL_FORMAT,
        "terminal": terminal,
        "secret": secret,
        "station_key": _public(Path(data)).hex(),
    }
    write_private(Path(path), json.dumps(record, ensure_ascii=False, indent=1).encode())


def read_terminal(path: Path) -> Terminal:
    """Raises BadInput RDR-147 when it is no such file."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["format"] != TERMINAL_FORMAT:
            raise ValueError(record["format"])
        return Terminal(
            name=str(record["terminal"]),
            secret=bytes.fromhex(record["secret"]),
            station_key=bytes.fromhex(record["station_key"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput("RDR-147", path=str(path)) from error


def sealed(kind: bytes, head: Mapping[str, Any], secret: bytes, content: bytes) -> bytes:
    """Content encrypted for whoever has the secret; the head stays readable and cannot be
    changed."""
    nonce = os.urandom(_NONCE)
    written = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
    front = kind + len(written).to_bytes(_LENGTH, "big") + written
    return front + nonce + AESGCM(key_for(secret, _PURPOSE)).encrypt(nonce, content, front)


def head_of(kind: bytes, data: bytes) -> tuple[dict[str, Any], int]:
    """(the head, where the encrypted part begins). Raises BadInput RDR-140."""
    begins = len(kind) + _LENGTH
    length = int.from_bytes(data[len(kind) : begins], "big")
    try:
        if data[: len(kind)] != kind or not 0 < length <= _LONGEST_HEAD:
            raise ValueError(length)
        head = json.loads(data[begins : begins + length])
        return {str(key): value for key, value in head.items()}, begins + length
    except (ValueError, AttributeError) as error:
        raise BadInput("RDR-140") from error


def unsealed(kind: bytes, secret: bytes, data: bytes) -> bytes:
    """The content. Raises BadInput RDR-140 (no such file), Refused RDR-144 (another secret, or
    changed)."""
    _head, begins = head_of(kind, data)
    nonce, rest = data[begins : begins + _NONCE], data[begins + _NONCE :]
    try:
        return AESGCM(key_for(secret, _PURPOSE)).decrypt(nonce, rest, data[:begins])
    except (InvalidTag, ValueError) as error:
        raise Refused("RDR-144") from error


def signed_bundle(data: Path, head: Mapping[str, Any], secret: bytes, content: bytes) -> bytes:
    """A bundle file: encrypted for a terminal, then signed by the station of `data`."""
    body = sealed(BUNDLE, head, secret, content)
    return Ed25519PrivateKey.from_private_bytes(passport_key(data)).sign(body) + body


def open_reading_bundle(path: Path, into: Path, terminal: Terminal, *, now: str) -> OpenedBundle:
    """Open a bundle as a data folder below `into`; one that lies there already keeps its log.

    Raises BadInput RDR-140 (no bundle), Refused RDR-141 (not signed by this terminal's station, or
    changed), RDR-142 (its time is over at `now`, a timestamp), RDR-143 (for another terminal),
    RDR-144 (cannot be decrypted), BadInput SYS-201,
    Broken SYS-401.
    """
    data = read_whole(path)
    signature, body = data[:_SIGNATURE], data[_SIGNATURE:]
    head, _begins = head_of(BUNDLE, body)
    try:
        Ed25519PublicKey.from_public_bytes(terminal.station_key).verify(signature, body)
    except (InvalidSignature, ValueError) as error:
        raise Refused("RDR-141") from error
    if head.get("terminal") != terminal.name:
        raise Refused("RDR-143", terminal=str(head.get("terminal")))
    if not now <= str(head.get("valid_until", "")):
        raise Refused("RDR-142", until=str(head.get("valid_until", ""))[:16])
    folder = into / PurePosixPath(str(head["bundle"])).name
    if not (folder / MARK).exists():
        _unpack(unsealed(BUNDLE, terminal.secret, body), folder)
    return OpenedBundle(
        bundle=str(head["bundle"]),
        folder=folder,
        valid_until=str(head["valid_until"]),
        made_at=str(head.get("made_at", "")),
    )


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole that its owner alone may read. Raises Broken SYS-401."""
    try:
        private_folder(path.parent)
        write_bytes_whole(path, content, durable=True, private=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Broken("SYS-401", path=str(path), reason=reason) from error


def _unpack(content: bytes, folder: Path) -> None:
    """The files of the ZIP; the mark comes last, so that half a folder is no bundle."""
    private_folder(folder)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in sorted(archive.infolist(), key=lambda entry: entry.filename == MARK):
            target = folder / entry.filename
            if not target.resolve().is_relative_to(folder.resolve()):
                raise BadInput("RDR-140")
            write_private(target, archive.read(entry))


def zipped(folder: Path, *, filter_out: Callable[[Path], bool]) -> bytes:
    """The files of a folder as a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not filter_out(path):
                archive.writestr(path.relative_to(folder).as_posix(), path.read_bytes())
    return out.getvalue()


def read_whole(path: Path) -> bytes:
    """The bytes of a bundle or log. Raises BadInput SYS-201, RDR-140 (too large)."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInput("RDR-140")
        return path.read_bytes()
    except OSError as error:
        raise BadInput("SYS-201", path=str(path), reason=error.strerror or str(error)) from error


def _public(data: Path) -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(passport_key(data)).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
