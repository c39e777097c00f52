"""Judges successive frames of a camera: is the picture settled, did the page change and come to
rest. Pure: fed with gray pictures and the moments they were taken at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from scanner.drivers.camera_picture import Pixels

# The size in which movement is seen: a hand is large, noise is averaged away.
_SMALL = (160, 120)
# The size in which two pages are told apart.
_MEDIUM = (400, 300)
_STEP = 12.0  # of 255: a difference that is no noise at that size
_MOVING_SHARE = 0.004
_CHANGED_SHARE = 0.002
_SETTLED_LOOKS = 3
_BRIGHTNESS_DRIFT = 0.03
_SHARPNESS_DRIFT = 0.10
# A picture with less contrast than this shows an empty table.
_EMPTY_DEVIATION = 6.0
_DARK = 16.0

_Values = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What one frame shows. `brightness` 0 to 255; `sharpness` is the variance of the Laplacian,
    of use only for frames of the same scene."""

    moment: float
    brightness: float
    sharpness: float
    deviation: float
    small: _Values
    medium: _Values

    @property
    def dark(self) -> bool:
        """Whether hardly any light came through."""
        return self.brightness < _DARK

    @property
    def empty(self) -> bool:
        """Whether there is nothing but an even surface."""
        return self.deviation < _EMPTY_DEVIATION


def judge(gray: Pixels, moment: float) -> Look:
    """Measure one frame."""
    laplacian = cv2.Laplacian(gray, cv2.CV_32F)
    medium = cv2.resize(gray, _MEDIUM, interpolation=cv2.INTER_AREA).astype(np.float32)
    small = cv2.resize(medium, _SMALL, interpolation=cv2.INTER_AREA).astype(np.float32)
    return Look(
        moment=moment,
        brightness=float(gray.mean()),
        sharpness=float(laplacian.var()),
        deviation=float(small.std()),
        small=small,
        medium=medium,
    )


def differing_share(one: _Values, other: _Values) -> float:
    """The share of places where two pictures differ beyond a common change of brightness."""
    difference = other - one
    return float((np.abs(difference - np.median(difference)) > _STEP).mean())


class Settling:
    """Whether exposure and focus have come to rest: brightness and sharpness of successive
    frames stay the same, and nothing moves."""

    def __init__(self) -> None:
        self._looks: list[Look] = []

    def feed(self, look: Look) -> bool:
        """Take one frame in; true when the last ones agree."""
        self._looks = [*self._looks[-(_SETTLED_LOOKS - 1) :], look]
        if len(self._looks) < _SETTLED_LOOKS:
            return False
        moved = any(
            differing_share(one.small, other.small) > _MOVING_SHARE
            for one, other in zip(self._looks, self._looks[1:], strict=False)
        )
        return (
            not moved
            and _steady([entry.brightness for entry in self._looks], _BRIGHTNESS_DRIFT)
            and _steady([entry.sharpness for entry in self._looks], _SHARPNESS_DRIFT)
        )


class PageTurns:
    """Tells when a new page lies still: something moved since the last capture, nothing has
    moved for `rest_seconds`, and the picture is not the one captured before. The first page needs
    no movement, but an empty table is no page."""

    def __init__(self, rest_seconds: float) -> None:
        self._rest_seconds = rest_seconds
        self._last: Look | None = None
        self._still_since = 0.0
        self._moved = True
        self._captured: Look | None = None

    def feed(self, look: Look) -> bool:
        """Take one frame in; true when a picture is due. Stays true until `captured`."""
        last, self._last = self._last, look
        if last is None:
            self._still_since = look.moment
            return False
        if differing_share(last.small, look.small) > _MOVING_SHARE:
            self._moved = True
            self._still_since = look.moment
            return False
        if not self._moved or look.moment - self._still_since < self._rest_seconds:
            return False
        if look.empty or look.dark:
            return False
        if self._captured is not None:
            share = differing_share(self._captured.medium, look.medium)
            if share <= _CHANGED_SHARE:
                self._moved = False  # a hand came by, the page is the same
                return False
        return True

    def captured(self, look: Look) -> None:
        """The page of this picture is kept."""
        self._captured, self._moved = look, False


def _steady(values: list[float], drift: float) -> bool:
    middle = sum(values) / len(values)
    return max(values) - min(values) <= max(1.0, middle) * drift
