"""Frozen rows as a table model: columns are data, cells are texts with a tone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
TONE_ROLE = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Column(Generic[Row]):
    """One column: head, text of a cell, optional tone (then it is painted as a chip)."""

    key: str
    title: str
    text: Callable[[Row], str]
    tone: Callable[[Row], str] | None = None
    right: bool = False
    bold: bool = False
    editable: bool = False
    tip: Callable[[Row], str] | None = None


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows in the order given. Editing calls `edited(row, key, text)` and changes nothing itself:
    what was written comes back as new rows."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        identity: Callable[[Row], str],
        edited: Callable[[Row, str, str], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._identity = identity
        self._edited = edited
        self._rows: list[Row] = []

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return tuple(self._rows)

    def row(self, number: int) -> Row | None:
        """The row at `number`, or None outside the table."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def column_of(self, key: str) -> int:
        """Where a column stands, or -1."""
        return next((n for n, column in enumerate(self._columns) if column.key == key), -1)

    def number_of(self, identity: str) -> int:
        """The number of the row with this identity, or -1."""
        return next(
            (number for number, row in enumerate(self._rows) if self._identity(row) == identity),
            -1,
        )

    def replace(self, rows: Sequence[Row]) -> None:
        """Show other rows; with the same identities only the cells change."""
        same = [self._identity(row) for row in rows] == [self._identity(r) for r in self._rows]
        if same:
            changed = [n for n, row in enumerate(rows) if row != self._rows[n]]
            self._rows = list(rows)
            if changed:
                last = self.index(changed[-1], len(self._columns) - 1)
                self.dataChanged.emit(self.index(changed[0], 0), last)
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._columns)

    def headerData(  # noqa: N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self._columns[section].right)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(row) if column.tip is not None else column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.right)
        if role == Qt.ItemDataRole.FontRole and column.bold:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        if role == ROW_ROLE:
            return row
        if role == TONE_ROLE:
            return column.tone(row) if column.tone is not None else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self._columns[index.column()].editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(  # noqa: N802
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        row = self.row(index.row()) if index.isValid() else None
        if row is None or role != Qt.ItemDataRole.EditRole or self._edited is None:
            return False
        column = self._columns[index.column()]
        text = str(value).strip()
        if not column.editable or text == column.text(row):
            return False
        self._edited(row, column.key, text)
        return True


def _alignment(right: bool) -> int:
    across = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return int(across | Qt.AlignmentFlag.AlignVCenter)
