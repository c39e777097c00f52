"""Papers whose sheets are numbered on their front only (按张编号): a written back has no number."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.ledger import CapturedSide, Expected, Report

FEWEST_BACKS = 2
# So many backs may bear a number all the same, or have lost theirs in a paper numbered by sides.
ODD_SHARE = 0.1


def without_backs(
    pages: list[CapturedSide], expected: Expected, report: Report
) -> list[CapturedSide]:
    """The pages without the backs of sheets that are numbered on their front only; each back is
    noted under the number of its sheet. Where the count that people state is that of the sides,
    the backs are pages that lack their number."""
    backs = _backs(pages)
    fronts = [side for side in pages if side.position not in backs]
    numbered = [side for side in pages if side.page_number is not None]
    places = {side.position for side in numbered}
    both = sum(side.position + 1 in places for side in numbered)
    silent = [side for position, side in backs.items() if position - 1 in places]
    if len(silent) < FEWEST_BACKS or both > ODD_SHARE * len(silent):
        return pages
    if _sides_are_counted(expected, len(fronts), len(pages)):
        return pages
    by_position = {side.position: side for side in pages}
    for position in backs:
        number = by_position[position - 1].page_number
        if number is not None:
            report.taken[position] = number
    return fronts


def _backs(pages: Sequence[CapturedSide]) -> dict[int, CapturedSide]:
    """Sides without number directly behind another written side that is no back itself."""
    backs: dict[int, CapturedSide] = {}
    written = {side.position for side in pages}
    for side in pages:
        behind = side.position - 1
        if side.page_number is None and behind in written and behind not in backs:
            backs[side.position] = side
    return backs


def _sides_are_counted(expected: Expected, sheets: int, sides: int) -> bool:
    stated = [count for count in (expected.stated_pages, expected.end_note_pages) if count]
    return bool(stated) and all(abs(count - sides) < abs(count - sheets) for count in stated)
