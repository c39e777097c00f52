"""Chooses the frames that are worth looking at: what lies still, once, where it is sharpest."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.laying.points import Gray, Reals
from ocr.leafing.frames import Frame

_SMALL = (160, 90)
# Change (hundredths of the mean light) from frame to frame that the noise of a camera and a
# trembling hand make; a turning leaf makes many times that. Cameras and hands differ: three times
# the change of the calmer frames of late is rest too, within limits.
_REST, _MOST_REST = 2.5, 9.0
_CALM_SHARE, _CALM_FRAMES = 0.25, 60
# Change against the frame looked at last, in rests: the same leaf, still lying there.
_SAME = 1.6
# A stand trembles by so much of a small pixel (8 pixels of 1280 each).
_TREMBLE = 0.5
# Seconds: a leaf shows itself so long before it is looked at, and is looked at again so often.
_SETTLED = 0.07
_AGAIN = 0.05
# While nothing rests, the calmest frame of so long a time is looked at.
_RESTLESS = 0.5
_MOST_LOOKS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Still:
    """A frame to look at. `rest` counts the times something new lay still: the looks of one rest
    show the same leaf. `still` is false when nothing rested for long."""

    frame: Frame
    rest: int
    still: bool = True


class StillFrames:
    """The frames to look at, a few of each rest, whatever comes of the looks: so the choice can be
    made ahead of them, and a recording gives the same ones each time."""

    def __init__(self, frames: Iterable[Frame], rate: float) -> None:
        self._frames = frames
        self._rate = rate

    def __iter__(self) -> Iterator[Still]:
        least = max(2, round(_SETTLED * self._rate))
        waiting: list[tuple[float, Frame]] = []
        last: Reals | None = None
        looked: Reals | None = None
        rest, looks, quiet, since, moving = 0, 0, 0, 0, 0
        calmest: tuple[float, Frame] | None = None
        lately: deque[float] = deque(maxlen=_CALM_FRAMES)
        for frame in self._frames:
            small = _small(frame.gray)
            moved = _change(small, last) if last is not None else 100.0
            last = small
            lately.append(moved)
            calm = float(np.quantile(lately, _CALM_SHARE))
            limit = min(max(_REST, 3 * calm), _MOST_REST)
            if moved > limit:
                quiet, waiting = 0, []
                moving += 1
                if calmest is None or moved < calmest[0]:
                    calmest = moved, frame
                if moving >= _RESTLESS * self._rate and calmest is not None:
                    rest, looks, looked = rest + 1, 1, None
                    yield Still(frame=calmest[1], rest=rest, still=False)
                    moving, calmest = 0, None
                continue
            moving, calmest = 0, None
            quiet += 1
            since += 1
            waiting = [*waiting, (_sharpness(frame.gray), frame)][-least:]
            if quiet < least:
                continue
            new = looked is None or _change(small, looked) > _SAME * limit
            if not new:
                if looks >= _MOST_LOOKS or since < _AGAIN * self._rate:
                    continue
            else:
                rest, looks = rest + 1, 0
            sharpest = max(range(len(waiting)), key=lambda at: waiting[at][0])
            looks, since, looked = looks + 1, len(waiting) - 1 - sharpest, small
            yield Still(frame=waiting[sharpest][1], rest=rest)


def _small(gray: Gray) -> Reals:
    """The frame in a few pixels, without the light and without single grains."""
    small = np.asarray(cv2.resize(gray, _SMALL, interpolation=cv2.INTER_AREA), np.float32)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8), np.float32)
    return np.asarray(small / max(float(small.mean()), 4.0) * 100, np.float32)


def _change(one: Reals, other: Reals) -> float:
    """The mean change of the tenth of the frame that changed most, but for what a trembling stand
    moves: the whole picture by a small step."""
    change = np.asarray(one - other)
    across = cv2.Sobel(other, cv2.CV_32F, 1, 0, scale=0.125).ravel()
    down = cv2.Sobel(other, cv2.CV_32F, 0, 1, scale=0.125).ravel()
    slopes = np.stack([across, down], axis=1)
    normal = slopes.T @ slopes + np.eye(2, dtype=np.float32)
    step = np.linalg.solve(normal, slopes.T @ change.ravel())
    step *= min(1.0, _TREMBLE / max(float(np.linalg.norm(step)), 1e-6))
    left = np.abs(np.asarray(change).ravel() - slopes @ step)
    count = left.size // 10
    return float(np.partition(left, -count)[-count:].mean())


def _sharpness(gray: Gray) -> float:
    small = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(small, cv2.CV_32F).var())
