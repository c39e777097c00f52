"""A sample that does not pass: the step it goes back to, and why."""

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

from app.gui.i18n import _
from app.gui.widgets.buttons import answer_row, push_button
from app.gui.widgets.labels import label
from app.services.review_views import RoundView
from app.words.review import back_word
from archive_rules.review_rules import STEPS


class BackDialog(QDialog):
    """The step is that of the gravest fault unless another one is chosen."""

    def __init__(self, view: RoundView, limits: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Reject the sample"))
        self.setMinimumWidth(480)
        self.step = QComboBox()
        self.step.setAccessibleName(_("Goes back to"))
        for step in STEPS:
            self.step.addItem(back_word(step), step)
        self.step.setCurrentIndex(max(self.step.findData(view.back), 0))
        self.reason = QLineEdit()
        self.reason.setAccessibleName(_("Reason"))
        self.reason.setPlaceholderText(_("The kinds of faults found, if nothing is written here"))
        decide = push_button(_("Reject and send back"), self.accept, role="primary")
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.addRow(label(_("Goes back to"), "muted"), self.step)
        form.addRow(label(_("Reason"), "muted"), self.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("The sample does not pass"), "title"))
        column.addWidget(label(limits, wrap=True))
        told = _("Each fault becomes a correction request; what comes back is inspected again.")
        column.addWidget(label(told, "muted", wrap=True))
        column.addLayout(form)
        column.addLayout(answer_row(self, decide))
        self.step.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def back(self) -> str:
        """The step chosen."""
        return str(self.step.currentData())

    @property
    def words(self) -> str:
        """The reason, empty for the kinds of faults."""
        return self.reason.text().strip()
