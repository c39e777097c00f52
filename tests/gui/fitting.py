"""Whether what is in sight is whole: looked at as somebody with a small screen does."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

from app.gui.widgets.elided import ElidedLabel

# A page beside the navigation and below the case, on 1920 by 1080 pixels at 200 %.
SMALL_PAGE = (800, 420)
# The narrowest field in which a case number can be read while it is typed.
LEAST_FIELD = 80


def cut_parts(root: QWidget) -> list[str]:
    """Names of the parts in sight below `root` that are cut, or that reach out of what holds
    them."""
    return [
        f"{type(part).__name__} {_words(part)!r}"
        for part in root.findChildren(QWidget)
        if part.isVisibleTo(root) and (_is_cut(part) or _reaches_out(part))
    ]


def overlapping(root: QWidget) -> list[tuple[str, str]]:
    """Pairs of buttons in sight below `root` that cover each other."""
    buttons = [part for part in root.findChildren(QAbstractButton) if part.isVisibleTo(root)]
    places = [
        (_words(part), QRect(part.mapTo(root, QPoint(0, 0)), part.size())) for part in buttons
    ]
    return [
        (one, other)
        for number, (one, place) in enumerate(places)
        for other, further in places[number + 1 :]
        if place.intersects(further)
    ]


def _words(part: QWidget) -> str:
    return str(part.property("text") or part.accessibleName() or part.objectName())


def _is_cut(part: QWidget) -> bool:
    if isinstance(part, QLineEdit):
        return part.width() < LEAST_FIELD
    if isinstance(part, QLabel) and (part.wordWrap() or isinstance(part, ElidedLabel)):
        return part.wordWrap() and part.height() < part.heightForWidth(part.width())
    if isinstance(part, QAbstractButton | QLabel | QComboBox):
        return part.width() < part.minimumSizeHint().width()
    return False


def _reaches_out(part: QWidget) -> bool:
    if not isinstance(part, QAbstractButton | QComboBox | QLineEdit):
        return False
    holder = part.parentWidget()
    return holder is not None and not holder.rect().contains(part.geometry())
