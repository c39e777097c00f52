"""The table of rows with its keys: Ins adds, Del removes, Alt with an arrow moves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QLineEdit,
    QStyleOptionViewItem,
    QWidget,
)

from app.gui.i18n import _
from app.gui.templates.rows_model import CLASSES, SEPARATORS, TITLE, TemplateRowsModel
from app.gui.widgets.table import CellDelegate, RowTable
from archive_rules.template_editing import class_labels

ADD, REMOVE, UP, DOWN = "Ins", "Del", "Alt+Up", "Alt+Down"


class _LastWordCompleter(QCompleter):
    """Completes the last of several words."""

    def splitPath(self, path: str) -> list[str]:  # noqa: N802
        return [SEPARATORS.split(path)[-1]]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:  # noqa: N802
        editor = self.widget()
        typed = editor.text() if isinstance(editor, QLineEdit) else ""
        last = SEPARATORS.split(typed)[-1]
        return f"{typed[: len(typed) - len(last)]}{index.data()}"


class _RowDelegate(CellDelegate):
    """Document classes are completed while they are typed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._labels = sorted(class_labels().values())

    def createEditor(  # noqa: N802
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        if index.column() == CLASSES and isinstance(editor, QLineEdit):
            completer = _LastWordCompleter(self._labels, editor)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            editor.setCompleter(completer)
        return editor


class TemplateRowsTable(RowTable):
    """The rows of a template. Keys act while the table has the focus and rows can be changed."""

    def __init__(self, model: TemplateRowsModel, parent: QWidget | None = None) -> None:
        super().__init__(model, (56, -1, 200, 220), _("Rows of the template"), parent, bare=False)
        self.rows_model = model
        self._row_delegate = _RowDelegate(self)
        self.setItemDelegate(self._row_delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self._shortcuts: list[QShortcut] = []
        for key, call in (
            (ADD, self.add_row),
            (REMOVE, self.remove_row),
            (UP, lambda: self.move_row(-1)),
            (DOWN, lambda: self.move_row(1)),
        ):
            self._bind(key, call)
        self.allow_changes(False)

    def _bind(self, key: str, call: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(call)
        self._shortcuts.append(shortcut)

    def allow_changes(self, allowed: bool) -> None:
        """Let rows be changed, or only looked at."""
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed
            if allowed
            else trigger.NoEditTriggers
        )
        for shortcut in self._shortcuts:
            shortcut.setEnabled(allowed)

    def add_row(self) -> None:
        """Add a row behind the current one and begin to write its title."""
        current = self.currentIndex().row()
        last = self.rows_model.rowCount() - 1
        row = self.rows_model.add(current if current >= 0 else last)
        index = self.rows_model.index(row, TITLE)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.edit(index)

    def remove_row(self) -> None:
        """Take the current row away."""
        current = self.currentIndex()
        self.rows_model.remove(current.row())
        row = min(current.row(), self.rows_model.rowCount() - 1)
        if row >= 0:
            self.setCurrentIndex(self.rows_model.index(row, max(current.column(), TITLE)))

    def move_row(self, step: int) -> None:
        """Move the current row up or down; the cursor goes along."""
        current = self.currentIndex()
        if self.rows_model.move(current.row(), step):
            index = self.rows_model.index(current.row() + step, current.column())
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter begins to edit the current cell, as F2 does."""
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not editing:
            index = self.currentIndex()
            if index.flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(index)
            event.accept()
            return
        super().keyPressEvent(event)
