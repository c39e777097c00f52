"""What was refused, inside a step: what happened, what is safe, what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.present import present
from app.gui.widgets.labels import IconLabel, label, restyle
from app.kernel.errors import Fault


class Told(QFrame):
    """Three lines on a soft ground; hidden until there is something to tell. `large` for a page of
    its own; `brief` where room is short leaves the middle one out."""

    def __init__(
        self, parent: QWidget | None = None, *, large: bool = False, brief: bool = False
    ) -> None:
        super().__init__(parent)
        self._brief = brief
        self.setProperty("role", "notice")
        self.sign = IconLabel("warn", "warn", 96 if large else 48)
        self.message = label("", "title" if large else "heading", wrap=True)
        self.safe = label("", wrap=True)
        self.remedy = label("", "heading" if large else "", wrap=True)
        texts = QVBoxLayout()
        texts.setSpacing(16 if large else 6)
        for part in (self.message, self.safe, self.remedy):
            texts.addWidget(part)
        margin = 40 if large else 8 if brief else 20
        row = QHBoxLayout(self)
        row.setContentsMargins(margin, margin, margin, margin)
        row.setSpacing(margin)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        self.hide()

    def show_fault(self, fault: Fault, *, safe: str = "") -> None:
        """Tell `fault`; `safe` is what the step knows to be safe."""
        shown = present(fault, safe=safe)
        safe_line = "" if self._brief else shown.safe
        self.say(shown.message, safe_line, shown.remedy, shown.tone)

    def say(self, message: str, safe: str = "", remedy: str = "", tone: str = "warn") -> None:
        """Show up to three sentences in the colours of `tone`: good, warn or bad."""
        self.sign.show_icon({"good": "good", "bad": "bad"}.get(tone, "warn"), tone)
        restyle(self, "tone", tone)
        for part, text in ((self.message, message), (self.safe, safe), (self.remedy, remedy)):
            part.setText(text)
            part.setVisible(bool(text))
        self.setAccessibleName(f"{message} {safe} {remedy}".strip())
        self.show()

    def say_nothing(self) -> None:
        """Forget what was told."""
        for part in (self.message, self.safe, self.remedy):
            part.clear()
        self.setAccessibleName("")
        self.hide()
