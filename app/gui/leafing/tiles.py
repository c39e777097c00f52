"""One tile a side: what leafing through has found of it, as it stands now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.leafing import (
    NOT_SEEN,
    SEEN,
    SIDE_MISSED,
    STRENGTH,
    TWO_AT_ONCE,
    LeafEvent,
)
from app.gui.i18n import _
from app.gui.leafing.signs import face_word, sign_of
from app.gui.reconcile.listing import place_words
from app.services.leafing_views import LeafTile

Index = QModelIndex | QPersistentModelIndex
TILE_ROLE = Qt.ItemDataRole.UserRole + 1
STATE_ROLE = Qt.ItemDataRole.UserRole + 2
# Whether the tile before and the tile behind are of the same leaf.
LEAF_ROLE = Qt.ItemDataRole.UserRole + 3
# A side that was passed over is a little more than one that was not seen.
_STRENGTH = {**STRENGTH, SIDE_MISSED: 0.5}
_PASSED_OVER = (TWO_AT_ONCE, SIDE_MISSED)


class LeafTilesModel(QAbstractListModel):
    """The sides in their order. A state only ever grows stronger; a side that was passed over is
    marked until it is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[LeafTile] = []
        self._states: list[str] = []
        self._rows: dict[int, int] = {}
        self._titles: dict[int, str] = {}
        self.seen = 0
        self.total = 0

    @property
    def tiles(self) -> tuple[LeafTile, ...]:
        """All sides as they were read."""
        return tuple(self._tiles)

    def tile(self, row: int) -> LeafTile | None:
        """The side in `row`, or None outside the list."""
        return self._tiles[row] if 0 <= row < len(self._tiles) else None

    def state(self, row: int) -> str:
        """What is known of the side in `row` now."""
        return self._states[row] if 0 <= row < len(self._states) else NOT_SEEN

    def row_of(self, position: int) -> int:
        """The row of a scanning position, or -1."""
        return self._rows.get(position, -1)

    def title(self, position: int) -> str:
        """The title of the document that a side belongs to."""
        return self._titles.get(position, "")

    def places(self, positions: Sequence[int]) -> str:
        """Where these sides stand: by their page numbers, or as sides where they bear none."""
        rows = [self.tile(self.row_of(position)) for position in positions]
        pages = [tile.page_number for tile in rows if tile and tile.page_number is not None]
        others = [tile.position for tile in rows if tile and tile.page_number is None]
        parts = []
        if pages:
            parts.append(_("p. {number}").format(number=spans(pages)))
        if others:
            parts.append(_("Side {position}").format(position=spans(others)))
        return "，".join(parts)

    def replace(self, tiles: Sequence[LeafTile], titles: Mapping[int, str]) -> None:
        """Show other sides; `titles` of documents by scanning position."""
        self.beginResetModel()
        self._tiles = list(tiles)
        self._states = [tile.state for tile in tiles]
        self._rows = {tile.position: row for row, tile in enumerate(tiles)}
        self._titles = dict(titles)
        bearing = [tile for tile in tiles if not tile.blank]
        self.total = len(bearing)
        self.seen = sum(tile.state == SEEN for tile in bearing)
        self.endResetModel()

    def take(self, events: Sequence[LeafEvent]) -> None:
        """Follow what was just said."""
        for event in events:
            state = SIDE_MISSED if event.kind in _PASSED_OVER else event.kind
            if state in _STRENGTH:
                for position in event.positions:
                    self._reach(self.row_of(position), state)

    def _reach(self, row: int, state: str) -> None:
        if row < 0 or _STRENGTH[state] <= _STRENGTH.get(self._states[row], 0):
            return
        self._states[row] = state
        if state == SEEN and not self._tiles[row].blank:
            self.seen += 1
        index = self.index(row)
        self.dataChanged.emit(index, index, [STATE_ROLE])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        tile = self.tile(row) if index.isValid() else None
        if tile is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return tile_text(tile, self._states[row])
        if role == Qt.ItemDataRole.ToolTipRole:
            title = self.title(tile.position)
            return "\n".join(part for part in (tile_text(tile, self._states[row]), title) if part)
        if role == TILE_ROLE:
            return tile
        if role == STATE_ROLE:
            return self._states[row]
        if role == LEAF_ROLE:
            near = (self.tile(row - 1), self.tile(row + 1))
            return tuple(other is not None and other.leaf == tile.leaf for other in near)
        return None


def spans(numbers: Sequence[int]) -> str:
    """Numbers with runs drawn together, so that five hundred of them stay one short line."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return "、".join("–".join(map(str, run)) for run in runs)


def leaf_words(tile: LeafTile) -> str:
    """Which leaf of the paper, and which of its faces."""
    leaf = _("leaf {number}").format(number=tile.leaf)
    return f"{leaf} {face_word(tile.face)}".strip()


def tile_text(tile: LeafTile, state: str) -> str:
    """One side in a sentence, for screen readers."""
    blank = sign_of("blank").word if tile.blank else ""
    parts = (
        place_words(tile.page_number, tile.position),
        leaf_words(tile),
        blank,
        sign_of(state).word,
    )
    return "，".join(part for part in parts if part)
