"""The plan of a package as plain data: what goes in, from where, with which digests.

The same sealed dossier gives the same plan, so that building again gives the same bytes: the
moment of the package is the moment of sealing, and events after it are left out.
"""

from __future__ import annotations

from typing import Any

import attrs

from app.domain.dossier import MAIN, Dossier, Recognised, Side
from app.kernel.errors import BadInput
from app.services.archival_codes import code_parts
from app.services.business_events import SEALED, BusinessEvent, business_events
from app.services.markers import content_sides
from app.services.ports import BlobStore, Transaction
from archive_rules.case_number import parse

CASE_FIELDS = (
    "case_no",
    "court",
    "cause",
    "plaintiff",
    "defendant",
    "judge",
    "clerk",
    "filed_on",
    "closed_on",
    "mode",
    "retention",
    "template",
    "rule_set",
    "paper_pages",
)


def make_plan(
    tx: Transaction, dossier: Dossier, blobs: BlobStore, *, provisional: bool
) -> dict[str, Any]:
    """The plan for `app.adapters.packaging.building.build`."""
    sides = content_sides(tx.sides.find(dossier_id=dossier.id, superseded=False))
    texts = {r.side_id: r for r in tx.recognised.find(dossier_id=dossier.id)}
    masters = (
        {
            master.sha256: master
            for master in tx.masters.find(sha256=sorted({side.master for side in sides}))
        }
        if sides
        else {}
    )
    rows = list(tx.audit.rows(dossier.case_no))
    seals = [row for row in rows if row.action == SEALED]
    events = business_events(tx, dossier, rows, provisional=provisional)
    moment = seals[-1].at if seals and not provisional else _last_moment(events)
    # Sealing again after a return makes a new version; building again does not.
    version = max(1, len(seals))
    earlier = {
        package.manifest_sha256
        for package in tx.packages.find(dossier_id=dossier.id, provisional=False)
        if package.version < version
    }
    return {
        "package_id": dossier.case_no,
        "version": version,
        "provisional": provisional,
        "created_at": moment,
        "case": {name: getattr(dossier, name) for name in CASE_FIELDS}
        | {"classification": _classification(dossier.case_no)}
        | _archival(tx, dossier),
        "volumes": [
            _volume(tx, dossier, part, volume, sides, texts, masters, blobs)
            for part, volume in sorted({(side.part, side.volume) for side in sides})
        ],
        "events": [attrs.asdict(event) for event in events],
        "discrepancies": [
            {
                "kind": entry.kind,
                "page_numbers": list(entry.page_numbers),
                "positions": list(entry.positions),
                "verdict": entry.verdict,
                "verdict_by": entry.verdict_by,
                "remark": entry.remark,
            }
            for entry in tx.ledger.find(dossier_id=dossier.id)
        ],
        "earlier_versions": sorted(earlier),
    }


def _classification(case_no: str) -> str:
    """The class of a dossier by the type and year of its case number, as "民初·2019"; empty where
    the number tells neither."""
    try:
        number = parse(case_no)
    except BadInput:
        return ""
    return f"{number.specialised}{number.type_code}·{number.year}"


def _archival(tx: Transaction, dossier: Dossier) -> dict[str, str]:
    """档号, 全宗号 and 目录号, as far as they were given; it stays as it is after sealing."""
    if not dossier.archival_code:
        return {}
    parts = code_parts(tx, dossier)
    return {
        "archive_no": dossier.archival_code,
        "fonds_no": parts.get("fonds", ""),
        "catalogue_no": parts.get("catalogue", ""),
        "file_no": parts.get("number", ""),
    }


def _volume(
    tx: Transaction,
    dossier: Dossier,
    part: str,
    volume: int,
    sides: list[Side],
    texts: dict[str, Recognised],
    masters: dict[str, Any],
    blobs: BlobStore,
) -> dict[str, Any]:
    members = [side for side in sides if (side.part, side.volume) == (part, volume)]
    positions = {side.position for side in members}
    items = [
        attrs.asdict(item)
        for item in tx.items.find(dossier_id=dossier.id, part=part)
        if item.first_position in positions
    ]
    return {
        "part": "main" if part == MAIN else "restricted",
        "number": volume,
        "items": [
            {
                name: item[name]
                for name in (
                    "number",
                    "title",
                    "category",
                    "date",
                    "author",
                    "first_page",
                    "last_page",
                    "first_position",
                    "last_position",
                    "confirmed_by",
                )
            }
            for item in sorted(items, key=lambda item: item["number"])
        ],
        "sides": [_side(side, texts.get(side.id), masters[side.master], blobs) for side in members],
    }


def _side(
    side: Side, recognised: Recognised | None, master: Any, blobs: BlobStore
) -> dict[str, Any]:
    return {
        "position": side.position,
        "path": str(blobs.path_of(side.master)),
        "frame": side.frame,
        "media_type": side.media_type,
        "sha256": side.master,
        "sm3": master.sm3,
        "size": master.size,
        "role": "blank" if side.blank else (side.role or "page"),
        "page_number": side.page_number,
        "item_number": side.item_number,
        "turn": side.turn,
        "skew_deg": side.skew_deg,
        "dpi": side.dpi,
        "width": side.width,
        "height": side.height,
        "source_name": side.source_name,
        "fault": side.fault,
        "captured_at": side.captured_at,
        "lines": [
            {"text": line["text"], "box": line["box"], "characters": line.get("characters", [])}
            for line in (recognised.tree["lines"] if recognised is not None else [])
            if line["text"]
        ],
    }


def _last_moment(events: tuple[BusinessEvent, ...]) -> str:
    return events[-1].at if events else "1970-01-01T00:00:00.000Z"
