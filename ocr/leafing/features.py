"""Points of a picture that are found again under a camera, and what they look like."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Gray, Reals, points_and_looks

# A side is compared at this many pixels along its longer edge: about 68 dpi of an A4 page, which
# is what a camera of 720 lines sees of it.
SIDE_PIXELS = 800
SIDE_FEATURES = 600
# A frame is searched at this width first; most sides are found in that.
FIRST_WIDTH, FIRST_FEATURES = 960, 1000
# More pixels than these show nothing that helps to find the side.
FRAME_WIDTH, FRAME_FEATURES = 1280, 1600


@dataclass(frozen=True, kw_only=True, slots=True)
class Features:
    """`points` (n x 2, x and y in pixels of the whole picture) and `looks`, see
    `points_and_looks`."""

    points: Reals
    looks: Reals

    @classmethod
    def none(cls) -> Features:
        """No features."""
        return cls(points=np.zeros((0, 2), np.float32), looks=np.zeros((0, 128), np.float32))

    def of(self, chosen: NDArray[np.bool_]) -> Features:
        """Some of them."""
        return Features(points=self.points[chosen], looks=self.looks[chosen])


def side_features(gray: Gray) -> Features:
    """The features of a side of `SIDE_PIXELS`."""
    return _features(gray, SIDE_FEATURES, 1.0)


def frame_features(gray: Gray, frame_width: int, *, first: bool) -> Features:
    """The features of a piece of a frame of `frame_width`, shrunk as the whole frame would be to
    `FIRST_WIDTH` or to `FRAME_WIDTH`."""
    width, most = (FIRST_WIDTH, FIRST_FEATURES) if first else (FRAME_WIDTH, FRAME_FEATURES)
    scale = min(1.0, width / frame_width)
    if scale < 1.0:
        size = (max(8, round(gray.shape[1] * scale)), max(8, round(gray.shape[0] * scale)))
        gray = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _features(gray, most, scale)


def _features(gray: Gray, most: int, scale: float) -> Features:
    points, looks = points_and_looks(gray, most)
    return Features(points=points[:most] / np.float32(scale), looks=looks[:most])
