"""Pictures read off the main thread; only the one asked for last arrives."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, Signal

from app.gui.lanes import READ, Lanes
from app.gui.widgets.images import PictureFault, read_image
from app.gui.widgets.page_items import halved


class PictureReader(QObject):
    """Emits `arrived` on the main thread with (levels, width, height) of the page, or with the
    `PictureFault` why there is no picture. Levels are the picture halved again and again."""

    arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = 0
        self._waiting = False

    @property
    def waiting(self) -> bool:
        """Whether a picture is on its way."""
        return self._waiting

    def ask(self, path: Path, width: int, height: int) -> None:
        """Read a picture. `width` and `height` are told as those of the page where they are not
        0, else the picture's own."""
        self._request += 1
        self._waiting = True
        lanes = Lanes.current()
        arrive = partial(_arrive, weakref.ref(self), self._request)
        lanes.submit(_reading(lanes, arrive, path, width, height), READ)

    def forget(self) -> None:
        """What is on its way is wanted no more."""
        self._request += 1
        self._waiting = False

    def take(self, request: int, outcome: object) -> None:
        """The outcome of one request, on the main thread; an older one is not told."""
        if request == self._request:
            self._waiting = False
            self.arrived.emit(outcome)


def _arrive(reader: weakref.ref[PictureReader], request: int, outcome: object) -> None:
    standing = reader()
    # The viewer may have been closed while its picture was read; nobody waits for it then.
    if standing is not None and shiboken6.isValid(standing):
        standing.take(request, outcome)


def _reading(
    lanes: Lanes, arrive: Callable[[object], None], path: Path, width: int, height: int
) -> Callable[[], None]:
    """What reads the picture on a lane. It knows the reader by a weak reference alone."""

    def work() -> None:
        outcome: object
        try:
            image = read_image(path)
            outcome = (halved(image), width or image.width(), height or image.height())
        except PictureFault as fault:
            # Without the way it came: that would keep this call alive with it.
            outcome = fault.with_traceback(None)
        lanes.hand(partial(arrive, outcome))

    return work
