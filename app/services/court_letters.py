"""What travels beside a package from court to court: the letter (移送函) and its answer (回执).

The letter proves nothing: the package proves itself. A receipt is the word of a person, signed by
the court that gives it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs

from app.domain.archiving import ArchivalPackage
from app.domain.archiving_records import CourtTransfer
from app.domain.dossier import Dossier
from app.kernel.errors import BadInput
from app.services.paper_files import write_text_whole

PURPOSES = ("appeal", "return", "other")
OUT, IN = "out", "in"
MADE, ACCEPTED, REJECTED = "made", "accepted", "rejected"
LETTER_FORMAT = "juanzong-court-letter/1"
RECEIPT_FORMAT = "juanzong-court-receipt/1"
LETTER, RECEIPT = "移送函", "回执"
# The paper of a dossier goes as a hand-off of this kind.
PAPER = "court_to_court"
_MOST_LETTER_BYTES = 1 << 20


def letter_of(
    row: CourtTransfer, dossier: Dossier, package: ArchivalPackage, restricted: bool
) -> dict[str, Any]:
    """The letter (移送函) that travels with the file, and the form of the answer to it."""
    return {
        "format": LETTER_FORMAT,
        "transfer": row.id,
        "purpose": row.purpose,
        "to": row.court,
        "case": {"case_no": row.case_no, "court": dossier.court, "cause": dossier.cause},
        "package": {
            "sha256": row.package_sha256,
            "sm3": row.package_sm3,
            "version": package.version,
            "volumes": package.volumes,
            "pages": package.pages,
            "sides": package.sides,
        },
        "restricted": restricted,
        "restricted_notice": "含副卷，仅供接收法院内部使用，不得提供他人查阅" if restricted else "",
        "paper": PAPER,
        "made_at": row.made_at,
        "made_by": row.made_by,
        "receipt_form": receipt_of(attrs.evolve(row, state="", made_by="", made_at=""), []),
    }


def receipt_of(row: CourtTransfer, reasons: list[str]) -> dict[str, Any]:
    """What the receiving court answers (回执)."""
    return {
        "format": RECEIPT_FORMAT,
        "transfer": row.details.get("letter_transfer", "") if row.direction == IN else row.id,
        "result": row.state,
        "case_no": row.case_no,
        "package": {"sha256": row.package_sha256, "sm3": row.package_sm3},
        "person": row.made_by,
        "at": row.made_at,
        "reasons": reasons,
    }


def beside(path: Path, word: str) -> Path:
    """The file of the letter or the answer that lies beside a package."""
    return path.with_name(f"{path.stem if path.suffix else path.name}_{word}.json")


def letter_beside(path: Path, sha256: str) -> dict[str, Any]:
    """What the letter beside a package says of why it was sent; it proves nothing."""
    letter = _json(beside(path, LETTER))
    package = letter.get("package")
    if letter.get("format") != LETTER_FORMAT or not isinstance(package, dict):
        return {}
    if not sha256 or package.get("sha256") != sha256 or letter.get("purpose") not in PURPOSES:
        return {}
    return {"purpose": letter["purpose"], "letter_transfer": str(letter.get("transfer", ""))[:80]}


def read_receipt(path: Path) -> dict[str, Any]:
    """The answer of another court. Raises BadInput CTR-111 when it is none."""
    receipt = _json(path)
    package = receipt.get("package")
    texts = all(isinstance(receipt.get(name), str) for name in ("person", "at", "result"))
    if (
        receipt.get("format") != RECEIPT_FORMAT
        or not texts
        or receipt["result"] not in (ACCEPTED, REJECTED)
        or not isinstance(package, dict)
        or not isinstance(package.get("sha256"), str)
    ):
        raise BadInput("CTR-111", path=str(path), reason=RECEIPT_FORMAT)
    return receipt


def _json(path: Path) -> dict[str, Any]:
    """The object in a small file; empty when there is none."""
    try:
        if path.stat().st_size > _MOST_LETTER_BYTES:
            return {}
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write an answer as a file. Raises Broken SYS-401."""
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_text_whole(path, text, code="SYS-401")
