"""The ledger (核对台账): the paper's pages against the captured sides, one cause reported once."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class LedgerEntry:
    """One discrepancy (差异) as stored. `verdict` is a person's: "", "same", "differs", "ask"."""

    id: str
    dossier_id: str
    kind: str
    positions: tuple[int, ...]
    page_numbers: tuple[int, ...]
    confidence: float
    explanation: str
    verdict: str = ""
    verdict_by: str = ""
    remark: str = ""
