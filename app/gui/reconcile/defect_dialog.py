"""Which fault it is: a number key chooses it, Enter says it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.widgets.buttons import answer_row, push_button
from app.gui.widgets.labels import label
from app.services.review_views import DefectRow
from app.words.review import back_word, defect_class_word

# Keys of the rows, in their order.
_KEYS = "123456789ABCDEFGH"


class DefectDialog(QDialog):
    """Kind of fault and remark for a side that differs from its paper."""

    def __init__(
        self, where: str, defects: Sequence[DefectRow], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._defects = tuple(defects)
        self.setWindowTitle(_("What differs"))
        self.setMinimumWidth(480)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Kind of fault"))
        for key, row in zip(_KEYS, self._defects, strict=False):
            self.list.addItem(
                f"{key}　{row.title}（{defect_class_word(row.defect_class)}，"
                + _("back to {step}").format(step=back_word(row.back))
                + "）"
            )
            self._bind(key, self.list.count() - 1)
        self.list.setCurrentRow(0)
        rows = self.list.sizeHintForRow(0) * self.list.count()
        self.list.setMinimumHeight(min(rows + 8, 420))
        self.remark = QLineEdit()
        self.remark.setAccessibleName(_("Remark"))
        self.remark.setPlaceholderText(_("Remark, if there is more to say"))
        accept = push_button(_("Differs"), self.accept, role="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(where, "title"))
        column.addWidget(self.list, 1)
        column.addWidget(self.remark)
        column.addLayout(answer_row(self, accept))
        self.list.itemActivated.connect(lambda _item: self.accept())
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _bind(self, key: str, number: int) -> None:
        chosen = QShortcut(QKeySequence(key), self.list)
        chosen.setContext(Qt.ShortcutContext.WidgetShortcut)
        chosen.activated.connect(lambda: self._choose(number))

    def _choose(self, number: int) -> None:
        self.list.setCurrentRow(number)
        self.remark.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def defect(self) -> str:
        """The code of the chosen fault."""
        return self._defects[max(self.list.currentRow(), 0)].code

    @property
    def words(self) -> str:
        """The remark."""
        return self.remark.text().strip()
