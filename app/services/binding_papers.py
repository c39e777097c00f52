"""What the papers of a bound volume say, gathered as plain data for those who draw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.binding import DIFFERS, STANDS, BindingPlan, PlannedVolume
from app.domain.dossier import Dossier, Item, Miss, Side
from app.services.ports import BlobStore
from archive_rules.case_number import kind_of, parse

_CASE_FIELDS = (
    "case_no",
    "court",
    "cause",
    "plaintiff",
    "defendant",
    "judge",
    "clerk",
    "filed_on",
    "closed_on",
    "retention",
    "archival_code",
)


def volume_facts(
    dossier: Dossier,
    plan: BindingPlan,
    volume: PlannedVolume,
    items: Sequence[Item],
    misses: Sequence[Miss],
    date: str,
    code_parts: Mapping[str, str],
) -> dict[str, Any]:
    """What cover, catalogue, end note and spine label of a volume say; the keys are those of
    `app.adapters.printing.volume_papers.volume_papers`."""
    inside = {side.id: side for side in plan.sides if side.volume == volume.number}
    return {
        **{name: getattr(dossier, name) for name in _CASE_FIELDS},
        "kind": kind_of(parse(dossier.case_no)).value,
        "part": plan.part,
        "volume": volume.number,
        "volumes": len(plan.volumes),
        "first_page": volume.first_page,
        "last_page": volume.last_page,
        "pages": volume.pages,
        "sheets": volume.sheets,
        "millimetres": volume.millimetres,
        "rows": [
            row
            for item in sorted(items, key=lambda item: item.number)
            if item.part == plan.part and (row := _row(plan, volume, item)) is not None
        ],
        "misses": [
            {"sheets": miss.sheets, "reason": miss.reason}
            for miss in misses
            if miss.after in inside or (not miss.after and volume.number == 1)
        ],
        "differing": [
            {"number": side.number, "on_paper": side.on_paper}
            for side in inside.values()
            if side.state == DIFFERS
        ],
        "date": date,
        "code_parts": dict(code_parts),
    }


def copied_pages(
    plan: BindingPlan, volume: PlannedVolume, sides: Sequence[Side], blobs: BlobStore
) -> list[dict[str, Any]]:
    """The sides of a volume for `app.adapters.packaging.numbered_copy`. A number that stands on
    the paper is in the picture already and is not stamped again."""
    by_id = {side.id: side for side in sides}
    return [
        {
            "path": str(blobs.path_of(side.master)),
            "frame": side.frame,
            "media_type": side.media_type,
            "turn": side.turn,
            "skew_deg": side.skew_deg,
            "dpi": side.dpi,
            "number": None if planned.state == STANDS else planned.number,
            "corner": planned.corner,
        }
        for planned in plan.sides
        if planned.volume == volume.number and (side := by_id[planned.id])
    ]


def _row(plan: BindingPlan, volume: PlannedVolume, item: Item) -> dict[str, Any] | None:
    """The row of an item in the catalogue of a volume; None when none of it is in there."""
    of_item = [
        side for side in plan.sides if item.first_position <= side.position <= item.last_position
    ]
    numbers = [
        side.number for side in of_item if side.volume == volume.number and side.number is not None
    ]
    homes = sorted({side.volume for side in of_item})
    if volume.number not in homes:
        return None
    first, last = min(numbers, default=None), max(numbers, default=None)
    return {
        "number": item.number,
        "title": item.title,
        "first_page": first,
        "last_page": last,
        "from_volume": volume.number - 1 if homes[0] < volume.number else None,
        "to_volume": volume.number + 1 if homes[-1] > volume.number else None,
    }
