"""The rows of a catalogue set against the titles on the pages, as two sequences.

A clerk who loses count writes the pages of all later rows one too high; one who slips in the
table writes them a row too low. The titles then still come in the order of the rows, so that the
way in which the pages are off can be seen: it is believed to change seldom, and where it does, the
titles on the pages must tell. What the rows say of their titles is kept, their pages are put right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from archive_rules.api import DeclaredRow
from archive_rules.declared import Declaration, contradicts, same_document
from archive_rules.templates import Template
from archive_rules.text import words
from archive_rules.titles import PageTitle

# By how many pages the pages of a row may be off, or by how many rows.
_MOST_OFF = 4
_MOST_ROWS_OFF = 1
_STRONG = 0.55
# Weights in log-odds: what a page says for a row that is put there.
_SAME_WORDS = 2.8
_SAME_KIND = 0.6
_OTHER_WORDS = -2.5
_UNTITLED = -0.9
_NO_SUCH_PAGE = -1.5
# What a change costs between two rows; less where a gap shows that pages were miscounted.
_CHANGE = -4.5
_CHANGE_AT_GAP = -1.5
_FAR = -0.2
_FEWEST_AGREEING = 2
_TIMES_AGAINST = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """Rows (counted from 1) whose pages stand `pages` too high, or `rows` rows too low."""

    first_row: int
    last_row: int
    pages: int = 0
    rows: int = 0


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class _Off:
    """How the pages of a row are off."""

    pages: int = 0
    rows: int = 0


# What the pages say for a row (by its place) that is off in some way.
_Told = Callable[[int, _Off], float]
_RIGHT = _Off()
_WAYS = (
    _RIGHT,
    *(_Off(pages=by) for by in range(-_MOST_OFF, _MOST_OFF + 1) if by),
    *(_Off(rows=by) for by in range(-_MOST_ROWS_OFF, _MOST_ROWS_OFF + 1) if by),
)


def align(
    declarations: Sequence[Declaration],
    numbers: Sequence[int | None],
    titles: Sequence[PageTitle | None],
    template: Template,
) -> tuple[tuple[Declaration, ...], tuple[Slip, ...]]:
    """The declarations with the pages that the titles tell, and where they were off.

    `numbers` are the page numbers in logical order, `titles` what stands on those pages.
    """
    index_of: dict[int, int] = {}
    for index, number in enumerate(numbers):
        if number is not None:
            index_of.setdefault(number, index)
    names = {declaration.title for declaration in declarations}

    def told(place: int, off: _Off) -> float:
        page = _first_page(declarations, place, off)
        if page is None:
            return 0.0
        index = index_of.get(page)
        if index is None:
            return _NO_SUCH_PAGE
        return _says(declarations[place], titles[index], names, template)

    ways = _likeliest(declarations, told)
    slips = [slip for slip in _slips(ways) if _agreeing(ways, slip, told)]
    if not slips:
        return tuple(declarations), ()
    off = {
        place: ways[place] for slip in slips for place in range(slip.first_row - 1, slip.last_row)
    }
    return _put_right(declarations, off), tuple(slips)


def _first_page(declarations: Sequence[Declaration], place: int, off: _Off) -> int | None:
    source = place + off.rows
    if not 0 <= source < len(declarations):
        return None
    first = declarations[source].row.first_page
    return first - off.pages if first is not None else None


def _says(
    declaration: Declaration, title: PageTitle | None, names: set[str], template: Template
) -> float:
    """How much the title on a page speaks for a row."""
    if title is None or title.strength < _STRONG:
        return _UNTITLED
    own = words(title.text)
    mine = (declaration.title, words(declaration.mended))
    if own in mine:
        return _SAME_WORDS
    if same_document(declaration, title, template):
        # Another row is called just so.
        return _OTHER_WORDS if own in names and title.certain else _SAME_KIND
    return _OTHER_WORDS if contradicts(declaration, title, template) else _UNTITLED


def _likeliest(declarations: Sequence[Declaration], told: _Told) -> list[_Off]:
    weights = {off: 0.0 if off == _RIGHT else _CHANGE + _distance(off, _RIGHT) for off in _WAYS}
    before: list[dict[_Off, _Off]] = []
    for place in range(len(declarations)):
        found: dict[_Off, float] = {}
        came: dict[_Off, _Off] = {}
        for off in _WAYS:
            best = off
            weight = weights[off]
            for other in _WAYS:
                change = weights[other] + _cost(declarations, place, other, off)
                if other != off and place and change > weight:
                    best, weight = other, change
            found[off] = weight + told(place, off)
            came[off] = best
        weights = found
        before.append(came)
    off = max(_WAYS, key=lambda way: weights[way]) if declarations else _RIGHT
    ways: list[_Off] = []
    for came in reversed(before):
        ways.append(off)
        off = came[off]
    return ways[::-1]


def _distance(off: _Off, other: _Off) -> float:
    return _FAR * (abs(off.pages - other.pages) + abs(off.rows - other.rows))


def _cost(declarations: Sequence[Declaration], place: int, before: _Off, off: _Off) -> float:
    """What it costs that a row is off in another way than the one before it."""
    if place == 0 or before == off:
        return 0.0
    last, first = declarations[place - 1].row.last_page, declarations[place].row.first_page
    gap = first - last - 1 if first is not None and last is not None else 0
    counted = not before.rows and not off.rows and gap == off.pages - before.pages
    return (_CHANGE_AT_GAP if counted else _CHANGE) + _distance(off, before)


def _slips(ways: Sequence[_Off]) -> list[Slip]:
    found: list[Slip] = []
    for row, off in enumerate(ways, start=1):
        if off == _RIGHT:
            continue
        last = found[-1] if found else None
        if last is not None and last.last_row == row - 1 and ways[row - 2] == off:
            found[-1] = replace(last, last_row=row)
        else:
            found.append(Slip(first_row=row, last_row=row, pages=off.pages, rows=off.rows))
    return found


def _agreeing(ways: Sequence[_Off], slip: Slip, told: _Told) -> bool:
    """Whether enough titles tell of a slip, and few against it: some agree by chance. Forms of one
    name stand side by side; a row that is right where it is written tells of none."""
    places = range(slip.first_row - 1, slip.last_row)
    said = [(told(place, ways[place]), told(place, _RIGHT)) for place in places]
    agree = sum(there >= _SAME_WORDS > here for there, here in said)
    against = sum(there <= _OTHER_WORDS for there, _here in said)
    return agree >= _FEWEST_AGREEING and agree > _TIMES_AGAINST * against


def _put_right(
    declarations: Sequence[Declaration], off: dict[int, _Off]
) -> tuple[Declaration, ...]:
    rows = [
        _moved(declarations, place, off[place]) if place in off else declaration.row
        for place, declaration in enumerate(declarations)
    ]
    right: list[Declaration] = []
    for place, (declaration, row) in enumerate(zip(declarations, rows, strict=True)):
        following = rows[place + 1].first_page if place + 1 < len(rows) else None
        last = row.last_page
        if last is None and row.first_page is not None and following is not None:
            last = max(row.first_page, following - 1)
        right.append(replace(declaration, row=row, last_page=last, implied=row.last_page is None))
    return tuple(right)


def _moved(declarations: Sequence[Declaration], place: int, off: _Off) -> DeclaredRow:
    source = place + off.rows
    title = declarations[place].row.title
    if not 0 <= source < len(declarations):
        return DeclaredRow(title=title, first_page=None)
    row = declarations[source].row
    first = row.first_page - off.pages if row.first_page is not None else None
    last = row.last_page - off.pages if row.last_page is not None else None
    if first is None or first < 1:
        return DeclaredRow(title=title, first_page=None)
    return DeclaredRow(title=title, first_page=first, last_page=last)
