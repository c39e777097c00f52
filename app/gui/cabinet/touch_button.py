"""A button for a finger, with an icon that is seen from where the finger comes from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton

from app.gui.theme.apply import current_tokens
from app.gui.theme.icons import icon_pixmap
from app.gui.widgets.buttons import push_button

ICON_PIXELS = 36


def touch_button(
    text: str, pressed: Callable[[], object], *, role: str = "back", icon_name: str = ""
) -> QPushButton:
    """A button of the style `role`: start, next, differs or back."""
    button = push_button(text, pressed, role=role, icon_name=icon_name)
    if icon_name:
        button.setIcon(_icon(button, icon_name, "accent_text" if role == "next" else "text"))
        button.setIconSize(QSize(ICON_PIXELS, ICON_PIXELS))
    return button


def _icon(button: QPushButton, name: str, token: str) -> QIcon:
    """Larger than those of the desk, and grey where the button cannot be pressed."""
    tokens, ratio = current_tokens(), button.devicePixelRatioF()
    icon = QIcon(icon_pixmap(name, tokens.colour(token), ICON_PIXELS, ratio))
    grey = icon_pixmap(name, tokens.colour("disabled"), ICON_PIXELS, ratio)
    icon.addPixmap(grey, QIcon.Mode.Disabled)
    return icon
