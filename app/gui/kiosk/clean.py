"""What may keep something of a reader in this process, emptied."""

from __future__ import annotations

from PySide6.QtGui import QClipboard, QGuiApplication, QPixmapCache


def wipe_shared() -> None:
    """Empty all clipboards of the screen and the picture caches of this process."""
    clipboard = QGuiApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection, QClipboard.Mode.FindBuffer):
        clipboard.clear(mode)
    QPixmapCache.clear()
