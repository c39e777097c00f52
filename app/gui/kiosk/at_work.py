"""What stands behind the reader's window: seen while it opens, and nothing of the dossier."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label


class AtWorkPage(QWidget):
    """Emits `left()`: whoever comes back here without the window may end the visit."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.heading = label(_("The dossier is being opened…"), "large", self)
        self.text = label(_("It opens in a window of its own."), "muted", self)
        self.leave = push_button(_("Leave"), self.left.emit, role="back", parent=self)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addStretch(1)
        for part in (self.heading, self.text, self.leave):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
