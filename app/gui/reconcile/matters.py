"""Notes and correction requests: what people ask of each other over the sides of a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column, RowsModel
from app.gui.reconcile.listing import go_open, listing, place_words
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import label
from app.gui.widgets.table import RowTable
from app.services.review_views import CorrectionRow, NoteRow
from app.words.review import request_state_word, wanted_word

NOTE, REQUEST = "note", "request"


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A note or a request as a row of one list."""

    id: str
    kind: str
    side_id: str
    position: int
    page_number: int | None
    title: str
    text: str
    answer: str
    open: bool
    state: str
    box: tuple[float, ...] | None


def matters_of(notes: Sequence[NoteRow], requests: Sequence[CorrectionRow]) -> list[Matter]:
    """Both as one list, open ones first, each by place."""
    rows = [
        Matter(
            id=note.id,
            kind=NOTE,
            side_id=note.side_id,
            position=note.position,
            page_number=note.page_number,
            title=_("Note on the page"),
            text=f"{note.by}：{note.text}",
            answer=f"{note.answered_by}：{note.answer}" if note.answered_by else "",
            open=not note.answered_by,
            state=_("answered") if note.answered_by else request_state_word("open"),
            box=note.box,
        )
        for note in notes
    ]
    rows += [
        Matter(
            id=asked.id,
            kind=REQUEST,
            side_id=asked.side_id,
            position=asked.position,
            page_number=asked.page_number,
            title=wanted_word(asked.wanted),
            text=f"{asked.by}：{asked.reason}",
            answer=f"{asked.settled_by}：{asked.remark}".rstrip("：") if asked.settled_by else "",
            open=asked.state == "open",
            state=request_state_word(asked.state),
            box=None,
        )
        for asked in requests
    ]
    return sorted(rows, key=lambda row: (not row.open, row.position))


def matter_columns() -> tuple[Column[Matter], ...]:
    """The columns of the list."""
    return (
        Column(
            key="where",
            title=_("Where"),
            text=lambda row: place_words(row.page_number, row.position),
            bold=True,
        ),
        Column(key="what", title=_("Matter"), text=lambda row: row.title),
        Column(
            key="state",
            title=_("State"),
            text=lambda row: row.state,
            tone=lambda row: "warn" if row.open else "good",
        ),
    )


class Matters(QStackedWidget):
    """The list of notes and requests. `matter_chosen(matter)` tells which one is looked at."""

    matter_chosen = Signal(object)

    def __init__(
        self,
        answer: Callable[[], object],
        done: Callable[[], object],
        decline: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model: RowsModel[Matter] = RowsModel(
            matter_columns(), identity=lambda row: row.id, parent=self
        )
        self.table = RowTable(self.model, (84, -1, 96), _("Notes and correction requests"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self.look())
        self.text = label("", wrap=True)
        self.text.setMinimumHeight(44)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.answer = push_button(_("Answer…"), answer)
        self.done = push_button(_("It was mended"), done)
        self.decline = push_button(_("Decline…"), decline)
        buttons = (self.answer, self.done, self.decline)
        self.addWidget(listing(self, self.table, (self.text,), buttons))
        self.addWidget(
            EmptyState(
                "good",
                _("Nothing is asked"),
                _("Notes on places of a page and wishes to have something mended stand here."),
            )
        )
        self.setCurrentIndex(1)

    @property
    def current(self) -> Matter | None:
        """The row under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, Matter) else None

    @property
    def waiting(self) -> int:
        """How many are open."""
        return sum(row.open for row in self.model.rows)

    def show_rows(self, rows: Sequence[Matter]) -> None:
        """Show these."""
        current = self.current
        self.setCurrentIndex(0 if rows else 1)
        self.blockSignals(True)
        self.model.replace(rows)
        self.blockSignals(False)
        if rows:
            number = self.model.number_of(current.id) if current is not None else 0
            self.table.go_to(max(number, 0))

    def look(self) -> None:
        """Tell the row under the cursor."""
        row = self.current
        if row is None:
            return
        self.text.setText("\n".join(part for part in (row.text, row.answer) if part))
        self.answer.setVisible(row.kind == NOTE)
        self.answer.setEnabled(row.open)
        for button in (self.done, self.decline):
            button.setVisible(row.kind == REQUEST)
            button.setEnabled(row.open)
        self.matter_chosen.emit(row)

    def go_open(self, step: int) -> None:
        """The next or previous open row, round and round."""
        go_open(self.table, self.model, lambda row: row.open, step)
