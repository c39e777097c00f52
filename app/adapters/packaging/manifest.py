"""The manifest of a package: every file with both digests; its own digest names the package.

It names all files but itself, the list that seals it as a tag file of the bag, and what may be
laid beside it later. So its digest holds for the payload and for the BagIt lists as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.adapters.packaging.bag import (
    DECLARATION,
    DECLARATION_TEXT,
    INFO,
    SHA256_LIST,
    SM3_LIST,
    TAG_LIST,
    digest_list,
    info_text,
    payload_of,
)
from app.adapters.packaging.naming import PAYLOAD
from app.adapters.packaging.plan import canonical
from app.kernel.digest import Digest, digest_bytes

MANIFEST = "manifest.json"
SEALING_FILES = (MANIFEST, TAG_LIST)
# May be laid beside the manifest later without changing what it names.
SIGNATURE_FILES = ("manifest.sig", "manifest.p7s", "passport.json")
# Written last by a target when all has arrived; no part of the package.
COMMIT = "commit.json"


def write_manifest(root: Path, content: dict[str, Any], files: dict[str, Digest]) -> Digest:
    """Write all tag files of the bag and the manifest over `files` (payload and the verifier).

    `content` needs package_id, created and case. Gives the digest that names the package.
    """
    payload = payload_of(files)
    tags = {
        DECLARATION: DECLARATION_TEXT,
        INFO: info_text(content, payload),
        SHA256_LIST: digest_list(payload, "sha256"),
        SM3_LIST: digest_list(payload, "sm3"),
    }
    listed = dict(files)
    for name, data in tags.items():
        (root / name).write_bytes(data)
        listed[name] = digest_bytes(data)
    rows = [
        {"path": path, "size": digest.size, "sha256": digest.sha256, "sm3": digest.sm3}
        for path, digest in sorted(listed.items())
    ]
    data = canonical({**content, "files": rows})
    (root / MANIFEST).write_bytes(data)
    identity = digest_bytes(data)
    (root / TAG_LIST).write_bytes(tag_list(listed, identity))
    return identity


def tag_list(listed: dict[str, Digest], identity: Digest) -> bytes:
    """The list that seals the tag files of the bag, the manifest among them."""
    tags = {path: digest for path, digest in listed.items() if not path.startswith(f"{PAYLOAD}/")}
    return digest_list({**tags, MANIFEST: identity}, "sha256")


def read_manifest(root: Path) -> tuple[dict[str, Any], Digest]:
    """The manifest of a package and its digest.

    Raises OSError when it cannot be read and ValueError when it is no manifest.
    """
    return parse_manifest((root / MANIFEST).read_bytes())


def parse_manifest(data: bytes) -> tuple[dict[str, Any], Digest]:
    """The manifest in `data` and its digest. Raises ValueError when it is no manifest."""
    try:
        content = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(content, dict):
        raise ValueError("not an object")
    return content, digest_bytes(data)


def listed_files(content: dict[str, Any]) -> dict[str, Digest]:
    """The files that a manifest names. Raises ValueError when a row is malformed."""
    files: dict[str, Digest] = {}
    rows = content.get("files")
    if not isinstance(rows, list):
        raise ValueError("no list of files")
    for row in rows:
        if not isinstance(row, dict):
            raise ValueError("a file row is no object")
        path, size, sha256, sm3 = (row.get(key) for key in ("path", "size", "sha256", "sm3"))
        texts = all(isinstance(text, str) for text in (path, sha256, sm3))
        if not texts or not isinstance(size, int) or isinstance(size, bool):
            raise ValueError("a file row lacks a value")
        if path in files:
            raise ValueError(f"named twice: {path}")
        files[str(path)] = Digest(sha256=str(sha256), sm3=str(sm3), size=size)
    return files


def total_size(files: Iterable[Digest]) -> int:
    """All bytes together."""
    return sum(digest.size for digest in files)
