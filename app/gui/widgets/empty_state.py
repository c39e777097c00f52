"""What belongs here and the one action that fills it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import IconLabel, label


class EmptyState(QWidget):
    """A quiet icon, what belongs here, how it gets here, and one button."""

    def __init__(
        self,
        icon_name: str,
        title: str,
        text: str,
        *,
        action_text: str = "",
        action: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(IconLabel(icon_name, "muted", 48), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        self.title = label(title, "title")
        self.text = label(text, "muted", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.text.setMinimumWidth(200)
        self.text.setMaximumWidth(440)
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        # A row with stretches, because an alignment would cut the height to one line.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.text, 100)
        middle.addStretch(1)
        column.addLayout(middle)
        self.button = None
        if action is not None:
            self.button = push_button(action_text, action, role="primary")
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(self.button)
            row.addStretch(1)
            column.addSpacing(8)
            column.addLayout(row)
        column.addStretch(3)
