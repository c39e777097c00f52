"""Pictures read off the main thread; only the one asked for last arrives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.gui.lanes import READ, Lanes
from app.gui.widgets.images import PictureFault, read_image
from app.gui.widgets.page_items import halved


class PictureReader(QObject):
    """Emits `arrived` on the main thread with (levels, width, height) of the page, or with the
    `PictureFault` why there is no picture. Levels are the picture halved again and again."""

    arrived = Signal(object)
    _read = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = 0
        self._waiting = False
        self._read.connect(self._on_read, Qt.ConnectionType.QueuedConnection)

    @property
    def waiting(self) -> bool:
        """Whether a picture is on its way."""
        return self._waiting

    def ask(self, path: Path, width: int, height: int) -> None:
        """Read a picture. `width` and `height` are told as those of the page where they are not
        0, else the picture's own."""
        self._request += 1
        self._waiting = True
        Lanes.current().submit(self._reading(self._request, path, width, height), READ)

    def forget(self) -> None:
        """What is on its way is wanted no more."""
        self._request += 1
        self._waiting = False

    @Slot(int, object)
    def _on_read(self, request: int, outcome: object) -> None:
        if request == self._request:
            self._waiting = False
            self.arrived.emit(outcome)

    def _reading(self, request: int, path: Path, width: int, height: int) -> Callable[[], None]:
        def work() -> None:
            outcome: object
            try:
                image = read_image(path)
                outcome = (halved(image), width or image.width(), height or image.height())
            except PictureFault as fault:
                outcome = fault
            try:
                self._read.emit(request, outcome)
            except RuntimeError:
                # The viewer was closed while its picture was read; nobody waits for it.
                return

        return work
