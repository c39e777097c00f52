"""The sides of a dossier as a list model for the film strip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.gui.i18n import _
from app.gui.widgets.images import ThumbnailLoader
from app.gui.words import finding_word, role_word, severity_rank
from app.services.views import FindingRow, SideRow

Index = QModelIndex | QPersistentModelIndex
SIDE_ROLE = Qt.ItemDataRole.UserRole + 1
THUMBNAIL_ROLE = Qt.ItemDataRole.UserRole + 2
BAND_ROLE = Qt.ItemDataRole.UserRole + 3


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
        return next((row for row, side in enumerate(self._sides) if side.id == side_id), -1)

    def row_of_position(self, position: int) -> int:
        """The row of the side at a scanning position, or -1."""
        return next((row for row, side in enumerate(self._sides) if side.position == position), -1)

    def replace(self, sides: Sequence[SideRow], titles: Mapping[int, str] | None = None) -> None:
        """Show other sides. When only their facts changed, rows and selection stay."""
        same = [side.id for side in sides] == [side.id for side in self._sides]
        if titles is not None:
            self._titles = dict(titles)
        if same:
            self._sides = list(sides)
            self._index_paths()
            if self._sides:
                self.dataChanged.emit(self.index(0), self.index(len(self._sides) - 1))
            return
        self.beginResetModel()
        self._sides = list(sides)
        self._index_paths()
        self.endResetModel()

    def append(self, side: SideRow) -> None:
        """Add one side at the end, as a running batch does."""
        row = len(self._sides)
        self.beginInsertRows(QModelIndex(), row, row)
        self._sides.append(side)
        if side.thumbnail is not None:
            self._rows_by_path[str(side.thumbnail)] = row
        self.endInsertRows()

    def _index_paths(self) -> None:
        self._rows_by_path = {
            str(side.thumbnail): row
            for row, side in enumerate(self._sides)
            if side.thumbnail is not None
        }

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
        return None

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
