"""A list about one dossier: a table, what belongs there while it is empty, buttons below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.gui.models.rows import ROW_ROLE, RowsModel
from app.gui.widgets.flow_row import FlowRow
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable

Row = TypeVar("Row")


class LedgerList(QWidget, Generic[Row]):
    """`nothing` is said while there are no rows. Emits `chosen` when the cursor moves."""

    chosen = Signal()

    def __init__(
        self,
        model: RowsModel[Row],
        widths: Sequence[int],
        name: str,
        nothing: str,
        buttons: Sequence[QPushButton] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model
        model.setParent(self)
        self.table = RowTable(model, widths, name)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self.chosen.emit())
        self.nothing = label(nothing, "muted", wrap=True)
        self.nothing.setContentsMargins(16, 16, 16, 16)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        if buttons:
            bar = framed("bar")
            row = FlowRow()
            row.setContentsMargins(16, 8, 16, 8)
            for button in buttons:
                row.addWidget(button)
            bar.setLayout(row)
            column.addWidget(bar)
        self.setFocusProxy(self.table)

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        row: Row | None = self.table.currentIndex().data(ROW_ROLE)
        return row

    def say(self, nothing: str) -> None:
        """What is said while there are no rows."""
        self.nothing.setText(nothing)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays where it was, or goes to the first."""
        self.model.replace(rows)
        self._stack.setCurrentIndex(1 if rows else 0)
        if rows and not self.table.currentIndex().isValid():
            self.table.go_to(0)
        self.chosen.emit()
