"""Sides and findings as rows for the screens: one way of telling them for everybody."""

from __future__ import annotations

from pathlib import Path

import attrs

from app.domain.dossier import Finding, Side
from app.domain.recipe import turned_box
from app.services.ports import BlobStore
from app.services.views import FindingRow, SideRow


def side_row(
    side: Side, findings: tuple[FindingRow, ...], blobs: BlobStore, deviation: float = 0.0
) -> SideRow:
    """A side with its findings and the pictures that are there already."""
    turned = side.turn in (90, 270)
    return SideRow(
        id=side.id,
        position=side.position,
        part=side.part,
        volume=side.volume,
        batch=side.batch_id,
        sheet=side.sheet,
        face=side.face,
        file=side.source_name,
        width=side.height if turned else side.width,
        height=side.width if turned else side.height,
        dpi=side.dpi,
        turn=side.turn,
        skew_deg=side.skew_deg,
        blank=side.blank,
        role=side.role,
        role_by=side.role_by,
        page_number=side.page_number,
        page_number_confidence=side.page_number_confidence,
        number_by=side.number_by,
        item_number=side.item_number,
        fault=side.fault,
        examined=bool(side.examined),
        recognised=bool(side.recognised),
        thumbnail=_picture(side.thumbnail, blobs),
        picture=_picture(side.picture, blobs),
        findings=tuple(upright(row, side) for row in findings),
        glanced=bool(side.glanced),
        marker=side.marker,
        replaces=side.replaces,
        companion=_picture(side.companion, blobs),
        deviation=deviation,
        number_reason=side.number_reason,
        recipe=side.recipe,
        plain=_picture(side.plain, blobs),
    )


def upright(row: FindingRow, side: Side) -> FindingRow:
    """The finding with its box on the upright page; it was measured on the page as it came."""
    if row.box is None or not side.turn or len(row.box) != 4:
        return row
    return attrs.evolve(row, box=turned_box(row.box, side.turn, side.width, side.height))


def finding_row(finding: Finding, position: int) -> FindingRow:
    """A finding with the position of its side, its box on the page as it came; see `upright`."""
    return FindingRow(
        id=finding.id,
        side_id=finding.side_id,
        position=position,
        code=finding.code,
        severity=finding.severity,
        value=finding.value,
        limit=finding.limit,
        box=finding.box,
        verdict=finding.verdict,
        verdict_by=finding.verdict_by,
        remark=finding.remark,
    )


def _picture(sha256: str, blobs: BlobStore) -> Path | None:
    return blobs.path_of(sha256) if sha256 else None
