"""Digits to touch, the boxes they appear in, and what has been typed of a code."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from app.gui.i18n import _
from app.gui.theme.apply import colour

SECRET_DIGITS = 6
CODE_DIGITS = 10
MOST_DIGITS = 14


def code_of(digits: str) -> str:
    """`digits` as a grant code: the last six are the secret ("1001-123456")."""
    return f"{digits[:-SECRET_DIGITS]}-{digits[-SECRET_DIGITS:]}"


class DigitPad(QWidget):
    """Ten digits in the order of a telephone. Emits `digit(str)`, `erased()`, `cleared()`."""

    digit = Signal(str)
    erased = Signal()
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None, *, small: bool = False) -> None:
        super().__init__(parent)
        self.keys: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8 if small else 12)
        for index, text in enumerate("123456789"):
            grid.addWidget(self._key(text, text, small), index // 3, index % 3)
        grid.addWidget(self._key("clear", _("Clear"), small), 3, 0)
        grid.addWidget(self._key("0", "0", small), 3, 1)
        grid.addWidget(self._key("erase", _("Erase"), small), 3, 2)
        for number in "0123456789":
            self.keys[number].clicked.connect(partial(self._press, number))
        self.keys["clear"].clicked.connect(self.cleared)
        self.keys["erase"].clicked.connect(self.erased)
        policy = QSizePolicy.Policy.Fixed
        self.setSizePolicy(policy, policy)

    def _key(self, name: str, text: str, small: bool) -> QPushButton:
        key = QPushButton(text)
        key.setProperty("role", "digit" if name.isdigit() else "word")
        key.setProperty("small", "true" if small else "false")
        key.setAccessibleName(text)
        # The focus stays where typed digits go, so that pad and keyboard work side by side.
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.keys[name] = key
        return key

    def _press(self, number: str, _checked: bool = False) -> None:
        self.digit.emit(number)


class CodeBoxes(QWidget):
    """One box per digit of a code of at least `least` digits, with a dash before the secret."""

    def __init__(self, parent: QWidget | None = None, *, least: int = CODE_DIGITS) -> None:
        super().__init__(parent)
        self._least = least
        self.digits = ""
        self._size = QSize(48, 68)
        policy = QSizePolicy.Policy.Fixed
        self.setSizePolicy(policy, policy)
        self.show_digits("")

    def show_digits(self, digits: str) -> None:
        """Show `digits`."""
        self.digits = digits
        spoken = " ".join(digits) if digits else _("nothing entered yet")
        self.setAccessibleName(_("Reading code: {digits}").format(digits=spoken))
        self.updateGeometry()
        self.update()

    def _count(self) -> int:
        return max(self._least, len(self.digits))

    def sizeHint(self) -> QSize:  # noqa: N802
        count = self._count()
        return QSize(count * (self._size.width() + 8) - 8 + 32, self._size.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(self._size.height() * 9 // 16)
        font.setBold(True)
        painter.setFont(font)
        count, left = self._count(), 0
        for index in range(count):
            if index == count - SECRET_DIGITS:
                middle = self._size.height() / 2
                painter.setPen(QPen(colour("border_strong"), 3))
                painter.drawLine(left + 6, int(middle), left + 18, int(middle))
                left += 32
            box = QRectF(left + 1, 1, self._size.width() - 2, self._size.height() - 2)
            current = index == len(self.digits)
            painter.setPen(
                QPen(colour("focus" if current else "border_strong"), 2.5 if current else 1.2)
            )
            painter.setBrush(colour("surface"))
            painter.drawRoundedRect(box, 6, 6)
            if index < len(self.digits):
                painter.setPen(colour("text"))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self.digits[index])
            left += self._size.width() + 8
        painter.end()


class TypedDigits(QObject):
    """What has been typed of a code of at most `most` digits, shown in `boxes`; Erase and Clear of
    `pad` and the keys of a keyboard do what they say. Emits `typed()` when a digit was taken and
    `changed()` when the code is another one. While `closed` no digit is taken."""

    typed = Signal()
    changed = Signal()

    def __init__(self, boxes: CodeBoxes, pad: DigitPad, *, most: int, parent: QObject) -> None:
        super().__init__(parent)
        self._boxes = boxes
        self._most = most
        self.closed = False
        self.text = ""
        pad.erased.connect(self.erase)
        pad.cleared.connect(self.clear)

    def type_digit(self, digit: str) -> None:
        """One more digit."""
        if not self.closed and len(self.text) < self._most:
            self.typed.emit()
            self._set(self.text + digit)

    def erase(self) -> None:
        """Take the last digit back."""
        self._set(self.text[:-1])

    def clear(self) -> None:
        """Take all digits back."""
        self._set("")

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether the key was a digit or Backspace; it is done then."""
        if event.text() in tuple("0123456789"):
            self.type_digit(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self.erase()
        else:
            return False
        return True

    def _set(self, digits: str) -> None:
        self.text = digits
        self._boxes.show_digits(digits)
        self.changed.emit()
