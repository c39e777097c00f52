"""A hand scanner that types like a keyboard opens the case, wherever the focus is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

PREFIX = "JZ1"
# A hand scanner leaves some milliseconds between two signs; no person types that fast.
MOST_SECONDS_BETWEEN = 0.1
# As soon as this much came so fast, keys mean signs of a code and no actions.
SURELY_A_CODE = "JZ"
LEAST_LENGTH = 6


def is_slip(text: str) -> bool:
    """Whether `text` begins like a code of ours and is long enough to be one."""
    return text.upper().startswith(PREFIX) and len(text) >= LEAST_LENGTH


class SlipListener(QObject):
    """Hears the keys of one window. Emits `scanned(text)` when a code came and ended with Enter;
    that Enter presses nothing. `wanted` tells what counts as a code."""

    scanned = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        seconds: Callable[[], float] = time.monotonic,
        wanted: Callable[[str], bool] = is_slip,
    ) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._seconds = seconds
        self._typed = ""
        self._last = 0.0
        self._window: QWindow | None = None

    def listen(self, widget: QWidget, window: QWindow | None) -> None:
        """Hear what is typed into a window on the screen: its keys come by `window` once, before
        any widget; a key that would do something asks `widget` first, which is its root."""
        if window is not None and window is not self._window:
            self._window = window
            window.installEventFilter(self)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and self._claims(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(watched, QWindow):
            return self._take(event)
        return False

    def _claims(self, event: QKeyEvent) -> bool:
        """Whether a key that would do something is the next sign of a code: without this, the
        signs of a code would turn pages and mark blanks."""
        typed = self._typed + event.text()
        return self._fast() and typed.upper().startswith(SURELY_A_CODE)

    def _fast(self) -> bool:
        return self._seconds() - self._last <= MOST_SECONDS_BETWEEN

    def _take(self, event: QKeyEvent) -> bool:
        fast = self._fast()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            typed, self._typed = self._typed, ""
            if fast and self._wanted(typed):
                take_back(typed)
                self.scanned.emit(typed)
                return True
            return False
        text = event.text()
        if text and text.isprintable():
            self._last = self._seconds()
            self._typed = self._typed + text if fast else text
        return False


def take_back(typed: str) -> None:
    """Take a code that was typed into a line of text out of it again."""
    field = QApplication.focusWidget()
    if isinstance(field, QLineEdit) and field.text().endswith(typed):
        field.setText(field.text()[: -len(typed)])
