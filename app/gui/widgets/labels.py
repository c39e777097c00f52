"""Small texts: labels with a role, chips with a tone, icons in the colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QSizePolicy, QWidget

from app.gui.theme.apply import current_tokens
from app.gui.theme.icons import icon, icon_pixmap


def label(
    text: str, role: str = "", parent: QWidget | None = None, *, wrap: bool = False
) -> QLabel:
    """A label; `role` is title, large, heading, muted, small or caption."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def chip(text: str, tone: str = "note", parent: QWidget | None = None) -> QLabel:
    """A word on a soft ground; `tone` is good, warn, bad, note or accent."""
    made = label(text, parent=parent)
    made.setProperty("chip", "true")
    made.setProperty("tone", tone)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet asks for, and let the style look again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def theme_icon(name: str, token: str = "text") -> QIcon:
    """An icon in a colour of the current theme; grey when it cannot be pressed."""
    tokens = current_tokens()
    return icon(
        name,
        tokens.colour(token),
        active=tokens.colour("accent_on_soft"),
        disabled=tokens.colour("disabled"),
    )


def set_theme_icon(button: QAbstractButton, name: str, token: str = "text") -> None:
    """Give a button an icon that `retint` can draw again in the colours of another theme."""
    button.setProperty("icon_name", name)
    button.setProperty("icon_token", token)
    button.setIcon(theme_icon(name, token))


def retint(root: QWidget) -> None:
    """Draw all icons under `root` again, after the theme changed."""
    for button in root.findChildren(QAbstractButton):
        name = button.property("icon_name")
        if name:
            button.setIcon(theme_icon(str(name), str(button.property("icon_token"))))
    for still in root.findChildren(IconLabel):
        still.redraw()


class IconLabel(QLabel):
    """A still icon that says by words nearby what it means, so it has no name of its own."""

    def __init__(
        self, name: str, token: str = "text", size: int = 20, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._shown = (name, token)
        self.setFixedSize(QSize(size, size))
        self.show_icon(name, token)

    def show_icon(self, name: str, token: str) -> None:
        """Another icon in another colour."""
        self._shown = (name, token)
        self.redraw()

    def redraw(self) -> None:
        """Draw the icon in the colours of the current theme."""
        name, token = self._shown
        colour = current_tokens().colour(token)
        self.setPixmap(icon_pixmap(name, colour, self._size, self.devicePixelRatioF()))


def line(parent: QWidget | None = None) -> QFrame:
    """A thin line between two parts."""
    made = QFrame(parent)
    made.setProperty("role", "line")
    return made


def framed(role: str, parent: QWidget | None = None) -> QFrame:
    """A frame with a role of the style sheet: card, panel, strip, bar, toolbar, notice."""
    made = QFrame(parent)
    made.setProperty("role", role)
    return made
