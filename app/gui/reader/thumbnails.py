"""The granted pages as small pictures on which no text can be read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QScroller, QWidget

from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.reader.ready_page import ReadyPage, decoded
from app.gui.reader.touch_list import Index
from app.gui.theme.apply import colour
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_views import SessionDesk

PICTURE = QSize(116, 156)
CELL = QSize(140, 204)
KEPT = 240
PENDING = 24


class ThumbnailModel(QAbstractListModel):
    """Page numbers; a picture is fetched when it is first drawn, the newest wish first."""

    def __init__(self, desk: SessionDesk, owner: QWidget) -> None:
        super().__init__(owner)
        self._desk = desk
        self._owner = owner
        self._grant = ""
        self._opened = 0
        self._pages: tuple[int, ...] = ()
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self._failed: set[int] = set()
        self._wished: list[int] = []
        self._on_way = False

    def open(self, grant: str, pages: tuple[int, ...]) -> None:
        """Show `pages`; nothing for no grant."""
        self.beginResetModel()
        self._opened += 1
        self._grant, self._pages = grant, pages
        for pixmap in self._kept.values():
            pixmap.fill(Qt.GlobalColor.white)
        self._kept.clear()
        self._failed.clear()
        self._wished.clear()
        self._on_way = False
        self.endResetModel()

    @property
    def pages(self) -> Sequence[int]:
        """The numbers, in order."""
        return self._pages

    @property
    def kept(self) -> tuple[int, ...]:
        """Pages whose picture is in memory."""
        return tuple(self._kept)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._pages)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        page = self._pages[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(page)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(page)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _("Page {page}").format(page=page)
        return None

    def _picture(self, page: int) -> QPixmap:
        kept = self._kept.get(page)
        if kept is not None:
            self._kept.move_to_end(page)
            return kept
        if page not in self._failed:
            if page in self._wished:
                self._wished.remove(page)
            self._wished.append(page)
            # Whoever leafs fast leaves wishes behind that nobody waits for any more.
            del self._wished[:-PENDING]
            self._advance()
        empty = QPixmap(PICTURE)
        empty.fill(colour("sunken"))
        return empty

    def _advance(self) -> None:
        if self._on_way or not self._wished:
            return
        self._on_way = True
        page, desk, grant = self._wished.pop(), self._desk, self._grant
        ask(self._owner, lambda: decoded(page, desk.thumbnail(grant, page).picture)).done(
            partial(self._on_picture, self._opened)
        ).refused(partial(self._on_failed, self._opened, page)).start()

    def _on_picture(self, opened: int, picture: ReadyPage) -> None:
        if opened != self._opened:
            picture.wipe()
            return
        pixmap = QPixmap.fromImage(picture.levels[0]).scaled(
            PICTURE,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._kept[picture.number] = pixmap
        picture.wipe()
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)[1].fill(Qt.GlobalColor.white)
        self._settled(picture.number)

    def _on_failed(self, opened: int, page: int, _fault: Fault) -> None:
        if opened == self._opened:
            self._failed.add(page)
            self._settled(page)

    def _settled(self, page: int) -> None:
        self._on_way = False
        index = self.index(self._pages.index(page))
        self.dataChanged.emit(index, index)
        self._advance()


class ThumbnailList(QListView):
    """Emits `page_chosen(page)`."""

    page_chosen = Signal(int)

    def __init__(self, desk: SessionDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bare")
        self.setAccessibleName(_("Small pictures of the pages"))
        self.pictures = ThumbnailModel(desk, self)
        self.setModel(self.pictures)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setIconSize(PICTURE)
        self.setGridSize(CELL)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A list of icons would take what is dropped on it, unless told not to.
        self.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.clicked.connect(lambda index: self.page_chosen.emit(self.pictures.pages[index.row()]))

    def open(self, grant: str, pages: tuple[int, ...]) -> None:
        """Show the pages of a case."""
        self.pictures.open(grant, pages)

    def wipe(self) -> None:
        """Show nothing."""
        self.pictures.open("", ())

    def follow(self, page: int) -> None:
        """Mark `page` and bring it into sight."""
        if page in self.pictures.pages:
            index = self.pictures.index(self.pictures.pages.index(page))
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().select(index, flag)
            self.scrollTo(index)
