"""How many pages the paper has, weighed from everybody who says so (应有页数)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from app.domain.ledger import CapturedSide, Expected, Report, Row, joined
from app.domain.sequence import longest_increasing

# Written by people about the whole, read from rows, seen on the pages themselves.
WEIGHTS = {
    "stated": 1.2,
    "end_note": 1.0,
    "stated_rows": 1.0,
    "paper_rows": 0.8,
    "observed": 1.5,
}
FAR = 10
MOST_LOST_AT_THE_END = 2


def first_page(pages: Sequence[CapturedSide], expected: Expected) -> int:
    """The number the dossier begins with: a later volume goes on from the one before."""
    seen = [side.page_number for side in pages if side.page_number is not None]
    rows = [
        row.first_page
        for row in (*expected.stated_rows, *expected.paper_rows)
        if row.first_page is not None
    ]
    lowest = min([*seen, *rows], default=1)
    if lowest <= 3:
        return 1
    stated = expected.stated_pages or expected.end_note_pages
    if rows or stated is None or max(seen, default=0) - lowest + 1 == stated:
        return lowest
    return 1


def last_page(
    pages: Sequence[CapturedSide], expected: Expected, first: int, tail: int, report: Report
) -> int | None:
    """The number of the last page; whoever states another count is reported, all in one. `tail`
    sides without number stand behind the last one that has any."""
    witnesses = _witnesses(pages, expected, first)
    observed = witnesses.get("observed")
    if tail and observed is not None and observed + tail in witnesses.values():
        # The last pages are there, and only their numbers are not.
        witnesses["observed"] = observed + tail
    votes: dict[int, float] = defaultdict(float)
    for name, value in witnesses.items():
        votes[value] += WEIGHTS[name]
    if not votes:
        return None
    last = max(votes, key=lambda value: (votes[value], value))
    observed = witnesses.get("observed")
    if observed is not None and last == observed and votes[observed] == WEIGHTS["observed"]:
        # Only the pages themselves say so: one or two lost at the end are lost, not miscounted.
        others = {value for name, value in witnesses.items() if name != "observed"}
        if len(others) == 1 and 0 < (claimed := others.pop()) - observed <= MOST_LOST_AT_THE_END:
            last = claimed
    differing = {
        name: value
        for name, value in witnesses.items()
        if name in ("stated", "end_note") and value != last
    }
    if differing:
        report.add(
            "count_mismatch",
            [],
            (),
            0.85,
            "REC-205",
            pages=last - first + 1,
            witnesses=joined(
                sorted({value - first + 1 for value in differing.values()}),
            ),
            source=",".join(sorted(differing)),
        )
    return last


def tail_length(pages: Sequence[CapturedSide], *, remarks: bool) -> int:
    """How many pages without number stand behind the last one that has any. Unless `remarks` says
    that the sheet of remarks is known, the last of them may be it."""
    numbered = [side.position for side in pages if side.page_number is not None]
    behind = sum(side.position > max(numbered, default=0) for side in pages)
    return behind if remarks else max(0, behind - 1)


def _witnesses(pages: Sequence[CapturedSide], expected: Expected, first: int) -> dict[str, int]:
    known: dict[str, int | None] = {
        "stated": _counted(expected.stated_pages, first),
        "end_note": _counted(expected.end_note_pages, first),
        "stated_rows": end_of(expected.stated_rows),
        "paper_rows": end_of(expected.paper_rows),
        "observed": _observed(pages, expected),
    }
    found = {name: value for name, value in known.items() if value is not None}
    note, observed = found.get("end_note"), found.get("observed")
    if note is not None and observed is not None and 2 * (note - first + 1) < observed - first + 1:
        # "共3张照片" is no count of pages.
        del found["end_note"]
    return found


def _counted(count: int | None, first: int) -> int | None:
    return first + count - 1 if count else None


def end_of(rows: Sequence[Row]) -> int | None:
    """The last page of the catalogue, None when its last row names only a beginning."""
    placed = [row for row in rows if row.first_page is not None]
    if not placed:
        return None
    last = max(placed, key=lambda row: row.first_page or 0)
    return None if last.last_page is None else max(row.last_page or 0 for row in placed)


def _observed(pages: Sequence[CapturedSide], expected: Expected) -> int | None:
    """The highest number of the run of pages. A number far above all others is a misreading or a
    stranger's, unless somebody else knows it too."""
    values = [side.page_number for side in pages if side.page_number is not None]
    chain = [values[index] for index in longest_increasing(values)]
    known = {expected.stated_pages, expected.end_note_pages}
    while len(chain) > 2 and chain[-1] - chain[-2] > FAR and chain[-1] not in known:
        chain.pop()
    if not chain:
        return None
    # A page that was put elsewhere is there all the same.
    top = chain[-1]
    for before, value in pairwise([top, *sorted(value for value in set(values) if value > top)]):
        if value - before > 1 or before in known:
            break
        top = value
    return top
