"""What went wrong while leafing, the newest on top; Enter or a click leads there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from app.domain.leafing import SEEN, UNKNOWN_LEAF, LeafEvent
from app.gui.i18n import _
from app.gui.leafing.signs import sign_of
from app.gui.leafing.tiles import LeafTilesModel
from app.gui.widgets.labels import framed, label, theme_icon

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line: what was said, and the side to look at (0: none)."""

    kind: str
    words: str
    seconds: float
    position: int


class LogModel(QAbstractListModel):
    """Entries, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them, the newest first."""
        return tuple(reversed(self._entries))

    def entry(self, row: int) -> Entry | None:
        """The entry in `row`, or None outside the list."""
        count = len(self._entries)
        return self._entries[count - 1 - row] if 0 <= row < count else None

    def add(self, entries: Sequence[Entry]) -> None:
        """Put these on top, in the order in which they were said."""
        if entries:
            self.beginInsertRows(QModelIndex(), 0, len(entries) - 1)
            self._entries += entries
            self.endInsertRows()

    def clear(self) -> None:
        """A new leafing through begins."""
        self.beginResetModel()
        self._entries = []
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        text = f"{clock(entry.seconds)}　{entry.words}"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == Qt.ItemDataRole.DecorationRole:
            sign = sign_of(entry.kind)
            return theme_icon(sign.icon, sign.tone)
        return None


class LeafLog(QWidget):
    """The list with its heading. `entry_chosen(entry)` tells of a click or of Enter."""

    entry_chosen = Signal(object)

    def __init__(self, tiles: LeafTilesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = tiles
        self.model = LogModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setProperty("role", "rows")
        self.list.setAccessibleName(_("What went wrong while leafing"))
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.clicked.connect(lambda _index: self.choose())
        self.heading = label("", "heading")
        head = framed("toolbar")
        row = QVBoxLayout(head)
        row.setContentsMargins(16, 6, 16, 6)
        row.addWidget(self.heading)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.list, 1)
        self._count()

    def tell(self, events: Sequence[LeafEvent]) -> None:
        """Say at once what went wrong; the newest is in sight whatever was looked at before."""
        self.model.add([entry_of(event, self._tiles) for event in events if event.kind != SEEN])
        self.list.scrollToTop()
        self._count()

    def clear(self) -> None:
        """A new leafing through begins."""
        self.model.clear()
        self._count()

    def choose(self) -> None:
        """Go to the entry under the cursor."""
        entry = self.model.entry(self.list.currentIndex().row())
        if entry is not None:
            self.entry_chosen.emit(entry)

    def _count(self) -> None:
        count = self.model.rowCount()
        self.heading.setText(
            _("To look at: {count}").format(count=count)
            if count
            else _("Nothing went wrong so far")
        )


def event_words(event: LeafEvent, tiles: LeafTilesModel) -> str:
    """What happened, and where, by the numbers that stand on the paper."""
    if event.kind == UNKNOWN_LEAF:
        where = behind_words(tiles.places((event.after,)))
    else:
        where = tiles.places(event.positions)
    return "：".join(part for part in (sign_of(event.kind).word, where) if part)


def behind_words(place: str) -> str:
    """Behind which side a leaf lay; before all of them when `place` is empty."""
    return _("behind {place}").format(place=place) if place else _("before the first side")


def entry_of(event: LeafEvent, tiles: LeafTilesModel) -> Entry:
    """An event as a line of the log."""
    return Entry(
        kind=event.kind,
        words=event_words(event, tiles),
        seconds=event.look.seconds,
        position=event.positions[0] if event.positions else event.after,
    )


def clock(seconds: float) -> str:
    """A moment of the leafing through as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
