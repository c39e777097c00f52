"""The hand-offs: filter, search, list, and what else can be done with the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.locker.listing import (
    FILTERS,
    HandOffFilter,
    filter_word,
    handoff_columns,
    urgency,
)
from app.gui.models.rows import ROW_ROLE, RowsModel
from app.gui.shortcuts import keys_of
from app.gui.widgets.buttons import set_text
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import label
from app.gui.widgets.table import RowTable
from app.services.locker_views import HandOffRow
from archive_rules.case_number import search_form

# From this width on there is room for whose step it is, which the state says as well.
WIDE = 880
NARROW_NUMBER = 208
ACTIONS = {
    "timeline": "locker_timeline",
    "renew": "locker_code",
    "cancel": "locker_cancel",
    "retrieve": "locker_retrieve",
    "give_back": "",
}


def action_word(name: str) -> str:
    """What an entry of the menu says."""
    return {
        "timeline": _("Where the paper is and was"),
        "renew": _("New collection code"),
        "cancel": _("Cancel the hand-off…"),
        "retrieve": _("Retrieve with two administrators…"),
        "give_back": _("Give the paper back…"),
    }[name]


class HandOffPanel(QFrame):
    """Emits `chosen(row or None)` when the cursor moves, `kind_chosen(kind)` for another filter.

    `commands`: "offer", and "more" which takes the name of a step.
    """

    chosen = Signal(object)
    kind_chosen = Signal(str)

    def __init__(
        self, commands: dict[str, Callable[..., object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._wanted = ""
        self.model: RowsModel[HandOffRow] = RowsModel(
            handoff_columns(), identity=lambda row: row.id, parent=self
        )
        self.filtered = HandOffFilter(self)
        self.filtered.setSourceModel(self.model)
        self.table = RowTable(
            self.filtered, (116, NARROW_NUMBER, -120, 112, 52, 124, 88), _("Hand-offs")
        )
        self.table.selectionModel().currentRowChanged.connect(
            lambda *_rows: self.chosen.emit(self.current)
        )
        self.filter = QComboBox()
        self.filter.setAccessibleName(_("Which hand-offs"))
        for kind in FILTERS:
            self.filter.addItem(filter_word(kind), kind)
        self.filter.currentIndexChanged.connect(lambda _index: self._filter_kind())
        self.search = QLineEdit()
        self.search.setAccessibleName(_("Find a hand-off"))
        self.search.setPlaceholderText(_("Case number, name or cell"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self.table.setFocus)
        self.more = QToolButton()
        set_text(self.more, _("More…"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self._entries = {}
        for name in ACTIONS:
            entry = self.menu.addAction(action_word(name))
            entry.triggered.connect(_step(commands["more"], name))
            self._entries[name] = entry
        self.menu.aboutToShow.connect(self._show_keys)
        self.more.setMenu(self.menu)
        self.empty = EmptyState(
            "locker",
            _("No paper is under way"),
            _(
                "A hand-off reserves a cell for paper that goes to somebody else: it is put in, "
                "fetched with a code, counted, and only then in other hands."
            ),
            action_text=_("New hand-off…"),
            action=commands["offer"],
        )
        self.nothing = EmptyState(
            "inspect",
            _("Nothing found"),
            _("No hand-off of this kind has these words."),
            action_text=_("All that are not over"),
            action=self.show_all,
        )
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 12, 8)
        head.setSpacing(8)
        head.addWidget(label(_("Hand-offs"), "heading"))
        head.addStretch(1)
        head.addWidget(self.filter)
        head.addWidget(self.search, 2)
        head.addWidget(self.more)
        self.stack = QStackedWidget(self)
        for part in (self.table, self.empty, self.nothing):
            self.stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.stack, 1)

    @property
    def kind(self) -> str:
        """The filter in force, one of FILTERS."""
        return str(self.filter.currentData())

    @property
    def current(self) -> HandOffRow | None:
        """The hand-off under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, HandOffRow) else None

    def want(self, handoff: str) -> None:
        """Go to this hand-off as soon as it is read."""
        self._wanted = handoff

    def show_rows(self, rows: Sequence[HandOffRow]) -> None:
        """Show these hand-offs, the most urgent first; the cursor stays on its row."""
        kept = self._wanted or (self.current.id if self.current else "")
        self._wanted = ""
        self.model.replace(sorted(rows, key=urgency))
        self._show_stack()
        if not self.go_to(kept) and self.current is None:
            self.table.go_to(0)

    def go_to(self, handoff: str) -> bool:
        """Put the cursor on a hand-off; tells whether it is in the list."""
        number = self.model.number_of(handoff) if handoff else -1
        index = self.filtered.mapFromSource(self.model.index(number, 0))
        if not index.isValid():
            return False
        if index.row() != self.table.currentIndex().row():
            self.table.go_to(index.row())
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        narrow = event.size().width() < WIDE
        self.table.setColumnHidden(self.model.column_of("turn"), narrow)
        head, number = self.table.horizontalHeader(), self.model.column_of("number")
        mode = QHeaderView.ResizeMode
        head.setSectionResizeMode(number, mode.Interactive if narrow else mode.ResizeToContents)
        if narrow:
            head.resizeSection(number, NARROW_NUMBER)

    def next_kind(self) -> None:
        """The next filter."""
        self.filter.setCurrentIndex((self.filter.currentIndex() + 1) % self.filter.count())

    def show_all(self) -> None:
        """No filter and no words."""
        self.search.clear()
        self.filter.setCurrentIndex(0)

    def _filter_kind(self) -> None:
        self.filtered.show_kind(self.kind)
        self._filtered()
        self.kind_chosen.emit(self.kind)

    def _search(self, words: str) -> None:
        self.filtered.search(search_form(words))
        self._filtered()

    def _filtered(self) -> None:
        self._show_stack()
        if self.current is None:
            self.table.go_to(0)
        self.chosen.emit(self.current)

    def _show_stack(self) -> None:
        here = self.stack.isAncestorOf(QApplication.focusWidget() or self)
        part = self.nothing if self.model.rows else self.empty
        self.stack.setCurrentWidget(self.table if self.filtered.rowCount() else part)
        button = part.button
        if here:
            # The keys of the page go on working where the table is out of sight.
            (self.table if self.filtered.rowCount() or button is None else button).setFocus()

    def show_possible(self, steps: set[str]) -> None:
        """Which entries of the menu can be chosen for the hand-off under the cursor."""
        for name, entry in self._entries.items():
            entry.setEnabled(name in steps or (name == "timeline" and self.current is not None))
        self.more.setEnabled(self.current is not None)

    def show_role(self, administrator: bool) -> None:
        """Only administrators find what takes two of them."""
        self._entries["retrieve"].setVisible(administrator)

    def _show_keys(self) -> None:
        for name, entry in self._entries.items():
            key = keys_of(ACTIONS[name]) if ACTIONS[name] else ""
            entry.setText(f"{action_word(name)}\t{key}" if key else action_word(name))


def _step(more: Callable[..., object], name: str) -> Callable[[], None]:
    """Keeps the checked state, which `triggered` sends along, from reaching the callback."""

    def take() -> None:
        more(name)

    return take
