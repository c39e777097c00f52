"""What the template says about the order of the documents: moves to accept or to leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column, RowsModel
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import label
from app.gui.widgets.table import RowTable
from app.services.ordering import MoveRow
from app.words.templates import order_reason_words


def move_columns() -> tuple[Column[MoveRow], ...]:
    """The columns of the proposals."""
    return (
        Column(key="number", title=_("No."), text=lambda row: str(row.number), right=True),
        Column(key="title", title=_("Title"), text=lambda row: row.title, bold=True),
        Column(key="to", title=_("Belongs behind"), text=behind_text),
        Column(key="why", title=_("Why"), text=why_text),
    )


def behind_text(row: MoveRow) -> str:
    """Where the document should stand."""
    if row.after_item is None:
        return _("the beginning of the part")
    return f"{row.after_number} {row.after_title}"


def why_text(row: MoveRow) -> str:
    """Why it should stand there."""
    return "；".join(
        order_reason_words(reason["code"], reason.get("parameters", {})) for reason in row.reasons
    )


class MovesDialog(QDialog):
    """One proposal after the other: Enter moves, X leaves the document where it is. Nothing is
    moved by itself; a move that contradicts the numbers on the paper wants a reason."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case_no = desk.case_no
        self.setWindowTitle(_("Proposals for the order"))
        self.resize(880, 480)
        self.model: RowsModel[MoveRow] = RowsModel(
            move_columns(), identity=lambda row: row.item_id, parent=self
        )
        self.table = RowTable(self.model, (52, 220, 240, -1), _("Proposals for the order"))
        self.table.activated.connect(lambda _index: self.accept_current())
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._row_chosen())
        # The table itself would take the letter for a search; the reason takes it first.
        QShortcut(QKeySequence("X"), self).activated.connect(self.dismiss_current)
        self.why = label("", "muted", wrap=True)
        self.remark = QLineEdit()
        self.remark.setPlaceholderText(_("Why it is moved although the paper is numbered"))
        self.remark.setAccessibleName(_("Reason"))
        self.remark.returnPressed.connect(self.accept_current)
        self.remark.textChanged.connect(lambda _text: self._allow())
        self.move_button = push_button(_("Move"), self.accept_current, role="primary")
        self.leave_button = push_button(_("Leave it here"), self.dismiss_current)
        close = push_button(_("Close"), self.accept)
        for button in (self.move_button, self.leave_button, close):
            # Enter belongs to the table and the reason.
            button.setAutoDefault(False)
        self.stack = QStackedWidget()
        self.stack.addWidget(
            EmptyState(
                "check",
                _("Nothing to move"),
                _("The documents stand in the order of the template, or somebody left them so."),
            )
        )
        self.stack.addWidget(self.table)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(close)
        buttons.addStretch(1)
        buttons.addWidget(self.leave_button)
        buttons.addWidget(self.move_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        advice = _("Each move is an edit of its own that can be undone. Enter moves, X leaves.")
        column.addWidget(label(advice, "muted", wrap=True))
        column.addWidget(self.stack, 1)
        column.addWidget(self.why)
        column.addWidget(self.remark)
        column.addLayout(buttons)
        self.reread()

    @property
    def current(self) -> MoveRow | None:
        """The proposal under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, MoveRow) else None

    def reread(self) -> None:
        """Read the proposals again."""
        workstation, number = self._desk.workstation, self._case_no
        Op(self, lambda: workstation.order_proposals(number)).reads().done(self._show).start()

    def _show(self, rows: Sequence[MoveRow]) -> None:
        at = max(self.table.currentIndex().row(), 0)
        self.model.replace(rows)
        self.stack.setCurrentIndex(1 if rows else 0)
        self.remark.clear()
        if rows:
            self.table.go_to(min(at, len(rows) - 1))
            self.table.setFocus()
        self._row_chosen()

    def _row_chosen(self) -> None:
        row = self.current
        self.why.setText(why_text(row) if row is not None else "")
        self.remark.setVisible(row is not None and row.needs_remark)
        for button in (self.move_button, self.leave_button):
            button.setVisible(row is not None)
        self._allow()

    def _allow(self) -> None:
        row = self.current
        self.move_button.setEnabled(
            row is not None and (not row.needs_remark or bool(self.remark.text().strip()))
        )

    def accept_current(self) -> None:
        """Move the document; without the reason that is wanted the cursor goes there."""
        row = self.current
        if row is None:
            return
        if not self.move_button.isEnabled():
            self.remark.setFocus()
            return
        actor, workstation, remark = self._desk.actor, self._desk.workstation, self.remark.text()
        self._give(
            lambda: workstation.accept_move(actor, row.item_id, row.after_item, remark.strip())
        )

    def dismiss_current(self) -> None:
        """Leave the document where it is, for good."""
        row = self.current
        if row is not None:
            actor, workstation, number = self._desk.actor, self._desk.workstation, self._case_no
            self._give(lambda: workstation.dismiss_move(actor, number, row.item_id))

    def _give(self, call: Callable[[], None]) -> None:
        def done(_nothing: object) -> None:
            self._desk.reread(self)
            self.reread()

        Op(self, call).done(done).start()
