"""Receipts between courts, signed as passports are and judged by the same script.

Runs in a worker process: neither a key nor a secret passes between processes.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509

from app.adapters.packaging.plan import canonical
from app.adapters.passport import court_signature
from app.adapters.signing.station import SigningStation
from resources.verify import verify as script

SIGNATURE = "signature"
_CODE = "R-1"


def sign_receipt(data: str, receipt: dict[str, Any]) -> dict[str, Any]:
    """The receipt with the signature of the court over all the rest of it; of this station when
    the court has given it no key. Raises what opening keys raises."""
    plain = _plain(receipt)
    return {**plain, SIGNATURE: court_signature(Path(data), canonical(plain))}


def judge_receipt(data: str, receipt: dict[str, Any]) -> dict[str, Any]:
    """Whether the signature of a receipt holds, and whose it is: {"holds", "signer",
    "fingerprint", "trusted", "reason"}. `trusted` says that its certificate leads to one this
    court trusts; the bare key of a station never does. Raises Broken SIG-106."""
    report = script.Report()
    signature = receipt.get(SIGNATURE)
    script.judge_signature(_CODE, "", signature, canonical(_plain(receipt)), [], report)
    (row,) = report.rows
    signer = (report.facts.get("signers") or [{"name": "", "sha256": ""}])[0]
    holds = row["result"] != "fail"
    return {
        "holds": holds,
        "signer": signer["name"],
        "fingerprint": signer["sha256"],
        "trusted": holds and _is_trusted(Path(data), signature),
        "reason": "" if holds else row["remark"][:200],
    }


def _plain(receipt: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in receipt.items() if name != SIGNATURE}


def _is_trusted(data: Path, signature: Any) -> bool:
    try:
        certificate, *others = (
            x509.Certificate.load(base64.b64decode(text, validate=True), strict=True)
            for text in (signature["certificate"], *signature.get("chain", ()))
        )
        # A bare key loads as anything until it is looked into.
        if certificate.native is None:
            return False
    except (ValueError, TypeError, KeyError, binascii.Error):
        return False
    trust = SigningStation.open(data).trust()
    return trust.judge(certificate, others, moment=datetime.now(UTC)).trusted
