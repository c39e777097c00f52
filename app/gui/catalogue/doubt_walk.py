"""From doubt to doubt: rows of the catalogue and page numbers, in the order of the sides."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.doubts import Doubt


def next_doubt(doubts: Sequence[Doubt], place: tuple[int, str], step: int) -> Doubt:
    """The doubt after (1) or before (-1) a place, round and round; the first one for 0."""
    if step == 0:
        return doubts[0]
    places = [(doubt.position, doubt.kind) for doubt in doubts]
    if step > 0:
        return next((d for d, at in zip(doubts, places, strict=True) if at > place), doubts[0])
    earlier = [d for d, at in zip(doubts, places, strict=True) if at < place]
    return earlier[-1] if earlier else doubts[-1]


def doubt_at(doubts: Sequence[Doubt], kind: str, subject: str) -> Doubt | None:
    """The doubt about one row or one side."""
    return next((d for d in doubts if (d.kind, d.subject) == (kind, subject)), None)
