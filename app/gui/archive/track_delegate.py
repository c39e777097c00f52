"""A track in one cell of the queue: a mark, words, and a thin bar below them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.gui.archive.queue_rows import MARKS, NO_MARK
from app.gui.models.rows import ROW_ROLE
from app.gui.theme.apply import current_tokens
from app.gui.theme.icons import icon_pixmap
from app.gui.widgets.table import paint_row_line
from app.services.archive_views import ArchiveRow

MARK = 16
MARGIN = 10
BAR = 4


class TrackDelegate(QStyledItemDelegate):
    """`standing` and `share` tell of a row what its mark and its bar show."""

    def __init__(
        self,
        standing: Callable[[ArchiveRow], str],
        share: Callable[[ArchiveRow], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._standing = standing
        self._share = share

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, ArchiveRow):
            super().paint(painter, option, index)
            return
        tokens = current_tokens()
        area = QRectF(option.rect)
        name, token = MARKS.get(self._standing(row), NO_MARK)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.fillRect(area, QColor(tokens.colour("accent_soft")))
        paint_row_line(painter, area, tokens)
        inner = area.adjusted(MARGIN, 6, -MARGIN, -8)
        ratio = painter.device().devicePixelRatioF()
        mark = icon_pixmap(name, tokens.colour(token), MARK, ratio)
        painter.drawPixmap(inner.topLeft(), mark)
        words = QRectF(inner.left() + MARK + 6, inner.top() - 1, inner.width() - MARK - 6, MARK + 2)
        painter.setFont(option.font)
        painter.setPen(QColor(tokens.colour("text")))
        said = option.fontMetrics.elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, int(words.width())
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, int(flags), said)
        groove = QRectF(inner.left(), inner.bottom() - BAR + 1, inner.width(), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.colour("border")))
        painter.drawRoundedRect(groove, BAR / 2, BAR / 2)
        share = max(0.0, min(1.0, self._share(row)))
        if share:
            groove.setWidth(max(BAR, groove.width() * share))
            painter.setBrush(QColor(tokens.colour("accent" if token == "muted" else token)))
            painter.drawRoundedRect(groove, BAR / 2, BAR / 2)
        painter.restore()
