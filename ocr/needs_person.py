"""What of a page a person must look at: one list of reasons, each with its place.

The machine reads print. What it sees and does not read, or reads without being able to stand for
it, is named here in place of a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ocr.page_kinds import PageKind
from ocr.tree import HANDWRITING, UNREADABLE, Box, TextTree

REASONS = (
    "truncated",
    "unreadable_area",
    "vertical_unsure",
    "handwriting",
    "photograph",
    "identity_card",
    "receipt",
    "folded_sheet",
)
"""All reasons, the gravest first."""

_REASON_OF_LINE = {HANDWRITING: "handwriting", UNREADABLE: "unreadable_area"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubts:
    """What is doubtful about a page beside its lines. `unsure` are blocks of turned text that no
    way of reading fits; `decoded_share` is below 1 for a file that is cut off, and `missing` the
    part of the page that did not come."""

    unsure: tuple[Box, ...] = ()
    kinds: tuple[PageKind, ...] = ()
    decoded_share: float = 1.0
    missing: Box | None = None


def needs_person(tree: TextTree, doubts: Doubts) -> list[dict[str, Any]]:
    """The reasons as {"reason", "box"}, the gravest first, then from top to bottom."""
    found: list[tuple[str, Box]] = []
    if doubts.decoded_share < 1.0:
        top = tree.height * doubts.decoded_share
        whole = (0.0, top, float(tree.width), float(tree.height))
        found.append(("truncated", doubts.missing or whole))
    found += [
        (_REASON_OF_LINE[line.kind], line.box)
        for line in tree.lines
        if line.kind in _REASON_OF_LINE
    ]
    found += [("vertical_unsure", box) for box in doubts.unsure]
    found += [(kind.name, kind.box) for kind in doubts.kinds]
    found.sort(key=lambda item: (REASONS.index(item[0]), item[1][1]))
    return [{"reason": reason, "box": [round(value, 1) for value in box]} for reason, box in found]
