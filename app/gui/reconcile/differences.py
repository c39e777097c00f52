"""The differences between paper and images, each with its sentence and the keys of the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column, RowsModel
from app.gui.reconcile.listing import OPEN_VERDICTS, go_open, listing, verdict_buttons
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import label
from app.gui.widgets.table import RowTable
from app.gui.words import verdict_word
from app.services.views import DiscrepancyRow
from app.words.dossiers import discrepancy_word


def discrepancy_columns() -> tuple[Column[DiscrepancyRow], ...]:
    """The columns of the list of differences."""
    return (
        Column(
            key="kind",
            title=_("Difference"),
            text=lambda row: discrepancy_word(row.kind),
            bold=True,
        ),
        Column(key="where", title=_("Where"), text=where_text),
        Column(
            key="verdict",
            title=_("Verdict"),
            text=lambda row: verdict_word(row.verdict),
            tone=verdict_tone,
        ),
    )


def where_text(row: DiscrepancyRow) -> str:
    """The pages or, without page numbers, the sides of a difference."""
    if row.page_numbers:
        return _("p. {number}").format(number=_numbers(row.page_numbers))
    if row.positions:
        return _("Side {position}").format(position=_numbers(row.positions))
    return ""


def _numbers(numbers: tuple[int, ...]) -> str:
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}–{numbers[-1]}"
    return "、".join(str(number) for number in numbers)


def verdict_tone(row: DiscrepancyRow) -> str:
    """The tone of a verdict; open ones stand out."""
    return {"": "bad", "ask": "warn", "same": "good"}.get(row.verdict, "accent")


class Differences(QStackedWidget):
    """The list, or the word that there are none. `row_chosen(row)` tells which one is looked at.

    `judge` is called with a verdict when a button is pressed.
    """

    row_chosen = Signal(object)

    def __init__(self, judge: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: RowsModel[DiscrepancyRow] = RowsModel(
            discrepancy_columns(), identity=lambda row: row.id, parent=self
        )
        self.table = RowTable(self.model, (124, -1, 96), _("Differences"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._chosen())
        self.explanation = label("", wrap=True)
        self.explanation.setMinimumHeight(44)
        self.explanation.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.remark = label("", "muted", wrap=True)
        self.buttons = verdict_buttons(judge)
        self.addWidget(listing(self, self.table, (self.explanation, self.remark), self.buttons))
        self.addWidget(
            EmptyState(
                "good",
                _("Paper and images agree"),
                _("Every page that the paper states has its image, once and in order."),
            )
        )

    @property
    def current(self) -> DiscrepancyRow | None:
        """The difference under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, DiscrepancyRow) else None

    @property
    def waiting(self) -> int:
        """How many wait for a verdict."""
        return sum(row.verdict in OPEN_VERDICTS for row in self.model.rows)

    def show_rows(self, rows: Sequence[DiscrepancyRow]) -> None:
        """Show these, open ones first; the one that was looked at stays."""
        current = self.current
        ordered = sorted(rows, key=lambda row: row.verdict not in OPEN_VERDICTS)
        self.blockSignals(True)
        self.model.replace(ordered)
        self.blockSignals(False)
        self.setCurrentIndex(0 if ordered else 1)
        if ordered:
            number = self.model.number_of(current.id) if current is not None else 0
            self.table.go_to(max(number, 0))
            self._chosen()

    def _chosen(self) -> None:
        row = self.current
        for button in self.buttons:
            button.setEnabled(row is not None)
        if row is None:
            return
        self.explanation.setText(row.explanation)
        self.remark.setText(row.remark)
        self.remark.setVisible(bool(row.remark))
        self.row_chosen.emit(row)

    def go_to_match(self, positions: Sequence[int], page_number: int | None) -> None:
        """Go to the difference that speaks of this page or these sides, if one does."""
        for number, row in enumerate(self.model.rows):
            if page_number in row.page_numbers or set(positions) & set(row.positions):
                self.table.go_to(number)
                return

    def go_open(self, step: int) -> None:
        """The next or previous open difference, round and round."""
        go_open(self.table, self.model, lambda row: row.verdict in OPEN_VERDICTS, step)
