"""How the texts of neighbouring pages go on, as evidence for the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import attrs

from app.domain.dossier import Recognised, Side
from app.domain.ledger import CapturedSide
from app.services.side_evidence import side_evidence
from archive_rules.continuation import page_shape
from archive_rules.rows import page_text


def with_continuity(
    captured: Sequence[CapturedSide],
    sides: Sequence[Side],
    texts: Mapping[str, Recognised],
    titles: Mapping[int, str],
) -> list[CapturedSide]:
    """The sides with how their texts go on, where that may tell something: beside a page that
    shows no number. `titles` are those by which documents begin, by position."""
    pages = [side for side in captured if side.role == "page"]
    beside = {
        side.position
        for before, after in pairwise(pages)
        if before.page_number is None or after.page_number is None
        for side in (before, after)
    }
    by_position = {side.position: side for side in sides}

    def told(side: CapturedSide) -> CapturedSide:
        stored = by_position[side.position]
        if side.position not in beside or stored.id not in texts:
            return side
        evidence = side_evidence(stored, texts[stored.id])
        return attrs.evolve(
            side,
            printed_page=evidence.printed_page,
            open_end=page_shape(page_text(evidence)).open,
            title=titles.get(side.position, ""),
        )

    return [told(side) for side in captured]
