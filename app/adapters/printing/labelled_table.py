"""A table of two columns on a printed sheet: what it is, and what it says."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from app.adapters.printing.sheet import Sheet


@frozen(kw_only=True)
class LabelledTable:
    """Where such a table stands and how large it is. Millimetres.

    `label`: from the left edge to the values; `indent`: before a text; `drop`: from the middle of
    a row to the foot of its letters.
    """

    left: float
    right: float
    top: float
    row: float
    label: float
    letters: float
    indent: float
    drop: float

    def draw(self, sheet: Sheet, rows: Sequence[tuple[str, str]]) -> float:
        """Draw the rows with their rules; gives the bottom of the table."""
        value_left = self.left + self.label
        for place, (label, value) in enumerate(rows):
            top = self.top + place * self.row
            sheet.rule(self.left, top, self.right, top)
            foot = top + self.row / 2 + self.drop
            sheet.text(self.left + self.indent, foot, self.letters, label)
            width = self.right - value_left - self.indent
            sheet.fitted(value_left, foot, self.letters, value, width=width, lines=2)
        bottom = self.top + len(rows) * self.row
        sheet.rule(self.left, bottom, self.right, bottom)
        for x in (self.left, value_left - self.indent, self.right):
            sheet.rule(x, self.top, x, bottom)
        return bottom
