"""Where the characters of a text line stand on a page, for the invisible text of PDF and OFD."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Box = tuple[float, float, float, float]
Direction = Literal["across", "down", "up"]

REPLACEMENT = "\ufffd"
# How far below its baseline the box of a line reaches, in heights of the line.
DESCENT = 0.2
_SMALLEST = 0.5
_TALL = 1.5
# U+0000, U+FEFF and U+FFFE must not be mapped to (ISO 19005-2, 6.2.11.7.2); controls mean nothing,
# and XML may hold none of them.
_UNMAPPABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfCharacter:
    """One character and its box in pixels of the upright page."""

    text: str
    box: Box


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfLine:
    """One text line and its box (x0, y0, x1, y1) in pixels of the upright page.

    With `characters` that spell `text` (blanks may be missing) the selection follows them, also
    down a column and up a line of a turned table; without them the line is spread evenly.
    """

    text: str
    box: Box
    characters: tuple[PdfCharacter, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedLine:
    """A line ready to be set, in units of the page with y downwards.

    `box` has its corners in order. `edges` are the places where the characters begin and the last
    one ends, strictly rising, from the beginning of the line along `direction`: to the right, down
    the page or up the page. `ems` are the widths the characters have by nature.
    """

    text: str
    box: Box
    direction: Direction
    edges: tuple[float, ...]
    ems: tuple[float, ...]

    @property
    def size(self) -> float:
        """The height of the characters across the line."""
        x0, y0, x1, y1 = self.box
        return y1 - y0 if self.direction == "across" else x1 - x0


def place(line: PdfLine, scale: tuple[float, float]) -> PlacedLine | None:
    """`line` in units of the page; `scale` is units per pixel across and down.

    None when the line has no visible character.
    """
    cleaned = _UNMAPPABLE.sub(" ", _LONE_SURROGATE.sub(REPLACEMENT, line.text))
    text = cleaned.strip()
    if not text:
        return None
    box = _scaled(line.box, scale)
    boxes = _boxes_by_place(line, cleaned, scale)
    lead = len(cleaned) - len(cleaned.lstrip())
    known = {place - lead: found for place, found in boxes.items() if 0 <= place - lead < len(text)}
    direction = _direction(box, known, len(text))
    ems = tuple(0.5 if is_half(character) else 1.0 for character in text)
    x0, y0, x1, y1 = box
    if direction == "across":
        length, starts = x1 - x0, {place: found[0] - x0 for place, found in known.items()}
    elif direction == "down":
        length, starts = y1 - y0, {place: found[1] - y0 for place, found in known.items()}
    else:
        length, starts = y1 - y0, {place: y1 - found[3] for place, found in known.items()}
    return PlacedLine(
        text=text, box=box, direction=direction, edges=_edges(starts, ems, length), ems=ems
    )


def is_half(character: str) -> bool:
    """Whether a character is half as wide as a Chinese one."""
    return unicodedata.east_asian_width(character) in ("Na", "H", "N")


def even_runs(line: PlacedLine, tolerance: float) -> Iterator[tuple[int, int]]:
    """The line divided into as few evenly spread runs as keep every character near its place.

    `tolerance` is in widths of the narrower neighbour. A gap goes to the character before it, so
    that no reader takes it for a missing blank. Few runs, because readers may break lines between
    them.
    """
    edges, places = line.edges, (0.0, *itertools.accumulate(line.ems))

    def fits(start: int, end: int) -> bool:
        scale = (edges[end] - edges[start]) / (places[end] - places[start])
        return all(
            abs(edges[start] + (places[index] - places[start]) * scale - edges[index])
            <= tolerance * min(edges[index + 1] - edges[index], edges[index] - edges[index - 1])
            for index in range(start + 1, end)
        )

    start = 0
    while start < len(line.text):
        end = len(line.text)
        if not fits(start, end):
            end = start + 1
            while fits(start, end + 1):
                end += 1
        yield start, end
        start = end


def _scaled(box: Box, scale: tuple[float, float]) -> Box:
    x0, x1 = sorted((box[0] * scale[0], box[2] * scale[0]))
    y0, y1 = sorted((box[1] * scale[1], box[3] * scale[1]))
    return x0, y0, max(x1, x0 + _SMALLEST), max(y1, y0 + _SMALLEST)


def _boxes_by_place(line: PdfLine, text: str, scale: tuple[float, float]) -> dict[int, Box]:
    """The boxes of the characters of `text` by their place in it; none when they spell another."""
    spelt = "".join(part.text for part in line.characters)
    if spelt == line.text:
        places = list(range(len(text)))
    elif spelt and spelt == "".join(line.text.split()):
        places = [place for place, character in enumerate(line.text) if not character.isspace()]
    else:
        return {}
    found: dict[int, Box] = {}
    following = iter(places)
    for part in line.characters:
        for share in range(len(part.text)):
            piece = _share(part.box, share, len(part.text))
            found[next(following)] = _scaled(piece, scale)
    return found


def _share(box: Box, share: int, parts: int) -> Box:
    """One of `parts` equal parts of a box of several characters."""
    if parts == 1:
        return box
    width = (box[2] - box[0]) / parts
    return box[0] + share * width, box[1], box[0] + (share + 1) * width, box[3]


def _direction(box: Box, known: dict[int, Box], length: int) -> Direction:
    """Where the characters say the line runs; without them a tall line runs down."""
    width, height = box[2] - box[0], box[3] - box[1]
    if len(known) > 1:
        first, last = known[min(known)], known[max(known)]
        across = abs(first[0] + first[2] - last[0] - last[2])
        down = last[1] + last[3] - first[1] - first[3]
        if height <= width or across >= abs(down):
            return "across"
        return "down" if down > 0 else "up"
    return "down" if height > _TALL * width and length > 1 else "across"


def _edges(starts: dict[int, float], ems: tuple[float, ...], length: float) -> tuple[float, ...]:
    """Strictly rising places of `len(ems)` characters and of the end of the line.

    A place that does not rise from those before it is not believed; places not known lie between
    their neighbours by the natural widths.
    """
    count = len(ems)
    least = 0.05 * length / count
    anchors = [(0, 0.0)]
    for place in sorted(starts):
        index, at = anchors[-1]
        if place and at + least * (place - index) < starts[place] < length - least * (
            count - place
        ):
            anchors.append((place, starts[place]))
    if len(anchors) < len(starts) / 2:
        del anchors[1:]
    natural = (0.0, *itertools.accumulate(ems))
    edges = []
    for (index, at), (following, until) in itertools.pairwise([*anchors, (count, length)]):
        share = (until - at) / (natural[following] - natural[index])
        edges += [
            at + (natural[place] - natural[index]) * share for place in range(index, following)
        ]
    return (*edges, length)
