"""Reads, chooses and prepares frames ahead of their recognition, so that two cores share the work.

One thread reads the source and chooses what is worth looking at, a second takes the features of the
first look at each rest. A recording waits until its frames were looked at: none is left out, and
each run gives the same. A camera never waits: of the looks at one rest that lie waiting the newest
counts, and rests that nobody had time for are dropped, the oldest first.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ocr.leafing.frames import Frame, Frames
from ocr.leafing.preview import Preview
from ocr.leafing.stills import Still, StillFrames
from ocr.leafing.view import View

# Looks that wait between two threads (a frame of 1080 lines takes 8 MB).
_MOST_WAITING = 4
# Seconds after which whoever waits for a look may see to other things.
_TURN = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A look that can be recognised; `view` is there for the first looks of a rest only."""

    still: Still
    view: View | None


class _Waiting:
    """Looks on their way from one thread to the next."""

    def __init__(self, *, newest: bool) -> None:
        self._newest = newest
        self._looks: deque[Prepared] = deque()
        self._changed = threading.Condition()
        self._ended = False

    @property
    def ended(self) -> bool:
        """Nothing more comes, and nothing waits."""
        with self._changed:
            return self._ended and not self._looks

    def put(self, look: Prepared) -> None:
        """Hand a look on. Blocks while too many wait, but for those of a camera: of those the newer
        one stands for an older one of its rest, unless that is prepared already."""
        with self._changed:
            if self._newest:
                if self._looks and self._looks[-1].still.rest == look.still.rest:
                    if self._looks[-1].view is not None:
                        return
                    self._looks.pop()
                elif len(self._looks) >= _MOST_WAITING:
                    self._looks.popleft()
            else:
                self._changed.wait_for(lambda: self._ended or len(self._looks) < _MOST_WAITING)
            if not self._ended:
                self._looks.append(look)
            self._changed.notify_all()

    def take(self) -> Prepared | None:
        """The next look; None when none came for a while, or none will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or bool(self._looks), timeout=_TURN)
            look = self._looks.popleft() if self._looks else None
            self._changed.notify_all()
            return look

    def end(self, *, forget: bool = False) -> None:
        """Nothing more comes; what waits may be forgotten."""
        with self._changed:
            self._ended = True
            if forget:
                self._looks.clear()
            self._changed.notify_all()


class Ahead:
    """The looks at `frames`, prepared. Iterating gives None now and then, while there is nothing to
    recognise. Raises what reading raises, after the looks before it, and Transient FLP-105 when a
    camera fell silent."""

    def __init__(self, frames: Frames, preview: Preview | None = None) -> None:
        self._frames = frames
        self._preview = preview
        self._chosen = _Waiting(newest=frames.live)
        self._prepared = _Waiting(newest=frames.live)
        self._stopping = threading.Event()
        self._fault: Exception | None = None
        self._threads = [
            threading.Thread(target=self._read, name="leafing-read", daemon=True),
            threading.Thread(target=self._prepare, name="leafing-prepare", daemon=True),
        ]
        self.busy: dict[str, float] = {"read": 0.0, "prepare": 0.0}

    def __iter__(self) -> Iterator[Prepared | None]:
        for thread in self._threads:
            thread.start()
        while not self._prepared.ended:
            look = self._prepared.take()
            if look is None and self._frames.silent:
                self._fault = self._fault or self._frames.stopped()
                break
            yield look
        if self._fault is not None:
            raise self._fault

    def close(self) -> None:
        """End both threads and let go of the source. A read of a pulled camera may hang for ever:
        such a thread is left to itself."""
        self._stopping.set()
        for waiting in (self._chosen, self._prepared):
            waiting.end(forget=True)
        reader = self._threads[0]
        for thread in self._threads:
            if thread.ident is not None and not (thread is reader and self._frames.silent):
                thread.join()
        if not reader.is_alive():
            self._frames.close()

    def _read(self) -> None:
        try:
            for still in StillFrames(self._passing(), self._frames.rate):
                self._chosen.put(Prepared(still=still, view=None))
        except Exception as fault:
            self._fault = fault
        finally:
            self.busy["read"] = time.thread_time()
            self._chosen.end()

    def _passing(self) -> Iterator[Frame]:
        """The frames, shown in the preview as they pass."""
        for frame in self._frames:
            if self._stopping.is_set():
                return
            if self._preview is not None:
                self._preview.show(frame.pixels)
            yield frame

    def _prepare(self) -> None:
        rest = 0
        try:
            while not self._chosen.ended:
                look = self._chosen.take()
                if look is None:
                    continue
                if look.still.rest != rest:
                    rest = look.still.rest
                    frame = look.still.frame
                    look = Prepared(
                        still=look.still, view=View(frame.pixels, frame.gray).prepared()
                    )
                self._prepared.put(look)
        except Exception as fault:
            self._fault = self._fault or fault
        finally:
            self.busy["prepare"] = time.thread_time()
            self._prepared.end()
