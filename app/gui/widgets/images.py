"""Pictures off the main thread: read, scaled, kept while they are likely to be wanted again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QImageReader, QPixmap

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


class ThumbnailLoader(QObject):
    """Thumbnails by path: at once from the cache, else read by a thread, the newest wish first.

    Emits `ready(path)` when a thumbnail arrived, also when it turned out unreadable.
    """

    ready = Signal(str)
    _arrived = Signal(str, object)

    def __init__(
        self, parent: QObject | None = None, *, edge: int = 256, budget: int = CACHE_BYTES
    ) -> None:
        super().__init__(parent)
        self._edge = edge
        self._budget = budget
        self._used = 0
        self._cache: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._wished: list[str] = []
        self._underway: set[str] = set()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="thumbnail")
        self._arrived.connect(self._store, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self._pool_closer())

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
        with self._lock:
            return len(self._underway)

    def _pool_closer(self) -> object:
        pool = self._pool
        return lambda *_: pool.shutdown(wait=False, cancel_futures=True)

    def pixmap(self, path: Path) -> QPixmap | None:
        """The thumbnail when it is here; None while it is read or when it cannot be read."""
        key = str(path)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        with self._lock:
            if key in self._underway:
                if key in self._wished:
                    self._wished.remove(key)
                    self._wished.append(key)
                return None
            self._underway.add(key)
            self._wished.append(key)
            if len(self._wished) > PENDING:
                self._underway.discard(self._wished.pop(0))
        self._pool.submit(self._read_newest)
        return None

    def unreadable(self, path: Path) -> bool:
        """Whether the thumbnail was read and could not be decoded."""
        return self._cache.get(str(path), QPixmap()) is None

    @property
    def used_bytes(self) -> int:
        """How many bytes of pixels are kept."""
        return self._used

    def close(self) -> None:
        """Drop all wishes and let the threads end."""
        with self._lock:
            self._wished.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _read_newest(self) -> None:
        with self._lock:
            if not self._wished:
                return
            key = self._wished.pop()
        image: QImage | None
        try:
            image = read_image(Path(key), self._edge)
        except PictureFault:
            image = None
        try:
            self._arrived.emit(key, image)
        except RuntimeError:
            # The strip was closed while its last thumbnail was read; nobody waits for it.
            return

    @Slot(str, object)
    def _store(self, key: str, image: QImage | None) -> None:
        with self._lock:
            self._underway.discard(key)
        self._cache[key] = None if image is None else QPixmap.fromImage(image)
        if image is not None:
            self._used += image.sizeInBytes()
        while self._used > self._budget and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            if oldest is not None:
                self._used -= oldest.width() * oldest.height() * (oldest.depth() // 8)
        self.ready.emit(key)
