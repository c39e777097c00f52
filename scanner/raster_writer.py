"""Lets a device deliver the next page while the ones before it are written.

Reading goes on in a thread of its own and two more write files (compression and disk leave the
interpreter's lock alone), so that a fast feeder is not held up and every side is told as soon as
it is safe, not when the next one was read.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.kernel.progress import Cancelled
from scanner.api import ScanEvent, ScannedSide, ScanWarning
from scanner.raster_file import Raster, RasterFile, encode
from scanner.spool import Spool, drop_image, note_side

_WRITERS = 2
# With the one being read, three pages are in memory; of very large pages fewer.
_WAITING_PAGES = 2
_WAITING_BYTES = 160 << 20
# A device that does not come back from a call is left to whoever watches the process.
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RasterSide:
    """One side as samples, and where it belongs. `stream` as in `ScannedSide`; `encode` makes
    the file of the samples."""

    raster: Raster
    dpi: int
    sheet: int
    face: str
    imprint: str = ""
    stream: str = "main"
    encode: Callable[[Raster, int], RasterFile] = encode


Delivery = RasterSide | ScanWarning
Deliver = Callable[[Delivery], None]


class RasterWriter:
    """Turns the samples that a reader delivers into sides on disk, in the order of delivery.

    The file of a page depends on its samples alone, never on how busy the writers are: the same
    page read again gives the same bytes.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._stop = threading.Event()
        self._room = threading.Condition()
        self._pages = 0
        self._bytes = 0
        self._named = threading.Event()
        self._named.set()
        self._previous: Future[ScannedSide] | None = None
        # In the order of delivery; what ends it is None, or the exception that ended the reader.
        self._order: queue.SimpleQueue[Future[ScannedSide] | ScanWarning | BaseException | None]
        self._order = queue.SimpleQueue()

    def sides(self, read: Callable[[Deliver], None]) -> Iterator[ScanEvent]:
        """The events of `read`, which is called in a thread of its own with the function that
        takes its deliveries. That function raises Cancelled when nobody wants more.

        What `read` raises is raised here, after the sides before it; Broken SCN-118 when a side
        cannot be written, and nothing after that side is kept.
        """
        pool = ThreadPoolExecutor(_WRITERS, thread_name_prefix="raster-writer")

        def run() -> None:
            ended: BaseException | None = None
            try:
                read(lambda delivery: self._take(delivery, pool))
            except BaseException as error:  # raised again in the thread of the caller
                ended = error
            self._order.put(ended)

        reader = threading.Thread(target=run, name="raster-reader", daemon=True)
        reader.start()
        over = False
        try:
            while not over:
                item = self._order.get()
                if isinstance(item, Future):
                    yield item.result()
                elif isinstance(item, ScanWarning):
                    yield item
                else:
                    over = True
                    if item is not None:
                        raise item
        finally:
            self._stop.set()
            reader.join(_PATIENCE_SECONDS)
            pool.shutdown(wait=not reader.is_alive(), cancel_futures=True)
            self._drop_the_rest()

    def check(self) -> None:
        """Raises Cancelled when nobody wants more sides; to be asked while a page is read."""
        if self._stop.is_set():
            raise Cancelled

    def _take(self, delivery: Delivery, pool: ThreadPoolExecutor) -> None:
        if isinstance(delivery, ScanWarning):
            self._order.put(delivery)
            return
        size = delivery.raster.size
        with self._room:
            self._room.wait_for(lambda: self._stop.is_set() or self._fits(size))
            self.check()
            self._pages += 1
            self._bytes += size
        # Names of files sort by the time of writing, and have to by the order of delivery.
        self._named.wait()
        self._named = threading.Event()
        future = pool.submit(self._write, delivery, self._named, self._previous)
        self._previous = future
        self._order.put(future)

    def _fits(self, size: int) -> bool:
        if not self._pages:
            return True
        return self._pages < _WAITING_PAGES and self._bytes + size <= _WAITING_BYTES

    def _write(
        self, side: RasterSide, named: threading.Event, previous: Future[ScannedSide] | None
    ) -> ScannedSide:
        file = side.encode(side.raster, side.dpi)

        def write_named(stream: BinaryIO) -> None:
            named.set()
            file.write(stream)

        try:
            path = self._spool.keep(file.suffix, write_named, file.preview)
        finally:
            named.set()
            with self._room:
                self._pages -= 1
                self._bytes -= side.raster.size
                self._room.notify_all()
        written = ScannedSide(
            path=path,
            frame=0,
            sheet=side.sheet,
            face=side.face,
            media_type=file.media_type,
            source_name=f"{side.sheet:05}-{side.face}{file.suffix}",
            width=side.raster.width,
            height=side.raster.height,
            dpi=side.dpi,
            stream=side.stream,
            imprint=side.imprint,
        )
        # At once, so that a kill finds it; but never with a side missing before it.
        if previous is None or _came(previous):
            note_side(written)
        return written

    def _drop_the_rest(self) -> None:
        """Take back the files of sides that nobody was told of."""
        with contextlib.suppress(queue.Empty):
            while True:
                item = self._order.get_nowait()
                if isinstance(item, Future) and item.done():
                    _drop(item)


def _came(future: Future[ScannedSide]) -> bool:
    try:
        return future.exception() is None
    except CancelledError:
        return False


def _drop(future: Future[ScannedSide]) -> None:
    try:
        path: Path = future.result().path
    except (Exception, CancelledError):  # it left no file, and the first of its kind was told
        return
    drop_image(path)
