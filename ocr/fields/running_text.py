"""A page as one run of characters, for fields that go on in the next line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ocr.fields.plain_text import searchable, stretch_box, stretch_confidence
from ocr.tree import PRINT, TextTree


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningText:
    """`text` is the half-width text of all printed lines without breaks; `places` names the line
    (by its index in the tree) and the position in it of every character."""

    tree: TextTree
    text: str
    places: Sequence[tuple[int, int]]

    def entry(self, start: int, end: int, value: str, **more: Any) -> dict[str, Any]:
        """The field at text[start:end] as a record: value, text, confidence, box and line. What
        stands on two lines has the box and the line of its beginning."""
        first, begin = self.places[start]
        boxes, weakest = None, 1.0
        parts: dict[int, tuple[int, int]] = {}
        for line, position in self.places[start:end]:
            low, _ = parts.get(line, (position, position))
            parts[line] = (low, position + 1)
        for line, (low, high) in parts.items():
            weakest = min(weakest, stretch_confidence(self.tree.lines[line], low, high))
            if line == first:
                boxes = stretch_box(self.tree.lines[line], begin, high)
        box = boxes or self.tree.lines[first].box
        return {
            "value": value,
            "text": self.text[start:end],
            "confidence": round(weakest, 4),
            "box": [round(edge, 1) for edge in box],
            "line": first,
            **more,
        }


def running_text(tree: TextTree) -> RunningText:
    """The printed lines of a tree, joined."""
    text, places = [], []
    for index, line in enumerate(tree.lines):
        if line.kind != PRINT:
            continue
        for position, character in enumerate(searchable(line.text)):
            text.append(character)
            places.append((index, position))
    return RunningText(tree=tree, text="".join(text), places=places)
