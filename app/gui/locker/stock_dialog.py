"""Taking stock (盘点): choose a place, scan what lies there, see what differs from the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.stock import CELLS, SHELF
from app.domain.stock_taking import PLACE, UNREADABLE, VOLUME, place_of_count
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.moments import moment_text, present_moment
from app.gui.locker.timeline import place_words
from app.gui.locker.volume_counts import volume_name
from app.gui.models.rows import Column, RowsModel
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.services.locker_views import StockTakeView
from app.words.locker import discrepancy_word, stock_kind_word

Line = dict[str, Any]
BEGINNING, COUNTING, RESULT = range(3)


def line_words(line: Line) -> str:
    """What was scanned: a volume, a place to go on at, or a label that cannot be read."""
    kind = line.get("kind", VOLUME)
    if kind == PLACE:
        return _("Goes on here")
    if kind == UNREADABLE:
        return _("Label unreadable: {code}").format(code=line["code"])
    if not line["case_no"]:
        return str(line["code"])
    return f"{line['case_no']} · {volume_name(line['part'], line['volume'])}"


def line_columns(now: Callable[[], datetime] = present_moment) -> tuple[Column[Line], ...]:
    """The columns of what was scanned."""
    return (
        Column(key="what", title=_("Scanned just now"), text=line_words, bold=True),
        Column(key="place", title=_("Where"), text=lambda row: place_words(row["place"])),
        Column(key="at", title=_("When"), text=lambda row: moment_text(row["at"], now())),
    )


def discrepancy_columns() -> tuple[Column[Line], ...]:
    """The columns of what differs."""
    return (
        Column(
            key="kind",
            title=_("Difference"),
            text=lambda row: discrepancy_word(row["kind"]),
            tone=lambda row: "bad" if row["kind"] == "missing" else "warn",
        ),
        Column(key="what", title=_("Volume"), text=line_words, bold=True),
        Column(
            key="place", title=_("Found at"), text=lambda row: place_words(row.get("place", ""))
        ),
        Column(
            key="expected",
            title=_("Belongs at"),
            text=lambda row: place_words(row.get("expected_place", "")),
        ),
    )


def volumes_counted(view: StockTakeView) -> int:
    """How many volumes were met, each once."""
    met = {
        (line["case_no"], line["part"], line["volume"], "" if line["case_no"] else line["code"])
        for line in view.lines
        if line.get("kind", VOLUME) == VOLUME
    }
    return len(met)


class StockDialog(QDialog):
    """Three steps in one window; a count that is under way can be taken up again."""

    def __init__(
        self, desk: Desk, cabinets: Sequence[str], cabinet: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.view: StockTakeView | None = None
        self.setWindowTitle(_("Stock-take"))
        self.resize(760, 560)
        self.title = label(_("Stock-take"), "title")
        self.error = FaultLine()
        self.stack = QStackedWidget()
        self.stack.addWidget(self._beginning(cabinets, cabinet))
        self.stack.addWidget(self._counting())
        self.stack.addWidget(self._result())
        self.finish = push_button(_("Finish the count…"), self.close_count)
        self.begin = push_button(_("Begin to count"), self.begin_count, role="primary")
        close = push_button(_("Close"), self.accept)
        for button in (self.finish, self.begin, close):
            button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.finish)
        foot.addWidget(self.begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self.error)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)
        self._go(BEGINNING)
        workstation = desk.workstation
        Op(self, lambda: workstation.stock_takes(open_only=True)).reads().done(
            self._show_open
        ).refused(self.error.show_fault).start()

    def _beginning(self, cabinets: Sequence[str], cabinet: str) -> QWidget:
        part = QWidget()
        self.kind = QComboBox()
        self.kind.setAccessibleName(_("What is counted"))
        for kind in (CELLS, SHELF):
            self.kind.addItem(stock_kind_word(kind), kind)
        self.kind.currentIndexChanged.connect(lambda _index: self._follow_kind())
        self.cabinet = QComboBox()
        self.cabinet.setAccessibleName(_("Cabinet"))
        self.cabinet.addItems(list(cabinets))
        self.cabinet.setCurrentIndex(max(self.cabinet.findText(cabinet), 0))
        self.shelf = QLineEdit()
        self.shelf.setAccessibleName(_("Shelf"))
        self.shelf.setPlaceholderText(_("Beginning of the shelf label, as A库-03列"))
        self.shelf.returnPressed.connect(self.begin_count)
        choice = QHBoxLayout()
        choice.setSpacing(8)
        for field, share in ((self.kind, 0), (self.cabinet, 1), (self.shelf, 1)):
            choice.addWidget(field, share)
        self.under_way = QVBoxLayout()
        self.under_way.setSpacing(8)
        self.under_way_title = label(_("Counts under way"), "heading")
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        hint = _("Choose a place, then scan cell or shelf labels and the volumes that lie there.")
        column.addWidget(label(hint, "muted", wrap=True))
        column.addLayout(choice)
        column.addWidget(self.under_way_title)
        column.addLayout(self.under_way)
        column.addStretch(1)
        self.under_way_title.hide()
        self._follow_kind()
        return part

    def _follow_kind(self) -> None:
        shelves = self.kind.currentData() == SHELF
        self.cabinet.setVisible(not shelves)
        self.shelf.setVisible(shelves)

    def _counting(self) -> QWidget:
        part = QWidget()
        self.here = label("", "heading")
        self.figures = label("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Volumes counted"))
        self.code = QLineEdit()
        self.code.setAccessibleName(_("Scanned code"))
        self.code.setPlaceholderText(_("Scan a label; or type a case number"))
        self.code.returnPressed.connect(self.count)
        self.unreadable = push_button(_("Label unreadable"), self.count_unreadable)
        self.unreadable.setAutoDefault(False)
        self.lines: RowsModel[Line] = RowsModel(
            line_columns(), identity=lambda row: f"{row['at']} {row['code']}", parent=self
        )
        self.table = RowTable(self.lines, (-1, 208, 112), _("What was scanned"))
        top = QHBoxLayout()
        top.addWidget(self.here, 1)
        top.addWidget(self.figures)
        entry = QHBoxLayout()
        entry.setSpacing(8)
        entry.addWidget(self.code, 1)
        entry.addWidget(self.unreadable)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addLayout(entry)
        column.addWidget(_carded(self.table), 1)
        return part

    def _result(self) -> QWidget:
        self.differences: RowsModel[Line] = RowsModel(
            discrepancy_columns(),
            identity=lambda row: f"{row['kind']} {row['code']} {row.get('place', '')}",
            parent=self,
        )
        self.result_table = RowTable(self.differences, (112, -1, 160, 160), _("Differences"))
        self.agrees = EmptyState(
            "good",
            _("All agrees"),
            _("Every volume lies where the ledger says, and nothing else does."),
        )
        self.result_stack = QStackedWidget()
        self.result_stack.addWidget(self.result_table)
        self.result_stack.addWidget(self.agrees)
        return _carded(self.result_stack)

    def _go(self, step: int) -> None:
        self.stack.setCurrentIndex(step)
        self.begin.setVisible(step == BEGINNING)
        self.finish.setVisible(step == COUNTING)
        (self.code if step == COUNTING else self.kind).setFocus()

    def _show_open(self, views: list[StockTakeView]) -> None:
        now = present_moment()
        self.under_way_title.setVisible(bool(views))
        for view in views:
            text = _("Go on: {place}, begun {moment} by {person}").format(
                place=view.place,
                moment=moment_text(view.started_at, now),
                person=view.started_by,
            )
            again = push_button(text, _showing(self.show_view, view), icon_name="stock")
            again.setAutoDefault(False)
            self.under_way.addWidget(again)

    def begin_count(self) -> None:
        """Begin at the chosen place."""
        kind = str(self.kind.currentData())
        place = self.shelf.text().strip() if kind == SHELF else self.cabinet.currentText()
        if not place:
            self.shelf.setFocus()
            return
        actor, workstation = self._desk.actor, self._desk.workstation
        self._do(lambda: workstation.begin_stock_take(actor, kind, place))

    def count(self) -> None:
        """Take the scanned code into the count."""
        code = self.code.text().strip()
        if code:
            self._count(code, unreadable=False)

    def count_unreadable(self) -> None:
        """Something lies here whose label cannot be read; the line holds what can be told."""
        self._count(self.code.text().strip() or "?", unreadable=True)

    def _count(self, code: str, *, unreadable: bool) -> None:
        if self.view is None:
            return
        actor, workstation, take = self._desk.actor, self._desk.workstation, self.view.id
        self.code.clear()
        self._do(lambda: workstation.count_stock(actor, take, code, unreadable=unreadable))

    def close_count(self) -> None:
        """End the count and see what differs."""
        if self.view is not None:
            actor, workstation, take = self._desk.actor, self._desk.workstation, self.view.id
            self._do(lambda: workstation.close_stock_take(actor, take))

    def _do(self, call: Callable[[], StockTakeView]) -> None:
        self.error.hide()
        Op(self, call).done(self.show_view).refused(self.error.show_fault).start()

    def show_view(self, view: StockTakeView) -> None:
        """Show a count as it stands now."""
        self.view = view
        self.title.setText(_("Stock-take of {place}").format(place=view.place))
        if view.closed_at:
            self._show_result(view)
            return
        met, expected = volumes_counted(view), len(view.expected)
        here = place_of_count(view.lines, self._desk.actor.name)
        self.here.setText(
            _("Counting at {place}").format(place=place_words(here))
            if here
            else _("Scan the label of the first cell or shelf.")
        )
        self.figures.setText(
            _("{met} met of {expected} expected").format(met=met, expected=expected)
        )
        self.bar.setRange(0, max(expected, 1))
        self.bar.setValue(min(met, max(expected, 1)))
        self.lines.replace(list(reversed(view.lines)))
        self._go(COUNTING)

    def _show_result(self, view: StockTakeView) -> None:
        self.differences.replace(list(view.discrepancies))
        self.result_stack.setCurrentIndex(0 if view.discrepancies else 1)
        said = _("{count} differences").format(count=len(view.discrepancies))
        self.title.setText(
            f"{self.title.text()} · {said}" if view.discrepancies else self.title.text()
        )
        self._go(RESULT)


def _carded(inner: QWidget) -> QWidget:
    card = framed("card")
    column = QVBoxLayout(card)
    column.setContentsMargins(1, 1, 1, 1)
    column.addWidget(inner)
    return card


def _showing(show: Callable[[StockTakeView], None], view: StockTakeView) -> Callable[[], None]:
    return lambda: show(view)
