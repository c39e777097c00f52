"""Sides and findings as rows for the screens: one way of telling them for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
from attrs import field, frozen

from app.domain.dossier import Finding, Side
from app.domain.recipe import turned_box
from app.services.ports import BlobStore, Transaction
from app.services.views import FindingRow, SideRow

# What a row of a screen is made of: all but what only the rules and the comparison of sides need.
_SIDE_FIELDS = tuple(
    attribute.name
    for attribute in attrs.fields(Side)
    if attribute.name not in ("measures", "fingerprint", "imprint", "captured_at")
)
_FINDING_FIELDS = tuple(attribute.name for attribute in attrs.fields(Finding))
_OF_SIDE = _FINDING_FIELDS.index("side_id")


@frozen(kw_only=True)
class SideReading:
    """The active sides of a dossier as rows by position, and by the id of a side what its row was
    made of."""

    rows: list[SideRow] = field(factory=list)
    sources: dict[str, tuple[Any, ...]] = field(factory=dict)


def read_side_rows(
    tx: Transaction, dossier_id: str, blobs: BlobStore, earlier: SideReading | None = None
) -> SideReading:
    """The active sides with their findings, without their deviation. A side that stayed as it was
    `earlier` keeps its row, the same object: most do after an edit, and so the window sees at once
    which ones changed."""
    findings: dict[str, list[tuple[Any, ...]]] = {}
    for found in tx.findings.pick(_FINDING_FIELDS, dossier_id=dossier_id):
        findings.setdefault(found[_OF_SIDE], []).append(found)
    known = earlier.sources if earlier is not None else {}
    standing = {row.id: row for row in earlier.rows} if earlier is not None else {}
    reading = SideReading()
    for row in tx.sides.pick(_SIDE_FIELDS, dossier_id=dossier_id, superseded=False):
        side_id = row[0]
        source = (row, tuple(findings.get(side_id, ())))
        reading.sources[side_id] = source
        if known.get(side_id) == source:
            reading.rows.append(standing[side_id])
            continue
        side = Side(**dict(zip(_SIDE_FIELDS, row, strict=True)))
        told = tuple(_finding_told(found, side.position) for found in source[1])
        reading.rows.append(side_row(side, told, blobs))
    return reading


def _finding_told(row: tuple[Any, ...], position: int) -> FindingRow:
    values = dict(zip(_FINDING_FIELDS, row, strict=True))
    box = values.pop("box")
    return finding_row(Finding(**values, box=None if box is None else tuple(box)), position)


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
