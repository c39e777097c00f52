"""Passports of dossiers (卷宗护照): made, signed and judged in a worker process.

What they hold and how it is digested is fixed by the script that verifies them in fifty years,
`resources/verify/verify.py`; so its own functions are used here and nothing is written twice.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.adapters.hand_keys import passport_key
from app.adapters.packaging.manifest import read_manifest
from app.adapters.packaging.plan import canonical
from app.adapters.printing.passport_page import passport_page
from app.adapters.signing.tasks import sign_bytes
from app.kernel.digest import digest_bytes
from app.kernel.errors import BadInput, Refused
from cloud_locker.whole_files import write_bytes_whole
from resources.verify import verify as script

STATION_ALGORITHM = "Ed25519"
_NO_KEY = "SIG-101"


def issue(order: dict[str, Any]) -> dict[str, Any]:
    """Write a passport: `order` is {"data", "package", "path", "facts"}, where `facts` are all
    parts of it but pages and signature, and custody still without digests.

    Gives {"path", "sha256", "code", "algorithm"}. Raises BadInput PSP-102 (the package is not the
    one on record), and what opening keys raises.
    """
    facts: dict[str, Any] = dict(order["facts"])
    data, package = Path(order["data"]), Path(order["package"])
    rows = _page_rows(package, facts)
    facts["pages"] = {"root": script.page_root(rows), "rows": rows}
    facts["custody"] = _chained(facts["custody"])
    facts["format"] = script.PASSPORT_FORMAT
    code = _code(facts)
    facts["code"] = f"{code}.{_unpadded(court_signature(data, code.encode())['value'])}"
    signature = court_signature(data, canonical(facts))
    content = canonical({**facts, "signature": signature})
    path = Path(order["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes_whole(path, content, durable=True)
    return {
        "path": str(path),
        "sha256": digest_bytes(content).sha256,
        "code": facts["code"],
        "algorithm": signature["algorithm"],
    }


def judge(package: str, passport: str, trust: list[str], code: str) -> dict[str, Any]:
    """What the stand-alone script finds: {"holds", "checks": [{"code", "name", "result",
    "remark"}], …}. Raises BadInput PSP-103 when there is nothing that could be judged."""
    try:
        named = [script.trusted(text) for text in trust]
        certificate = next((data for _fingerprint, data in named if data), b"")
        report = script.judge(package, passport, [one for one, _data in named], code, certificate)
    except (script.Unreadable, OSError, ValueError) as error:
        raise BadInput("PSP-103", path=package, reason=str(error)) from error
    return {"holds": report.holds, **report.facts, "checks": report.rows}


def draw(passport: str, out: str) -> None:
    """Print a passport as one page with its QR code. Raises BadInput PSP-103, Broken SYS-403,
    OSError."""
    passport_page(_read(Path(passport)), Path(out))


def _read(path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(path.read_bytes())
        if facts["format"] != script.PASSPORT_FORMAT:
            raise ValueError(facts["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput("PSP-103", path=str(path), reason=str(error)) from error
    return dict(facts)


def _page_rows(package: Path, facts: dict[str, Any]) -> list[list[Any]]:
    try:
        content, identity = read_manifest(package)
        sides = script.sides_of(content)
    except (OSError, ValueError, script.Unreadable) as error:
        raise BadInput("PSP-102", path=str(package), reason=str(error)) from error
    if identity.sha256 != facts["package"]["sha256"]:
        raise BadInput("PSP-102", path=str(package), reason=identity.sha256)
    return [[side["position"], side["page_number"], side["sha256"]] for side in sides]


def _chained(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The hand-overs of the paper as a chain: none can be left out or changed unseen."""
    chained: list[dict[str, Any]] = []
    head = ""
    for row in rows:
        head = script.chain_digest(head, row)
        chained.append({**row, "digest": head})
    return {"head": head, "rows": chained}


def _code(facts: dict[str, Any]) -> str:
    """What the QR code says, without its signature."""
    said = {
        "n": facts["number"],
        "c": facts["case"]["case_no"],
        "v": facts["package"]["version"],
        "p": facts["package"]["sha256"],
        "m": facts["package"]["sm3"],
        "r": facts["pages"]["root"],
        "h": facts["custody"]["head"],
        "t": facts["issued_at"],
    }
    return script.CODE + _unpadded(base64.b64encode(canonical(said)).decode("ascii"))


def _unpadded(text: str) -> str:
    """Base64 as base64url without padding, as QR codes and web addresses take it."""
    return text.rstrip("=").replace("+", "-").replace("/", "_")


def court_signature(data: Path, content: bytes) -> dict[str, Any]:
    """The signature of the court; of this station when the court has given it no key."""
    try:
        signed = sign_bytes(str(data), content)
    except Refused as fault:
        if fault.code != _NO_KEY:
            raise
        key = Ed25519PrivateKey.from_private_bytes(passport_key(data))
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {
            "algorithm": STATION_ALGORITHM,
            "certificate": base64.b64encode(public).decode("ascii"),
            "value": base64.b64encode(key.sign(content)).decode("ascii"),
        }
    return {name: signed[name] for name in ("algorithm", "certificate", "chain", "value")}
