"""Lines as searched by the field readers: half-width, and boxes for any stretch of them."""

from __future__ import annotations

import functools
import unicodedata

from ocr.tree import Box, Line


# Every reader of fields searches the same lines.
@functools.lru_cache(maxsize=512)
def searchable(text: str) -> str:
    """The text with full-width forms made half-width, length unchanged."""
    return "".join(_half_width(character) for character in text)


def stretch_box(line: Line, start: int, end: int) -> Box:
    """The box of `line.text[start:end]`: from its characters, else by share of the line."""
    visible_before = sum(1 for c in line.text[:start] if not c.isspace())
    visible = sum(1 for c in line.text[start:end] if not c.isspace())
    inside = line.characters[visible_before : visible_before + visible]
    if visible and len(inside) == visible:
        return (
            min(c.box[0] for c in inside),
            min(c.box[1] for c in inside),
            max(c.box[2] for c in inside),
            max(c.box[3] for c in inside),
        )
    x0, y0, x1, y1 = line.box
    step = (x1 - x0) / max(1, len(line.text))
    return (x0 + step * start, y0, x0 + step * end, y1)


def stretch_confidence(line: Line, start: int, end: int) -> float:
    """The weakest character of the stretch, else the line's confidence: one wrong digit makes
    the whole field wrong."""
    visible_before = sum(1 for c in line.text[:start] if not c.isspace())
    visible = sum(1 for c in line.text[start:end] if not c.isspace())
    inside = line.characters[visible_before : visible_before + visible]
    if visible and len(inside) == visible:
        return min(c.confidence for c in inside)
    return line.confidence


def _half_width(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character
