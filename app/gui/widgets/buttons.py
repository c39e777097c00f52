"""Buttons that show their key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.gui.i18n import _
from app.gui.shortcuts import keys_of
from app.gui.widgets.labels import set_theme_icon


def push_button(
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    role: str = "",
    icon_name: str = "",
    action: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """A button; the key of `action` is shown in its text, the shortcut itself is made by the
    screen. `relabel` follows when the key changes."""
    button = QPushButton(parent)
    button.setProperty("padded", bool(icon_name))
    set_text(button, text, action)
    if role:
        button.setProperty("role", role)
    if icon_name:
        token = "accent_text" if role in ("primary", "next") else "text"
        set_theme_icon(button, icon_name, token)
        button.setIconSize(QSize(18, 18))
    if pressed is not None:
        button.clicked.connect(_pressing(pressed))
    return button


def answer_row(dialog: QDialog, accept: QPushButton) -> QHBoxLayout:
    """The foot of a dialog: Cancel, and `accept`, which Enter presses."""
    cancel = push_button(_("Cancel"), dialog.reject)
    cancel.setAutoDefault(False)
    accept.setDefault(True)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    row.addWidget(cancel)
    row.addWidget(accept)
    return row


def tool_button(
    icon_name: str,
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    action: str = "",
    checkable: bool = False,
    show_text: bool = False,
    parent: QWidget | None = None,
) -> QToolButton:
    """A button of a tool bar: an icon whose tip names it and the key of its `action`."""
    button = QToolButton(parent)
    button.setProperty("role", "flat")
    set_theme_icon(button, icon_name)
    button.setIconSize(QSize(18, 18))
    set_text(button, text, action)
    button.setCheckable(checkable)
    style = Qt.ToolButtonStyle
    button.setToolButtonStyle(
        style.ToolButtonTextBesideIcon if show_text else style.ToolButtonIconOnly
    )
    if pressed is not None:
        button.clicked.connect(_pressing(pressed))
    return button


def set_text(button: QAbstractButton, text: str, action: str = "") -> None:
    """Name a button and show the key of its action."""
    button.setProperty("plain_text", text)
    button.setProperty("key_action", action)
    button.setAccessibleName(text)
    _label(button)


def relabel(root: QWidget) -> None:
    """Show the keys in force on all buttons under `root`, after somebody changed them."""
    for button in root.findChildren(QAbstractButton):
        if button.property("key_action"):
            _label(button)


def _label(button: QAbstractButton) -> None:
    text, action = str(button.property("plain_text")), str(button.property("key_action"))
    key = keys_of(action) if action else ""
    tip = _("{text} (key {key})").format(text=text, key=key) if key else text
    if isinstance(button, QToolButton):
        button.setToolTip(tip)
        button.setText(f"\u00a0{text}" if button.property("padded") else text)
        return
    shown = f"{text}  {key}" if key else text
    button.setText(f"\u00a0{shown}" if button.property("padded") else shown)
    if key:
        button.setToolTip(tip)


def _pressing(pressed: Callable[[], object]) -> Callable[[], None]:
    """Keeps the checked state, which `clicked` sends along, from reaching the callback."""

    def press() -> None:
        pressed()

    return press
