"""Watches the paper being leafed through and writes down, look by look, what it shows.

It runs in a process of its own. What it sees is appended to a file, one JSON object a line, which
the program reads while it grows; a file named in the plan tells it to stop.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2

from ocr.leafing.frames import Frame, Frames
from ocr.leafing.recogniser import BLANK, DIFFERS, OPEN_LEAF, SIDE, UNKNOWN, Recogniser, Sighting
from ocr.leafing.side_index import SideIndex
from ocr.leafing.stills import Still, StillFrames

# Sides tried besides what a frame reminds of: the one seen last, the one before, the next ones.
_BEFORE, _AFTER = 1, 4
_QUALITY = 90
# A leaf that was blank in so many further looks is blank.
_BLANK_LOOKS = 2
# A camera before which nothing happens for so long has been left.
_IDLE_SECONDS = 120.0


def check(source: str) -> None:
    """Open the source and close it again, so that trouble shows before sides are prepared.
    Raises what `Frames` raises."""
    Frames(source).close()


def watch(
    source: str, sides: Sequence[Sequence[Any]], out: str, stop: str, pictures: str
) -> dict[str, Any]:
    """Watch `source` to its end, or until the file `stop` is there.

    `sides` are `(position, prepared file)`. Every look at a frame that shows something is a line of
    `out`: the fields of `Sighting`, with `frame`, `seconds`, `rest`, `still` and `picture` (a file
    below `pictures`, of leaves that a person must look at). Gives `frames`, `seconds`, `cut_off`,
    `stopped`, `findable` (positions that have enough on them). Raises what `Frames` raises.
    """
    cv2.setNumThreads(1)
    index = SideIndex([(int(position), Path(file)) for position, file in sides])
    recogniser = Recogniser(index)
    frames = Frames(source)
    stopped = False
    last, seen_at, width, rest, blank = 0, 0.0, 0, 0, 0
    try:
        stills = StillFrames(frames, frames.rate)
        with Path(out).open("a", encoding="utf-8") as lines:
            for still in stills:
                frame = still.frame
                width = frame.gray.shape[1]
                for sighting in recogniser.look(frame.gray, expected(last)):
                    blank = blank + 1 if sighting.kind == BLANK and rest == still.rest else 0
                    rest = still.rest
                    if blank >= _BLANK_LOOKS:
                        stills.settle()
                    if sighting.kind == SIDE:
                        last = sighting.position
                        stills.settle()
                    _write(lines, still, sighting, _kept(sighting, frame, Path(pictures)))
                    seen_at = frame.seconds
                lines.flush()
                idle = frames.live and frame.seconds - seen_at > _IDLE_SECONDS
                if idle or Path(stop).exists():
                    stopped = True
                    break
    finally:
        frames.close()
    return {
        "frames": frames.read,
        "seconds": round(frames.read / frames.rate, 3),
        "width": width,
        "cut_off": frames.cut_off and not stopped,
        "stopped": stopped,
        "findable": sorted(index.sides),
    }


def expected(last: int) -> list[int]:
    """Positions that are likely next after `last`, the one seen last (0: none)."""
    return list(range(max(1, last - _BEFORE), last + _AFTER + 1))


def _kept(sighting: Sighting, frame: Frame, folder: Path) -> str:
    if sighting.kind not in (UNKNOWN, DIFFERS, OPEN_LEAF):
        return ""
    path = folder / f"{frame.number:07}.jpg"
    done, data = cv2.imencode(".jpg", frame.pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        return ""
    path.write_bytes(data.tobytes())
    return str(path)


def _write(lines: Any, still: Still, sighting: Sighting, picture: str) -> None:
    record = asdict(sighting) | {
        "frame": still.frame.number,
        "seconds": round(still.frame.seconds, 3),
        "rest": still.rest,
        "still": still.still,
        "picture": picture,
    }
    lines.write(json.dumps(record) + "\n")
