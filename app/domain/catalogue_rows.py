"""Rows of the catalogue held against each other and against the pages (目录不符)."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from attrs import evolve

from app.domain.ledger import Expected, Report, Row
from app.domain.row_contradictions import report_contradictions

SAME_TITLE = 0.75
OTHER_TITLE = 0.5
READ_WELL = 0.6
MANY_ROWS = 4


def compare_rows(expected: Expected, present: set[int], last: int | None, report: Report) -> None:
    """Report rows whose pages differ: record against paper catalogue, both against the images.

    `present` are the numbers that stand on pages. A row is reported once; a difference at a page
    another discrepancy speaks of is its echo.
    """
    disturbed = report.disturbed()
    reported: set[str] = set()
    stated, paper = expected.stated_rows, expected.paper_rows
    pairs = _pairs(stated, paper)
    half_read = {id(other): row for row, other in pairs if _only_end_read(row, other)}
    paper = tuple(half_read.get(id(row), row) for row in paper)
    pairs = [(row, half_read.get(id(other), other)) for row, other in pairs]
    differing_pairs = [(row, other) for row, other in pairs if _range_differs(row, other)]
    if _as_a_whole(len(differing_pairs), len(pairs)):
        row, other = differing_pairs[0]
        _report(row, other, [], "REC-230", report, count=len(differing_pairs))
        return  # what else the rows differ in follows from it
    for row, other in differing_pairs:
        reported.add(plain_title(row.title))
        _report(row, other, _ends(row, other), "REC-214", report)
    for row, other in _same_place_other_title(stated, paper, pairs):
        reported.add(plain_title(row.title))
        _report(row, other, _ends(row, other), "REC-217", report)
    # A stray sheet or a copy has a title too, but is no document of the catalogue.
    images = [
        evolve(row, certain=row.certain and row.position not in report.states)
        for row in expected.found_rows
    ]
    certain_ends = _certain_ends(images, last)
    for rows in (stated, paper):
        for row, found in _pairs(rows, images):
            if plain_title(row.title) in reported or not found.certain or row.first_page is None:
                continue  # of a row whose pages could not be read nothing is known
            differing: set[int] = set()
            if row.first_page != found.first_page and found.first_page in present:
                differing |= {n for n in (row.first_page, found.first_page) if n is not None}
            ended = id(found) in certain_ends and not _taken_up_again(row, images)
            if _last_differs(row, found) and ended:
                differing |= {n for n in (row.last_page, found.last_page) if n is not None}
            echo = {number + step for number in differing for step in (-1, 0, 1)} & disturbed
            if differing and not echo:
                reported.add(plain_title(row.title))
                _report(row, found, _ends(row, found), "REC-215", report)
    named = {row.title for row in stated if plain_title(row.title) in reported}
    report_contradictions(expected, present, named, report)


def _only_end_read(row: Row, other: Row) -> bool:
    """Whether of a range on paper ("49-54") perhaps only the end could be read."""
    several = row.first_page is not None and row.first_page != row.last_page
    return several and other.last_page is None and other.first_page == row.last_page


def _as_a_whole(differing: int, rows: int) -> bool:
    """Whether so many rows differ that the catalogue as a whole is another one or was shifted: one
    cause, however many rows show it."""
    return differing >= MANY_ROWS and 2 * differing >= rows


def plain_title(title: str) -> str:
    """A title without marks and blanks, for comparison."""
    return "".join(character for character in title if character.isalnum())


def _certain_ends(found: Sequence[Row], last: int | None) -> set[int]:
    """Rows (by identity) whose last page is sure: the next document begins with its title."""
    placed = sorted(
        (row for row in found if row.first_page is not None), key=lambda row: row.first_page or 0
    )
    sure = set()
    for index, row in enumerate(placed):
        following = placed[index + 1] if index + 1 < len(placed) else None
        if following is None:
            if last is not None and row.last_page == last:
                sure.add(id(row))
        elif following.certain and row.last_page == (following.first_page or 0) - 1:
            sure.add(id(row))
    return sure


def _last_differs(row: Row, found: Row) -> bool:
    if row.last_page is None or found.last_page is None:
        return False
    return row.last_page != found.last_page


def _taken_up_again(row: Row, found: Sequence[Row]) -> bool:
    """Whether documents of the row's title fill all of its pages: forms that were listed as one,
    parted in the images by a sheet that lies between."""
    title = plain_title(row.title)
    filled: set[int] = set()
    for other in found:
        if other.first_page is not None and plain_title(other.title) == title:
            filled |= set(range(other.first_page, (other.last_page or other.first_page) + 1))
    return set(range(row.first_page or 0, (row.last_page or 0) + 1)) <= filled


def _range_differs(row: Row, other: Row) -> bool:
    if row.first_page is None or other.first_page is None:
        return False
    if row.first_page != other.first_page:
        return True
    return _last_differs(row, other)


def _pairs(rows: Sequence[Row], others: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Rows of one title. Of several with one title the one on the same page goes first, so that a
    repeated title never shifts pairs; what is left pairs off by nearly equal titles."""
    left = list(rows)
    waiting = list(others)
    pairs: list[tuple[Row, Row]] = []
    for likeness, same_page in ((1.0, True), (1.0, False), (SAME_TITLE, True), (SAME_TITLE, False)):
        for row in list(left):
            match = next(
                (
                    other
                    for other in waiting
                    if (not same_page or other.first_page == row.first_page)
                    and title_likeness(row.title, other.title) >= likeness
                ),
                None,
            )
            if match is not None:
                waiting.remove(match)
                left.remove(row)
                pairs.append((row, match))
    return sorted(pairs, key=lambda pair: pair[0].first_page or 0)


def _same_place_other_title(
    rows: Sequence[Row], others: Sequence[Row], pairs: Sequence[tuple[Row, Row]]
) -> list[tuple[Row, Row]]:
    """Rows of one page range under quite different titles, where the paper was read well."""
    if len(pairs) < READ_WELL * max(len(rows), len(others)):
        return []
    paired = {id(row) for pair in pairs for row in pair}
    return [
        (row, other)
        for row in rows
        for other in others
        if id(row) not in paired
        and id(other) not in paired
        and row.first_page == other.first_page
        and title_likeness(row.title, other.title) < OTHER_TITLE
    ]


def title_likeness(first: str, second: str) -> float:
    """How alike two titles are (0 to 1), but for marks and blanks."""
    first, second = plain_title(first), plain_title(second)
    return 1.0 if first == second else SequenceMatcher(None, first, second, False).ratio()


def _ends(row: Row, other: Row) -> list[int]:
    """The pages that the two ranges do not share, else all they speak of."""
    ranges = [
        set(range(r.first_page, (r.last_page or r.first_page) + 1))
        for r in (row, other)
        if r.first_page is not None
    ]
    return sorted(set().union(*ranges))


def _report(
    row: Row, other: Row, numbers: list[int], code: str, report: Report, **more: int
) -> None:
    shown: dict[str, Any] = {
        "title": row.title,
        "stated": _range(row),
        "found": _range(other),
        "other": other.title,
        **more,
    }
    report.add("catalogue_mismatch", [], numbers, 0.8, code, **shown)


def _range(row: Row) -> str:
    if row.last_page is None or row.last_page == row.first_page:
        return str(row.first_page)
    return f"{row.first_page}-{row.last_page}"
