"""The manifest of a package: every file with both digests; its own digest names the package."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.adapters.packaging.plan import canonical
from app.kernel.digest import Digest, digest_bytes

MANIFEST = "manifest.json"
SHA256_LIST, SM3_LIST = "manifest-sha256.txt", "manifest-sm3.txt"
SEALING_FILES = (MANIFEST, SHA256_LIST, SM3_LIST)
# Detached signatures may be laid beside the manifest later without changing what it names.
SIGNATURE_FILES = ("manifest.sig", "manifest.p7s")
# Written last by a target when all has arrived; no part of the package.
COMMIT = "commit.json"


def write_manifest(root: Path, content: dict[str, Any], files: dict[str, Digest]) -> Digest:
    """Write the manifest and the two digest lists; gives the digest that names the package.

    The lists are in the form that `sha256sum --check` reads and hold the manifest itself, too.
    """
    rows = [
        {"path": path, "size": digest.size, "sha256": digest.sha256, "sm3": digest.sm3}
        for path, digest in sorted(files.items())
    ]
    data = canonical({**content, "files": rows})
    (root / MANIFEST).write_bytes(data)
    identity = digest_bytes(data)
    for name, kind in ((SHA256_LIST, "sha256"), (SM3_LIST, "sm3")):
        listed = {**files, MANIFEST: identity}
        lines = (f"{getattr(digest, kind)}  {path}\n" for path, digest in sorted(listed.items()))
        (root / name).write_bytes("".join(lines).encode())
    return identity


def read_manifest(root: Path) -> tuple[dict[str, Any], Digest]:
    """The manifest of a package and its digest.

    Raises OSError when it cannot be read and ValueError when it is no manifest.
    """
    data = (root / MANIFEST).read_bytes()
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


def parse_list(text: str) -> dict[str, str]:
    """A digest list as {path: digest}. Raises ValueError on a line of another form."""
    listed: dict[str, str] = {}
    for line in text.splitlines():
        digest, separator, path = line.partition("  ")
        if not separator or not path or path in listed:
            raise ValueError(line)
        listed[path] = digest
    return listed


def total_size(files: Iterable[Digest]) -> int:
    """All bytes together."""
    return sum(digest.size for digest in files)
