"""Papers whose sheets are numbered on their front only (按张编号): a written back has no number."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from app.domain.ledger import CapturedSide, Expected, Report

FEWEST_BACKS = 2
# So many backs may bear a number all the same, or have lost theirs in a paper numbered by sides.
ODD_SHARE = 0.1


def without_backs(
    pages: list[CapturedSide], expected: Expected, report: Report
) -> tuple[list[CapturedSide], Expected]:
    """The pages without the backs of sheets that are numbered on their front only; each back is
    noted under the number of its sheet. And what is known of the paper without the counts that
    are of written sides: against numbers of sheets they say nothing."""
    backs = _backs(pages)
    fronts = [side for side in pages if side.position not in backs]
    numbered = [side for side in pages if side.page_number is not None]
    places = {side.position for side in numbered}
    both = sum(side.position + 1 in places for side in numbered)
    silent = [side for position, side in backs.items() if position - 1 in places]
    if len(silent) < FEWEST_BACKS or both > ODD_SHARE * len(silent):
        return pages, expected
    by_position = {side.position: side for side in pages}
    for position in backs:
        number = by_position[position - 1].page_number
        if number is not None:
            report.taken[position] = number

    def of_sheets(count: int | None) -> int | None:
        if count is None or abs(count - len(pages)) < abs(count - len(fronts)):
            return None
        return count

    counts = of_sheets(expected.stated_pages), of_sheets(expected.end_note_pages)
    return fronts, evolve(expected, stated_pages=counts[0], end_note_pages=counts[1])


def _backs(pages: Sequence[CapturedSide]) -> dict[int, CapturedSide]:
    """Sides without number directly behind another written side that is no back itself."""
    backs: dict[int, CapturedSide] = {}
    written = {side.position for side in pages}
    for side in pages:
        behind = side.position - 1
        if side.page_number is None and behind in written and behind not in backs:
            backs[side.position] = side
    return backs
