"""In which order the sides of a dossier are looked through."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.views import FindingRow, SideRow


def ordered(sides: Sequence[SideRow], oddest_first: bool) -> list[SideRow]:
    """The sides as they were scanned, or those most unlike the others first."""
    if not oddest_first:
        return list(sides)
    return sorted(sides, key=lambda side: (-side.deviation, side.position))


def ranks(sides: Sequence[SideRow]) -> dict[str, int]:
    """By id of the side, its place in the order shown."""
    return {side.id: place for place, side in enumerate(sides)}


def place_of(finding: FindingRow, places: dict[str, int]) -> int:
    """Where the side of a finding stands; findings of sides not shown come last."""
    return places.get(finding.side_id, len(places))
