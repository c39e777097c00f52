"""The card that tells what a person must read herself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.gui.inspect.reading import ReadingShown
from app.gui.samples.workstation import SampleWorkstation
from app.services.reading_notes import ReadingNote
from app.words.pages import reading_word
from ocr.needs_person import REASONS


def note(reason: str) -> ReadingNote:
    return ReadingNote(
        side_id="side-3", position=3, reason=reason, box=(0.0, 0.0, 1.0, 1.0), decisive=False
    )


def test_every_reason_has_a_word(qtbot: QtBot) -> None:
    words = [reading_word(reason) for reason in REASONS]
    assert len(set(words)) == len(REASONS)
    assert not set(words) & set(REASONS)


def test_a_side_tells_what_is_left_to_read(qtbot: QtBot, drawn: Path) -> None:
    class Desk:
        workstation = SampleWorkstation(drawn)

    shown = ReadingShown(Desk())  # type: ignore[arg-type]
    sides, notes = shown.with_notes("（2024）辽0882民初1号")
    shown.keep([*notes, note("handwriting"), note("photograph")])

    card = shown.card(sides[2].id)

    assert card is not None and shown.card(sides[0].id) is None
    qtbot.addWidget(card)
    texts = [found.text() for found in card.findChildren(QLabel)]
    assert texts[1:] == [f"{reading_word('handwriting')} × 2", reading_word("photograph")]
