"""Watches the paper being leafed through and writes down, look by look, what it shows.

It runs in a process of its own. What it sees is appended to a file, one JSON object a line, which
the program reads while it grows; a file named in the plan tells it to stop.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2

from ocr.leafing.ahead import Ahead, Prepared
from ocr.leafing.frames import Frame, Frames
from ocr.leafing.preview import Preview
from ocr.leafing.recogniser import (
    BLANK,
    DIFFERS,
    NOTHING,
    OPEN_LEAF,
    SIDE,
    UNKNOWN,
    Recogniser,
    Sighting,
)
from ocr.leafing.side_index import SideIndex
from ocr.leafing.stills import Still
from ocr.leafing.view import View

# What is kept is compared with its side later on.
_QUALITY = 95
# So many looks at one rest that say the same are enough; a finger or a shine may pass by.
_ENOUGH = {BLANK: 2, UNKNOWN: 2, NOTHING: 3, OPEN_LEAF: 3, DIFFERS: 3}
# Looks at a side by itself, where there were two pages before.
_ALONE = 2
# A camera before which nothing happens for so long has been left.
_IDLE_SECONDS = 120.0


def check(source: str) -> None:
    """Open the source and close it again, so that trouble shows before sides are prepared.
    Raises what `Frames` raises."""
    Frames(source).close()


def watch(
    source: str,
    sides: Sequence[Sequence[Any]],
    out: str,
    stop: str,
    pictures: str,
    preview: str = "",
) -> dict[str, Any]:
    """Watch `source` to its end, or until the file `stop` is there.

    `sides` are `(position, prepared file)`. Every look at a frame that shows something is a line of
    `out`: the fields of `Sighting`, with `frame`, `frame_size` (width, height), `seconds`, `rest`,
    `still` and `picture` (a file below `pictures`, of leaves that a person must look at). The file
    `preview`, when one is named, is renewed with what the camera sees. Gives `frames`, `seconds`,
    `width`, `cut_off`, `stopped`, `findable` (positions that have enough on them) and `stages`
    (processor seconds of each thread). Raises what `Frames` raises; what was seen until then is
    written.
    """
    cv2.setNumThreads(1)
    index = SideIndex([(int(position), Path(file)) for position, file in sides])
    frames = Frames(source)
    ahead = Ahead(frames, Preview(Path(preview)) if preview else None)
    stopped = False
    begun = time.thread_time()
    try:
        with Path(out).open("a", encoding="utf-8") as lines:
            watcher = _Watcher(Recogniser(index), lines, Path(pictures))
            for look in ahead:
                if look is not None:
                    watcher.look(look)
                idle = frames.live and frames.seconds - watcher.seen_at > _IDLE_SECONDS
                if idle or Path(stop).exists():
                    stopped = True
                    break
    finally:
        ahead.close()
    return {
        "frames": frames.read,
        "seconds": round(frames.seconds, 3),
        "width": watcher.width,
        "cut_off": frames.cut_off and not stopped,
        "stopped": stopped,
        "findable": sorted(index.sides),
        "stages": ahead.busy | {"recognise": time.thread_time() - begun},
    }


class _Watcher:
    """Recognises look after look and writes down what is seen."""

    def __init__(self, recogniser: Recogniser, lines: Any, pictures: Path) -> None:
        self._recogniser = recogniser
        self._lines = lines
        self._pictures = pictures
        self._last = 0
        self._rest = 0
        self._settled = False
        self._seen: dict[str, int] = {}
        self._lying: Sighting | None = None
        # Whether there were two pages at the rest before, and at this one.
        self._open_book = self._beside = False
        self.seen_at = 0.0
        self.width = 0

    def look(self, look: Prepared) -> None:
        """Recognise what a look shows, unless what lies there is known."""
        still = look.still
        if still.rest != self._rest:
            self._rest, self._settled, self._seen, self._lying = still.rest, False, {}, None
            self._open_book, self._beside = self._beside, False
        if self._settled:
            return
        frame = still.frame
        self.width = frame.gray.shape[1]
        view = look.view or View(frame.pixels, frame.gray)
        if self._lying is None:
            sightings = self._recogniser.look(view, self._last)
        else:
            sightings = self._recogniser.look_beside(view, self._lying)
        for sighting in sightings:
            self._seen[sighting.kind] = self._seen.get(sighting.kind, 0) + 1
            if sighting.kind == SIDE:
                self._last = sighting.position
                # It is proved; a second look is for what lies beside it.
                self._lying = self._lying or sighting
            if sighting.kind == NOTHING and len(sightings) > 1:
                # What lies beside a side is not told before it is known.
                continue
            _write(self._lines, still, sighting, _kept(sighting, frame, self._pictures))
            self._lines.flush()
            self.seen_at = frame.seconds
        self._beside |= len(sightings) > 1
        # A page that comes to rest is smeared: it seems blank beside a side that is proved, or is
        # not seen there at all, though the leaf before lay in an open book.
        alone = self._open_book and not self._beside and self._seen.get(SIDE, 0) < _ALONE
        proved = {sighting.kind for sighting in sightings} == {SIDE}
        self._settled = (proved and not alone) or any(
            self._seen.get(kind, 0) >= enough for kind, enough in _ENOUGH.items()
        )


def _kept(sighting: Sighting, frame: Frame, folder: Path) -> str:
    if sighting.kind not in (UNKNOWN, DIFFERS, OPEN_LEAF):
        return ""
    path = folder / f"{frame.number:07}.jpg"
    if path.exists():
        return str(path)
    done, data = cv2.imencode(".jpg", frame.pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        return ""
    path.write_bytes(data.tobytes())
    return str(path)


def _write(lines: Any, still: Still, sighting: Sighting, picture: str) -> None:
    high, wide = still.frame.gray.shape
    record = asdict(sighting) | {
        "frame": still.frame.number,
        "frame_size": [wide, high],
        "seconds": round(still.frame.seconds, 3),
        "rest": still.rest,
        "still": still.still,
        "picture": picture,
    }
    lines.write(json.dumps(record) + "\n")
