"""A field for typed words which the system's clipboard, undo and input methods know nothing of."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.gui.keyboard.layouts import ENTER, ERASE, SPACE
from app.gui.widgets.labels import framed, label, restyle

CARET = "▏"
_NAMES: dict[int, str] = {
    Qt.Key.Key_Backspace: ERASE,
    Qt.Key.Key_Return: ENTER,
    Qt.Key.Key_Enter: ENTER,
    Qt.Key.Key_Space: SPACE,
}
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class TouchField(QWidget):
    """Words typed at its end. Emits `changed(text)`, `entered(text)`, `cancelled()`, and `asked()`
    when it was touched. `interceptor` is asked first about every key, by its character or its name
    in `layouts`, and says whether it took it: so pinyin is composed with a real keyboard, too.

    It is no line edit on purpose: those put what is selected into the clipboard of the window
    system, take what is dropped or pasted, and remember what was deleted.
    """

    changed = Signal(str)
    entered = Signal(str)
    cancelled = Signal()
    asked = Signal()

    def __init__(
        self, hint: str, parent: QWidget | None = None, *, most: int = 60, rows: int = 1
    ) -> None:
        super().__init__(parent)
        self._hint = hint
        self._most = most
        self._text = ""
        self.interceptor: Callable[[str], bool] = lambda _name: False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAccessibleName(hint)
        frame = framed("field", self)
        self._shown: QLabel = label("", parent=frame, wrap=rows > 1)
        across = QSizePolicy.Policy.Ignored
        self._shown.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        if rows > 1:
            self._shown.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._shown.setMinimumHeight(rows * self._shown.fontMetrics().lineSpacing())
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.addWidget(self._shown, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self._frame = frame
        self._draw()

    @property
    def text(self) -> str:
        """What was typed."""
        return self._text

    def set_text(self, text: str) -> None:
        """Replace what was typed; at most as long as the field takes."""
        self._text = text[: self._most]
        self._draw()
        self.changed.emit(self._text)

    def insert(self, text: str) -> None:
        """Add `text` at the end."""
        self.set_text(self._text + text)

    def erase(self) -> None:
        """Take the last character back."""
        self.set_text(self._text[:-1])

    def clear(self) -> None:
        """Take all back."""
        self.set_text("")

    def submit(self) -> None:
        """The words are complete."""
        self.entered.emit(self._text)

    def _draw(self) -> None:
        caret = CARET if self.hasFocus() else ""
        shown = self._text + caret if self._text or caret else self._hint
        if not self._shown.wordWrap():
            metrics = self._shown.fontMetrics()
            room = max(self._shown.width(), 60)
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideLeft, room)
        self._shown.setText(shown)
        restyle(self._shown, "role", "" if self._text or caret else "muted")
        restyle(self._frame, "active", "true" if caret else "false")
        self.setAccessibleDescription(self._text)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self._draw()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self._draw()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.accept()
        self.setFocus()
        self.asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        event.accept()
        text = "" if event.modifiers() & _COMMANDS else event.text()
        name = _NAMES.get(event.key(), text)
        if name and self.interceptor(name):
            return
        if name == ERASE:
            self.erase()
        elif name == ENTER:
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif text and text.isprintable():
            self.insert(text)
