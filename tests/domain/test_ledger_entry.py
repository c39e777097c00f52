"""An entry of the ledger takes over what a person said, and nothing else."""

from __future__ import annotations

import attrs

from app.domain.ledger import LedgerEntry


def entry(identity: str) -> LedgerEntry:
    return LedgerEntry(
        id=identity,
        dossier_id="d",
        kind="missing_page",
        positions=(),
        page_numbers=(4,),
        confidence=0.9,
        reason={"code": "REC-201", "parameters": {"numbers": identity}},
    )


def test_a_verdict_goes_over_and_the_finding_stays_its_own() -> None:
    judged = attrs.evolve(
        entry("old"),
        verdict="differs",
        verdict_by="李档案",
        verdict_at="2025-01-01T00:00:00Z",
        remark="缺页属实",
        confidence=0.1,
    )
    taken = entry("new").judged_as(judged)
    said = {"verdict", "verdict_by", "verdict_at", "remark"}
    for name, value in attrs.asdict(taken).items():
        source = judged if name in said else entry("new")
        assert value == getattr(source, name), name
