"""A stack of several dossiers, each under its work slip: what went where, and how to go on."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _, number
from app.gui.models.rows import Column, RowsModel
from app.gui.scan.drawings import Drawing
from app.gui.scan.last_side import LastSide
from app.gui.scan.stack_run import STOPPED, StackRow, StackRun, StackStop
from app.gui.scan.stack_words import (
    row_note,
    stack_sentence,
    state_tone,
    state_word,
    stop_heading,
    stop_message,
    warning_texts,
    way_on,
)
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import framed, label, restyle
from app.gui.widgets.table import RowTable
from scanner.faults import trouble_of

DRAWING_SIZE = (208, 144)
LEAST_TABLE_HEIGHT = 144


def stack_columns() -> tuple[Column[StackRow], ...]:
    """The columns of the dossiers of a stack."""
    return (
        Column(key="number", title="", text=lambda row: number(row.number), right=True),
        Column(key="case", title=_("Case number"), text=lambda row: row.case_no, bold=True),
        Column(key="sheets", title=_("Sheets"), text=lambda row: number(row.sheets), right=True),
        Column(key="sides", title=_("Sides"), text=lambda row: number(row.sides), right=True),
        Column(key="state", title=_("State"), text=state_word, tone=state_tone),
        Column(key="note", title=_("Note"), text=row_note),
    )


class StackPanel(QFrame):
    """Stands in the place of the strip and the page while a stack is on and until it is left.

    Emits `go_on_asked`, `complete_asked(case_no)`, `open_asked(case_no)` and `leave_asked`.
    """

    go_on_asked = Signal()
    complete_asked = Signal(str)
    open_asked = Signal(str)
    leave_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.title = label(_("Stack by work slips"), "title")
        self.sentence = label("", "muted")
        self.drawing = Drawing()
        self.drawing.setFixedSize(*DRAWING_SIZE)
        self.sheet = label("", "large", wrap=True)
        self.happened = label("", "heading", wrap=True)
        self.remedy = label("", wrap=True)
        self.way_on = label("", wrap=True)
        self.safe = label("", "muted", wrap=True)
        self.warnings = label("", wrap=True)
        restyle(self.warnings, "tone", "warn")
        self.last = LastSide()
        self.model: RowsModel[StackRow] = RowsModel(
            stack_columns(), identity=lambda row: str(row.number), parent=self
        )
        self.table = RowTable(
            self.model, (48, -1, 80, 80, 104, 208), _("The dossiers of the stack")
        )
        self.table.setMinimumHeight(LEAST_TABLE_HEIGHT)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.table.activated.connect(self._open)
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._show_buttons())
        self.go_on = push_button(
            _("Go on by slips"), self.go_on_asked.emit, icon_name="scan", action="start_scan"
        )
        self.complete = push_button(
            _("Complete as it is…"),
            lambda: self.complete_asked.emit(self.interrupted_case),
            action="complete_batch",
        )
        self.open = push_button(_("Open the case"), self._open)
        self.leave = push_button(
            _("Back to the case"), self.leave_asked.emit, role="flat", action="back"
        )
        self._busy = False
        self._stop: StackStop | None = None
        self._lay_out()
        self.show_run(StackRun(), busy=False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.title)
        head.addWidget(self.sentence, 1)
        texts = QVBoxLayout()
        texts.setSpacing(8)
        for part in (self.sheet, self.happened, self.remedy, self.way_on, self.safe):
            texts.addWidget(part)
        texts.addStretch(1)
        scroll = QScrollArea(self)
        holder = QWidget(scroll.viewport())
        self.trouble = framed("", holder)
        trouble = QHBoxLayout(self.trouble)
        trouble.setContentsMargins(0, 0, 0, 0)
        trouble.setSpacing(24)
        trouble.addWidget(self.drawing, 0, Qt.AlignmentFlag.AlignTop)
        trouble.addLayout(texts, 1)
        card = framed("card", holder)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addLayout(head)
        left.addWidget(self.trouble)
        left.addWidget(self.warnings)
        left.addWidget(card, 1)
        holder.setObjectName("scrolled")
        columns = QHBoxLayout(holder)
        columns.setContentsMargins(24, 16, 24, 16)
        columns.setSpacing(24)
        columns.addLayout(left, 1)
        columns.addWidget(self.last, 0, Qt.AlignmentFlag.AlignTop)
        scroll.setWidget(holder)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = framed("bar", self)
        buttons = QHBoxLayout(foot)
        buttons.setContentsMargins(24, 8, 24, 8)
        buttons.setSpacing(8)
        for button in (self.go_on, self.complete, self.open):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(foot)

    @property
    def row(self) -> StackRow | None:
        """The dossier under the cursor."""
        return self.model.row(self.table.currentIndex().row())

    @property
    def interrupted_case(self) -> str:
        """The interrupted dossier that is meant: under the cursor, else where the stack stopped,
        else the first; "" when none is."""
        waiting = [row.case_no for row in self.model.rows if row.state == STOPPED]
        row = self.row
        chosen = row.case_no if row is not None and row.state == STOPPED else ""
        stopped = self._stop.case_no if self._stop is not None else ""
        return next((case for case in (chosen, stopped, *waiting) if case in waiting), "")

    def show_run(self, run: StackRun, *, busy: bool) -> None:
        """Show how a stack stands; while `busy` it cannot go on."""
        self._busy, self._stop = busy, run.stop
        self.sentence.setText(stack_sentence(run) if busy or run.rows else _("Nothing was stored."))
        followed = self.table.currentIndex().row() in (-1, self.model.rowCount() - 1)
        self.model.replace(run.rows)
        if followed:
            self.table.go_to(len(run.rows) - 1)
        texts = warning_texts(run.warnings)
        self.warnings.setText("\n".join(texts))
        self.warnings.setVisible(bool(texts))
        self.last.show_side(run.last)
        self._show_stop(run)
        self._show_buttons()

    def _show_stop(self, run: StackRun) -> None:
        stop = run.stop
        self.trouble.setVisible(stop is not None)
        if stop is None:
            self.setAccessibleName(self.sentence.text())
            self.setAccessibleDescription("")
            return
        trouble = trouble_of(stop.code)
        self.drawing.show_drawing(trouble.drawing if trouble is not None else "feeder")
        message, remedy = stop_message(stop)
        safe = ""
        if run.sides:
            safe = _("The {count} sides scanned before are all stored.").format(count=run.sides)
        shown = (
            (self.sheet, stop_heading(stop)),
            (self.happened, message),
            (self.remedy, remedy),
            (self.way_on, way_on(stop)),
            (self.safe, safe),
        )
        for part, text in shown:
            part.setText(text)
            part.setVisible(bool(text))
        self.setAccessibleName(message)
        self.setAccessibleDescription(
            " ".join(part.text() for part, text in shown if text and part is not self.happened)
        )

    def _show_buttons(self) -> None:
        self.go_on.setVisible(self._stop is not None)
        self.complete.setVisible(bool(self.interrupted_case))
        for button in (self.go_on, self.complete, self.leave):
            button.setEnabled(not self._busy)
        self.open.setEnabled(not self._busy and self.row is not None)

    def _open(self, _index: QModelIndex | None = None) -> None:
        row = self.row
        if row is not None and not self._busy:
            self.open_asked.emit(row.case_no)
