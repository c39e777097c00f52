"""The line on top: which case, between whom, where it stands."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import chip, label, restyle
from app.gui.widgets.step_header import StepHeader
from app.gui.words import state_tone, state_word
from app.services.views import CaseView


class ContextBar(QFrame):
    """Case number, parties, state and the line of steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "context")
        self.setFixedHeight(64)
        self.number = label("", "title")
        self.state = chip("")
        self.parties = ElidedLabel("", "small")
        self.steps = StepHeader()
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.number)
        top.addWidget(self.state)
        top.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addLayout(top)
        texts.addWidget(self.parties)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(24)
        row.addLayout(texts, 1)
        row.addWidget(self.steps)
        self.show_case(None)

    def show_case(self, case: CaseView | None) -> None:
        """Show `case`, or that none is open."""
        self.state.setVisible(case is not None)
        self.steps.setVisible(case is not None)
        if case is None:
            self.number.setText(_("No case open"))
            self.parties.show_text(_("Choose a case under Today."))
            return
        self.number.setText(case.case_no)
        self.state.setText(state_word(case.state))
        restyle(self.state, "tone", state_tone(case.state))
        self.parties.show_text(parties(case.plaintiff, case.defendant, case.cause))
        self.steps.show_steps(case.steps)


def parties(plaintiff: str, defendant: str, cause: str) -> str:
    """Who against whom, about what, in one line."""
    both = _("{plaintiff} v. {defendant}").format(plaintiff=plaintiff, defendant=defendant)
    if not (plaintiff and defendant):
        both = plaintiff or defendant
    return " · ".join(part for part in (both, cause) if part)
