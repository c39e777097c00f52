"""A list for fingers: a number, a title over as many lines as it needs, and a line below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QScroller,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.theme.apply import colour, current_tokens

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole
NUMBER_WIDTH = 52
PADDING = 12


class Row(Protocol):
    """What a row shows."""

    @property
    def number(self) -> int:
        """The number at the left."""
        ...

    @property
    def title(self) -> str:
        """The words."""
        ...

    @property
    def pages_text(self) -> str:
        """The line below."""
        ...


class RowModel(QAbstractListModel):
    """The rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Any] = []

    def fill(self, entries: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry: Row = self.entries[index.row()]
        if role == ROW_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.number} {entry.title} {entry.pages_text}"
        return None


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Row = index.data(ROW_ROLE)
        view, area = _view_of(option), option.rect
        current = view.selectionModel().isRowSelected(index.row(), QModelIndex())
        painter.save()
        if current:
            painter.fillRect(area, colour("accent_soft"))
            painter.fillRect(QRect(area.left(), area.top(), 5, area.height()), colour("accent"))
        painter.setPen(colour("border"))
        painter.drawLine(area.left() + PADDING, area.bottom(), area.right(), area.bottom())
        strong, small = _fonts(view.font(), current)
        painter.setFont(small)
        painter.setPen(colour("accent_on_soft" if current else "muted"))
        number = QRect(area.left() + 4, area.top() + PADDING, NUMBER_WIDTH - 12, 28)
        painter.drawText(number, int(Qt.AlignmentFlag.AlignCenter), str(entry.number))
        painter.setFont(strong)
        painter.setPen(colour("accent_on_soft" if current else "text"))
        title = _title_rectangle(_room(view), strong, entry.title).translated(area.topLeft())
        painter.drawText(title, int(Qt.TextFlag.TextWrapAnywhere), entry.title)
        painter.setFont(small)
        painter.setPen(colour("accent_on_soft" if current else "muted"))
        pages = QRect(title.left(), title.bottom() + 4, area.width() - NUMBER_WIDTH, 26)
        painter.drawText(pages, int(Qt.AlignmentFlag.AlignVCenter), entry.pages_text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        view = _view_of(option)
        strong, _small = _fonts(view.font(), True)
        title = _title_rectangle(_room(view), strong, index.data(ROW_ROLE).title)
        return QSize(_room(view), max(72, title.bottom() + 4 + 26 + PADDING))


def _view_of(option: QStyleOptionViewItem) -> QAbstractItemView:
    view = option.widget
    assert isinstance(view, QAbstractItemView)
    return view


def _room(view: QAbstractItemView) -> int:
    """The width of a row, the same with and without a scroll bar, so that heights hold."""
    return view.width() - view.verticalScrollBar().sizeHint().width()


def _fonts(base: QFont, strong: bool) -> tuple[QFont, QFont]:
    title, small = QFont(base), QFont(base)
    title.setPixelSize(current_tokens().size("text"))
    title.setBold(strong)
    small.setPixelSize(current_tokens().size("small"))
    return title, small


def _title_rectangle(width: int, font: QFont, title: str) -> QRect:
    room = QRect(NUMBER_WIDTH, PADDING, max(80, width - NUMBER_WIDTH - PADDING), 400)
    needed = QFontMetrics(font).boundingRect(room, int(Qt.TextFlag.TextWrapAnywhere), title)
    return QRect(room.left(), room.top(), room.width(), needed.height())


class TouchList(QListView):
    """Shows rows. `rows` is the model."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bare")
        self.setAccessibleName(name)
        self.rows = RowModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        # The keys belong to the page; lists are for fingers and the mouse. A list that had the
        # focus would also copy its rows into the clipboard.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    def wipe(self) -> None:
        """Show nothing."""
        self.rows.fill([])

    def choose(self, row: int | None) -> None:
        """Mark a row and bring it into sight, or mark none."""
        if row is None:
            self.selectionModel().clearSelection()
            return
        index = self.rows.index(row)
        self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)


def lay_out_list(
    panel: QWidget, above: Sequence[QWidget], pair: tuple[QWidget, QWidget], rows: TouchList
) -> None:
    """Lay a panel out: widgets below each other, two buttons beside each other, and a list that
    takes the rest."""
    buttons = QHBoxLayout()
    for widget in pair:
        buttons.addWidget(widget, 1)
    column = QVBoxLayout(panel)
    column.setContentsMargins(12, 4, 12, 0)
    column.setSpacing(8)
    for widget in above:
        column.addWidget(widget)
    column.addLayout(buttons)
    column.addWidget(rows, 1)
