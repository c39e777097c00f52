"""The stamped number from the text tree alone, for engines that read whole pages only."""

from __future__ import annotations

from ocr.api import NumberReading
from ocr.tree import Line, TextTree

_ACROSS, _DOWN = 0.36, 0.145
_GLYPH_MM = (2.3, 11.0)
_A4_LONG_INCHES = 11.69
_CEILING = 0.8
"""Whole-page engines lose tilted, red or faint stamps and cannot offer a second reading."""


def numbers_in_text(tree: TextTree, dpi: int = 0) -> tuple[NumberReading, ...]:
    """Candidates among the lines that hold nothing but one to four digits in a corner."""
    resolution = dpi if dpi > 0 else max(tree.width, tree.height) / _A4_LONG_INCHES
    found = []
    for line in tree.lines:
        text = line.text.strip()
        place = _corner(line, tree)
        if place is None or not (text.isascii() and text.isdigit() and len(text) <= 4):
            continue
        millimetres = (line.box[3] - line.box[1]) / resolution * 25.4
        if int(text) == 0 or not _GLYPH_MM[0] <= millimetres <= _GLYPH_MM[1]:
            continue
        corner, weight = place
        found.append(
            NumberReading(
                value=int(text),
                text=text,
                confidence=round(min(_CEILING, line.confidence * weight), 4),
                corner=corner,
                box=line.box,
            )
        )
    return tuple(sorted(found, key=lambda number: -number.confidence))


def _corner(line: Line, tree: TextTree) -> tuple[str, float] | None:
    x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
    left, right = x < _ACROSS * tree.width, x > (1 - _ACROSS) * tree.width
    if y < _DOWN * tree.height and (left or right):
        return ("top_left" if left else "top_right", 0.8)
    if y > (1 - _DOWN) * tree.height:
        if left or right:
            return ("bottom_left" if left else "bottom_right", 0.5)
        return ("bottom_center", 0.35)
    return None
