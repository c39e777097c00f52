"""The tag files that make a package a BagIt 1.0 bag (RFC 8493), in the one form that we write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.adapters.packaging.naming import PAYLOAD
from app.kernel.digest import Digest

DECLARATION, INFO = "bagit.txt", "bag-info.txt"
SHA256_LIST, SM3_LIST = "manifest-sha256.txt", "manifest-sm3.txt"
TAG_LIST = "tagmanifest-sha256.txt"
DECLARATION_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def payload_of(files: Mapping[str, Digest]) -> dict[str, Digest]:
    """The files of the payload, without the tag files."""
    return {path: digest for path, digest in files.items() if path.startswith(f"{PAYLOAD}/")}


def digest_list(files: Mapping[str, Digest], kind: str) -> bytes:
    """A digest list in the form that BagIt and `sha256sum --check` read; `kind` "sha256" or "sm3".

    Paths hold no line ends and no "%" (see `naming.path_name`), so nothing has to be encoded.
    """
    lines = (f"{getattr(digest, kind)}  {path}\n" for path, digest in sorted(files.items()))
    return "".join(lines).encode()


def info_text(content: Mapping[str, Any], files: Mapping[str, Digest]) -> bytes:
    """`bag-info.txt` for a manifest's content; the same content gives the same bytes."""
    case = content["case"]
    made = datetime.fromisoformat(content["created"]).astimezone(UTC)
    rows = (
        ("Source-Organization", case.get("court", "")),
        ("Bagging-Date", made.date().isoformat()),
        ("External-Identifier", content["package_id"]),
        ("External-Description", case.get("title", "")),
        ("Internal-Sender-Identifier", case.get("archive_no") or case.get("case_no", "")),
        ("Payload-Oxum", oxum(files)),
    )
    return "".join(f"{name}: {_line(value)}\n" for name, value in rows if _line(value)).encode()


def oxum(files: Mapping[str, Digest]) -> str:
    """Bytes and number of the payload files, as `Payload-Oxum` states them."""
    payload = payload_of(files)
    return f"{sum(digest.size for digest in payload.values())}.{len(payload)}"


def _line(value: object) -> str:
    return " ".join(str(value).split())


def parse_list(text: str) -> dict[str, str]:
    """A digest list as {path: digest}. Raises ValueError on a line of another form."""
    listed: dict[str, str] = {}
    for line in text.splitlines():
        digest, separator, path = line.partition("  ")
        if not separator or not path or path in listed:
            raise ValueError(line)
        listed[path] = digest
    return listed
