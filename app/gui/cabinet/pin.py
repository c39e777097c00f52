"""A member of staff without a card: the name, then the PIN."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.gui.cabinet.fitting_label import FittingLabel
from app.gui.cabinet.people_grid import PeopleGrid
from app.gui.cabinet.told import Told
from app.gui.cabinet.touch_button import touch_button
from app.gui.cabinet.turning import TurningRow
from app.gui.i18n import _
from app.gui.kiosk.digit_pad import DigitPad
from app.gui.kiosk.staff_panel import PIN_LENGTH
from app.gui.widgets.labels import label
from app.kernel.errors import Fault

DOT = "●"


class PinPage(QWidget):
    """Emits `proved(name, pin)`, `left()`, and `asked(sentence)` when it asks for the PIN."""

    proved = Signal(str, str)
    left = Signal()
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pin = ""
        self.people = PeopleGrid()
        self.people.chosen.connect(self._on_name)
        self.told_names = Told()
        names = QWidget()
        column = QVBoxLayout(names)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(label(_("Touch your name"), "large"))
        column.addWidget(self.told_names)
        column.addWidget(self.people, 1)
        self.back = touch_button(_("Back"), self.left.emit)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.name = FittingLabel("", 48)
        self.dots = label("", "large")
        self.dots.setMinimumHeight(56)
        self.told = Told(brief=True)
        self.pad = DigitPad()
        self.pad.digit.connect(self.type_digit)
        self.pad.erased.connect(self.erase)
        self.pad.cleared.connect(self.clear)
        self.enter = touch_button(_("Sign in"), self.submit, role="next")
        self.other = touch_button(_("Another name"), self.choose_again)
        self.stack = QStackedWidget()
        self.stack.addWidget(names)
        self.stack.addWidget(self._pin_step())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(48, 16, 48, 16)
        outer.addWidget(self.stack)

    def _pin_step(self) -> QWidget:
        holder = QWidget()
        words = QVBoxLayout(holder)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(10)
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(label(_("Enter your PIN"), "muted"))
        words.addWidget(self.dots)
        words.addWidget(self.told)
        words.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(20)
        buttons.addWidget(self.other)
        buttons.addWidget(self.enter, 1)
        words.addLayout(buttons)
        row = TurningRow()
        row.box.addWidget(holder, 1)
        row.box.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignCenter)
        return row

    def show_people(self, names: Sequence[str]) -> None:
        """Offer `names`."""
        self.told_names.say_nothing()
        self.people.show_people(names)
        if not names:
            self.told_names.say(
                _("Nobody of the staff can sign in by PIN here."),
                remedy=_("Use a code, a QR code or a card, or ask at the counter."),
            )

    def refuse_people(self, fault: Fault) -> None:
        """The names cannot be had just now."""
        self.people.show_people(())
        self.told_names.show_fault(fault)

    def wipe(self) -> None:
        """Forget everything."""
        self.told.say_nothing()
        self.told_names.say_nothing()
        self.people.show_people(())
        self.name.show_text("")
        self.clear()
        self.wait(False)
        self.stack.setCurrentIndex(0)

    def wait(self, asking: bool) -> None:
        """An answer is on its way, or has come."""
        self.pad.setEnabled(not asking)
        self.other.setEnabled(not asking)
        self.enter.setEnabled(not asking and bool(self._pin))

    def refuse(self, fault: Fault) -> None:
        """Say why this PIN was not taken."""
        self.clear()
        self.wait(False)
        self.told.show_fault(fault)

    def choose_again(self) -> None:
        """Back to the names."""
        self.clear()
        self.told.say_nothing()
        self.stack.setCurrentIndex(0)
        self.asked.emit(_("Touch your name"))

    def type_digit(self, digit: str) -> None:
        """One more digit."""
        if self.pad.isEnabled() and len(self._pin) < PIN_LENGTH:
            self.told.say_nothing()
            self._set(self._pin + digit)

    def erase(self) -> None:
        """Take the last digit back."""
        self._set(self._pin[:-1])

    def clear(self) -> None:
        """Take all digits back."""
        self._set("")

    def submit(self) -> None:
        """Send name and PIN."""
        if self.enter.isEnabled():
            pin = self._pin
            self.clear()
            self.proved.emit(self.people.name, pin)

    def _on_name(self, name: str) -> None:
        self.name.show_text(name)
        self.clear()
        self.stack.setCurrentIndex(1)
        self.setFocus()
        self.asked.emit(_("Enter your PIN"))

    def _set(self, pin: str) -> None:
        self._pin = pin
        # How many digits a PIN has is nobody's business at 1.5 m, but each touch must be seen.
        self.dots.setText(DOT * len(pin))
        self.dots.setAccessibleName(_("{count} digits entered").format(count=len(pin)))
        self.enter.setEnabled(bool(pin) and self.pad.isEnabled())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if self.stack.currentIndex() and event.text() in tuple("0123456789"):
            self.type_digit(event.text())
        elif key == Qt.Key.Key_Backspace:
            self.erase()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        else:
            super().keyPressEvent(event)
