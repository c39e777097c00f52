"""What cuts a stack into documents: separator sheets by their codes, and fixed counts.

`Side.marker` is what live inspection read on the side: `{"kind": "separator"}` for patch and
barcode sheets, `{"kind": "slip", "case_no": …}` for a work slip, `{"kind": "count"}` for the side
at which a count begins anew. A side that a person called a separator counts as one.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.dossier import Side

SHEETS = ("separator", "slip")


def is_separator(side: Side) -> bool:
    """Whether a side is no page of the dossier but a sheet that steers the scanning."""
    if side.role_by:
        return side.role == "separator"
    return side.marker.get("kind") in SHEETS


def item_markers(sides: Sequence[Side]) -> dict[str, str]:
    """The marker of each side for `archive_rules.api.SideEvidence`, by side id.

    The blank back of a separator sheet belongs to it: it is no page and no blank of the dossier.
    """
    sheets = {(side.batch_id, side.sheet) for side in sides if is_separator(side)}
    markers = {}
    for side in sides:
        if is_separator(side) or (side.blank and (side.batch_id, side.sheet) in sheets):
            markers[side.id] = "separator"
        elif side.marker.get("kind") == "count":
            markers[side.id] = "starts_item"
    return markers


def content_sides(sides: Sequence[Side]) -> list[Side]:
    """The sides without separator sheets and work slips: what belongs to the dossier.

    The sheets stay stored and in the history; into the archive goes what is bound.
    """
    markers = item_markers(sides)
    return [side for side in sides if markers.get(side.id) != "separator"]
