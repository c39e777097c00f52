"""Pictures off the main thread: read, scaled, kept while they are likely to be wanted again."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import Protocol

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from app.gui.lanes import THUMBNAIL, Lanes

CACHE_BYTES = 96 * 1024 * 1024
PENDING = 200


class PictureFault(Exception):
    """The picture cannot be decoded; the text is the decoder's own."""


def read_image(path: Path, edge: int = 0) -> QImage:
    """The picture at `path`, at most `edge` pixels on its longer side when `edge` is given.

    Raises PictureFault when it cannot be decoded.
    """
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if edge and size.isValid() and max(size.width(), size.height()) > edge:
        reader.setScaledSize(size.scaled(QSize(edge, edge), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise PictureFault(reader.errorString())
    return image


class _Wishes:
    """Paths that are wished for; the reading threads know them, and nothing else of the loader."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wished: list[str] = []
        self._underway: set[str] = set()

    def __len__(self) -> int:
        with self._lock:
            return len(self._underway)

    def add(self, key: str) -> bool:
        """Wish for `key`, before all others; False when it was wished for already."""
        with self._lock:
            if key in self._underway:
                if key in self._wished:
                    self._wished.remove(key)
                    self._wished.append(key)
                return False
            self._underway.add(key)
            self._wished.append(key)
            if len(self._wished) > PENDING:
                self._underway.discard(self._wished.pop(0))
            return True

    def newest(self) -> str | None:
        """Take the newest wish, to read it now."""
        with self._lock:
            return self._wished.pop() if self._wished else None

    def fulfilled(self, key: str) -> None:
        """`key` is on its way no more."""
        with self._lock:
            self._underway.discard(key)

    def drop(self) -> None:
        """Wish for nothing any more; what is being read now still arrives."""
        with self._lock:
            self._underway.difference_update(self._wished)
            self._wished.clear()


class ThumbnailLoader(QObject):
    """Thumbnails by path: at once from the cache, else read by a thread, the newest wish first.

    Emits `ready(path)` when a thumbnail arrived, also when it turned out unreadable.
    """

    ready = Signal(str)

    def __init__(
        self, parent: QObject | None = None, *, edge: int = 256, budget: int = CACHE_BYTES
    ) -> None:
        super().__init__(parent)
        self._edge = edge
        self._budget = budget
        self._used = 0
        self._cache: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._wishes = _Wishes()
        self.destroyed.connect(self._wishes.drop)

    @staticmethod
    def shared() -> ThumbnailLoader:
        """The loader of the running application, so that pages share one cache.

        Raises RuntimeError without an application.
        """
        application = QCoreApplication.instance()
        if application is None:
            raise RuntimeError("thumbnails need an application object")
        found = application.findChild(ThumbnailLoader, "thumbnails")
        if found is not None:
            return found
        loader = ThumbnailLoader(application)
        loader.setObjectName("thumbnails")
        return loader

    @property
    def waiting(self) -> int:
        """How many thumbnails are wished for or being read."""
        return len(self._wishes)

    def pixmap(self, path: Path) -> QPixmap | None:
        """The thumbnail when it is here; None while it is read or when it cannot be read."""
        key = str(path)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        if self._wishes.add(key):
            lanes = Lanes.current()
            arrive = partial(_arrive, weakref.ref(self))
            lanes.submit(partial(_read_newest, lanes, self._wishes, self._edge, arrive), THUMBNAIL)
        return None

    def unreadable(self, path: Path) -> bool:
        """Whether the thumbnail was read and could not be decoded."""
        return self._cache.get(str(path), QPixmap()) is None

    @property
    def used_bytes(self) -> int:
        """How many bytes of pixels are kept."""
        return self._used

    def close(self) -> None:
        """Drop all wishes."""
        self._wishes.drop()

    def store(self, key: str, image: QImage | None) -> None:
        """A thumbnail arrived on the main thread; None when it is unreadable."""
        self._wishes.fulfilled(key)
        self._cache[key] = None if image is None else QPixmap.fromImage(image)
        if image is not None:
            self._used += image.sizeInBytes()
        while self._used > self._budget and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            if oldest is not None:
                self._used -= oldest.width() * oldest.height() * (oldest.depth() // 8)
        self.ready.emit(key)


class _Arrive(Protocol):
    def __call__(self, key: str, image: QImage | None, /) -> None: ...


def _arrive(loader: weakref.ref[ThumbnailLoader], key: str, image: QImage | None) -> None:
    standing = loader()
    # The strip may have been closed while its last thumbnail was read; nobody waits for it then.
    if standing is not None and shiboken6.isValid(standing):
        standing.store(key, image)


def _read_newest(lanes: Lanes, wishes: _Wishes, edge: int, arrive: _Arrive) -> None:
    """Runs on a lane; it knows the loader by a weak reference alone."""
    key = wishes.newest()
    if key is None:
        return
    image: QImage | None
    try:
        image = read_image(Path(key), edge)
    except PictureFault:
        image = None
    lanes.hand(partial(arrive, key, image))
