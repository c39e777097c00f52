"""Who did what, when; undo and redo work from here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.history.actions import details_text
from app.gui.i18n import _
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import label
from app.gui.widgets.table import RowTable
from app.services.views import HistoryRow
from app.words.events import event_word

# One record per side and machine step: true, but a person looks for people first.
MACHINE = (
    "side_stored",
    "companion_stored",
    "sides_glanced",
    "side_examined",
    "side_recognised",
    "duplicates_compared",
    "sizes_compared",
    "faces_compared",
    "page_read",
)


def history_columns() -> tuple[Column[HistoryRow], ...]:
    """The columns of the history."""
    return (
        Column(key="at", title=_("When"), text=lambda row: local_time(row.at)),
        Column(key="actor", title=_("Who"), text=lambda row: row.actor),
        Column(key="action", title=_("What"), text=lambda row: event_word(row.action), bold=True),
        Column(key="details", title=_("Details"), text=details_text),
    )


def local_time(moment: str) -> str:
    """A UTC moment as the clock on the wall shows it."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return moment


class HistoryDialog(QDialog):
    """The history of the open case, newest first."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: list[HistoryRow] = []
        self.setWindowTitle(_("History of the dossier"))
        self.resize(920, 600)
        self.model: RowsModel[HistoryRow] = RowsModel(
            history_columns(), identity=lambda row: str(row.number), parent=self
        )
        self.table = RowTable(self.model, (168, 112, 200, -1), _("History"), bare=False)
        self.all = QCheckBox(_("Show every side"))
        self.all.toggled.connect(lambda _shown: self._filter())
        self.undo = push_button(
            _("Undo the last edit"), self._undo, icon_name="undo", action="undo"
        )
        self.redo = push_button(_("Make it again"), self._redo, icon_name="redo")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(
            EmptyState("history", _("Nothing happened yet"), _("Every step will stand here."))
        )
        close = push_button(_("Close"), self.accept, role="primary")
        head = QHBoxLayout()
        head.addWidget(label(desk.case_no, "title"))
        head.addStretch(1)
        head.addWidget(self.all)
        foot = QHBoxLayout()
        foot.addWidget(self.undo)
        foot.addWidget(self.redo)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)
        self.read()

    def read(self) -> None:
        """Read the history off the main thread."""
        number, workstation = self._desk.case_no, self._desk.workstation
        Op(self, lambda: workstation.history(number)).reads().done(self._show).start()

    def _show(self, rows: list[HistoryRow]) -> None:
        self._rows = list(reversed(rows))
        self._filter()

    def _filter(self) -> None:
        rows = self._rows
        if not self.all.isChecked():
            rows = [row for row in rows if row.action not in MACHINE]
        self.model.replace(rows)
        self.stack.setCurrentIndex(0 if rows else 1)

    def _undo(self) -> None:
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._desk.case_no
        self._travel(lambda: workstation.undo(actor, number), _("There is nothing to undo."))

    def _redo(self) -> None:
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._desk.case_no
        self._travel(lambda: workstation.redo(actor, number), _("There is nothing to make again."))

    def _travel(self, call: Callable[[], bool], nothing: str) -> None:
        def done(moved: bool) -> None:
            if not moved:
                self._desk.said.emit(nothing)
            self._desk.reread(self)
            self.read()

        Op(self, call).done(done).start()
