"""One track into the archive as a card: how far, what stands there, what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import IconLabel, chip, framed, label, restyle


class TrackCard(QFrame):
    """Head with state, a bar of steps, facts, and room for buttons (`controls`)."""

    def __init__(self, icon_name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.state = chip("")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel(icon_name, "accent", 24))
        head.addWidget(label(title, "title"))
        head.addStretch(1)
        head.addWidget(self.state)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        self.steps = label("", "small", wrap=True)
        self._facts_holder = framed("")
        self._facts = QFormLayout(self._facts_holder)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self.controls = QVBoxLayout()
        self.controls.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.steps)
        column.addWidget(self._facts_holder)
        column.addLayout(self.controls)
        column.addStretch(1)

    def show_state(self, word: str, tone: str) -> None:
        """The state of the track in a word."""
        self.state.setText(word)
        restyle(self.state, "tone", tone)

    def show_steps(self, names: Sequence[str], done: int) -> None:
        """The steps of the track and how many are done."""
        self.bar.setRange(0, len(names))
        self.bar.setValue(done)
        restyle(self.bar, "tone", "good" if done == len(names) else "")
        shown = [f"{name} ✓" if number < done else name for number, name in enumerate(names)]
        self.steps.setText("  →  ".join(shown))

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Facts as pairs of name and value; empty values are left out."""
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, value in facts:
            if value:
                shown = ElidedLabel(value)
                shown.setAccessibleName(name)
                self._facts.addRow(label(name, "muted"), shown)
        self._facts_holder.setVisible(self._facts.rowCount() > 0)
