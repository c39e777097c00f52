"""Whose signatures the answers of other courts bore, one after the other.

A court changes its keys lawfully, so another signer is told and never refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import attrs

from app.domain.archiving_records import CourtTransfer
from app.services.archive_views import CourtTransferRow

# Of a fingerprint, as much as people compare by telephone.
_COMPARED = 16


def transfer_view(row: CourtTransfer, others: Iterable[CourtTransfer] = ()) -> CourtTransferRow:
    """The row as faces show it; the signer of its answer is held against those of the others."""
    kept = {field.name for field in attrs.fields(CourtTransfer)}
    shown = [field.name for field in attrs.fields(CourtTransferRow) if field.name in kept]
    facts = {name: getattr(row, name) for name in shown}
    return CourtTransferRow(**facts, signer_before=_signer_before(row, others))


def signer_of(row: CourtTransfer | CourtTransferRow) -> str:
    """Name and first signs of the fingerprint of who signed the answer; empty without one."""
    fingerprint = str(row.details.get("receipt_fingerprint", ""))
    name = str(row.details.get("receipt_signer", ""))
    return f"{name} {fingerprint[:_COMPARED]}".strip() if fingerprint else ""


def _signer_before(row: CourtTransfer, others: Iterable[CourtTransfer]) -> str:
    """The signer of the last answer of this court before this one; empty where it is the same
    certificate, or where there is none."""
    if not signer_of(row):
        return ""
    earlier = [
        other
        for other in others
        if (other.direction, other.court) == (row.direction, row.court)
        and signer_of(other)
        and _answered(other) < _answered(row)
    ]
    last = max(earlier, key=_answered, default=row)
    same = last.details["receipt_fingerprint"] == row.details["receipt_fingerprint"]
    return "" if same else signer_of(last)


def _answered(row: CourtTransfer) -> tuple[datetime, str]:
    """When the court answered, as its answer says."""
    try:
        moment = datetime.fromisoformat(str(row.receipt.get("at", "")))
    except ValueError:
        moment = datetime.fromisoformat(row.made_at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), row.id
