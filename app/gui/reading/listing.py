"""One list of the reading page: filter, search, table, facts of the row in hand, its buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from attrs import frozen
from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    QTimer,
    Signal,
)
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column, RowsModel
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.facts import FactsPanel
from app.gui.widgets.flow_row import FlowRow
from app.gui.widgets.labels import framed
from app.gui.widgets.table import RowTable

Row = TypeVar("Row")
Facts = tuple[str, list[tuple[str, str]]]
# Beside a list that is narrow the facts are, too.
FACTS_WIDTH, NARROW_FACTS, NARROW = 300, 232, 900


@frozen(kw_only=True)
class Kind(Generic[Row]):
    """One choice of a filter."""

    name: str
    word: str
    fits: Callable[[Row], bool]


@frozen(kw_only=True)
class Listing(Generic[Row]):
    """What a list is. `kinds` are the choices of its filter, of which `first` is in force at
    first and the last lets everything through; `words` gives the texts that a search looks at;
    `empty` is (title, sentence)."""

    name: str
    title: str
    columns: tuple[Column[Row], ...]
    widths: tuple[int, ...]
    identity: Callable[[Row], str]
    kinds: tuple[Kind[Row], ...]
    words: Callable[[Row], Sequence[str]]
    facts: Callable[[Row], Facts]
    icon: str
    empty: tuple[str, str]
    first: int = 0


def anything(_row: object) -> bool:
    """What the last choice of a filter lets through."""
    return True


class RowFilter(QSortFilterProxyModel, Generic[Row]):
    """The rows of one kind with certain words."""

    def __init__(self, listing: Listing[Row], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listing = listing
        self._words = ""
        self._kind = listing.kinds[listing.first]

    @property
    def kind(self) -> Kind[Row]:
        """The choice in force."""
        return self._kind

    def search(self, words: str) -> None:
        """Show the rows with these words."""
        self._words = words.strip().casefold()
        self.invalidate()

    def show_kind(self, kind: Kind[Row]) -> None:
        """Show the rows of this kind."""
        self._kind = kind
        self.invalidate()

    def filterAcceptsRow(  # noqa: N802
        self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex
    ) -> bool:
        row: Row = self.sourceModel().index(source_row, 0, source_parent).data(ROW_ROLE)
        if not self._kind.fits(row):
            return False
        said = self._listing.words(row)
        return not self._words or any(self._words in text.casefold() for text in said)


class ReadingList(QWidget, Generic[Row]):
    """Emits `chosen` when the cursor moves, `opened` for Enter or a double click, and `shown_all`
    when its filter and search were taken away."""

    chosen = Signal()
    opened = Signal()
    shown_all = Signal()

    def __init__(
        self,
        listing: Listing[Row],
        buttons: Sequence[QPushButton] = (),
        fill: tuple[str, Callable[[], object]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.listing = listing
        self._told: Row | None = None
        # Behind the row itself, which is painted first.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(30)
        self._later.timeout.connect(self._show_facts)
        self.model: RowsModel[Row] = RowsModel(
            listing.columns, identity=listing.identity, parent=self
        )
        self.filtered: RowFilter[Row] = RowFilter(listing, self)
        self.filtered.setSourceModel(self.model)
        self.buttons = tuple(buttons)
        self.stack = QStackedWidget(self)
        self.table = RowTable(self.filtered, listing.widths, listing.title, self.stack)
        self.table.activated.connect(lambda _index: self.opened.emit())
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._moved())
        title, sentence = listing.empty
        self.empty = EmptyState(
            listing.icon,
            title,
            sentence,
            action_text=fill[0] if fill is not None else "",
            action=fill[1] if fill is not None else None,
            parent=self.stack,
        )
        self.nothing = EmptyState(
            "check",
            _("Nothing of this kind"),
            _("No row of this kind has these words. Show all to see the others."),
            action_text=_("Show all"),
            action=self.show_all,
            parent=self.stack,
        )
        for part in (self.empty, self.nothing, self.table):
            self.stack.addWidget(part)
        self.facts = FactsPanel(parent=self)
        self.facts.setFixedWidth(FACTS_WIDTH)
        self._lay_out()
        self.setFocusProxy(self.table)
        self._moved()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.stack, 1)
        row.addWidget(self.facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        self.bar = framed("strip", self)
        strip = FlowRow()
        strip.setContentsMargins(12, 8, 12, 8)
        for button in self.buttons:
            strip.addWidget(button)
        self.bar.setLayout(strip)
        column.addWidget(self.bar)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.facts.setFixedWidth(FACTS_WIDTH if self.width() >= NARROW else NARROW_FACTS)

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        row: Row | None = self.table.currentIndex().data(ROW_ROLE)
        return row

    @property
    def filtered_rows(self) -> tuple[Row, ...]:
        """The rows that filter and search let through, in their order."""
        found = (self.filtered.index(row, 0) for row in range(self.filtered.rowCount()))
        return tuple(index.data(ROW_ROLE) for index in found)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows in their order; the cursor stays on its row."""
        kept = self.current
        self.model.replace(rows)
        if kept is None or not self.go_to(self.listing.identity(kept)):
            self.table.go_to(0)
        self._settle()

    def go_to(self, identity: str) -> bool:
        """Put the cursor on a row; tells whether it is in sight of the filter."""
        index = self.filtered.mapFromSource(self.model.index(self.model.number_of(identity), 0))
        if not index.isValid():
            return False
        if self.table.currentIndex().row() != index.row():
            self.table.go_to(index.row())
        return True

    def search(self, words: str) -> None:
        """Show the rows with these words."""
        self.filtered.search(words)
        self._settle()

    def show_kind(self, name: str) -> None:
        """Show the rows of one kind."""
        kind = next(kind for kind in self.listing.kinds if kind.name == name)
        if kind is not self.filtered.kind:
            self.filtered.show_kind(kind)
            self._settle()

    def show_all(self) -> None:
        """Show every row again."""
        self.filtered.search("")
        self.filtered.show_kind(self.listing.kinds[-1])
        self._settle()
        self.shown_all.emit()

    def _settle(self) -> None:
        if not self.model.rows:
            self.stack.setCurrentWidget(self.empty)
        else:
            found = self.filtered.rowCount() > 0
            self.stack.setCurrentWidget(self.table if found else self.nothing)
        if self.current is None:
            self.table.go_to(0)
        self._moved()

    def _moved(self) -> None:
        row = self.current
        self.facts.setVisible(row is not None)
        self.bar.setVisible(row is not None)
        self._later.start()
        self.chosen.emit()

    def _show_facts(self) -> None:
        """Facts are many labels: they are made for a row in sight alone, and once."""
        row = self.current
        if row is None or row == self._told or not self.isVisible():
            return
        self._told = row
        title, facts = self.listing.facts(row)
        self.facts.show_facts(title, facts)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._later.start()


AnyList = ReadingList[Any]
