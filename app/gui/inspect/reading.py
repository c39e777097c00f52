"""What recognition leaves to the person at the window, side by side."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.widgets.labels import label
from app.services.reading_notes import ReadingNote
from app.services.views import SideRow
from app.words.pages import reading_word


class ReadingShown:
    """The notes of a case as they were last read; a card of them for each side."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._notes: dict[str, list[ReadingNote]] = {}

    def with_notes(self, case_no: str) -> tuple[list[SideRow], list[ReadingNote]]:
        """The sides of a case and the notes on them, in one question to the workstation."""
        workstation = self._desk.workstation
        return workstation.sides(case_no), workstation.reading_notes(case_no)

    def keep(self, notes: list[ReadingNote]) -> None:
        """Take the notes of the case that is shown from now on."""
        self._notes = {}
        for note in notes:
            self._notes.setdefault(note.side_id, []).append(note)

    def card(self, side_id: str) -> QFrame | None:
        """What is to be read by a person on a side; None when there is nothing."""
        notes = self._notes.get(side_id, [])
        if not notes:
            return None
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(label(_("To read yourself"), "heading"))
        for reason, count in Counter(note.reason for note in notes).items():
            word = reading_word(reason)
            column.addWidget(label(f"{word} × {count}" if count > 1 else word, wrap=True))
        return card
