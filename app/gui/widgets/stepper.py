"""A number between two large buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label

MOST = 999
MORE_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Plus, Qt.Key.Key_Equal)
LESS_KEYS = (Qt.Key.Key_Down, Qt.Key.Key_Minus)


class Stepper(QFrame):
    """Counts from `least` to `most`. Emits `changed(value)`.

    A `small` one stands in one row with its name, and only Tab brings the keys to it: up and plus,
    down and minus count, Enter and Escape give the keys to the next widget.
    """

    changed = Signal(int)

    def __init__(
        self,
        name: str,
        *,
        least: int = 0,
        most: int = MOST,
        value: int = 1,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._least = least
        self._most = most
        self.value = value
        role = "step" if small else "digit"
        self.figure = label("", "heading" if small else "figure", self)
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.less = push_button("\u2212", self._less, role=role, parent=self)
        self.more = push_button("+", self._more, role=role, parent=self)
        self.less.setAccessibleName(_("{name}: one less").format(name=name))
        self.more.setAccessibleName(_("{name}: one more").format(name=name))
        for button in (self.less, self.more):
            button.setAutoRepeat(True)
            if small:
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if small:
            self.setProperty("role", "stepper")
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._in_one_row()
        else:
            self._below_its_name()
        self.set_value(value)

    def _in_one_row(self) -> None:
        row = self._keys(6)
        row.setContentsMargins(2, 2, 2, 2)
        row.insertWidget(0, label(self._name, "", self))
        row.insertStretch(1, 1)
        self.figure.setMinimumWidth(44)
        self.setLayout(row)

    def _below_its_name(self) -> None:
        self.figure.setMinimumWidth(132)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(self._name, "heading", self))
        column.addLayout(self._keys(12))

    def _keys(self, spacing: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(spacing)
        row.addWidget(self.less)
        row.addWidget(self.figure, 1)
        row.addWidget(self.more)
        return row

    def set_value(self, value: int) -> None:
        """Show `value`."""
        self.value = max(self._least, min(value, self._most))
        self.figure.setText(str(self.value))
        self.figure.setAccessibleName(f"{self._name} {self.value}")
        self.setAccessibleName(self.figure.accessibleName())
        self.less.setEnabled(self.value > self._least)
        self.more.setEnabled(self.value < self._most)
        self.changed.emit(self.value)

    def set_most(self, most: int) -> None:
        """Count to `most` from now on, from `least` again."""
        self._most = most
        self.set_value(self._least)

    def _less(self) -> None:
        self.set_value(self.value - 1)

    def _more(self) -> None:
        self.set_value(self.value + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in MORE_KEYS:
            self._more()
        elif event.key() in LESS_KEYS:
            self._less()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)
