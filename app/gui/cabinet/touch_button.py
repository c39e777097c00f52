"""A button for a finger, with an icon that is seen from where the finger comes from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton

from app.gui.widgets.buttons import push_button

ICON_PIXELS = 36


def touch_button(
    text: str, pressed: Callable[[], object], *, role: str = "back", icon_name: str = ""
) -> QPushButton:
    """A button of the style `role`: start, next, differs or back."""
    button = push_button(text, pressed, role=role, icon_name=icon_name)
    button.setIconSize(QSize(ICON_PIXELS, ICON_PIXELS))
    return button
