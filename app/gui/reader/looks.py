"""The looks of the reader's window: those of the terminal, larger or with more contrast."""

from __future__ import annotations

from importlib import resources

from PySide6.QtWidgets import QApplication

from app.gui.kiosk.looks import dress
from app.gui.theme.tokens import Tokens


def dress_reader(
    application: QApplication, *, large: bool = False, contrast: bool = False
) -> Tokens:
    """Put the looks of the reader's window on the whole application."""
    name = "kiosk" + ("_large" if large else "") + ("_contrast" if contrast else "")
    own = (resources.files("resources") / "theme" / "reader.qss").read_text(encoding="utf-8")
    return dress(application, name, own)
