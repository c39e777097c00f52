"""Where the characters of a text line stand on a page, for the invisible text of PDF and OFD."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Box = tuple[float, float, float, float]
Span = tuple[float, float]
Direction = Literal["across", "down", "up"]

REPLACEMENT = "\ufffd"
# How far below its baseline the box of a line reaches, in heights of the line.
DESCENT = 0.2
_SMALLEST = 0.5
_TALL = 1.5
# The least room of a character, as a share of its even part of the line.
_LEAST_SHARE = 0.05
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

    `box` has its corners in order. `spans` are beginning and end of each character along
    `direction` (to the right, down the page, up the page) from the beginning of the line: strictly
    rising, never overlapping. `ems` are the widths the characters have by nature. `even` lines
    are spread by these widths over the whole box.
    """

    text: str
    box: Box
    direction: Direction
    spans: tuple[Span, ...]
    ems: tuple[float, ...]
    even: bool

    @property
    def size(self) -> float:
        """The height of the characters across the line."""
        x0, y0, x1, y1 = self.box
        return y1 - y0 if self.direction == "across" else x1 - x0

    @property
    def length(self) -> float:
        """How far the line reaches along its direction."""
        x0, y0, x1, y1 = self.box
        return x1 - x0 if self.direction == "across" else y1 - y0


def place(line: PdfLine, scale: tuple[float, float]) -> PlacedLine | None:
    """`line` in units of the page; `scale` is units per pixel across and down.

    None when the line has no visible character.
    """
    cleaned = _UNMAPPABLE.sub(" ", _LONE_SURROGATE.sub(REPLACEMENT, line.text))
    text = cleaned.strip()
    if not text:
        return None
    box = _scaled(line.box, scale)
    lead = len(cleaned) - len(cleaned.lstrip())
    boxes = {
        place - lead: found
        for place, found in _boxes_by_place(line, scale).items()
        if 0 <= place - lead < len(text)
    }
    direction = _direction(box, boxes, len(text))
    ems = tuple(0.5 if is_half(character) else 1.0 for character in text)
    length = box[2] - box[0] if direction == "across" else box[3] - box[1]
    known = _believed(
        {at: _along(box, found, direction) for at, found in boxes.items()}, ems, length
    )
    return PlacedLine(
        text=text,
        box=box,
        direction=direction,
        spans=_filled(known, ems, length),
        ems=ems,
        even=not known,
    )


def is_half(character: str) -> bool:
    """Whether a character is half as wide as a Chinese one."""
    return unicodedata.east_asian_width(character) in ("Na", "H", "N")


def _scaled(box: Box, scale: tuple[float, float]) -> Box:
    x0, x1 = sorted((box[0] * scale[0], box[2] * scale[0]))
    y0, y1 = sorted((box[1] * scale[1], box[3] * scale[1]))
    return x0, y0, max(x1, x0 + _SMALLEST), max(y1, y0 + _SMALLEST)


def _boxes_by_place(line: PdfLine, scale: tuple[float, float]) -> dict[int, Box]:
    """The boxes of the characters by their place in the text; none when they spell another."""
    spelt = "".join(part.text for part in line.characters)
    if spelt == line.text:
        places = iter(range(len(spelt)))
    elif spelt and spelt == "".join(line.text.split()):
        places = (at for at, character in enumerate(line.text) if not character.isspace())
    else:
        return {}
    return {
        next(places): _scaled(_share(part.box, share, len(part.text)), scale)
        for part in line.characters
        for share in range(len(part.text))
    }


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


def _along(line: Box, box: Box, direction: Direction) -> Span:
    """Beginning and end of `box` along the line."""
    if direction == "across":
        return box[0] - line[0], box[2] - line[0]
    if direction == "down":
        return box[1] - line[1], box[3] - line[1]
    return line[3] - box[3], line[3] - box[1]


def _believed(spans: dict[int, Span], ems: tuple[float, ...], length: float) -> dict[int, Span]:
    """The spans that rise within the line and leave room for those between; none when the most
    do not. Each ends where the next begins at the latest."""
    count, least = len(ems), _LEAST_SHARE * length / len(ems)
    believed: dict[int, Span] = {}
    before, soonest = -1, 0.0
    for at in sorted(spans):
        start, end = (min(max(value, 0.0), length) for value in spans[at])
        if soonest + least * (at - before - 1) <= start <= length - least * (count - at):
            if before in believed:
                first, last = believed[before]
                believed[before] = first, min(last, start - least * (at - before - 1))
            believed[at] = start, min(max(end, start + least), length - least * (count - at - 1))
            before, soonest = at, start + least
    return believed if 2 * len(believed) > len(spans) else {}


def _filled(known: dict[int, Span], ems: tuple[float, ...], length: float) -> tuple[Span, ...]:
    """The spans of all characters: those not known share the room between their neighbours."""
    spans: list[Span] = []
    for at in [*sorted(known), len(ems)]:
        start = spans[-1][1] if spans else 0.0
        missing = ems[len(spans) : at]
        room = known[at][0] - start if at in known else length - start
        places = [0.0, *itertools.accumulate(missing)]
        spans += [
            (start + room * first / places[-1], start + room * last / places[-1])
            for first, last in itertools.pairwise(places)
        ]
        if at in known:
            spans.append(known[at])
    return tuple(spans)
