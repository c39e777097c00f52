"""What the lists of the review have in common: a table over a bar with words and buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.models.rows import RowsModel
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import framed
from app.gui.widgets.table import RowTable
from app.gui.words import verdict_word

Row = TypeVar("Row")

OPEN_VERDICTS = ("", "ask")
"""Verdicts that leave a row open."""


def listing(
    parent: QWidget,
    table: RowTable,
    words: Sequence[QWidget],
    buttons: Sequence[QPushButton],
    above: QWidget | None = None,
) -> QWidget:
    """The table; below it the words about its current row, and what can be done with it."""
    holder = framed("strip", parent)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    if above is not None:
        column.addWidget(above)
    column.addWidget(table, 1)
    below = framed("bar", holder)
    inner = QVBoxLayout(below)
    inner.setContentsMargins(16, 12, 16, 12)
    inner.setSpacing(8)
    for widget in words:
        inner.addWidget(widget)
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button, 1)
    inner.addLayout(row)
    column.addWidget(below)
    return holder


def verdict_buttons(judge: Callable[[str], object]) -> list[QPushButton]:
    """Buttons for "same", "differs" and "ask", with their keys."""
    return [
        push_button(verdict_word(verdict), _calling(judge, verdict), action=verdict)
        for verdict in ("same", "differs", "ask")
    ]


def go_open(
    table: RowTable, model: RowsModel[Row], is_open: Callable[[Row], bool], step: int
) -> None:
    """Go to the next or previous open row, round and round."""
    rows = model.rows
    at = table.currentIndex().row()
    for offset in range(1, len(rows) + 1):
        number = (at + step * offset) % len(rows)
        if is_open(rows[number]):
            table.go_to(number)
            table.setFocus()
            return


def place_words(page_number: int | None, position: int) -> str:
    """The page, or the side where it bears no number; empty where there is neither."""
    if page_number is not None:
        return _("p. {number}").format(number=page_number)
    return _("Side {position}").format(position=position) if position else ""


def _calling(judge: Callable[[str], object], verdict: str) -> Callable[[], object]:
    return lambda: judge(verdict)
