"""Read models as the JSON answers of the contract."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from app.services.views import (
    DiscrepancyRow,
    FindingRow,
    ItemRow,
    PackageView,
    ReconciliationView,
    SideRow,
)


def plain(value: Any) -> Any:
    """Anything of the read models as JSON data."""
    if attrs.has(type(value)):
        return {key: plain(entry) for key, entry in attrs.asdict(value, recurse=False).items()}
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return str(value) if isinstance(value, Path) else value


def finding_record(row: FindingRow) -> dict[str, Any]:
    """One finding by the codes of the contract, with the position of its side."""
    return {
        "code": row.code,
        "severity": row.severity,
        "value": row.value,
        "limit": row.limit,
        "box": None if row.box is None else list(row.box),
        "position": row.position,
        "verdict": row.verdict,
    }


def inspection_records(sides: list[SideRow]) -> list[dict[str, Any]]:
    """The files of `inspect --case`."""
    return [
        {
            "file": side.file,
            "position": side.position,
            "width": side.width,
            "height": side.height,
            "dpi": side.dpi,
            "measures": {"skew_deg": side.skew_deg, "orientation": side.turn},
            "deviation": side.deviation,
            "findings": [finding_record(row) for row in side.findings],
        }
        for side in sides
    ]


def catalogue_record(items: list[ItemRow], sides: list[SideRow]) -> dict[str, Any]:
    """The answer of `catalogue`."""
    return {
        "items": [
            {
                "number": item.number,
                "part": item.part,
                "title": item.title,
                "category": item.category,
                "first_page": item.first_page,
                "last_page": item.last_page,
                "date": item.date,
                "confidence": item.confidence,
                "first_position": item.first_position,
                "last_position": item.last_position,
            }
            for item in items
        ],
        "sides": [
            {
                "position": side.position,
                "file": side.file,
                "role": side.role,
                "page_number": side.page_number,
                "page_number_confidence": side.page_number_confidence,
                "item": side.item_number,
            }
            for side in sides
        ],
    }


def reconciliation_record(view: ReconciliationView) -> dict[str, Any]:
    """The answer of `reconcile`."""
    return {
        "verdict": view.verdict,
        "counts": view.counts,
        "discrepancies": discrepancy_records(view.discrepancies),
    }


def discrepancy_records(rows: Iterable[DiscrepancyRow]) -> list[dict[str, Any]]:
    """What differs between paper and image, by the codes of the contract."""
    return [
        {
            "kind": row.kind,
            "positions": list(row.positions),
            "page_numbers": list(row.page_numbers),
            "confidence": row.confidence,
            "explanation": row.explanation,
            "verdict": row.verdict,
        }
        for row in rows
    ]


def package_record(view: PackageView) -> dict[str, Any]:
    """The answer of `package` and `package check`."""
    return {
        "package": view.package,
        "version": view.version,
        "sha256": view.sha256,
        "sm3": view.sm3,
        "provisional": view.provisional,
        "accepted": view.accepted,
        "checks": [plain(row) for row in view.checks],
    }
