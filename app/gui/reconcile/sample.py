"""The sample: sides that a second person holds against their paper, one verdict each."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column, RowsModel
from app.gui.reconcile.listing import OPEN_VERDICTS, go_open, listing, place_words, verdict_buttons
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.services.review_views import RoundView, SampleRow
from app.words.review import (
    back_word,
    defect_class_word,
    review_verdict_word,
    round_state_word,
    severity_word,
)


def sample_columns() -> tuple[Column[SampleRow], ...]:
    """The columns of the sample."""
    return (
        Column(key="where", title=_("Where"), text=place_text, bold=True),
        Column(key="fault", title=_("Fault"), text=fault_text),
        Column(
            key="verdict",
            title=_("Verdict"),
            text=lambda row: review_verdict_word(row.verdict),
            tone=sample_tone,
        ),
    )


def place_text(row: SampleRow) -> str:
    """The page, or the side where it bears no number."""
    return place_words(row.page_number, row.position)


def fault_text(row: SampleRow) -> str:
    """What was found, or why the side is looked at."""
    if row.verdict:
        return "：".join(part for part in (row.defect_title, row.remark) if part)
    if row.seen_before:
        return _("changed since it was judged")
    return "" if row.place is not None else _("beside the sample")


def sample_tone(row: SampleRow) -> str:
    """The tone of a verdict; open ones stand out."""
    return {"": "note", "ask": "warn", "same": "good"}.get(row.verdict, "bad")


class Sample(QStackedWidget):
    """The rows of the last round. `side_chosen(side id)` tells which one is looked at; `judge` is
    called with a verdict when a button is pressed."""

    side_chosen = Signal(str)

    def __init__(self, judge: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: RowsModel[SampleRow] = RowsModel(
            sample_columns(), identity=lambda row: row.side_id, parent=self
        )
        self.table = RowTable(self.model, (84, -1, 96), _("Sample against the paper"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._chosen())
        self.head = label("", "heading", wrap=True)
        self.limits = label("", "muted", wrap=True)
        self.told = label("", wrap=True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.buttons = verdict_buttons(judge)
        self.empty = EmptyState(
            "reconcile",
            _("No sample was drawn"),
            _("A second person draws sides at random and holds each against its paper."),
        )
        self.addWidget(listing(self, self.table, (self.told,), self.buttons, self._above()))
        self.addWidget(self.empty)
        self.setCurrentIndex(1)

    def _above(self) -> QWidget:
        above = framed("toolbar")
        words = QVBoxLayout(above)
        words.setContentsMargins(16, 8, 16, 8)
        words.setSpacing(4)
        words.addWidget(self.head)
        words.addWidget(self.limits)
        return above

    @property
    def current(self) -> SampleRow | None:
        """The side under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, SampleRow) else None

    def show_round(self, view: RoundView | None) -> None:
        """Show a round, or that there is none."""
        self.setCurrentIndex(1 if view is None else 0)
        if view is None:
            self.model.replace([])
            return
        current = self.current
        self.head.setText(round_sentence(view))
        self.limits.setText(limits_sentence(view))
        self.blockSignals(True)
        self.model.replace(view.rows)
        self.blockSignals(False)
        for button in self.buttons:
            button.setVisible(view.state == "open")
        if view.rows:
            number = self.model.number_of(current.side_id) if current is not None else 0
            self.table.go_to(max(number, 0))

    def _chosen(self) -> None:
        row = self.current
        for button in self.buttons:
            button.setEnabled(row is not None)
        if row is None:
            return
        signed = f"{row.by} {row.at[:10]}" if row.by else _("Hold the side against its paper.")
        self.told.setText(" · ".join(part for part in (fault_text(row), signed) if part))
        self.side_chosen.emit(row.side_id)

    def look(self) -> None:
        """Show what is under the cursor, also when nothing else was under it before."""
        self._chosen()

    def go_open(self, step: int) -> None:
        """The next or previous side without a verdict, round and round."""
        go_open(self.table, self.model, lambda row: row.verdict in OPEN_VERDICTS, step)


def round_sentence(view: RoundView) -> str:
    """Which round this is and how far it is."""
    told = _("Round {number} · {plan} · {severity} · {state}").format(
        number=view.number,
        plan=view.plan_title,
        severity=severity_word(view.severity),
        state=round_state_word(view.state),
    )
    if view.sent_back_to:
        back = _("Goes back to {step}: {reason}")
        told += "\n" + back.format(step=back_word(view.sent_back_to), reason=view.reason)
    return told


def limits_sentence(view: RoundView) -> str:
    """How many faults of each class were found, of how many that are tolerated."""
    return " · ".join(
        _("{kind} {found}/{accept}").format(
            kind=defect_class_word(kind), found=limit["found"], accept=limit["accept"]
        )
        for kind, limit in view.limits.items()
    )
