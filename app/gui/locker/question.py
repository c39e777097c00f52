"""Small dialogs that ask a few things and give one command: refused ones stay open and say why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.access import ADMINISTRATOR, Actor, is_among
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.widgets.buttons import answer_row, push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import label
from app.gui.widgets.room import Roomy, within_screen
from app.kernel.errors import Fault

PIN_LENGTH = 64


class Question(QDialog):
    """Title, sentence, fields below each other, what was refused, Cancel and one answer.

    Emits `answered(result)` with what the command gave, then closes. Subclasses add fields and
    override `command`.
    """

    answered = Signal(object)

    def __init__(
        self, desk: Desk, title: str, sentence: str, answer: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle(title)
        self.ask_width(520)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.error = FaultLine()
        self.button = push_button(answer, self.submit, role="primary")
        self.sentence = label(sentence, "muted", wrap=True)
        self.sentence.setVisible(bool(sentence))
        # What is asked can be scrolled on a small screen; what was refused and the answer cannot.
        self.room = Roomy(self)
        self.room.changed.connect(self._grow)
        self.asked = QVBoxLayout(self.room.inner)
        self.asked.setContentsMargins(0, 0, 0, 0)
        self.asked.setSpacing(12)
        self.asked.addWidget(label(title, "title", wrap=True))
        self.asked.addWidget(self.sentence)
        self.asked.addLayout(self.form)
        self.asked.addStretch(1)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(24, 24, 24, 16)
        self._outer.setSpacing(12)
        self._outer.addWidget(self.room, 1)
        self._outer.addWidget(self.error)
        self._outer.addLayout(answer_row(self, self.button))

    def ask_width(self, width: int) -> None:
        """At least this wide, where the screen is."""
        self.setMinimumWidth(within_screen(self, QSize(width, 0)).width())

    def add_field(self, name: str, field: QWidget) -> None:
        """One more field under the others, named on its left."""
        field.setAccessibleName(field.accessibleName() or name)
        caption = label(name, "muted")
        self.form.addRow(caption, field)

    def add_line(self, name: str, hint: str = "") -> QLineEdit:
        """One more line of text."""
        field = QLineEdit()
        field.setPlaceholderText(hint)
        self.add_field(name, field)
        return field

    def show_field(self, field: QWidget, shown: bool) -> None:
        """Show a field with its name, or neither."""
        field.setVisible(shown)
        caption = self.form.labelForField(field)
        if caption is not None:
            caption.setVisible(shown)

    def missing(self) -> QWidget | None:
        """The first field that still has to be filled in."""
        return None

    def command(self) -> Callable[[], Any]:
        """What the answer does, called on another thread; reads the fields before it returns."""
        return lambda: None

    def submit(self) -> None:
        """Give the command, or go to what is missing."""
        empty = self.missing()
        if empty is not None:
            empty.setFocus()
            self.room.ensureWidgetVisible(empty)
            return
        self.error.hide()
        self.button.setEnabled(False)
        operation = Op(self, self.command()).done(self._done).refused(self._refused)
        operation.finally_(lambda: self.button.setEnabled(True)).start()

    def _done(self, result: object) -> None:
        self.accept()
        self.answered.emit(result)

    def _refused(self, fault: Fault) -> None:
        self.error.show_fault(fault)
        self.refused(fault)
        self.fit()

    def refused(self, fault: Fault) -> None:
        """The command was refused; the line already says why."""

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        first = self.missing()
        if first is not None:
            first.setFocus()
        self.fit()

    def fit(self) -> None:
        """As high as the wrapped words need, which the size hint of a dialog does not know."""
        self.resize(self._wanted_size())

    def _grow(self) -> None:
        # Fields that appear while it is asked have their room, but nothing shrinks under a hand.
        if self.isVisible():
            self.resize(self._wanted_size().expandedTo(self.size()))

    def _wanted_size(self) -> QSize:
        self.room.measure()
        self._outer.activate()
        height = self._outer.totalHeightForWidth(self.width())
        least = self._outer.totalMinimumSize().height()
        return within_screen(self, QSize(self.width(), max(height, least)))


class SecondPerson:
    """Two fields of a question: who else stands here, and her PIN. Nobody vouches for herself."""

    def __init__(self, question: Question, *, administrators: bool) -> None:
        self._desk = question.desk
        self._administrators = administrators
        self.name = QComboBox()
        self.name.setPlaceholderText(_("Choose a person"))
        question.add_field(
            _("Second administrator") if administrators else _("Second person"), self.name
        )
        self.pin = question.add_line(_("Her PIN"))
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(PIN_LENGTH)
        Op(question, self._desk.workstation.people).reads().done(self._show).start()

    def _show(self, people: list[tuple[str, str]]) -> None:
        own = self._desk.actor.name
        anybody = not self._administrators
        names = [
            name
            for name, role in people
            if not is_among(name, [own]) and (anybody or role == ADMINISTRATOR)
        ]
        self.name.addItems(names)
        self.name.setCurrentIndex(0 if len(names) == 1 else -1)

    def missing(self) -> QWidget | None:
        """The field that still has to be filled in."""
        if not self.name.currentText():
            return self.name
        return None if self.pin.text() else self.pin

    def identify(self) -> Callable[[], Actor]:
        """A call that signs her in, on another thread. Raises Refused ACC-106."""
        name, pin, workstation = self.name.currentText(), self.pin.text(), self._desk.workstation
        return lambda: workstation.sign_in(name, pin)
