"""How far a case is, by query code, without signing in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.kiosk.code_entry import CodeEntry
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import chip, framed, label
from app.kernel.errors import Fault
from app.services.reading_views import ProgressRow, ReadingDesk


def step_word(step: str) -> str:
    """What a step of `ProgressRow` is called."""
    return {
        "filed": _("Case filed"),
        "closed": _("Case closed"),
        "digitized": _("Paper scanned"),
        "catalogued": _("Catalogue made"),
        "sealed": _("Electronic dossier sealed"),
        "submitted": _("Handed over to the archive"),
        "archived": _("Taken into the archive"),
    }.get(step, step)


def place_word(paper: str) -> str:
    """Where the paper is, in words."""
    return {
        "court": _("with the court chamber"),
        "centre": _("in the scanning centre"),
        "archive": _("in the archive"),
    }.get(paper, _("ask at the counter"))


class QueryPage(QWidget):
    """Emits `left()`."""

    left = Signal()

    def __init__(self, room: ReadingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._room = room
        self._turn = 0
        self.entry = CodeEntry(
            _("Enter the query code"),
            _("Ten digits on your query slip, like 5001-123456"),
            _("Show the progress"),
            self,
        )
        self.entry.submitted.connect(self._ask)
        self.entry.left.connect(self.left)
        self.answer: QFrame = framed("card", self)
        self.title = label("", "title", self.answer)
        self.cause = label("", "muted", self.answer)
        self.paper = label("", "", self.answer)
        self.term = label("", "", self.answer)
        self.steps = QGridLayout()
        self.back = push_button(_("Close"), self.left.emit, role="next", parent=self.answer)
        inner = QVBoxLayout(self.answer)
        inner.setContentsMargins(48, 32, 48, 32)
        inner.setSpacing(12)
        for part in (self.title, self.cause):
            inner.addWidget(part)
        inner.addLayout(self.steps)
        for part in (self.paper, self.term):
            inner.addWidget(part)
        inner.addWidget(self.back, 0, Qt.AlignmentFlag.AlignRight)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.entry)
        self.stack.addWidget(self.answer)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 40, 48, 40)
        column.addStretch(1)
        column.addWidget(self.stack, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def wipe(self) -> None:
        """Forget the code and the answer; one still on its way is dropped."""
        self._turn += 1
        self.entry.wipe()
        for part in (self.title, self.cause, self.paper, self.term):
            part.clear()
        self._clear_steps()
        self.stack.setCurrentWidget(self.entry)

    def _ask(self, code: str) -> None:
        room, turn = self._room, self._turn
        ask(self, lambda: room.progress(code)).done(partial(self._on_answer, turn)).refused(
            partial(self._on_refused, turn)
        ).start()

    def _on_answer(self, turn: int, row: ProgressRow) -> None:
        if turn != self._turn:
            return
        self.entry.wipe()
        self.title.setText(row.case_no)
        self.cause.setText(row.cause)
        self.paper.setText(_("The paper is {place}.").format(place=place_word(row.paper)))
        self.term.setText(
            _("To be archived by {day}").format(day=row.term_until) if row.term_until else ""
        )
        self._clear_steps()
        for line, (step, moment, done) in enumerate(row.steps):
            self.steps.addWidget(label(step_word(step), "heading", self.answer), line, 0)
            word = _("reached") if done else _("not yet")
            self.steps.addWidget(chip(word, "good" if done else "note", self.answer), line, 1)
            self.steps.addWidget(label(moment[:10], "muted", self.answer), line, 2)
        self.stack.setCurrentWidget(self.answer)
        self.setFocus()

    def _on_refused(self, turn: int, fault: Fault) -> None:
        if turn == self._turn:
            self.entry.refuse(fault)

    def _clear_steps(self) -> None:
        while (item := self.steps.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        keys = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self.stack.currentWidget() is self.answer and event.key() in keys:
            self.left.emit()
        else:
            super().keyPressEvent(event)
