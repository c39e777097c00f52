"""Numbers that stand in a line of their own, bare or in what people put around a page number:
- 12 -, (12), 第12页."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ocr.fields.marks import Mark
from ocr.fields.paper import Corner
from ocr.tree import Box, Line

_DASHES = "-—–―‐_~～一·.．。•"
_FRAMES = (
    re.compile(rf"^[{_DASHES}\s]*(?P<number>[0-9]{{1,4}})[{_DASHES}\s]*$"),
    re.compile(r"^[(（\[【〔]\s*(?P<number>[0-9]{1,4})\s*[)）\]】〕]$"),
    re.compile(r"^第\s*(?P<number>[0-9]{1,4})\s*[页頁]$"),
)
_WORDED = 0.8
_GLYPH_SHARE = 0.8
"""A line's box is higher than its digits by about this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FramedNumber:
    """The digits, the box around them in pixels of the page, and the line they were found in."""

    text: str
    box: Box
    line: str

    @property
    def bare(self) -> bool:
        """Whether nothing stands around the digits."""
        return self.line == self.text

    def worth(self, corner: str) -> float:
        """How likely (0 to 1) the frame is that of a dossier's number in this corner. At the foot
        a worded number, and any in the middle, count the pages of one document."""
        if corner == "bottom_center":
            return 0.0
        if "第" not in self.line:
            return 1.0
        return _WORDED if corner.startswith("top") else 0.0


def framed_number(line: Line) -> FramedNumber | None:
    """The number of a line that holds nothing else."""
    text = line.text.strip()
    match = next((found for frame in _FRAMES if (found := frame.match(text))), None)
    if match is None:
        return None
    digits = [character.box for character in line.characters if character.text.isdigit()]
    if len(digits) != len(match["number"]):
        return FramedNumber(text=match["number"], box=line.box, line=text)
    left, top, right, bottom = zip(*digits, strict=True)
    box = (min(left), min(top), max(right), max(bottom))
    return FramedNumber(text=match["number"], box=box, line=text)


def corner_mark(corner: Corner, box: Box, members: int) -> Mark | None:
    """A box on the page as a mark in that corner; None when it lies elsewhere."""
    x0, y0, x1, y1 = (
        (value - start) / corner.scale
        for value, start in zip(box, (corner.left, corner.top) * 2, strict=True)
    )
    height, width = corner.pixels.shape[:2]
    if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
        return None
    return Mark(
        separation="all",
        box=(x0, y0, x1, y1),
        height=float(np.float64(_GLYPH_SHARE * (y1 - y0))),
        length=x1 - x0,
        tilt=0.0,
        members=max(2, members),
        depth=0.0,
        crowding=0,
        enclosed=False,
    )
