"""Buttons of touch size which leave the keys to the page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap, QTransform
from PySide6.QtWidgets import QPushButton, QWidget

from app.gui.theme.apply import current_tokens
from app.gui.theme.icons import icon_pixmap
from app.gui.widgets.labels import set_theme_icon

ICON = QSize(28, 28)


def button(
    text: str,
    icon_name: str = "",
    *,
    role: str = "",
    name: str = "",
    checkable: bool = False,
    mirrored: bool = False,
    after: bool = False,
    parent: QWidget | None = None,
) -> QPushButton:
    """A button of touch size which leaves the keys to the page."""
    made = QPushButton(f"\u00a0{text}" if icon_name and text and not after else text, parent)
    made.setAccessibleName(name or text)
    made.setCheckable(checkable)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if role:
        made.setProperty("role", role)
    if after:
        made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        made.setText(f"{text}\u00a0")
    if mirrored:
        made.setIcon(_mirrored(icon_name))
    elif icon_name:
        set_theme_icon(made, icon_name, "accent_text" if role == "primary" else "text")
    made.setIconSize(ICON)
    return made


def _mirrored(name: str) -> QIcon:
    tokens, result = current_tokens(), QIcon()
    flip = QTransform().scale(-1, 1)
    for mode, token in ((QIcon.Mode.Normal, "text"), (QIcon.Mode.Disabled, "disabled")):
        for ratio in (1.0, 2.0):
            drawn = icon_pixmap(name, tokens.colour(token), ICON.width(), ratio)
            turned: QPixmap = drawn.transformed(flip)
            turned.setDevicePixelRatio(ratio)
            result.addPixmap(turned, mode)
    return result
