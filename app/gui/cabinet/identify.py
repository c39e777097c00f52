"""Who is there? A code on large digits, a QR code, a card, an identity card, or name and PIN."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.cabinet.told import Told
from app.gui.cabinet.touch_button import touch_button
from app.gui.cabinet.turning import TurningRow
from app.gui.i18n import _
from app.gui.kiosk.digit_pad import CodeBoxes, DigitPad, TypedDigits
from app.gui.widgets.labels import label
from app.kernel.errors import Fault
from app.services.locker_views import CODE, IDENTITY_CARD

# Two digits that find the hand-off and six that are its secret.
CODE_DIGITS = 8


class IdentifyPage(QWidget):
    """Emits `proved(proof, value)` and `staff()`. On the touch pad the eighth digit sends the code;
    on keys it is Enter, for a card reader types digits too."""

    proved = Signal(str, str)
    staff = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.boxes = CodeBoxes(least=CODE_DIGITS)
        self.pad = DigitPad()
        self.pad.digit.connect(self._touch_digit)
        self.typed = TypedDigits(self.boxes, self.pad, most=CODE_DIGITS, parent=self)
        self.identity = touch_button(_("Read identity card"), self._ask_card, icon_name="card")
        self.pin = touch_button(_("Staff: name and PIN"), self.staff.emit, icon_name="person")
        self.told = Told()
        self.typed.typed.connect(self.told.say_nothing)
        words = QVBoxLayout()
        words.setSpacing(16)
        words.addStretch(1)
        words.addWidget(label(_("Enter your code"), "large"))
        hint = _("Eight digits from your message. Or hold a QR code or staff card to the reader.")
        words.addWidget(label(hint, "muted", wrap=True))
        words.addWidget(self.boxes)
        words.addWidget(self.told)
        words.addStretch(1)
        others = QHBoxLayout()
        others.setSpacing(16)
        others.addWidget(self.identity, 1)
        others.addWidget(self.pin, 1)
        words.addLayout(others)
        holder = QWidget()
        holder.setLayout(words)
        row = TurningRow()
        row.box.addWidget(holder, 1)
        row.box.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 16, 48, 16)
        column.addWidget(row)

    @property
    def digits(self) -> str:
        """What has been entered."""
        return self.typed.text

    def wipe(self) -> None:
        """Forget everything."""
        self.told.say_nothing()
        self.wait(False)
        self.clear()

    def wait(self, asking: bool) -> None:
        """An answer is on its way, or has come."""
        self.typed.closed = asking
        for part in (self.pad, self.identity, self.pin):
            part.setEnabled(not asking)

    def refuse(self, fault: Fault) -> None:
        """Say why nobody was known, and take another try."""
        self.wait(False)
        self.clear()
        self.told.show_fault(fault)

    def clear(self) -> None:
        """Take all digits back."""
        self.typed.clear()

    def submit(self) -> None:
        """Send the code once it is whole."""
        if not self.typed.closed and len(self.digits) == CODE_DIGITS:
            self.proved.emit(CODE, self.digits)

    def _touch_digit(self, digit: str) -> None:
        self.typed.type_digit(digit)
        self.submit()

    def _ask_card(self) -> None:
        # The reader of the cabinet is asked for the card; nothing was typed.
        self.told.say(_("Lay your identity card on the reading field"), tone="good")
        self.proved.emit(IDENTITY_CARD, "")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self.typed.take_key(event):
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        else:
            super().keyPressEvent(event)
