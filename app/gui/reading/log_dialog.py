"""What one reader did in one visit: each page with its seconds, each search with its words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.moments import seconds_text
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.reading.application_list import moment
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import framed, label
from app.gui.widgets.room import within_screen
from app.gui.widgets.table import RowTable
from app.services.reading_desk_views import ReadingLogRow, VisitRow
from app.words.events import event_word


def log_columns() -> tuple[Column[ReadingLogRow], ...]:
    """The columns of the log."""
    return (
        Column(key="at", title=_("When"), text=lambda row: seconds_text(row.at)),
        Column(key="what", title=_("What"), text=lambda row: event_word(row.action), bold=True),
        Column(key="case", title=_("Case number"), text=lambda row: row.case_no),
        Column(
            key="page",
            title=_("Page"),
            text=lambda row: "" if row.page_number is None else str(row.page_number),
            right=True,
        ),
        Column(
            key="seconds",
            title=_("Seconds"),
            text=lambda row: f"{row.seconds:.0f}" if row.seconds else "",
            right=True,
        ),
        Column(key="text", title=_("Words and issue"), text=lambda row: row.text or row.issue),
    )


class VisitLogDialog(QDialog):
    """The log of one visit, in the order of time."""

    def __init__(self, desk: Desk, visit: VisitRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("Reading log"))
        self.resize(within_screen(self, QSize(960, 560)))
        self.model: RowsModel[ReadingLogRow] = RowsModel(
            log_columns(), identity=lambda row: f"{row.at}|{row.issue}|{row.action}", parent=self
        )
        card = framed("card", self)
        self.table = RowTable(self.model, (84, 200, 216, 64, 72, -1), _("Reading log"), card)
        self.error = FaultLine(self)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        close = push_button(_("Close"), self.accept, role="primary")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        heading = f"{visit.reader} · {moment(visit.started_at)} · {visit.terminal}"
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("Reading log"), "title"))
        column.addWidget(label(heading, "muted", wrap=True))
        column.addWidget(card, 1)
        column.addWidget(self.error)
        column.addLayout(foot)
        self.table.setFocus()
        workstation, one = desk.workstation, visit.id
        operation = Op(self, lambda: workstation.reading_log(visit=one)).reads()
        operation.done(self._show).refused(self.error.show_fault).start()

    def _show(self, rows: Sequence[ReadingLogRow]) -> None:
        self.model.replace(sorted(rows, key=lambda row: row.at))
        self.table.go_to(0)
