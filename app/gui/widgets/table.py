"""Tables of the desk: quiet rows, chips where a cell has a tone, the whole row selected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.gui.models.rows import TONE_ROLE
from app.gui.theme.apply import current_tokens
from app.gui.theme.tokens import Tokens

ROW_HEIGHT = 40
# Of a column that takes what is over: what it keeps where nothing is over.
LEAST_OVER = 168


def paint_row_line(painter: QPainter, area: QRectF, tokens: Tokens) -> None:
    """The thin line under a cell, exactly where the style sheet draws it for plain cells."""
    line = QRectF(area.left(), area.bottom() - 1, area.width(), 1)
    painter.fillRect(line, QColor(tokens.colour("border")))


class CellDelegate(QStyledItemDelegate):
    """Paints a cell with a tone as a chip; an editor fills its cell."""

    def initStyleOption(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if option.font.weight() > QFont.Weight.Normal:
            # What names a row: long case numbers of one court differ at their ends.
            option.textElideMode = Qt.TextElideMode.ElideMiddle

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tone = index.data(TONE_ROLE)
        text = str(index.data() or "")
        if not tone or not text:
            super().paint(painter, option, index)
            return
        tokens = current_tokens()
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.colour("accent_soft")))
        paint_row_line(painter, area, tokens)
        font = QFont(option.font)
        font.setPixelSize(tokens.size("small"))
        metrics = QFontMetricsF(font)
        width = min(metrics.horizontalAdvance(text) + 16, area.width() - 12)
        height = metrics.height() + 6
        chip = QRectF(area.left() + 11, area.center().y() - height / 2, width, height)
        soft, strong = f"{tone}_soft", str(tone)
        if tone == "accent":
            strong = "accent_on_soft"
        painter.setPen(QColor(tokens.colour(strong)) if tone != "note" else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.colour(soft)))
        painter.drawRoundedRect(chip, tokens.size("radius"), tokens.size("radius"))
        painter.setPen(QColor(tokens.colour(strong)))
        painter.setFont(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 12)
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), shown)
        painter.restore()

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + 16, max(size.height(), ROW_HEIGHT))

    def createEditor(  # noqa: N802
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setProperty("role", "cell")
        head = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        editor.setAccessibleName(str(head or ""))
        return editor


class RowTable(QTableView):
    """A table over a model. `widths` by column: pixels, 0 to fit, -1 to take what is over, -n to
    take it and keep n pixels. Where the table is too narrow for them it is scrolled sideways, so
    that no column shrinks to nothing."""

    def __init__(
        self,
        model: QAbstractItemModel,
        widths: Sequence[int],
        name: str,
        parent: QWidget | None = None,
        *,
        bare: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        self._delegate = CellDelegate(self)
        self.setItemDelegate(self._delegate)
        if bare:
            self.setProperty("role", "bare")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(40)
        # Widths fit what is in sight; measuring two thousand rows would stop the window.
        head.setResizeContentsPrecision(0)
        self._widths = list(widths)
        self._sharing = False
        for column, width in enumerate(widths):
            if width < 0:
                head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            elif width == 0:
                head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
            else:
                head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
                head.resizeSection(column, width)
        head.sectionResized.connect(self._resized)

    def ask_widths(self, widths: Sequence[int]) -> None:
        """Other widths, in the form of those given first."""
        self._widths = list(widths)
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._share_room()

    def _resized(self, column: int, _old: int, new: int) -> None:
        # A width that somebody drew with the mouse is her wish from now on.
        if not self._sharing and self._widths[column] > 0:
            self._widths[column] = new

    def _share_room(self) -> None:
        """Widths for the room there is; no column is narrower than its head."""
        if self._sharing:
            return
        self._sharing = True
        head, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        taking, asked = {}, 0
        for column, width in enumerate(self._widths):
            if width < 0:
                taking[column] = LEAST_OVER if width == -1 else -width
            elif width > 0 and width < head.sectionSizeHint(column):
                head.resizeSection(column, head.sectionSizeHint(column))
            elif width > 0:
                head.resizeSection(column, width)
            asked += taking[column] if width < 0 else head.sectionSize(column)
        scrolls = asked > self.viewport().width()
        for column, least in taking.items():
            head.setSectionResizeMode(column, mode.Interactive if scrolls else mode.Stretch)
            if scrolls:
                head.resizeSection(column, least)
        self._sharing = False

    def go_to(self, row: int) -> None:
        """Put the cursor on a row."""
        column = max(self.currentIndex().column(), 0)
        index = self.model().index(row, column)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
