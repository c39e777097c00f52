"""Takes pictures from a stream of frames: one settled still, or one of every page laid down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.kernel.progress import CancelToken
from scanner.drivers.camera_picture import is_whole, look_at
from scanner.drivers.camera_settings import CameraSettings
from scanner.drivers.camera_source import CameraError, CameraFrame, PictureSource, Trouble
from scanner.drivers.camera_stillness import Look, PageTurns, Settling, judge

# So many torn frames in a row are no accident any more.
_TORN_IN_A_ROW = 30
# Frames are looked at this often at most: decoding each one of a fast camera fills a processor.
_LOOK_SECONDS = 0.08


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A frame chosen to be kept; `settled` is false when it was taken because time was up."""

    frame: CameraFrame
    look: Look
    settled: bool = True


class Capture:
    """Chooses pictures from an open source that has been started.

    Raises CameraError: TORN when no whole frame comes, and what the source raises; Cancelled.
    """

    def __init__(
        self, source: PictureSource, settings: CameraSettings, cancel: CancelToken
    ) -> None:
        self._source = source
        self._settings = settings
        self._cancel = cancel
        self._torn = 0

    def still(self) -> Picture | None:
        """The sharpest of the frames after exposure and focus have come to rest; None when a
        recording is over before."""
        self._skip()
        settling, settled, start = Settling(), False, None
        for frame, look in self._looks(every=0.0):
            start = frame.moment if start is None else start
            settled = settling.feed(look)
            if settled or frame.moment - start >= self._settings.settle_seconds:
                best = self._sharpest([Picture(frame=frame, look=look)])
                return replace(best, settled=settled) if best else None
        return None

    def pages(self) -> Iterator[Picture]:
        """One picture of every page that is laid down and lies still."""
        self._skip()
        turns = PageTurns(self._settings.rest_seconds)
        candidates: list[Picture] = []
        last_page: float | None = None
        for frame, look in self._looks(every=_LOOK_SECONDS):
            last_page = frame.moment if last_page is None else last_page
            if turns.feed(look):
                candidates.append(Picture(frame=frame, look=look))
            else:
                candidates = []
            if len(candidates) >= self._settings.frames:
                best = _best_whole(candidates)
                candidates = []
                if best is None:
                    self._count_torn()
                    continue
                turns.captured(best.look)
                last_page = frame.moment
                yield best
            elif 0 < self._settings.idle_seconds <= frame.moment - last_page:
                return
        # The recording ends while a page lies still.
        best = _best_whole(candidates)
        if best is not None:
            yield best

    def _skip(self) -> None:
        for _ in range(self._settings.skip_frames):
            if self._source.next_frame(self._cancel, self._settings.frame_seconds) is None:
                return

    def _looks(self, *, every: float) -> Iterator[tuple[CameraFrame, Look]]:
        """Frames that can be decoded, at most one in `every` seconds."""
        last: float | None = None
        while True:
            frame = self._source.next_frame(self._cancel, self._settings.frame_seconds)
            if frame is None:
                return
            if last is not None and frame.moment - last < every:
                continue
            gray = look_at(frame)
            if gray is None:
                self._count_torn()
                continue
            last = frame.moment
            yield frame, judge(gray, frame.moment)

    def _count_torn(self) -> None:
        self._torn += 1
        if self._torn >= _TORN_IN_A_ROW:
            raise CameraError(Trouble.TORN, f"{self._torn} torn frames")

    def _sharpest(self, candidates: list[Picture]) -> Picture | None:
        """The best whole frame among the candidates and the next ones."""
        for frame, look in self._looks(every=0.0):
            if len(candidates) >= self._settings.frames:
                break
            candidates.append(Picture(frame=frame, look=look))
        while (best := _best_whole(candidates)) is None:
            candidates = []
            for frame, look in self._looks(every=0.0):
                self._count_torn()
                candidates = [Picture(frame=frame, look=look)]
                break
            if not candidates:
                return None
        return best


def _best_whole(candidates: list[Picture]) -> Picture | None:
    for picture in sorted(candidates, key=lambda entry: -entry.look.sharpness):
        if is_whole(picture.frame):
            return picture
    return None
