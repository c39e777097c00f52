"""The cases that a visit opened: one touch for each."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.present import present
from app.gui.reader.touch_button import button
from app.gui.widgets.labels import label
from app.gui.widgets.notice import Notice
from app.kernel.errors import Refused

if TYPE_CHECKING:
    from app.services.reading_views import GrantedCase, ReaderVisit


class CaseList(QWidget):
    """Emits `chosen(grant)` and `left()`."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.reader = label("", "muted", self)
        self.notice = Notice(self)
        self.leave = button(_("Leave"), "leave", parent=self)
        self.leave.clicked.connect(self.left)
        self.buttons: dict[str, QPushButton] = {}
        holder = QWidget(self)
        self._cards = QVBoxLayout(holder)
        self._cards.setSpacing(16)
        self._cards.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(holder)
        head = QHBoxLayout()
        head.addWidget(label(_("My cases"), "large", self))
        head.addStretch(1)
        head.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(64, 32, 64, 32)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self.reader)
        column.addWidget(self.notice)
        column.addWidget(area, 1)

    def open(self, visit: ReaderVisit) -> None:
        """Show the cases of `visit`."""
        self.wipe()
        self.reader.setText(_("Reader: {name}").format(name=visit.reader))
        for place, case in enumerate(visit.cases):
            self._cards.insertWidget(place, self._card(case))

    def wipe(self) -> None:
        """Show nothing."""
        self.reader.clear()
        self.notice.hide()
        self.buttons.clear()
        while self._cards.count() > 1:
            entry = self._cards.takeAt(0)
            widget = None if entry is None else entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _card(self, case: GrantedCase) -> QWidget:
        card = QPushButton(self)
        card.setProperty("role", "case")
        card.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        card.setEnabled(not case.closed)
        column = QVBoxLayout(card)
        column.setContentsMargins(24, 14, 24, 14)
        column.addWidget(label(case.case_no, "title", card))
        column.addWidget(label(self._facts(case), "muted", card, wrap=True))
        card.setAccessibleName(f"{case.case_no} {self._facts(case)}")
        card.setMinimumHeight(column.sizeHint().height())
        card.clicked.connect(partial(self._on_clicked, case.grant))
        self.buttons[case.grant] = card
        return card

    def _on_clicked(self, grant: str, _checked: bool = False) -> None:
        self.chosen.emit(grant)

    def _facts(self, case: GrantedCase) -> str:
        if case.closed:
            return present(Refused(case.closed)).message
        until = datetime.fromisoformat(case.valid_until).astimezone()
        parts = [
            case.cause,
            _("{count} pages").format(count=case.pages),
            _("until {time}").format(time=f"{until:%m-%d %H:%M}"),
        ]
        if case.prints_left:
            parts.append(_("{count} pages may be printed").format(count=case.prints_left))
        if case.views_left is not None:
            parts.append(_("{count} visits left").format(count=case.views_left))
        return " · ".join(part for part in parts if part)
