"""What came of it: not seen, differing, not known, seen; each leads to the review page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.domain.leafing import DIFFERING, LEFT_OPEN, NOT_SEEN, SEEN
from app.gui.i18n import _
from app.gui.leafing.fetch_list import ListedSide, fetch_text, print_list
from app.gui.leafing.log import behind_words, clock
from app.gui.leafing.signs import sign_of
from app.gui.leafing.tiles import LeafTilesModel
from app.gui.models.rows import Column, RowsModel
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import framed
from app.gui.widgets.page_viewer import PageViewer
from app.gui.widgets.table import RowTable
from app.services.leafing_views import LeafingView, UnknownLeaf

MISSING, DIFFERENT, STRANGE, FOUND = range(4)
# Which states belong to which list of sides.
_STATES = {MISSING: (NOT_SEEN, LEFT_OPEN), DIFFERENT: (DIFFERING,), FOUND: (SEEN,)}


def side_columns() -> tuple[Column[ListedSide], ...]:
    """The columns of a list of sides."""
    return (
        Column(key="place", title=_("Side"), text=lambda row: row.place, bold=True),
        Column(key="title", title=_("Document"), text=lambda row: row.title),
        Column(key="leaf", title=_("Leaf"), text=lambda row: row.leaf),
        Column(
            key="state",
            title=_("State"),
            text=lambda row: row.state,
            tone=lambda row: sign_of(row.tile.state).tone,
        ),
    )


def seen_columns() -> tuple[Column[ListedSide], ...]:
    """The columns of the list of sides that were seen."""
    return (
        *side_columns()[:3],
        Column(
            key="by",
            title=_("Leafed by"),
            text=lambda row: f"{row.tile.seen_by} {row.tile.seen_at[:10]}".strip(),
        ),
    )


def strange_columns(tiles: LeafTilesModel) -> tuple[Column[UnknownLeaf], ...]:
    """The columns of the list of leaves that the file does not have."""
    return (
        Column(
            key="after",
            title=_("Lay behind"),
            text=lambda row: behind_words(tiles.places((row.after,))),
            bold=True,
        ),
        Column(key="moment", title=_("Shown at"), text=lambda row: clock(row.seconds)),
    )


class LeafingResult(QWidget):
    """Four lists beside a picture. Emits `side_chosen(position)` and `strange_chosen(leaf)` for
    the row under the cursor; `place_asked(position)` for Enter and a double click."""

    side_chosen = Signal(int)
    strange_chosen = Signal(object)
    place_asked = Signal(int)

    def __init__(
        self,
        tiles: LeafTilesModel,
        copy: Callable[[], object],
        print_out: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Lists of the leafing through"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(True)
        self.lists = QStackedWidget()
        self.models: dict[int, RowsModel[ListedSide]] = {
            place: RowsModel(
                seen_columns() if place == FOUND else side_columns(),
                identity=lambda row: row.tile.side_id,
                parent=self,
            )
            for place in _STATES
        }
        self.strangers: RowsModel[UnknownLeaf] = RowsModel(
            strange_columns(tiles), identity=lambda row: f"{row.after} {row.seconds}", parent=self
        )
        self.tables: dict[int, RowTable] = {}
        empty = _empty_words()
        for place in range(4):
            self.tabs.addTab("")
            self.tables[place] = self._table(place)
            holder = QStackedWidget()
            holder.addWidget(self.tables[place])
            holder.addWidget(EmptyState(*empty[place]))
            self.lists.addWidget(holder)
        self.tabs.currentChanged.connect(self._list_chosen)
        self.viewer = PageViewer()
        self.copy = push_button(_("Copy the list"), copy, action="leaf_copy")
        self.print = push_button(
            _("Print the list…"), print_out, icon_name="print", action="leaf_print"
        )
        self._lay_out()

    def _table(self, place: int) -> RowTable:
        if place == STRANGE:
            table = RowTable(self.strangers, (-1, 104), _list_word(place))
        else:
            widths = (96, -1, 116, 152 if place != FOUND else 168)
            table = RowTable(self.models[place], widths, _list_word(place))
        table.selectionModel().currentRowChanged.connect(lambda *_rows: self.look())
        table.doubleClicked.connect(lambda _index: self.ask_place())
        return table

    def _lay_out(self) -> None:
        left = framed("strip")
        left.setMinimumWidth(440)
        below = framed("bar")
        row = QHBoxLayout(below)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self.copy)
        row.addWidget(self.print)
        row.addStretch(1)
        self._below = below
        inner = QVBoxLayout(left)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.tabs)
        inner.addWidget(self.lists, 1)
        inner.addWidget(below)
        splitter = QSplitter()
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.viewer)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([640, 640])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)

    @property
    def missing(self) -> tuple[ListedSide, ...]:
        """The sides to fetch."""
        return self.models[MISSING].rows

    def show_view(self, view: LeafingView, titles: Mapping[int, str]) -> None:
        """Show where leafing through stands; the first list that has rows comes forward."""
        bearing = [tile for tile in view.tiles if not tile.blank]
        for place, states in _STATES.items():
            rows = [
                ListedSide(tile=tile, title=titles.get(tile.position, ""))
                for tile in bearing
                if tile.state in states
            ]
            self.models[place].replace(rows)
            self._count(place, len(rows))
        self.strangers.replace(view.unknown)
        self._count(STRANGE, len(view.unknown))
        for place, table in self.tables.items():
            if table.model().rowCount() and not table.currentIndex().isValid():
                table.go_to(0)
            holder = self.lists.widget(place)
            assert isinstance(holder, QStackedWidget)
            holder.setCurrentIndex(0 if table.model().rowCount() else 1)
        filled = [place for place in self.tables if self.tables[place].model().rowCount()]
        self.show_list(filled[0] if filled else MISSING)

    def _count(self, place: int, count: int) -> None:
        self.tabs.setTabText(place, f"{_list_word(place)} {count}")

    def show_list(self, place: int) -> None:
        """Bring a list forward and put the focus into it."""
        self.tabs.setCurrentIndex(place)
        self._list_chosen(place)
        self.tables[place].setFocus()

    def _list_chosen(self, place: int) -> None:
        self.lists.setCurrentIndex(place)
        self._below.setVisible(place == MISSING)
        self.copy.setEnabled(bool(self.missing))
        self.print.setEnabled(bool(self.missing))
        self.look()

    def look(self) -> None:
        """Show what is under the cursor of the list in front."""
        stranger, position = self._current()
        if stranger is not None:
            self.strange_chosen.emit(stranger)
        elif position:
            self.side_chosen.emit(position)
        else:
            self.viewer.show_message("")

    def ask_place(self) -> None:
        """Go to the row under the cursor on the review page."""
        stranger, position = self._current()
        place = position if stranger is None else stranger.after
        if place:
            self.place_asked.emit(place)

    def _current(self) -> tuple[UnknownLeaf | None, int]:
        place = self.tabs.currentIndex()
        row = self.tables[place].currentIndex().row()
        if place == STRANGE:
            return self.strangers.row(row), 0
        listed = self.models[place].row(row)
        return None, 0 if listed is None else listed.tile.position

    def copy_list(self, case_no: str) -> None:
        """Put the sides to fetch on the clipboard."""
        QGuiApplication.clipboard().setText(fetch_text(case_no, self.missing))

    def print_list(self, case_no: str) -> None:
        """Print the sides to fetch, once a printer was chosen."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec():
            print_list(printer, case_no, self.missing)


def _list_word(place: int) -> str:
    return (_("Not seen"), _("Differing"), _("Not known"), _("Seen"))[place]


def _empty_words() -> tuple[tuple[str, str, str], ...]:
    return (
        ("good", _("Every side was seen"), _("No leaf has to be fetched.")),
        ("good", _("Nothing differs"), _("Every leaf seen looks like its image.")),
        ("good", _("No unknown leaf"), _("Every leaf shown is in the file.")),
        ("camera", _("Nothing seen yet"), _("Lay the dossier under the camera and leaf on.")),
    )
