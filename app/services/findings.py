"""Findings of inspection: which there are, and writing them without touching a person's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.dossier import Finding, Side
from app.kernel.ids import new_id
from app.services.ports import Transaction

# What `ocr.inspection` finds on one side.
INSPECTED = (
    "orientation",
    "skew",
    "blank",
    "black_border",
    "blur",
    "too_dark",
    "too_light",
    "low_contrast",
    "folded_corner",
    "cut_off",
    "streak",
    "foreign_object",
    "bleed_through",
    "low_resolution",
)


def add_finding(
    tx: Transaction,
    side: Side,
    code: str,
    severity: str,
    value: float,
    limit: float,
    box: Sequence[float] | None = None,
) -> Finding:
    """Write a new finding on a side; `box` is in pixels of the page."""
    finding = Finding(
        id=new_id("finding"),
        dossier_id=side.dossier_id,
        side_id=side.id,
        code=code,
        severity=severity,
        value=float(value),
        limit=float(limit),
        box=tuple(float(edge) for edge in box) if box else None,
    )
    tx.findings.add(finding)
    return finding


def add_found(tx: Transaction, side: Side, entry: Mapping[str, Any]) -> Finding:
    """Write what a worker found: the plain form of `ocr.api.Finding`."""
    return add_finding(
        tx,
        side,
        entry["code"],
        entry["severity"],
        entry["value"],
        entry["limit"],
        entry.get("box"),
    )


def replace_findings(
    tx: Transaction,
    side: Side,
    found: Sequence[Mapping[str, Any]],
    codes: Sequence[str] | None = None,
) -> None:
    """Let findings (of `codes`; None: all) give way to those just found. What a person judged
    stays, and what it was about is not asked again."""
    judged = set()
    for finding in tx.findings.find(side_id=side.id):
        if finding.verdict:
            judged.add(finding.code)
        elif codes is None or finding.code in codes:
            tx.findings.remove(finding)
    for entry in found:
        if entry["code"] not in judged:
            add_found(tx, side, entry)
