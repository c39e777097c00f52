"""Figures of the operators for piece-work: sheets, rescans and rejects per hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _, number
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.services.station_views import OperatorFigures

RANGES = ("today", "week", "month")


def _rate(value: float) -> str:
    return f"{value:,.1f}"


def figure_columns() -> tuple[Column[OperatorFigures], ...]:
    """The columns of the figures."""
    return (
        Column(key="operator", title=_("Name"), text=lambda row: row.operator, bold=True),
        Column(key="day", title=_("Day"), text=lambda row: row.day),
        Column(
            key="dossiers",
            title=_("Dossiers"),
            text=lambda row: number(row.dossiers),
            right=True,
        ),
        Column(key="sheets", title=_("Sheets"), text=lambda row: number(row.sheets), right=True),
        Column(key="sides", title=_("Sides"), text=lambda row: number(row.sides), right=True),
        Column(key="hours", title=_("Hours"), text=lambda row: _rate(row.hours), right=True),
        Column(
            key="rate",
            title=_("Sheets/h"),
            text=lambda row: _rate(row.sheets_per_hour),
            right=True,
        ),
        Column(
            key="rescans",
            title=_("Rescans/h"),
            text=lambda row: _rate(row.rescans_per_hour),
            right=True,
        ),
        Column(
            key="rejects",
            title=_("Rejects/h"),
            text=lambda row: _rate(row.rejects_per_hour),
            right=True,
        ),
    )


def figures_sentence(rows: Sequence[OperatorFigures]) -> str:
    """What the figures show, in one or two sentences."""
    if not rows:
        return _("Nobody has scanned in this time.")
    sheets = sum(row.sheets for row in rows)
    said = _("All together: {sheets} sheets, {sides} sides.").format(
        sheets=number(sheets), sides=number(sum(row.sides for row in rows))
    )
    per_person: dict[str, list[OperatorFigures]] = {}
    for row in rows:
        per_person.setdefault(row.operator, []).append(row)
    most = max(per_person.values(), key=lambda mine: sum(row.sheets for row in mine))
    hours = sum(row.hours for row in most)
    count = sum(row.sheets for row in most)
    best = _(
        "{operator} scanned the most: {sheets} sheets in {hours} hours, {rate} an hour; "
        "{rescans} rescans and {rejects} rejects."
    ).format(
        operator=most[0].operator,
        sheets=number(count),
        hours=_rate(hours),
        rate=number(round(count / hours)) if hours else number(count),
        rescans=number(sum(row.rescans for row in most)),
        rejects=number(sum(row.rejects for row in most)),
    )
    return f"{said}{best}" if len(per_person) > 1 else said


def first_day(name: str, today: date) -> date:
    """The first day of a range."""
    if name == "week":
        return today - timedelta(days=6)
    return today.replace(day=1) if name == "month" else today


class FiguresDialog(QDialog):
    """A sentence, then one row for each operator and day."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("Figures of the operators"))
        self.resize(980, 480)
        self.range = QComboBox()
        self.range.setAccessibleName(_("Time"))
        for name, text in zip(
            RANGES, (_("Today"), _("Last seven days"), _("This month")), strict=True
        ):
            self.range.addItem(text, name)
        self.range.currentIndexChanged.connect(lambda _index: self.read())
        self.sentence = label("", "heading", wrap=True)
        self.model: RowsModel[OperatorFigures] = RowsModel(
            figure_columns(), identity=lambda row: f"{row.operator} {row.day}", parent=self
        )
        self.table = RowTable(
            self.model, (-1, 104, 64, 80, 80, 72, 88, 88, 88), _("Figures of the operators")
        )
        close = push_button(_("Close"), self.accept, role="primary")
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.sentence, 1)
        top.addWidget(self.range)
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        foot = QHBoxLayout()
        foot.addWidget(
            label(_("Pauses of more than 15 minutes do not count as working time."), "muted"), 1
        )
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(card, 1)
        column.addLayout(foot)
        self.range.setFocus()
        self.read()

    def read(self) -> None:
        """Read the figures of the time chosen."""
        today = datetime.now().astimezone().date()
        first = first_day(str(self.range.currentData()), today).isoformat()
        workstation = self._desk.workstation
        last = today.isoformat()
        operation = Op(self, lambda: workstation.operator_figures(first, last)).reads()
        operation.done(self._show).start()

    def _show(self, rows: Sequence[OperatorFigures]) -> None:
        self.model.replace(list(rows))
        self.sentence.setText(figures_sentence(rows))
