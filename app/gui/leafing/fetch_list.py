"""The sides that were not seen, as a list to take along to the paper."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrinter

from app.gui.i18n import _
from app.gui.leafing.signs import sign_of
from app.gui.leafing.tiles import leaf_words
from app.gui.reconcile.listing import place_words
from app.services.leafing_views import LeafTile


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedSide:
    """A side in a list of the result: the tile and the title of its document."""

    tile: LeafTile
    title: str

    @property
    def place(self) -> str:
        """Its page, or its side where it bears no number."""
        return place_words(self.tile.page_number, self.tile.position)

    @property
    def leaf(self) -> str:
        """The leaf of the paper, and the face."""
        return leaf_words(self.tile)

    @property
    def state(self) -> str:
        """What is known of it."""
        return sign_of(self.tile.state).word


def _cells(row: ListedSide) -> tuple[str, ...]:
    return (row.place, row.title, row.leaf, row.state)


def heading(case_no: str, count: int) -> str:
    """What stands above the list."""
    return _("{case_no}: {count} sides to fetch and leaf through").format(
        case_no=case_no, count=count
    )


def fetch_text(case_no: str, rows: Sequence[ListedSide]) -> str:
    """The list as text, one side a line, its columns parted by tabs."""
    return "\n".join([heading(case_no, len(rows)), *("\t".join(_cells(row)) for row in rows)])


def print_list(printer: QPrinter, case_no: str, rows: Sequence[ListedSide]) -> None:
    """Print the list with a box to tick before each side."""
    lines = "".join(
        "<tr><td>☐</td>"
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(row))
        + "</tr>"
        for row in rows
    )
    document = QTextDocument()
    document.setHtml(
        f"<h3>{html.escape(heading(case_no, len(rows)))}</h3>"
        f'<table border="1" cellspacing="0" cellpadding="4" width="100%">{lines}</table>'
    )
    document.print_(printer)
