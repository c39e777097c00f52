"""The catalogue as a table: doubtful rows lit, titles completed from the template."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QCompleter, QLineEdit, QStyle, QStyleOptionViewItem, QWidget

from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column
from app.gui.theme.apply import current_tokens
from app.gui.widgets.confidence import paint_confidence
from app.gui.widgets.table import CellDelegate, paint_row_line
from app.gui.words import confidence_word
from app.services.views import ItemRow


def item_columns() -> tuple[Column[ItemRow], ...]:
    """The columns of the catalogue."""
    return (
        Column(key="number", title=_("No."), text=lambda row: str(row.number), right=True),
        Column(key="title", title=_("Title"), text=lambda row: row.title, editable=True),
        Column(key="category", title=_("Category"), text=lambda row: row.category, editable=True),
        Column(key="pages", title=_("Pages"), text=pages_text),
        Column(key="date", title=_("Date"), text=lambda row: row.date, editable=True),
        Column(
            key="confidence",
            title=_("Confidence"),
            text=lambda row: (
                _("Confirmed") if row.confirmed_by else confidence_word(row.confidence)
            ),
        ),
    )


def pages_text(row: ItemRow) -> str:
    """The page range of an item as a catalogue prints it."""
    if row.first_page is None:
        return _("sides {first}–{last}").format(first=row.first_position, last=row.last_position)
    if row.last_page in (None, row.first_page):
        return str(row.first_page)
    return f"{row.first_page}–{row.last_page}"


class ItemDelegate(CellDelegate):
    """Lights doubtful rows, paints confidence as bar and word, completes titles."""

    def __init__(self, titles: Callable[[], list[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = titles

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, ItemRow):
            super().paint(painter, option, index)
            return
        tokens = current_tokens()
        area = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if row.doubtful and not selected:
            painter.fillRect(area, QColor(tokens.colour("warn_soft")))
        if index.column() != index.model().columnCount() - 1:
            super().paint(painter, option, index)
            if index.column() == 0 and row.doubtful:
                mark = QRectF(area.left(), area.top(), 4, area.height())
                painter.fillRect(mark, QColor(tokens.colour("warn")))
            return
        if selected:
            painter.fillRect(area, QColor(tokens.colour("accent_soft")))
        painter.save()
        paint_row_line(painter, area, tokens)
        font = QFont(option.font)
        font.setPixelSize(tokens.size("small"))
        painter.setFont(font)
        paint_confidence(
            painter,
            area.adjusted(11, 0, -4, 0),
            row.confidence,
            confirmed=bool(row.confirmed_by),
        )
        painter.restore()

    def createEditor(  # noqa: N802
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        if isinstance(editor, QLineEdit) and index.column() == 1:
            completer = QCompleter(self._titles(), editor)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            editor.setCompleter(completer)
        return editor
