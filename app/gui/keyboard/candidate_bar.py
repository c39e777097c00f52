"""The pinyin typed so far and the words it may stand for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.gui.i18n import _
from app.gui.widgets.labels import label

SHOWN = 9


class CandidateBar(QWidget):
    """Emits `picked(word)`. Leafs through the candidates nine at a time."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.letters = ""
        self._words: tuple[str, ...] = ()
        self._first = 0
        self.spelt = label("", "heading", self)
        self.spelt.setMinimumWidth(150)
        self.words = [self._button() for _place in range(SHOWN)]
        for place, button in enumerate(self.words):
            button.clicked.connect(partial(self.pick, place))
        self.before = self._button("‹", _("Words before"))
        self.after = self._button("›", _("More words"))
        self.before.clicked.connect(lambda: self._leaf(-1))
        self.after.clicked.connect(lambda: self._leaf(1))
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self.spelt)
        for button in self.words:
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.before)
        row.addWidget(self.after)
        self._draw()

    def _button(self, text: str = "", name: str = "") -> QPushButton:
        made = QPushButton(text, self)
        made.setAccessibleName(name or text)
        made.setProperty("role", "candidate")
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return made

    @property
    def offered(self) -> tuple[str, ...]:
        """All candidates, also those that are not in sight."""
        return self._words

    def spell(self, letters: str) -> None:
        """Show the letters typed so far; candidates of fewer letters are no longer right."""
        self.letters, self._words, self._first = letters, (), 0
        self._draw()

    def offer(self, words: Sequence[str]) -> None:
        """Show the candidates for the letters."""
        self._words, self._first = tuple(words), 0
        self._draw()

    def pick(self, place: int, _checked: bool = False) -> None:
        """Take the candidate at `place` of those in sight."""
        index = self._first + place
        if index < len(self._words):
            self.picked.emit(self._words[index])

    def _leaf(self, step: int) -> None:
        self._first = max(0, self._first + step * SHOWN)
        self._draw()

    def _draw(self) -> None:
        self.spelt.setText(self.letters)
        shown = self._words[self._first : self._first + SHOWN]
        for place, button in enumerate(self.words):
            word = shown[place] if place < len(shown) else ""
            button.setText(word)
            button.setAccessibleName(word)
            button.setVisible(bool(word))
        self.before.setVisible(self._first > 0)
        self.after.setVisible(self._first + SHOWN < len(self._words))
