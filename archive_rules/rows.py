"""Text lines of one side joined to the rows that a reader sees."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.api import SideEvidence, TextLine
from archive_rules.text import plain, words

# Two lines stand in one row when they share this part of the lower one's height.
_SAME_ROW = 0.55
_MARGIN_HEIGHT = 0.075
_PAGE_MARK = re.compile(r"^[-—–·.]*(?:第?\d{1,4}页?(?:[,/]?共?\d{1,4}页?)?)[-—–·.]*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Lines that stand side by side, from left to right, and the box round them."""

    lines: tuple[TextLine, ...]
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def text(self) -> str:
        """The text of the row, lines parted by one blank."""
        return " ".join(line.text for line in self.lines)

    @property
    def height(self) -> float:
        """The height of the tallest line, as a fraction of the page."""
        return max(line.y1 - line.y0 for line in self.lines)

    @property
    def centre(self) -> float:
        """The middle of the row, as a fraction of the page width."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class PageText:
    """The rows of one side from top to bottom. `body_height` is the height of ordinary text."""

    rows: tuple[Row, ...]
    body_height: float

    @property
    def text(self) -> str:
        """All text without white space, rows joined."""
        return "".join(plain(row.text) for row in self.rows)

    def labels(self, known: Sequence[str]) -> int:
        """How many of the known labels begin a line of this side: a word inside a sentence is
        no label of a form."""
        found: set[str] = set()
        for row in self.rows:
            for line in row.lines:
                text = words(line.text)
                found.update(label for label in known if text.startswith(label))
            joined = words(row.text)
            found.update(label for label in known if joined.startswith(label))
        return len(found)


def page_text(side: SideEvidence) -> PageText:
    """The rows of a side, without stamped numbers and printed page marks."""
    rows = _rows([line for line in side.lines if line.text.strip()])
    kept = tuple(row for row in rows if not _is_page_mark(row))
    heights = [line.y1 - line.y0 for row in kept for line in row.lines if len(line.text) >= 6]
    if not heights:
        heights = [row.height for row in kept]
    return PageText(rows=kept, body_height=statistics.median(heights) if heights else 0.0)


def _is_page_mark(row: Row) -> bool:
    at_margin = row.y1 < _MARGIN_HEIGHT or row.y0 > 1 - _MARGIN_HEIGHT
    return at_margin and _PAGE_MARK.match(plain(row.text)) is not None


def _rows(lines: list[TextLine]) -> list[Row]:
    groups: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda item: (item.y0 + item.y1, item.x0)):
        for group in reversed(groups[-3:]):
            if all(_side_by_side(line, other) for other in group):
                group.append(line)
                break
        else:
            groups.append([line])
    return [_row(group) for group in groups]


def _side_by_side(first: TextLine, second: TextLine) -> bool:
    shared = min(first.y1, second.y1) - max(first.y0, second.y0)
    lower = min(first.y1 - first.y0, second.y1 - second.y0)
    apart = first.x1 <= second.x0 + 0.01 or second.x1 <= first.x0 + 0.01
    return apart and shared > _SAME_ROW * lower


def _row(group: list[TextLine]) -> Row:
    ordered = tuple(sorted(group, key=lambda item: item.x0))
    return Row(
        lines=ordered,
        x0=min(line.x0 for line in group),
        y0=min(line.y0 for line in group),
        x1=max(line.x1 for line in group),
        y1=max(line.y1 for line in group),
    )
