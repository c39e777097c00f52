"""The sides of a dossier as a list model for the film strip."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.gui.i18n import _
from app.gui.widgets.images import ThumbnailLoader
from app.gui.words import role_word, severity_rank
from app.services.views import FindingRow, SideRow
from app.words.pages import finding_word

Index = QModelIndex | QPersistentModelIndex
SIDE_ROLE = Qt.ItemDataRole.UserRole + 1
THUMBNAIL_ROLE = Qt.ItemDataRole.UserRole + 2
BAND_ROLE = Qt.ItemDataRole.UserRole + 3
# Whether the work stopped behind this side, and whether it is taken out to be moved.
STOP_ROLE = Qt.ItemDataRole.UserRole + 4
CUT_ROLE = Qt.ItemDataRole.UserRole + 5
MIME = "application/x-juanzong-sides"


class StripModel(QAbstractListModel):
    """Sides in scanning order. Thumbnails come when they are read; nothing blocks.

    BAND_ROLE gives (item number, title or "", whether the band starts here) or None.
    """

    def __init__(self, loader: ThumbnailLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sides: list[SideRow] = []
        self._titles: dict[int, str] = {}
        self._loader = loader
        self._rows_by_path: dict[str, int] = {}
        self._rows_by_id: dict[str, int] = {}
        self._rows_by_position: dict[int, int] = {}
        self._stop = ""
        self._cut: frozenset[str] = frozenset()
        self.movable = False
        loader.ready.connect(self._on_thumbnail)

    @property
    def sides(self) -> tuple[SideRow, ...]:
        """All sides."""
        return tuple(self._sides)

    def side(self, row: int) -> SideRow | None:
        """The side in `row`, or None outside the list."""
        return self._sides[row] if 0 <= row < len(self._sides) else None

    def row_of(self, side_id: str) -> int:
        """The row of a side, or -1."""
        return self._rows_by_id.get(side_id, -1)

    def row_of_position(self, position: int) -> int:
        """The row of the side at a scanning position, or -1."""
        return self._rows_by_position.get(position, -1)

    def replace(self, sides: Sequence[SideRow], titles: Mapping[int, str] | None = None) -> None:
        """Show other sides. When only their facts changed, rows and selection stay."""
        same = [side.id for side in sides] == [side.id for side in self._sides]
        retitled = titles is not None and dict(titles) != self._titles
        if titles is not None:
            self._titles = dict(titles)
        if same:
            changed = [
                row for row, side in enumerate(sides) if side is not self._sides[row] or retitled
            ]
            self._sides = list(sides)
            self._index_rows()
            if changed:
                self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))
            return
        self.beginResetModel()
        self._sides = list(sides)
        self._index_rows()
        self.endResetModel()

    def append(self, side: SideRow) -> None:
        """Add one side at the end, as a running batch does."""
        self.put([side])

    def put(self, sides: Sequence[SideRow]) -> int:
        """Change sides that are here and add the others at the end, all in one step; gives how
        many were added. Costs the same however many sides stand here already."""
        new: dict[str, SideRow] = {}
        for side in sides:
            row = self._rows_by_id.get(side.id)
            if row is None:
                new[side.id] = side
                continue
            self._sides[row] = side
            self._index_row(row, side)
            self.dataChanged.emit(self.index(row), self.index(row))
        if new:
            first = len(self._sides)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            for row, side in enumerate(new.values(), first):
                self._sides.append(side)
                self._index_row(row, side)
            self.endInsertRows()
        return len(new)

    def mark_stop(self, side_id: str) -> None:
        """Show that the work stopped behind a side; an empty text takes the mark away."""
        self._mark({self._stop, side_id}, STOP_ROLE)
        self._stop = side_id

    def mark_cut(self, side_ids: Sequence[str]) -> None:
        """Show which sides are taken out to be put elsewhere."""
        before, self._cut = self._cut, frozenset(side_ids)
        self._mark(before | self._cut, CUT_ROLE)

    def _mark(self, side_ids: set[str] | frozenset[str], role: int) -> None:
        for side_id in side_ids:
            row = self.row_of(side_id)
            if row >= 0:
                self.dataChanged.emit(self.index(row), self.index(row), [role])

    def _index_rows(self) -> None:
        self._rows_by_path.clear()
        self._rows_by_id.clear()
        self._rows_by_position.clear()
        for row, side in enumerate(self._sides):
            self._index_row(row, side)

    def _index_row(self, row: int, side: SideRow) -> None:
        self._rows_by_id[side.id] = row
        self._rows_by_position[side.position] = row
        if side.thumbnail is not None:
            self._rows_by_path[str(side.thumbnail)] = row

    def _on_thumbnail(self, path: str) -> None:
        row = self._rows_by_path.get(path)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index, [THUMBNAIL_ROLE])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._sides)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        side = self.side(index.row()) if index.isValid() else None
        if side is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return side_text(side)
        if role == Qt.ItemDataRole.ToolTipRole:
            return side_tip(side, self._titles.get(side.item_number or 0, ""))
        if role == SIDE_ROLE:
            return side
        if role == THUMBNAIL_ROLE:
            return None if side.thumbnail is None else self._loader.pixmap(side.thumbnail)
        if role == BAND_ROLE:
            return self._band(index.row(), side)
        if role == STOP_ROLE:
            return side.id == self._stop
        if role == CUT_ROLE:
            return side.id in self._cut
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if self.movable:
            flags |= Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled
        return flags

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        rows = sorted(index.row() for index in indexes)
        dragged = [side.id for side in (self.side(row) for row in rows) if side is not None]
        data = QMimeData()
        data.setData(MIME, json.dumps(dragged).encode("utf-8"))
        return data

    def _band(self, row: int, side: SideRow) -> tuple[int, str, bool] | None:
        if side.item_number is None:
            return None
        starts = row == 0 or self._sides[row - 1].item_number != side.item_number
        return side.item_number, self._titles.get(side.item_number, ""), starts


def open_findings(side: SideRow) -> list[FindingRow]:
    """The findings of a side that wait for a verdict, worst first."""
    return sorted(
        (finding for finding in side.findings if not finding.verdict),
        key=lambda finding: severity_rank(finding.severity),
    )


def steers_scanning(side: SideRow) -> bool:
    """Whether a side is no page but a separator sheet or a work slip."""
    if side.role_by:
        return side.role == "separator"
    return side.role == "separator" or side.marker.get("kind") in ("separator", "slip")


def number_text(side: SideRow) -> str:
    """What stands under a thumbnail beside the position: the page number or the role."""
    if side.page_number is not None:
        return _("p. {number}").format(number=side.page_number)
    return role_word(side.role) if side.role else ""


def side_text(side: SideRow) -> str:
    """One side in a sentence, for screen readers."""
    parts = [_("Side {position}").format(position=side.position), number_text(side)]
    parts += [finding_word(finding.code) for finding in open_findings(side)]
    return "，".join(part for part in parts if part)


def side_tip(side: SideRow, title: str) -> str:
    """What a pointer resting on a thumbnail reads."""
    lines = [side_text(side), side.file]
    if title:
        lines.append(title)
    return "\n".join(line for line in lines if line)
