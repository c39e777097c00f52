"""What belongs here and the one action that fills it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import IconLabel, label

ICON, MARGIN = 48, 16
# From this height on there is room for the icon.
ROOMY = 240


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
        column.setContentsMargins(32, MARGIN, 32, MARGIN)
        column.setSpacing(8)
        column.addStretch(2)
        self.icon = IconLabel(icon_name, "muted", ICON, self)
        column.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignHCenter)
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

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        least = super().minimumSizeHint()
        return QSize(least.width(), least.height() - (ICON if self.icon.isVisibleTo(self) else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        # Words and button come first where the height is short.
        self.icon.setVisible(self.height() >= ROOMY)
