"""The catalogue as a table: doubtful rows lit, titles completed from the template."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QCompleter, QLineEdit, QStyle, QStyleOptionViewItem, QWidget

from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column
from app.gui.theme.apply import current_tokens
from app.gui.widgets.table import CellDelegate, paint_row_line
from app.gui.words import confidence_tone, confidence_word
from app.services.item_rows import DOUBTFUL_BELOW
from app.services.views import ItemRow
from app.words.cataloguing import field_word, reason_words

COLUMN_KEYS = ("number", "title", "author", "pages", "date", "category", "confidence")
WIDTHS = (52, -144, 84, 64, 100, 88, 76)
DOT = 4.0


def item_columns() -> tuple[Column[ItemRow], ...]:
    """The columns of the catalogue."""
    return (
        Column(key="number", title=_("No."), text=lambda row: str(row.number), right=True),
        _field("title", lambda row: row.title),
        _field("author", lambda row: row.author),
        Column(key="pages", title=_("Pages"), text=pages_text),
        _field("date", lambda row: row.date),
        _field("category", lambda row: row.category),
        Column(
            key="confidence",
            title=_("Confidence"),
            text=lambda row: (
                _("Confirmed") if row.confirmed_by else confidence_word(row.confidence)
            ),
        ),
    )


def _field(key: str, text: Callable[[ItemRow], str]) -> Column[ItemRow]:
    """A field that can be corrected; its tip tells why it is what it is."""

    def tip(row: ItemRow) -> str:
        reason = row.fields.get(key, {}).get("reason")
        return "\n".join(
            part for part in (text(row), reason_words(reason) if reason else "") if part
        )

    return Column(key=key, title=field_word(key), text=text, editable=True, tip=tip)


def is_unsure(row: ItemRow, key: str) -> bool:
    """Whether a field of a row that nobody confirmed lies below what counts as sure."""
    if row.confirmed_by or key not in row.fields:
        return False
    told = row.fields[key]
    return "by" not in told and float(told["confidence"]) < DOUBTFUL_BELOW


def pages_text(row: ItemRow) -> str:
    """The page range of an item as a catalogue prints it."""
    if row.first_page is None:
        return _("sides {first}–{last}").format(first=row.first_position, last=row.last_position)
    if row.last_page in (None, row.first_page):
        return str(row.first_page)
    return f"{row.first_page}–{row.last_page}"


def row_to_stay_on(rows: Sequence[ItemRow], shown: ItemRow) -> int:
    """The number of the row that was shown, or of the one that its first side belongs to now."""
    for number, row in enumerate(rows):
        if row.id == shown.id:
            return number
    at, part = shown.first_position, shown.part
    inside = (
        number
        for number, row in enumerate(rows)
        if row.part == part and row.first_position <= at <= row.last_position
    )
    return next(inside, 0)


class ItemDelegate(CellDelegate):
    """Lights doubtful rows, underlines unsure fields, tells guesses from what is confirmed, and
    completes what is typed by `offered(field)`."""

    def __init__(
        self, offered: Callable[[str], Sequence[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._offered = offered

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
            if is_unsure(row, COLUMN_KEYS[index.column()]):
                under = QRectF(area.left() + 11, area.bottom() - 8, area.width() - 22, 2)
                painter.fillRect(under, QColor(tokens.colour("warn")))
            return
        if selected:
            painter.fillRect(area, QColor(tokens.colour("accent_soft")))
        painter.save()
        paint_row_line(painter, area, tokens)
        font = QFont(option.font)
        font.setPixelSize(tokens.size("small"))
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = "good" if row.confirmed_by else confidence_tone(row.confidence)
        # A guess is an outline, what a person confirmed is filled.
        painter.setPen(QPen(QColor(tokens.colour(tone)), 2))
        if row.confirmed_by:
            painter.setBrush(QColor(tokens.colour(tone)))
        painter.drawEllipse(QPointF(area.left() + 12, area.center().y()), DOT, DOT)
        painter.setPen(QColor(tokens.colour("text")))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area.adjusted(22, 0, -2, 0), int(flags), str(index.data() or ""))
        painter.restore()

    def createEditor(  # noqa: N802
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        offered = self._offered(COLUMN_KEYS[index.column()])
        if isinstance(editor, QLineEdit) and offered:
            completer = QCompleter(list(offered), editor)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            editor.setCompleter(completer)
        return editor
