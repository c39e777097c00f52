"""What was refused, told inside the dialog or page that asked for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.gui.present import present
from app.kernel.errors import Fault


class FaultLine(QLabel):
    """Hidden until there is something to tell: what happened, and below it what to do now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setProperty("tone", "bad")
        self.hide()

    def show_fault(self, fault: Fault) -> None:
        """Tell `fault` in the words of the window's language."""
        shown = present(fault)
        self.setText(f"{shown.message}\n{shown.remedy}".strip())
        self.show()
