"""How the texts of neighbouring pages go on, as evidence for the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import attrs

from app.domain.dossier import Item, Recognised, Side
from app.domain.ledger import CapturedSide
from app.services.side_evidence import side_evidence
from archive_rules.continuation import page_shape
from archive_rules.rows import page_text

# Reasons of cataloguing that say the title was seen on the page itself, and that some title was
# seen there, though the catalogue has another.
_TITLED = ("title_line", "declared_and_title")
_SEEN = (*_TITLED, "title_differs")
_PLAIN = 0.8


def begins_by_title(item: Item) -> bool:
    """Whether the document certainly begins where it does: its title stands there."""
    return item.reason.get("code") in _TITLED and item.confidence >= _PLAIN


def plain_titles(items: Sequence[Item]) -> dict[int, str]:
    """The titles by which documents plainly begin, by the position of their first side."""
    return {
        item.first_position: item.title
        for item in items
        if item.reason.get("code") in _SEEN
        and max(item.confidence, item.reason.get("parameters", {}).get("strength", 0.0)) >= _PLAIN
    }


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
