"""Divides a text line into runs that PDF can set with one stretch each."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.adapters.packaging.pdf_places import PlacedLine

# How far the middle of a character may lie from where it stands, in widths of the character.
_TOLERANCE = 0.2
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
    natural = [0.0, *itertools.accumulate(line.ems)]
    if whole := _whole(line, natural):
        yield whole
        return
    starts, ends, joined = _cells(line)
    first = 0
    while first < len(starts):
        if first and not joined[first - 1]:
            yield Run(text=" ", ems=_BLANK, start=ends[first - 1], end=starts[first])
        last = _reach(line, starts[first], ends, joined, natural, first)
        yield Run(
            text=line.text[first:last],
            ems=natural[last] - natural[first],
            start=starts[first],
            end=ends[last - 1],
        )
        first = last


def _whole(line: PlacedLine, natural: Sequence[float]) -> Run | None:
    """The line as one run, if no gap is wide and one stretch brings the middle of every character
    near enough.

    The narrowest character sets the limits of all: a line that needs more is looked at closely.
    """
    gaps = list(map(operator.sub, line.starts[1:], line.ends))
    least = _FILLED * line.size * min(line.ems)
    if gaps and max(gaps) > _WIDEST_SHARED_GAP * least:
        return None
    slack: float = _TOLERANCE * max(min(map(operator.sub, line.ends, line.starts)), least)
    # The outer characters have half a gap at both sides like the others.
    margin = min(sum(gaps) / (2 * len(gaps)), slack) if gaps else 0.0
    start, end = line.starts[0] - margin, line.ends[-1] + margin
    stretch = (end - start) / natural[-1]
    off = [
        begun + ended - (before + after) * stretch
        for begun, ended, before, after in zip(
            line.starts, line.ends, natural, natural[1:], strict=False
        )
    ]
    if max(off) > 2 * (start + slack) or min(off) < 2 * (start - slack):
        return None
    return Run(text=line.text, ems=natural[-1], start=start, end=end)


def _cells(line: PlacedLine) -> tuple[list[float], list[float], list[bool]]:
    """The spans widened so that neighbours meet in the middle of their gap, if it is not wide:
    their beginnings, their ends, and which of them meet the next."""
    following = line.starts[1:]
    gaps = list(map(operator.sub, following, line.ends))
    full = [
        max(ended - begun, _FILLED * line.size * em)
        for begun, ended, em in zip(line.starts, line.ends, line.ems, strict=True)
    ]
    joined = [
        gap <= _WIDEST_SHARED_GAP * min(pair)
        for gap, pair in zip(gaps, itertools.pairwise(full), strict=True)
    ]
    halves = [gap / 2 if meets else 0.0 for gap, meets in zip(gaps, joined, strict=True)]
    starts = [line.starts[0], *map(operator.sub, following, halves)]
    ends = [*map(operator.add, line.ends, halves), line.ends[-1]]
    return starts, ends, joined


def _reach(
    line: PlacedLine,
    start: float,
    ends: Sequence[float],
    joined: Sequence[bool],
    natural: Sequence[float],
    first: int,
) -> int:
    """The place behind the longest run from `first`, which begins at `start`, with one stretch.

    Every character allows the stretches that bring its middle near enough; what all of them allow
    so far only gets narrower.
    """
    base, least = natural[first], _FILLED * line.size
    lowest, highest, reached = 0.0, math.inf, first + 1
    for at in range(first, len(ends)):
        begun, ended, wide = line.starts[at], line.ends[at], least * line.ems[at]
        slack = _TOLERANCE * (wide if ended - begun < wide else ended - begun)
        middle = (begun + ended) / 2 - start
        distance = (natural[at] + natural[at + 1]) / 2 - base
        # Written out, for this runs once for every character of a dossier.
        if (low := (middle - slack) / distance) > lowest:
            lowest = low
        if (high := (middle + slack) / distance) < highest:
            highest = high
        if lowest > highest:
            break
        if lowest <= (ends[at] - start) / (natural[at + 1] - base) <= highest:
            reached = at + 1
        if at < len(joined) and not joined[at]:
            break
    return reached
