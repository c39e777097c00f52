"""A code of digits, entered by touch or keyboard, and the sentence that answers a wrong one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.digit_pad import (
    CODE_DIGITS,
    MOST_DIGITS,
    CodeBoxes,
    DigitPad,
    TypedDigits,
    code_of,
)
from app.gui.present import present
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import IconLabel, framed, label, restyle
from app.kernel.errors import Fault


class CodeEntry(QWidget):
    """Emits `submitted(code)` ("1001-123456") or `left()`. While `busy` it takes nothing. `action`
    says what the code is for."""

    submitted = Signal(str)
    left = Signal()

    def __init__(self, heading: str, hint: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._action = action
        self.card = framed("card", self)
        self.boxes = CodeBoxes(self.card)
        self.pad = DigitPad(self.card)
        self.typed = TypedDigits(self.boxes, self.pad, most=MOST_DIGITS, parent=self)
        self.typed.typed.connect(lambda: self.say("", ""))
        self.typed.changed.connect(self._refresh)
        self.pad.digit.connect(self.typed.type_digit)
        self.enter = push_button(action, self.submit, role="next", parent=self.card)
        self.enter.setMinimumWidth(240)
        self.back = push_button(_("Back"), self.left.emit, role="back", parent=self.card)
        self.message = label("", "heading", self.card, wrap=True)
        self.remedy = label("", "", self.card, wrap=True)
        self.sign = IconLabel("warn", "warn", 28)
        self.notice = self._notice()
        self.more = QVBoxLayout()
        self._build(heading, hint)
        self.wipe()

    def _notice(self) -> QFrame:
        notice = framed("notice", self.card)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.message)
        texts.addWidget(self.remedy)
        row = QHBoxLayout(notice)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        policy = notice.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        notice.setSizePolicy(policy)
        notice.setMinimumHeight(96)
        return notice

    def _build(self, heading: str, hint: str) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(16)
        buttons.addWidget(self.back)
        buttons.addWidget(self.enter, 1)
        form = QVBoxLayout()
        form.setSpacing(0)
        form.addWidget(label(heading, "large", self.card))
        form.addSpacing(12)
        form.addWidget(label(hint, "muted", self.card))
        form.addSpacing(24)
        form.addWidget(self.boxes)
        form.addSpacing(16)
        form.addLayout(self.more)
        form.addWidget(self.notice)
        form.addStretch(1)
        form.addSpacing(16)
        form.addLayout(buttons)
        row = QHBoxLayout(self.card)
        row.setContentsMargins(48, 40, 48, 40)
        row.setSpacing(64)
        row.addLayout(form, 1)
        row.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignTop)
        across = QHBoxLayout(self)
        across.addStretch(1)
        across.addWidget(self.card)
        across.addStretch(1)

    @property
    def digits(self) -> str:
        """What has been entered."""
        return self.typed.text

    def wipe(self) -> None:
        """Forget everything."""
        self.typed.closed = False
        self.say("", "")
        self.typed.clear()

    def set_busy(self, busy: bool) -> None:
        """Wait for an answer, or take digits again."""
        self.typed.closed = busy
        self._refresh()

    def type_digit(self, digit: str) -> None:
        """One more digit."""
        self.typed.type_digit(digit)

    def clear(self) -> None:
        """Take all digits back."""
        self.typed.clear()

    def submit(self) -> None:
        """Send the code, when it is long enough to be one."""
        if self.enter.isEnabled():
            code = code_of(self.digits)
            self.set_busy(True)
            self.submitted.emit(code)

    def refuse(self, fault: Fault) -> None:
        """Say why it was refused, and take digits again."""
        shown = present(fault)
        remedy, left = shown.remedy, fault.parameters.get("left")
        if left is not None:
            remedy = _("{remedy} {left} tries left.").format(remedy=remedy, left=left)
        self.clear()
        self.say(shown.message, remedy, shown.tone)
        self.set_busy(False)

    def say(self, message: str, remedy: str, tone: str = "warn") -> None:
        """One sentence and what to do now; nothing when `message` is empty."""
        self.message.setText(message)
        self.remedy.setText(remedy)
        self.sign.show_icon("bad" if tone == "bad" else "warn", tone)
        restyle(self.notice, "tone", tone)
        self.notice.setAccessibleName(f"{message} {remedy}".strip())
        self.notice.setVisible(bool(message))

    def _refresh(self) -> None:
        busy = self.typed.closed
        self.pad.setEnabled(not busy)
        self.enter.setEnabled(not busy and len(self.digits) >= CODE_DIGITS)
        self.enter.setText(_("One moment…") if busy else self._action)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if self.typed.take_key(event):
            return
        if key == Qt.Key.Key_Delete:
            self.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
