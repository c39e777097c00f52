"""The engine-neutral text tree: page > line > character, with boxes and confidence.

Boxes are in pixels of the upright page, (x0, y0) upper left, (x1, y1) lower right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]

PRINT, STAMP, HANDWRITING, UNREADABLE = "print", "stamp", "handwriting", "unreadable"
ACROSS, DOWN, TURNED = "across", "down", "turned"


@dataclass(frozen=True, kw_only=True, slots=True)
class Character:
    """One recognised character and where it stands."""

    text: str
    confidence: float
    box: Box


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One text line in reading order. `confidence` runs from 0 to 1.

    `kind` is "print", "stamp" (inked over the page: told after its text), "handwriting" or
    "unreadable". The last two have no `text`: what the engine guessed is the `attempt`, which
    nobody may take for text of the page. `direction` is "across", "down" (a column of upright
    characters) or "turned" (a line that runs up or down the page as in a landscape table).
    """

    text: str
    confidence: float
    box: Box
    characters: tuple[Character, ...] = ()
    kind: str = PRINT
    direction: str = ACROSS
    attempt: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TextTree:
    """All text of one page. `orientation` is the clockwise turn that was applied to the master
    (0, 90, 180, 270) before reading; `width` and `height` are of the turned page in pixels."""

    engine: str
    engine_version: str
    width: int
    height: int
    orientation: int
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The text in reading order, one line per text line."""
        return "\n".join(line.text for line in self.lines if line.text)

    def as_record(self) -> dict[str, Any]:
        """The tree as plain data for a process boundary, the database or JSON."""
        return {
            "engine": self.engine,
            "engine_version": self.engine_version,
            "width": self.width,
            "height": self.height,
            "orientation": self.orientation,
            "lines": [
                {
                    "text": line.text,
                    "confidence": round(line.confidence, 4),
                    "box": [round(value, 1) for value in line.box],
                    "characters": [
                        [c.text, round(c.confidence, 3), [round(value, 1) for value in c.box]]
                        for c in line.characters
                    ],
                    "kind": line.kind,
                    "direction": line.direction,
                    "attempt": line.attempt,
                }
                for line in self.lines
            ],
        }


def tree_from_record(record: dict[str, Any]) -> TextTree:
    """The tree that `TextTree.as_record` described."""
    return TextTree(
        engine=record["engine"],
        engine_version=record["engine_version"],
        width=record["width"],
        height=record["height"],
        orientation=record["orientation"],
        lines=tuple(
            Line(
                text=line["text"],
                confidence=line["confidence"],
                box=_box(line["box"]),
                characters=tuple(
                    Character(text=text, confidence=confidence, box=_box(box))
                    for text, confidence, box in line.get("characters", ())
                ),
                kind=line.get("kind", PRINT),
                direction=line.get("direction", ACROSS),
                attempt=line.get("attempt", ""),
            )
            for line in record["lines"]
        ),
    )


def _box(values: list[float]) -> Box:
    x0, y0, x1, y1 = values
    return (x0, y0, x1, y1)
