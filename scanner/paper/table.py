"""One row of a printed form or table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.paper.breaking import break_lines
from scanner.paper.fonts import text_width
from scanner.paper.marks import Hand, Mark, Print, Rule

PADDING = 1.8


@dataclass(frozen=True, kw_only=True)
class RowStyle:
    """Relative widths of the cells and the least height in millimetres."""

    weights: tuple[float, ...]
    height: float


@dataclass(frozen=True, kw_only=True)
class Row:
    """A set row; its marks lie at y = 0 until `at` moves them."""

    height: float
    marks: tuple[Mark, ...]
    text_lines: tuple[str, ...]

    def at(self, y: float) -> list[Mark]:
        """The marks moved down to `y`."""
        moved: list[Mark] = []
        for mark in self.marks:
            if isinstance(mark, Rule):
                moved.append(replace(mark, y0=mark.y0 + y, y1=mark.y1 + y))
            elif isinstance(mark, Print | Hand):
                moved.append(replace(mark, y=mark.y + y))
        return moved


def set_row(
    cells: list[str],
    *,
    style: RowStyle,
    left: float,
    width: float,
    face: str,
    bold: str,
    size: float,
    ink: int,
    hand: tuple[int, int, int],
) -> Row:
    """Sets the cells side by side; a last cell takes what is left of the widths."""
    weights = list(style.weights[: len(cells)])
    if len(style.weights) > len(cells):
        weights[-1] += sum(style.weights[len(cells) :])
    unit = width / sum(style.weights)
    pitch = size * 1.42
    prepared: list[tuple[float, float, str, bool, list[str]]] = []
    x = left
    tallest = 1
    for cell, weight in zip(cells, weights, strict=True):
        written = cell.startswith("~")
        used = bold if cell.startswith("*") else face
        text = cell.removeprefix("~").removeprefix("*").strip()
        letter = "kai" if written else used
        room = (weight * unit - 2 * PADDING) / (size * (1.08 if written else 1.0))
        lines: list[str] = []
        for part in text.split("//"):
            lines.extend(break_lines(letter, part, room))
        tallest = max(tallest, len(lines))
        prepared.append((x, weight * unit, letter, written, lines))
        x += weight * unit
    height = max(style.height, tallest * pitch + 2 * PADDING)
    marks: list[Mark] = []
    texts: list[str] = []
    for cell_x, cell_width, letter, written, lines in prepared:
        right = cell_x + cell_width
        marks.append(Rule(x0=cell_x, y0=0, x1=right, y1=0))
        marks.append(Rule(x0=cell_x, y0=height, x1=right, y1=height))
        marks.append(Rule(x0=cell_x, y0=0, x1=cell_x, y1=height))
        marks.append(Rule(x0=right, y0=0, x1=right, y1=height))
        y = (height - len(lines) * pitch) / 2 + (pitch - size) / 2
        for line in lines:
            if not line.strip():
                continue
            free = cell_width - text_width(letter, line) * size
            inset = free / 2 if len(lines) == 1 and free > 0 else PADDING
            if written:
                marks.append(Hand(x=cell_x + inset, y=y, text=line, size=size * 1.02, colour=hand))
            else:
                marks.append(
                    Print(x=cell_x + inset, y=y, text=line, face=letter, size=size, ink=ink)
                )
            texts.append(line)
            y += pitch
    return Row(height=height, marks=tuple(marks), text_lines=tuple(texts))
