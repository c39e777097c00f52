"""A number between two large buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label

MOST = 999


class Stepper(QWidget):
    """Counts from `least` up. Emits `changed(value)`."""

    changed = Signal(int)

    def __init__(
        self, name: str, *, least: int = 0, value: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._least = least
        self.value = value
        self.figure = label("", "figure")
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.figure.setMinimumWidth(132)
        self.less = push_button("\u2212", self._less, role="digit")
        self.more = push_button("+", self._more, role="digit")
        self.less.setAccessibleName(_("{name}: one less").format(name=name))
        self.more.setAccessibleName(_("{name}: one more").format(name=name))
        for button in (self.less, self.more):
            button.setAutoRepeat(True)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.less)
        row.addWidget(self.figure, 1)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(name, "heading"))
        column.addLayout(row)
        self.set_value(value)

    def set_value(self, value: int) -> None:
        """Show `value`."""
        self.value = max(self._least, min(value, MOST))
        self.figure.setText(str(self.value))
        self.figure.setAccessibleName(f"{self._name} {self.value}")
        self.less.setEnabled(self.value > self._least)
        self.changed.emit(self.value)

    def _less(self) -> None:
        self.set_value(self.value - 1)

    def _more(self) -> None:
        self.set_value(self.value + 1)
