"""Nothing leaves the terminal: no context menus, no clipboard, no dragging, no key that leaves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QUrl, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDesktopServices,
    QDropEvent,
    QFileOpenEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)

STAFF_KEYS = "Ctrl+Alt+Q"
# With Ctrl, Alt or Meta only these do anything: staff, and the size of a page.
ALLOWED = (STAFF_KEYS, "Ctrl++", "Ctrl+=", "Ctrl+-", "Ctrl+0")
SCHEMES = ("http", "https", "file", "mailto", "ftp", "help", "x-scheme-handler")
_BARRED_EVENTS = frozenset(
    {
        QEvent.Type.ContextMenu,
        QEvent.Type.DragEnter,
        QEvent.Type.DragMove,
        QEvent.Type.Drop,
        QEvent.Type.WhatsThis,
        QEvent.Type.EnterWhatsThisMode,
    }
)
_PRESSES = frozenset({QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride})
_COMBINING = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_MODIFIERS = frozenset({Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Shift})
# Qt numbers function keys, keys of windows, menus, help, browsers, media, phones and input methods
# from F1 on; none of them is for reading, nor are these before it.
_LEAST_LEAVING = Qt.Key.Key_F1.value
_LEAVING = frozenset({Qt.Key.Key_Meta, Qt.Key.Key_Print, Qt.Key.Key_SysReq, Qt.Key.Key_Pause})
_TOUCH_BUTTON = Qt.MouseButton.LeftButton


class Guard(QObject):
    """Swallows what could take something away or lead out, in every window of the process.
    `allowed` are the only keys with Ctrl, Alt or Meta."""

    def __init__(self, parent: QObject, *, allowed: Sequence[str] = ALLOWED) -> None:
        super().__init__(parent)
        self._allowed = tuple(QKeySequence(keys) for keys in allowed)
        for scheme in SCHEMES:
            # The name as text is what works; the stubs of PySide6 ask for bytes.
            QDesktopServices.setUrlHandler(scheme, self, "swallow_url")  # type: ignore[arg-type]
        application = QCoreApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    @Slot(QUrl)
    def swallow_url(self, url: QUrl) -> None:
        """Open no address in another program."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # Every event comes by; most are told apart by their class, at the least cost.
        if isinstance(event, QKeyEvent):
            return event.type() in _PRESSES and self._leads_out(event)
        if isinstance(event, QMouseEvent):
            return event.button() not in (Qt.MouseButton.NoButton, _TOUCH_BUTTON)
        if isinstance(event, QContextMenuEvent | QDropEvent | QFileOpenEvent | QInputMethodEvent):
            return True
        return event.type() in _BARRED_EVENTS

    def _leads_out(self, event: QKeyEvent) -> bool:
        if event.modifiers() & _COMBINING and event.key() not in _MODIFIERS:
            pressed = QKeySequence(event.keyCombination())
            return pressed not in self._allowed
        return event.key() >= _LEAST_LEAVING or event.key() in _LEAVING
