"""What the rules of cataloguing are told of the sides of a dossier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.dossier import Dossier, Recognised, Side
from app.services.markers import item_markers
from archive_rules.api import DeclaredRow, NumberCandidate, SideEvidence, TextLine


def evidence_of(sides: Sequence[Side], texts: Mapping[str, Recognised]) -> list[SideEvidence]:
    """The evidence of several sides, with where the operator cut the stack. `texts` by side id."""
    markers = item_markers(sides)
    return [
        replace(side_evidence(side, texts.get(side.id)), marker=markers.get(side.id, ""))
        for side in sides
    ]


def party_names(dossier: Dossier) -> tuple[str, ...]:
    """The names of the parties of the case, one by one: by them authors are known."""
    return tuple(re.sub(r"[、，,;；\s]+", " ", f"{dossier.plaintiff} {dossier.defendant}").split())


def declared_rows(dossier: Dossier) -> tuple[DeclaredRow, ...]:
    """The catalogue stated with the case, as evidence for the rules."""
    return tuple(
        DeclaredRow(
            title=row["title"],
            first_page=row["pages"][0] if row["pages"] else None,
            last_page=row["pages"][-1] if row["pages"] else None,
        )
        for row in dossier.declared
    )


def side_evidence(side: Side, recognised: Recognised | None) -> SideEvidence:
    """What was seen on a side, in fractions of the upright page."""
    if recognised is None:
        return SideEvidence(position=side.position, readable=not side.fault, blank=side.blank)
    width = max(1, recognised.tree["width"])
    height = max(1, recognised.tree["height"])
    printed = recognised.printed_page
    return SideEvidence(
        position=side.position,
        readable=not side.fault,
        blank=side.blank,
        lines=tuple(
            TextLine(
                text=line["text"],
                confidence=line["confidence"],
                x0=line["box"][0] / width,
                y0=line["box"][1] / height,
                x1=line["box"][2] / width,
                y1=line["box"][3] / height,
            )
            for line in recognised.tree["lines"]
            if line["text"]
        ),
        numbers=tuple(
            NumberCandidate(
                value=number["value"],
                confidence=number["confidence"],
                corner=number["corner"],
                # What was read by an earlier version does not say.
                rewritten=number.get("rewritten", False),
            )
            for number in recognised.numbers
        ),
        printed_page=(printed[0], printed[1]) if printed else None,
    )
