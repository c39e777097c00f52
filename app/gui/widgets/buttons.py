"""Buttons that show their key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from app.gui.i18n import _
from app.gui.widgets.labels import set_theme_icon


def push_button(
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    role: str = "",
    icon_name: str = "",
    key: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """A button; `key` is shown in its text, the shortcut itself is made by the screen."""
    shown = f"{text}  {key}" if key else text
    if icon_name:
        shown = f"\u00a0{shown}"
    button = QPushButton(shown, parent)
    button.setAccessibleName(text)
    if role:
        button.setProperty("role", role)
    if icon_name:
        token = "accent_text" if role in ("primary", "next") else "text"
        set_theme_icon(button, icon_name, token)
        button.setIconSize(QSize(18, 18))
    if key:
        button.setToolTip(_("{text} (key {key})").format(text=text, key=key))
    if pressed is not None:
        button.clicked.connect(_pressing(pressed))
    return button


def tool_button(
    icon_name: str,
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    key: str = "",
    checkable: bool = False,
    show_text: bool = False,
    parent: QWidget | None = None,
) -> QToolButton:
    """A button of a tool bar: an icon whose tip names it and its key."""
    button = QToolButton(parent)
    button.setProperty("role", "flat")
    set_theme_icon(button, icon_name)
    button.setIconSize(QSize(18, 18))
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolTip(_("{text} (key {key})").format(text=text, key=key) if key else text)
    button.setCheckable(checkable)
    style = Qt.ToolButtonStyle
    button.setToolButtonStyle(
        style.ToolButtonTextBesideIcon if show_text else style.ToolButtonIconOnly
    )
    if pressed is not None:
        button.clicked.connect(_pressing(pressed))
    return button


def _pressing(pressed: Callable[[], object]) -> Callable[[], None]:
    """Keeps the checked state, which `clicked` sends along, from reaching the callback."""

    def press() -> None:
        pressed()

    return press
