"""Entries of the ledger as windows and command line show them."""

from __future__ import annotations

from app.domain.ledger import LedgerEntry
from app.kernel.fault_texts import describe
from app.services.views import DiscrepancyRow


def discrepancy_row(entry: LedgerEntry, language: str) -> DiscrepancyRow:
    """One entry with its sentence in `language`."""
    return DiscrepancyRow(
        id=entry.id,
        kind=entry.kind,
        positions=entry.positions,
        page_numbers=entry.page_numbers,
        confidence=entry.confidence,
        explanation=describe(entry.reason, language).message,
        verdict=entry.verdict,
        verdict_by=entry.verdict_by,
        remark=entry.remark,
    )
