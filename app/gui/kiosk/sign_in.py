"""Identify by grant code, on digits large enough for any finger."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.kiosk.digit_pad import CODE_DIGITS, MOST_DIGITS, CodeBoxes, DigitPad, code_of
from app.gui.present import present
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import IconLabel, framed, label, restyle
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_room import ReadingRoom
    from app.services.reading_views import ReaderSession

# A code tried at random must cost time even where no grant has this number.
TRIES_AT_TERMINAL = 5
PAUSE_SECONDS = 60.0


class SignInPage(QWidget):
    """Emits `signed_in(ReaderSession)` or `left()`. After five wrong codes in a row, whatever
    their numbers, the terminal takes none for `pause` seconds."""

    signed_in = Signal(object)
    left = Signal()

    def __init__(
        self, room: ReadingRoom, parent: QWidget | None = None, *, pause: float = PAUSE_SECONDS
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._room = room
        self._digits = ""
        self._visit = 0
        self._wrong = 0
        self._asking = False
        self._pause = QTimer(self, singleShot=True, interval=round(pause * 1000))
        self._pause.timeout.connect(self._end_pause)
        self.boxes = CodeBoxes()
        self.pad = DigitPad()
        self.pad.digit.connect(self.type_digit)
        self.pad.erased.connect(self.erase)
        self.pad.cleared.connect(self.clear)
        self.enter = push_button(_("Enter"), self.submit, role="next")
        self.enter.setMinimumWidth(240)
        self.back = push_button(_("Back"), self.left.emit, role="back")
        self.message = label("", "heading", wrap=True)
        self.remedy = label("", wrap=True)
        self.sign = IconLabel("warn", "warn", 28)
        self.notice = self._notice()
        self._build()
        self.wipe()

    def _notice(self) -> QFrame:
        notice = framed("notice")
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

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(16)
        buttons.addWidget(self.back)
        buttons.addWidget(self.enter, 1)
        form = QVBoxLayout()
        form.setSpacing(0)
        form.addWidget(label(_("Enter the reading code"), "large"))
        form.addSpacing(12)
        form.addWidget(label(_("Ten digits on your grant slip, like 1001-123456"), "muted"))
        form.addSpacing(32)
        form.addWidget(self.boxes)
        form.addSpacing(24)
        form.addWidget(self.notice)
        form.addStretch(1)
        form.addSpacing(24)
        form.addLayout(buttons)
        card = framed("card")
        row = QHBoxLayout(card)
        row.setContentsMargins(48, 48, 48, 48)
        row.setSpacing(64)
        row.addLayout(form, 1)
        row.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignTop)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(card)
        across.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(across)
        column.addStretch(3)

    @property
    def digits(self) -> str:
        """What has been entered."""
        return self._digits

    def wipe(self) -> None:
        """Forget what was entered; an answer still on its way is ended at once."""
        self._visit += 1
        self._asking = False
        self._say("", "")
        self._set("")
        if self._pause.isActive():
            self._say_pause()

    def type_digit(self, digit: str) -> None:
        """One more digit."""
        if self.pad.isEnabled() and len(self._digits) < MOST_DIGITS:
            if not self._pause.isActive():
                self._say("", "")
            self._set(self._digits + digit)

    def erase(self) -> None:
        """Take the last digit back."""
        self._set(self._digits[:-1])

    def clear(self) -> None:
        """Take all digits back."""
        self._set("")

    def submit(self) -> None:
        """Ask the reading room."""
        if not self.enter.isEnabled():
            return
        code, visit = code_of(self._digits), self._visit
        self._asking = True
        self._refresh()
        room = self._room
        ask(self, lambda: room.sign_in(code)).done(partial(self._on_session, visit)).refused(
            partial(self._on_refused, visit)
        ).start()

    def _on_session(self, visit: int, session: ReaderSession) -> None:
        if visit != self._visit:
            room = self._room
            ask(self, lambda: room.sign_out(session)).refused(lambda _fault: None).start()
            return
        self._wrong = 0
        self.wipe()
        self.signed_in.emit(session)

    def _on_refused(self, visit: int, fault: Fault) -> None:
        if fault.code in ("RDR-103", "RDR-104"):
            self._wrong += 1
        if self._wrong >= TRIES_AT_TERMINAL:
            self._wrong = 0
            self._pause.start()
        if visit != self._visit:
            return
        self._asking = False
        self._set("")
        shown = present(fault)
        remedy, left = shown.remedy, fault.parameters.get("left")
        if left is not None:
            remedy = _("{remedy} {left} tries left.").format(remedy=remedy, left=left)
        self._say(shown.message, remedy, shown.tone)
        if self._pause.isActive():
            self._say_pause()
        self._refresh()

    def _say_pause(self) -> None:
        seconds = max(1, round(self._pause.remainingTime() / 1000))
        self._say(
            _("Several wrong codes in a row."),
            _("Codes are taken again in {seconds} seconds. Ask at the counter for help.").format(
                seconds=seconds
            ),
            "warn",
        )

    def _end_pause(self) -> None:
        self._say("", "")
        self._refresh()

    def _say(self, message: str, remedy: str, tone: str = "warn") -> None:
        self.message.setText(message)
        self.remedy.setText(remedy)
        self.sign.show_icon("bad" if tone == "bad" else "warn", tone)
        restyle(self.notice, "tone", tone)
        self.notice.setAccessibleName(f"{message} {remedy}".strip())
        self.notice.setVisible(bool(message))

    def _set(self, digits: str) -> None:
        self._digits = digits
        self.boxes.show_digits(digits)
        self._refresh()

    def _refresh(self) -> None:
        free = not self._asking and not self._pause.isActive()
        self.pad.setEnabled(free)
        self.enter.setEnabled(free and len(self._digits) >= CODE_DIGITS)
        self.enter.setText(_("One moment…") if self._asking else _("Enter"))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if event.text() in tuple("0123456789"):
            self.type_digit(event.text())
        elif key == Qt.Key.Key_Backspace:
            self.erase()
        elif key == Qt.Key.Key_Delete:
            self.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
