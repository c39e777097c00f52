"""Own line icons: one SVG per name in `resources/icons`, drawn in a colour of the theme."""

from __future__ import annotations

import hashlib
import tempfile
from functools import lru_cache
from importlib import resources
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

SIZES = (18, 24)


def icon_names() -> tuple[str, ...]:
    """The names of all icons."""
    folder = resources.files("resources") / "icons"
    return tuple(
        sorted(
            entry.name.removesuffix(".svg")
            for entry in folder.iterdir()
            if entry.name.endswith(".svg")
        )
    )


@lru_cache(maxsize=128)
def icon_source(name: str, colour: str) -> bytes:
    """The SVG of `name` with its strokes in `colour`. Raises FileNotFoundError when unknown."""
    return _drawing(name).replace("currentColor", colour).encode("utf-8")


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    return (resources.files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def icon_pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """`name` as a square pixmap of `size` logical pixels, sharp at the device pixel `ratio`."""
    return _pixmap(_renderer(name, colour), size, ratio)


def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(icon_source(name, colour)))


def _pixmap(renderer: QSvgRenderer, size: int, ratio: float) -> QPixmap:
    side = round(size * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class _Drawn(QObject):
    """Icons drawn before; a child of the application, so that no picture outlives it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("icons")
        self.icons: dict[tuple[str, str, str, str], QIcon] = {}

    @staticmethod
    def current() -> _Drawn:
        application = QCoreApplication.instance()
        if application is None:
            raise RuntimeError("icons need an application object")
        found = application.findChild(_Drawn, "icons")
        return found if found is not None else _Drawn(application)


def icon(name: str, colour: str, *, active: str = "", disabled: str = "") -> QIcon:
    """`name` as an icon: `active` when checked, `disabled` when it cannot be pressed."""
    drawn = _Drawn.current().icons
    key = (name, colour, active, disabled)
    if key not in drawn:
        drawn[key] = _draw(name, colour, active, disabled)
    return drawn[key]


def _draw(name: str, colour: str, active: str, disabled: str) -> QIcon:
    result = QIcon()
    for shade, mode, state in (
        (colour, QIcon.Mode.Normal, QIcon.State.Off),
        (active, QIcon.Mode.Normal, QIcon.State.On),
        (disabled, QIcon.Mode.Disabled, QIcon.State.Off),
    ):
        if not shade:
            continue
        renderer = _renderer(name, shade)
        for size in SIZES:
            for ratio in (1.0, 2.0):
                result.addPixmap(_pixmap(renderer, size, ratio), mode, state)
    return result


def icon_file(name: str, colour: str) -> str:
    """A file holding `name` in `colour`, because a style sheet takes files alone."""
    data = icon_source(name, colour)
    folder = Path(tempfile.gettempdir()) / "juanzong-icons"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{hashlib.sha256(data).hexdigest()[:16]}.svg"
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)
    return path.as_posix()
