"""Where the characters of a text line stand on a page, for the invisible text of PDF and OFD."""

from __future__ import annotations

import functools
import itertools
import operator
import re
import unicodedata
from collections.abc import Sequence
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
_UNMAPPABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


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

    `box` has its corners in order. `starts` and `ends` are those of each character along
    `direction` (to the right, down the page, up the page) from the beginning of the line: rising,
    never overlapping. `ems` are the widths the characters have by nature; an `even` line is spread
    by them over its whole box.
    """

    text: str
    box: Box
    direction: Direction
    starts: Sequence[float]
    ends: Sequence[float]
    ems: Sequence[float]
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
    cleaned = _UNMAPPABLE.sub(_instead, line.text) if _UNMAPPABLE.search(line.text) else line.text
    text = cleaned.strip()
    if not text:
        return None
    box = _scaled(line.box, scale)
    places, boxes = _spelling(line, len(cleaned) - len(cleaned.lstrip()), len(text))
    direction = _direction(line.box, boxes, len(text))
    ems = list(map(natural_width, text))
    length = box[2] - box[0] if direction == "across" else box[3] - box[1]
    starts, ends = _along(box, boxes, direction, scale)
    even = False
    if len(places) < len(text) or not _in_order(starts, ends, length):
        known = _believed(places, starts, ends, count=len(text), length=length)
        even = not known
        starts, ends = _filled(known, ems, length)
    return PlacedLine(
        text=text, box=box, direction=direction, starts=starts, ends=ends, ems=ems, even=even
    )


@functools.lru_cache(maxsize=1 << 16)
def natural_width(character: str) -> float:
    """The width of a character: 1 for a Chinese one, half as much for the others."""
    return 0.5 if unicodedata.east_asian_width(character) in ("Na", "H", "N") else 1.0


def is_half(character: str) -> bool:
    """Whether a character is half as wide as a Chinese one."""
    return natural_width(character) < 1.0


def _instead(unmappable: re.Match[str]) -> str:
    """What stands for a character that cannot: a sign for a lone surrogate, else a blank."""
    return REPLACEMENT if "\ud800" <= unmappable.group() <= "\udfff" else " "


def _scaled(box: Box, scale: tuple[float, float]) -> Box:
    x0, x1 = sorted((box[0] * scale[0], box[2] * scale[0]))
    y0, y1 = sorted((box[1] * scale[1], box[3] * scale[1]))
    return x0, y0, max(x1, x0 + _SMALLEST), max(y1, y0 + _SMALLEST)


def _spelling(line: PdfLine, lead: int, length: int) -> tuple[Sequence[int], Sequence[Box]]:
    """The boxes of the characters with their places in the text of `length`, which is that of
    `line` from place `lead` on; none when they spell another."""
    if not line.characters:
        return (), ()
    spelt = "".join([part.text for part in line.characters])
    if spelt == line.text:
        places = list(range(-lead, len(spelt) - lead))
    elif spelt == "".join(line.text.split()):
        places = [at - lead for at, sign in enumerate(line.text) if not sign.isspace()]
    else:
        return (), ()
    boxes = [part.box for part in line.characters]
    if len(boxes) < len(spelt):
        boxes = [
            _share(part.box, share, len(part.text))
            for part in line.characters
            for share in range(len(part.text))
        ]
    if len(boxes) > length:
        # Blanks at the ends, which are not set, may have boxes too.
        inside = [pair for pair in zip(places, boxes, strict=True) if 0 <= pair[0] < length]
        return [at for at, _ in inside], [box for _, box in inside]
    return places, boxes


def _share(box: Box, share: int, parts: int) -> Box:
    """One of `parts` equal parts of a box of several characters."""
    if parts == 1:
        return box
    width = (box[2] - box[0]) / parts
    return box[0] + share * width, box[1], box[0] + (share + 1) * width, box[3]


def _direction(line: Box, boxes: Sequence[Box], length: int) -> Direction:
    """Where the characters say the line runs; without them a tall line runs down."""
    width, height = abs(line[2] - line[0]), abs(line[3] - line[1])
    if len(boxes) > 1:
        first, last = boxes[0], boxes[-1]
        across = abs(first[0] + first[2] - last[0] - last[2])
        down = last[1] + last[3] - first[1] - first[3]
        if height <= width or across >= abs(down):
            return "across"
        return "down" if down > 0 else "up"
    return "down" if height > _TALL * width and length > 1 else "across"


def _along(
    line: Box, boxes: Sequence[Box], direction: Direction, scale: tuple[float, float]
) -> tuple[list[float], list[float]]:
    """Where the boxes begin and end along the line, each ending where the next begins at the
    latest."""
    x0, y0, _, y1 = line
    across, down = scale
    if direction == "across":
        starts = [box[0] * across - x0 for box in boxes]
        ends = [box[2] * across - x0 for box in boxes]
    elif direction == "down":
        starts = [box[1] * down - y0 for box in boxes]
        ends = [box[3] * down - y0 for box in boxes]
    else:
        starts = [y1 - box[3] * down for box in boxes]
        ends = [y1 - box[1] * down for box in boxes]
    ends[:-1] = map(min, ends, starts[1:])
    return starts, ends


def _in_order(starts: Sequence[float], ends: Sequence[float], length: float) -> bool:
    """Whether all spans lie within the line, one after the other."""
    return (
        starts[0] >= 0
        and ends[-1] <= length
        and all(map(operator.lt, starts, ends))
        and all(map(operator.lt, starts, starts[1:]))
    )


def _believed(
    places: Sequence[int],
    starts: Sequence[float],
    ends: Sequence[float],
    *,
    count: int,
    length: float,
) -> dict[int, Span]:
    """The spans by place that rise within the line and leave room for those between; none when
    most do not. Each ends where the next begins at the latest."""
    least = _LEAST_SHARE * length / count
    believed: dict[int, Span] = {}
    before, soonest = -1, 0.0
    for at, first, last in zip(places, starts, ends, strict=True):
        start, end = min(max(first, 0.0), length), min(max(last, 0.0), length)
        if soonest + least * (at - before - 1) <= start <= length - least * (count - at):
            if before in believed:
                begun, ended = believed[before]
                believed[before] = begun, min(ended, start - least * (at - before - 1))
            believed[at] = start, min(max(end, start + least), length - least * (count - at - 1))
            before, soonest = at, start + least
    return believed if 2 * len(believed) > len(places) else {}


def _filled(
    known: dict[int, Span], ems: Sequence[float], length: float
) -> tuple[list[float], list[float]]:
    """The spans of all characters: those not known share the room between their neighbours."""
    edges: list[Span] = []
    for at in [*known, len(ems)]:
        start = edges[-1][1] if edges else 0.0
        places = [0.0, *itertools.accumulate(ems[len(edges) : at])]
        if places[-1]:
            room = ((known[at][0] if at in known else length) - start) / places[-1]
            edges += [
                (start + room * first, start + room * last)
                for first, last in itertools.pairwise(places)
            ]
        if at in known:
            edges.append(known[at])
    return [start for start, _ in edges], [end for _, end in edges]
