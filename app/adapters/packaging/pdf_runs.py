"""Divides a text line into runs that PDF can set with one stretch each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.adapters.packaging.pdf_places import PlacedLine, Span

# How far the middle of a character may lie from where it stands, in widths of the character.
_TOLERANCE = 0.25
# A gap wider than so many characters is a blank. Narrower ones are shared by both neighbours, or
# readers would take them for blanks and nobody would find the word of a letter-spaced heading.
_WIDEST_SHARED_GAP = 1.5
# Print fills at least so much of the width a character has by nature; commas count as that wide.
_FILLED = 0.5
_BLANK = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Characters evenly spread from `start` to `end`; by nature they are `ems` wide in sum."""

    text: str
    ems: float
    start: float
    end: float


def even_runs(line: PlacedLine) -> Iterator[Run]:
    """The line as few runs that keep every character within less than half its width of its place.

    Few, because readers may break lines between them.
    """
    if line.even:
        yield Run(text=line.text, ems=sum(line.ems), start=0.0, end=line.length)
        return
    widths = [
        max(end - start, _FILLED * em * line.size)
        for (start, end), em in zip(line.spans, line.ems, strict=True)
    ]
    cells = _cells(line.spans, widths)
    natural = (0.0, *itertools.accumulate(line.ems))
    first = 0
    while first < len(cells):
        last = first + 1
        while last < len(cells) and cells[last][0] == cells[last - 1][1]:
            last += 1
        if not _fits(line.spans, cells, widths, natural, first, last):
            end, last = last, first + 1
            while last < end and _fits(line.spans, cells, widths, natural, first, last + 1):
                last += 1
        if first and cells[first][0] > cells[first - 1][1]:
            yield Run(text=" ", ems=_BLANK, start=cells[first - 1][1], end=cells[first][0])
        yield Run(
            text=line.text[first:last],
            ems=natural[last] - natural[first],
            start=cells[first][0],
            end=cells[last - 1][1],
        )
        first = last


def _cells(spans: Sequence[Span], widths: Sequence[float]) -> list[Span]:
    """The spans widened so that neighbours meet in the middle of their gap, if it is not wide."""
    starts, ends = [spans[0][0]], []
    for (left, right), (width, following) in zip(
        itertools.pairwise(spans), itertools.pairwise(widths), strict=True
    ):
        shared = right[0] - left[1] <= _WIDEST_SHARED_GAP * min(width, following)
        middle = (left[1] + right[0]) / 2
        ends.append(middle if shared else left[1])
        starts.append(middle if shared else right[0])
    ends.append(spans[-1][1])
    return list(zip(starts, ends, strict=True))


def _fits(
    spans: Sequence[Span],
    cells: Sequence[Span],
    widths: Sequence[float],
    natural: Sequence[float],
    first: int,
    last: int,
) -> bool:
    """Whether one stretch for the characters from `first` to before `last` meets their places."""
    start, base = cells[first][0], natural[first]
    scale = (cells[last - 1][1] - start) / (natural[last] - base)
    return all(
        abs(
            start
            + ((natural[at] + natural[at + 1]) / 2 - base) * scale
            - (spans[at][0] + spans[at][1]) / 2
        )
        <= _TOLERANCE * widths[at]
        for at in range(first, last)
    )
