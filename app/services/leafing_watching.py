"""Runs the watching of a flip-through in a worker and reads what it writes down as it grows."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.domain.leafing import Look
from app.kernel.errors import Fault
from app.kernel.progress import Cancelled, CancelToken
from app.services.leafing_views import FramePreview, ShowFrame
from app.services.ports import WorkerPool

WATCH = "ocr.leafing.watching:watch"
WATCH_SECONDS = 4 * 3600.0
POLL_SECONDS = 0.06


class Watching:
    """One watching of `source`, in a folder of its own.

    After `looks` has ended, `result` holds what the worker says of it all (empty when it did not
    end by itself), `fault` why it ended before its time.
    """

    def __init__(
        self,
        pool: WorkerPool,
        folder: Path,
        source: str,
        sides: Sequence[tuple[int, str]],
        cancel: CancelToken,
        show: ShowFrame,
    ) -> None:
        self._pool = pool
        self._out = folder / "looks.jsonl"
        self._stop = folder / "stop"
        self._preview = folder / "preview.jpg"
        pictures = folder / "pictures"
        pictures.mkdir()
        self._out.touch()
        files = (self._out, self._stop, pictures, self._preview)
        self._arguments = (source, list(sides), *map(str, files))
        self._cancel = cancel
        self._show = show
        self._shown = (0, 0)
        self._done = threading.Event()
        self.fault: Fault | Cancelled | None = None
        self.result: dict[str, Any] = {}

    def looks(self) -> Iterator[Look]:
        """The looks as they are made; between them each new picture of the source is shown. A
        fault ends them: what was seen until then is evidence."""
        thread = threading.Thread(target=self._run, name="leafing", daemon=True)
        thread.start()
        try:
            with self._out.open(encoding="utf-8") as stream:
                partial = ""
                while True:
                    ended = self._done.wait(POLL_SECONDS)
                    if self._cancel.cancelled:
                        self._stop.touch()
                    self._show_new()
                    for line in stream:
                        partial += line
                        if partial.endswith("\n"):
                            yield look_of(json.loads(partial))
                            partial = ""
                    if ended:
                        break
        finally:
            self._stop.touch()
            thread.join()

    def _run(self) -> None:
        try:
            # The worker is asked to stop, not killed: what it saw is evidence.
            self.result = self._pool.call(WATCH, self._arguments, seconds=WATCH_SECONDS)
        except (Fault, Cancelled) as fault:
            self.fault = fault
        finally:
            self._done.set()

    def _show_new(self) -> None:
        """Show the picture when another file lies there: it is renamed to its place, whole."""
        try:
            found = self._preview.stat()
            if (found.st_mtime_ns, found.st_ino) == self._shown:
                return
            picture = self._preview.read_bytes()
        except OSError:
            # None yet; or, where a file that is read cannot be replaced, it is just being renewed.
            return
        self._shown = (found.st_mtime_ns, found.st_ino)
        self._show(FramePreview(picture=picture))


def look_of(record: dict[str, Any]) -> Look:
    """A line of what the worker writes down."""
    return Look(
        kind=record["kind"],
        rest=record["rest"],
        position=record["position"],
        candidates=tuple(record["candidates"]),
        similarity=record["similarity"],
        boxes=tuple(tuple(box) for box in record["boxes"]),
        corners=tuple(tuple(corner) for corner in record["corners"]),
        frame=record["frame"],
        seconds=record["seconds"],
        still=record["still"],
        picture=record["picture"],
        frame_size=tuple(record.get("frame_size", (0, 0))),
    )
