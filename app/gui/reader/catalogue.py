"""The catalogue of what was granted: one row per item, large enough to touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QScroller,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.gui.i18n import _
from app.gui.theme.apply import colour, current_tokens

if TYPE_CHECKING:
    from app.services.views import ItemRow

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole
NUMBER_WIDTH = 52
PADDING = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One item with the granted pages of it."""

    number: int
    title: str
    pages: tuple[int, ...]

    @property
    def pages_text(self) -> str:
        """The granted pages as people say them."""
        first, last = self.pages[0], self.pages[-1]
        if first == last:
            return _("Page {page}").format(page=first)
        return _("Pages {first}–{last}").format(first=first, last=last)


def entries_of(items: Sequence[ItemRow], pages: Sequence[int]) -> list[Entry]:
    """The items of which at least one of `pages` may be read, in the order of their pages."""
    entries = []
    for item in items:
        if item.first_page is None:
            continue
        last = item.first_page if item.last_page is None else item.last_page
        granted = tuple(page for page in pages if item.first_page <= page <= last)
        if granted:
            entries.append(Entry(number=item.number, title=item.title, pages=granted))
    return sorted(entries, key=lambda entry: entry.pages[0])


class CatalogueModel(QAbstractListModel):
    """The entries."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def fill(self, entries: list[Entry]) -> None:
        """Show other entries."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role == ROW_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.number} {entry.title} {entry.pages_text}"
        return None


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ROW_ROLE)
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


class CatalogueList(QListView):
    """Emits `page_chosen(page)`: the first granted page of the item that was touched."""

    page_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bare")
        self.setAccessibleName(_("Item list"))
        self.catalogue = CatalogueModel(self)
        self.setModel(self.catalogue)
        self.setItemDelegate(_Delegate(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        # The keys belong to the page; the catalogue is for fingers and the mouse.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.clicked.connect(self._on_clicked)

    def fill(self, items: Sequence[ItemRow], pages: Sequence[int]) -> None:
        """Show the items that hold `pages`."""
        self.catalogue.fill(entries_of(items, pages))

    def wipe(self) -> None:
        """Show nothing."""
        self.catalogue.fill([])

    def follow(self, page: int) -> None:
        """Mark the item that holds `page` and bring it into sight."""
        flag = QItemSelectionModel.SelectionFlag
        for row, entry in enumerate(self.catalogue.entries):
            if entry.pages[0] <= page <= entry.pages[-1]:
                index = self.catalogue.index(row)
                self.selectionModel().select(index, flag.ClearAndSelect)
                self.scrollTo(index)
                return
        self.selectionModel().clearSelection()

    def _on_clicked(self, index: QModelIndex) -> None:
        entry: Entry = index.data(ROW_ROLE)
        self.page_chosen.emit(entry.pages[0])
