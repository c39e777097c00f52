"""What went wrong at the cabinets, above everything else; out of sight when nothing did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.locker.moments import moment_text, present_moment
from app.gui.models.rows import Column, RowsModel
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import IconLabel, label
from app.gui.widgets.table import ROW_HEIGHT, RowTable
from app.services.locker_views import IncidentRow
from app.words.locker import incident_state_word, incident_word

MOST_IN_SIGHT = 3


def incident_place(row: IncidentRow) -> str:
    """Where it happened."""
    if not row.cell:
        return row.cabinet
    return _("{cabinet} · cell {cell}").format(cabinet=row.cabinet, cell=row.cell)


def incident_columns(
    now: Callable[[], datetime] = present_moment,
) -> tuple[Column[IncidentRow], ...]:
    """The columns of the list."""
    return (
        Column(
            key="kind",
            title=_("What happened"),
            text=lambda row: incident_word(row.kind),
            tone=lambda row: "bad" if row.state == "open" else "warn",
        ),
        Column(key="place", title=_("Where"), text=incident_place),
        Column(key="number", title=_("Case number"), text=lambda row: row.case_no),
        Column(key="at", title=_("When"), text=lambda row: moment_text(row.opened_at, now())),
        Column(
            key="state",
            title=_("Looked at"),
            text=lambda row: row.seen_by or incident_state_word(row.state),
        ),
    )


class IncidentPanel(QFrame):
    """Emits `asked(incident)` when somebody wants to deal with one."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.model: RowsModel[IncidentRow] = RowsModel(
            incident_columns(), identity=lambda row: row.id, parent=self
        )
        self.title = label("", "heading")
        self.table = RowTable(self.model, (152, 152, -1, 104, 88), _("Incidents"))
        self.table.horizontalHeader().hide()
        self.table.activated.connect(lambda _index: self.ask())
        self.handle = push_button(
            _("Look into it…"), self.ask, icon_name="warn", action="locker_incident"
        )
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 12, 8)
        head.setSpacing(8)
        head.addWidget(IconLabel("warn", "bad", 20))
        head.addWidget(self.title, 1)
        head.addWidget(self.handle)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table)
        self.hide()

    def show_incidents(self, rows: Sequence[IncidentRow]) -> None:
        """Show these, those that nobody has looked at first; hide without any."""
        ordered = sorted(rows, key=lambda row: row.opened_at, reverse=True)
        self.model.replace(sorted(ordered, key=lambda row: row.state != "open"))
        fresh = sum(row.state == "open" for row in rows)
        text = _("{count} incidents").format(count=len(rows))
        if fresh:
            text += " · " + _("{count} nobody has looked at").format(count=fresh)
        self.title.setText(text)
        self.table.setFixedHeight(ROW_HEIGHT * min(max(len(rows), 1), MOST_IN_SIGHT))
        self.setVisible(bool(rows))
        if rows and not self.table.currentIndex().isValid():
            self.table.go_to(0)

    @property
    def current(self) -> IncidentRow | None:
        """The incident under the cursor."""
        return self.model.row(self.table.currentIndex().row())

    def go_to(self, incident: str) -> bool:
        """Put the cursor on an incident; tells whether it is there."""
        number = self.model.number_of(incident)
        self.table.go_to(number)
        return number >= 0

    def ask(self) -> None:
        """Deal with the incident under the cursor."""
        if self.current is not None:
            self.asked.emit(self.current)
