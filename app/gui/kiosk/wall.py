"""Notices and guides of the court, to be read by everybody."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QScroller, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import chip, framed, label
from app.services.reading_views import NoticeRow

GUIDE = "guide"


class WallPage(QWidget):
    """Shows all notices one below the other. Emits `left()`."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        QScroller.grabGesture(
            self.area.viewport(), QScroller.ScrollerGestureType.LeftMouseButtonGesture
        )
        self.back = push_button(_("Back"), self.left.emit, role="back", parent=self)
        head = QHBoxLayout()
        head.addWidget(label(_("Notices and guides"), "title", self), 1)
        head.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 32, 48, 32)
        column.setSpacing(20)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        self.show_notices(())

    def show_notices(self, notices: tuple[NoticeRow, ...]) -> None:
        """Hang up these and no others."""
        board = QWidget()
        board.setObjectName("page")
        column = QVBoxLayout(board)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(16)
        for notice in notices:
            column.addWidget(_sheet(notice, board))
        if not notices:
            column.addWidget(label(_("There is no notice at present."), "muted", board))
        column.addStretch(1)
        self.area.setWidget(board)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _sheet(notice: NoticeRow, parent: QWidget) -> QFrame:
    sheet = framed("card", parent)
    head = QHBoxLayout()
    kind = _("Guide") if notice.kind == GUIDE else _("Notice")
    head.addWidget(chip(kind, "accent" if notice.kind == GUIDE else "note", sheet))
    head.addWidget(label(notice.title, "heading", sheet, wrap=True), 1)
    head.addWidget(label(notice.made_at[:10], "muted", sheet))
    column = QVBoxLayout(sheet)
    column.setContentsMargins(24, 20, 24, 20)
    column.setSpacing(12)
    column.addLayout(head)
    column.addWidget(label(notice.text, "", sheet, wrap=True))
    return sheet
