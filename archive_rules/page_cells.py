"""The pages in the cells of a 卷内目录: what each cell may say, and which of it is meant.

Clerks strike pages out and write the new ones beside or above them; what was struck is read all
the same. Of several readings those are meant that go on from the rows around.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.text import plain

_JOINER = "[-—–―~至到一_ー]"
_WHOLE = re.compile(rf"^第?(\d{{1,4}})(?:{_JOINER}+(\d{{1,4}}))?页?$")
# The first page can be read, the last one not: 95-天. Or the other way round: 进-11.
_FIRST_ONLY = re.compile(rf"^第?(\d{{1,4}}){_JOINER}\D?")
_LAST_ONLY = re.compile(rf"^(?:第?\d{{1,4}}|\D{{0,2}}\d?){_JOINER}(\d{{1,4}})页?$")
_MOST_PAGES = 999
# Of a cell with several readings the last is meant: what was struck stands before or below it.
_STRUCK = -1.0
_BROKEN = -1.0
_HALF = -1.5
_RUN_TOGETHER = -1.5
_UNKNOWN = -2.5
_GOES_ON = 2.0
_GAP = -0.3
_FALLS = -3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """One reading of a cell; `weight` (0 at best) is how far it may be believed before the rows
    around are asked."""

    first: int | None
    last: int | None = None
    weight: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Path:
    """The readings chosen up to a row: their weight, and the pages that the last known one ends
    and begins with."""

    weight: float
    end: int | None
    start: int
    before: _Path | None
    pages: Pages


def readings(cells: Sequence[str]) -> tuple[Pages, ...]:
    """What the texts in one cell may say; they come in the order in which they were written."""
    found: list[Pages] = []
    for place, cell in enumerate(cells):
        struck = _STRUCK * (len(cells) - 1 - place)
        text = plain(cell)
        whole = _WHOLE.match(text)
        first, last = _FIRST_ONLY.match(text), _LAST_ONLY.match(text)
        if whole is not None:
            found.append(_pages(whole[1], whole[2], struck))
        if first is not None:
            found.append(_pages(first[1], None, struck + (_BROKEN if whole is None else _HALF)))
        if last is not None:
            found.append(Pages(first=None, last=int(last[1]), weight=struck + _HALF))
        figures = sum(character.isdigit() for character in text)
        if figures >= 4 and (whole is None or whole[2] is None):
            found += [
                _pages(part[1], part[2], struck + _RUN_TOGETHER)
                for cut in range(1, len(text))
                if text[cut] != "0" and (part := _WHOLE.match(text[cut:])) is not None
            ]
    return tuple(found)


def _pages(first: str, last: str | None, weight: float) -> Pages:
    first_page = int(first)
    last_page = int(last) if last else None
    if last_page is not None and last_page < first_page:
        return Pages(first=first_page, weight=weight + _BROKEN)
    return Pages(first=first_page, last=last_page, weight=weight)


def choose(rows: Sequence[Sequence[Pages]]) -> tuple[Pages, ...]:
    """For each row the reading that goes on best from the rows before and into those behind."""
    nothing = Pages(first=None)
    paths = [_Path(weight=0.0, end=0, start=0, before=None, pages=nothing)]
    for options in rows:
        unknown = Pages(first=None, weight=_UNKNOWN if options else 0.0)
        best: dict[tuple[int | None, int], _Path] = {}
        for known in paths:
            for pages in (*options, unknown):
                longer = _longer(known, pages)
                key = (longer.end, longer.start)
                if key not in best or best[key].weight < longer.weight:
                    best[key] = longer
        paths = sorted(best.values(), key=lambda path: -path.weight)[:12]
    chosen: list[Pages] = []
    path: _Path | None = paths[0]
    while path is not None and path.before is not None:
        chosen.append(path.pages)
        path = path.before
    return tuple(reversed(chosen))


def _longer(path: _Path, pages: Pages) -> _Path:
    first, last = pages.first, pages.last
    follows = path.end + 1 if path.end is not None else None
    if first is None and last is not None and follows is not None and follows <= last:
        first = follows
        pages = Pages(first=first, last=last, weight=pages.weight - _GOES_ON)
    weight = path.weight + pages.weight
    if first is None:
        return _Path(
            weight=weight, end=path.end, start=path.start, before=path, pages=Pages(first=None)
        )
    if first == follows:
        weight += _GOES_ON
    elif first > _MOST_PAGES or first <= path.start or (follows is not None and first < follows):
        weight += _FALLS
    else:
        weight += _GAP if follows is not None else 0.0
    return _Path(weight=weight, end=last, start=first, before=path, pages=pages)
