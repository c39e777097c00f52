"""Whether digits stand alone on the page or belong to a line of its text."""

from __future__ import annotations

from ocr.fields.framed_number import framed_number
from ocr.fields.rivals import covers
from ocr.tree import Box, Line, TextTree


def standing(text: str, box: Box, corner: str, coloured: bool, tree: TextTree | None) -> float:
    """1 for a mark that stands alone, little for digits that are part of a line of text.

    A detector may run a stamp together with the heading beside it: digits that keep a gap of
    their own height, or an ink of their own, are not the line's. `corner` as in `NumberReading`:
    signs around a number are worth less where documents count their own pages.
    """
    if tree is None:
        return 1.0
    height = box[3] - box[1]
    for line in tree.lines:
        if line.confidence < 0.5 or not covers(line.box, box):
            continue
        framed = framed_number(line)
        if framed is not None and framed.worth(corner) > 0:
            return framed.worth(corner)
        others = [c for c in line.characters if not c.text.isdigit() and not c.text.isspace()]
        level = (line.box[3] - line.box[1]) < 1.9 * height
        if not others or not level or not _holds(line, text, box):
            continue
        gap = min(max(c.box[0] - box[2], box[0] - c.box[2]) for c in others)
        if gap < height:
            return 0.7 if coloured else 0.12
    return 1.0


def _holds(line: Line, text: str, box: Box) -> bool:
    """Whether the line itself reads these digits at this place: then they are its own."""
    inside = "".join(
        character.text
        for character in line.characters
        if box[0] - 4 <= (character.box[0] + character.box[2]) / 2 <= box[2] + 4
    )
    return text in inside or (not line.characters and text in line.text)
