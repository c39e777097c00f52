"""What is to be mended on a side, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.review import WANTED
from app.gui.i18n import _
from app.gui.widgets.buttons import answer_row, push_button
from app.gui.widgets.labels import label
from app.words.review import wanted_word


class RequestDialog(QDialog):
    """A correction request. Without a reason it cannot be made."""

    def __init__(self, where: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Request a correction"))
        self.setMinimumWidth(480)
        self.what = QComboBox()
        self.what.setAccessibleName(_("What is wanted"))
        for wanted in WANTED:
            self.what.addItem(wanted_word(wanted), wanted)
        self.reason = QLineEdit()
        self.reason.setAccessibleName(_("Reason"))
        self.ask = push_button(_("Request"), self.accept, role="primary")
        self.ask.setEnabled(False)
        self.reason.textChanged.connect(lambda text: self.ask.setEnabled(bool(text.strip())))
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.addRow(label(_("What is wanted"), "muted"), self.what)
        form.addRow(label(_("Reason"), "muted"), self.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(where, "title"))
        column.addWidget(
            label(_("Nothing is replaced in silence: the request stays on record."), "muted")
        )
        column.addLayout(form)
        column.addLayout(answer_row(self, self.ask))
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def wanted(self) -> str:
        """What is wished for."""
        return str(self.what.currentData())
