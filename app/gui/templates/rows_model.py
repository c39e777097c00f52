"""The rows of a template as a table that can be changed, each with what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.gui.i18n import _
from app.gui.models.rows import TONE_ROLE
from app.words.templates import template_fault_words, template_key_word
from archive_rules.template_editing import TemplateFault, class_labels, class_of

Index = QModelIndex | QPersistentModelIndex
NUMBER, TITLE, CLASSES, FAULT = range(4)
KEYS = ("number", "title", "classes", "")
SEPARATORS = re.compile(r"[、,，;；\s]+")
_NO_PARENT = QModelIndex()


def classes_text(classes: Sequence[str]) -> str:
    """Classes as people write them."""
    labels = class_labels()
    return "、".join(labels.get(name, name) for name in classes)


def classes_of(text: str) -> list[str]:
    """The classes that a text names, each once."""
    return list(dict.fromkeys(class_of(part) for part in SEPARATORS.split(text) if part))


def fault_text(fault: TemplateFault) -> str:
    """What is wrong, with the names of classes as people know them."""
    parameters = dict(fault.parameters)
    if fault.code.startswith("class"):
        labels = class_labels()
        for key in ("value", "nearest"):
            parameters[key] = labels.get(str(parameters.get(key, "")), parameters.get(key, ""))
    return template_fault_words(fault.code, parameters)


def _told(fault: TemplateFault) -> str:
    return _("{field}: {fault}").format(field=template_key_word(fault.key), fault=fault_text(fault))


class TemplateRowsModel(QAbstractTableModel):
    """Rows are numbered by their place. Emits `changed` after every change of a person."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[dict[str, Any]] = []
        self._faults: dict[int, list[TemplateFault]] = {}
        self._editable = False

    @property
    def table_rows(self) -> list[dict[str, Any]]:
        """The rows as a table of a template has them."""
        return [
            {"number": number, "title": row["title"], "classes": list(row["classes"])}
            for number, row in enumerate(self._rows, start=1)
        ]

    def show_rows(self, rows: Sequence[dict[str, Any]], *, editable: bool) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = [{"title": row["title"], "classes": list(row["classes"])} for row in rows]
        self._faults = {}
        self._editable = editable
        self.endResetModel()

    def show_faults(self, faults: Sequence[TemplateFault]) -> None:
        """Mark what is wrong with the rows."""
        self._faults = {}
        for fault in faults:
            self._faults.setdefault(fault.row, []).append(fault)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, FAULT))

    def faults_of(self, row: int) -> list[TemplateFault]:
        """What is wrong with the row at this place, counted from 0."""
        return self._faults.get(row + 1, [])

    def first_fault(self) -> tuple[int, int] | None:
        """(row, column) of the first cell with a fault, None when no row has one."""
        for row in range(len(self._rows)):
            for fault in self.faults_of(row):
                return row, KEYS.index(fault.key) if fault.key in KEYS else TITLE
        return None

    def add(self, after: int) -> int:
        """Add an empty row behind the one at `after`; gives its place."""
        place = min(after + 1, len(self._rows))
        self.beginInsertRows(_NO_PARENT, place, place)
        self._rows.insert(place, {"title": "", "classes": []})
        self.endInsertRows()
        self.changed.emit()
        return place

    def remove(self, row: int) -> None:
        """Take a row away."""
        if 0 <= row < len(self._rows):
            self.beginRemoveRows(_NO_PARENT, row, row)
            del self._rows[row]
            self.endRemoveRows()
            self.changed.emit()

    def move(self, row: int, step: int) -> bool:
        """Move a row up (-1) or down (1); tells whether it could be."""
        other = row + step
        if not (0 <= row < len(self._rows) and 0 <= other < len(self._rows)):
            return False
        # Qt names the place ahead of which the row goes.
        self.beginMoveRows(_NO_PARENT, row, row, _NO_PARENT, other + (1 if step > 0 else 0))
        self._rows[row], self._rows[other] = self._rows[other], self._rows[row]
        self.endMoveRows()
        self.changed.emit()
        return True

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(KEYS)

    def headerData(  # noqa: N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == NUMBER else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return _("To be corrected") if section == FAULT else template_key_word(KEYS[section])

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if self._editable and index.column() in (TITLE, CLASSES):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        faults = self.faults_of(row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(row, column, faults)
        if role == Qt.ItemDataRole.ToolTipRole:
            if column == FAULT:
                return "\n".join(_told(fault) for fault in faults)
            return self._text(row, column, faults)
        if role == TONE_ROLE:
            marked = column == FAULT or any(fault.key == KEYS[column] for fault in faults)
            return "bad" if faults and marked else ""
        if role == Qt.ItemDataRole.TextAlignmentRole and column == NUMBER:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, row: int, column: int, faults: Sequence[TemplateFault]) -> str:
        if column == NUMBER:
            return str(row + 1)
        if column == TITLE:
            return str(self._rows[row]["title"])
        if column == CLASSES:
            return classes_text(self._rows[row]["classes"])
        return " ".join(_told(fault) for fault in faults)

    def setData(  # noqa: N802
        self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not self._editable:
            return False
        text = str(value).strip()
        if index.column() == TITLE:
            self._rows[index.row()]["title"] = text
        elif index.column() == CLASSES:
            self._rows[index.row()]["classes"] = classes_of(text)
        else:
            return False
        self.dataChanged.emit(index, index)
        self.changed.emit()
        return True
