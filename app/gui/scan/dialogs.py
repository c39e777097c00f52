"""Small questions of the scan page: how many sheets, which are missing, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.scan.sums import part_word
from app.gui.widgets.buttons import answer_row, push_button
from app.gui.widgets.labels import framed, label
from app.services.station_views import MissRow, SheetSum

MOST_SHEETS = 99_999


class DeclareDialog(QDialog):
    """How many sheets the paper has. Emits `declared(sheets or None)`."""

    declared = Signal(object)

    def __init__(self, sums: SheetSum | None, part: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Declare the sheets"))
        self.setMinimumWidth(440)
        self.sheets = QSpinBox()
        self.sheets.setRange(0, MOST_SHEETS)
        self.sheets.setAccessibleName(_("Sheets"))
        counted = sums.sheets if sums is not None else 0
        stands = sums.declared_sheets if sums is not None else None
        self.sheets.setValue(stands if stands is not None else counted)
        self.sheets.selectAll()
        self.unknown = QCheckBox(_("Nobody has counted them"))
        self.unknown.toggled.connect(self.sheets.setDisabled)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.addRow(label(_("Part"), "muted"), label(part_word(part)))
        form.addRow(label(_("Sheets"), "muted"), self.sheets)
        form.addRow("", self.unknown)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 24, 24, 16)
        self.column.setSpacing(16)
        self.column.addWidget(
            label(
                _("Count the sheets of paper before scanning; cover and catalogue count too."),
                wrap=True,
            )
        )
        self.column.addLayout(form)
        self.column.addLayout(
            answer_row(self, push_button(_("Declare"), self.accept, role="primary"))
        )

    def accept(self) -> None:
        """Give the count."""
        super().accept()
        self.declared.emit(None if self.unknown.isChecked() else self.sheets.value())


class MissDialog(QDialog):
    """Sheets that are part of the paper and cannot be scanned, with the reason; those recorded
    before can be withdrawn. Emits `recorded(sheets, after_position, reason)`, `withdrawn(id)`."""

    recorded = Signal(int, int, str)
    withdrawn = Signal(str)

    def __init__(
        self,
        misses: Sequence[MissRow],
        position: int,
        last: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Missing sheets"))
        self.setMinimumWidth(480)
        self.sheets = QSpinBox()
        self.sheets.setRange(1, MOST_SHEETS)
        self.sheets.setAccessibleName(_("Sheets"))
        self.after = QSpinBox()
        self.after.setRange(0, max(last, 0))
        self.after.setValue(min(position, last))
        self.after.setSpecialValueText(_("at the start"))
        self.after.setAccessibleName(_("Behind side"))
        self.reason = QLineEdit()
        self.reason.setAccessibleName(_("Reason"))
        self.reason.setPlaceholderText(_("For example: lent to the appeal court"))
        self.reason.textChanged.connect(self._check)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.addRow(label(_("Sheets"), "muted"), self.sheets)
        form.addRow(label(_("Behind side"), "muted"), self.after)
        form.addRow(label(_("Reason"), "muted"), self.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(
            label(_("Record sheets that belong to the paper and cannot be scanned now."), wrap=True)
        )
        column.addLayout(form)
        if misses:
            column.addWidget(label(_("Recorded so far"), "heading"))
        for miss in misses:
            column.addWidget(self._row(miss))
        self.record = push_button(_("Record"), self.accept, role="primary")
        column.addLayout(answer_row(self, self.record))
        self._check()
        self.reason.setFocus()

    def _row(self, miss: MissRow) -> QWidget:
        card = framed("card")
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 4, 4, 4)
        text = _("{sheets} sheets behind side {position}: {reason} ({person})").format(
            sheets=miss.sheets,
            position=miss.after_position,
            reason=miss.reason,
            person=miss.recorded_by,
        )
        row.addWidget(label(text, wrap=True), 1)
        row.addWidget(push_button(_("Withdraw"), self._withdrawing(miss.id), role="flat"))
        return card

    def _withdrawing(self, miss_id: str) -> Callable[[], None]:
        def withdraw() -> None:
            self.reject()
            self.withdrawn.emit(miss_id)

        return withdraw

    def _check(self) -> None:
        self.record.setEnabled(bool(self.reason.text().strip()))

    def accept(self) -> None:
        """Give the record; it needs a reason."""
        if not self.reason.text().strip():
            return
        super().accept()
        self.recorded.emit(self.sheets.value(), self.after.value(), self.reason.text().strip())


def ask_reason(
    parent: QWidget,
    title: str,
    question: str,
    accept_text: str,
    given: Callable[[str], object],
    *,
    proposed: str = "",
) -> QInputDialog:
    """Ask why; `given` is called with a reason that is not empty."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(question)
    dialog.setTextValue(proposed)
    dialog.setOkButtonText(accept_text)
    dialog.setMinimumWidth(480)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def take(text: str) -> None:
        if text.strip():
            given(text.strip())

    dialog.textValueSelected.connect(take)
    dialog.open()
    return dialog
