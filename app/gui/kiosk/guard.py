"""Nothing leaves the terminal: no context menus, no clipboard, no dragging, no help keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QKeyEvent, QKeySequence

_BARRED_EVENTS = frozenset(
    {QEvent.Type.ContextMenu, QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop}
)
_KEYS = QKeySequence.StandardKey
_BARRED_KEYS = (
    _KEYS.Copy,
    _KEYS.Cut,
    _KEYS.Paste,
    _KEYS.SelectAll,
    _KEYS.Save,
    _KEYS.SaveAs,
    _KEYS.Open,
    _KEYS.Print,
    _KEYS.New,
    _KEYS.HelpContents,
)


class Guard(QObject):
    """Swallows what could take something away, in every window of the terminal."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        application = QCoreApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # Every event comes by; most are told apart by their class, at the least cost.
        if not isinstance(event, QContextMenuEvent | QDropEvent | QKeyEvent):
            return False
        kind = event.type()
        if kind in _BARRED_EVENTS or isinstance(event, QContextMenuEvent):
            return True
        if kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(
            event, QKeyEvent
        ):
            return any(event.matches(barred) for barred in _BARRED_KEYS)
        return False
