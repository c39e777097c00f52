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
# No camera sees a page as sharply as a scanner: its points are those that are left when it is made
# so soft (pixels of the side).
_SOFTNESS = 1.5
# A frame is searched at this width first; most sides are found in that. More pixels than those of
# the other width show nothing that helps to find a side.
FIRST_WIDTH, WHOLE_WIDTH = 720, 1120
# Features of a frame that is full of paper; a piece of it has its share, but enough for a leaf.
FIRST_FEATURES, WHOLE_FEATURES = 1500, 2600
FEWEST_ASKED = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Features:
    """`points` (n x 2, x and y in pixels of the whole picture) and `looks`, see
    `points_and_looks`."""

    points: Reals
    looks: Reals

    def of(self, chosen: NDArray[np.bool_]) -> Features:
        """Some of them."""
        return Features(points=self.points[chosen], looks=self.looks[chosen])


def side_features(gray: Gray) -> Features:
    """The features of a side of `SIDE_PIXELS`."""
    soft = np.asarray(cv2.GaussianBlur(gray, (0, 0), _SOFTNESS), np.uint8)
    return _features(soft, SIDE_FEATURES, 1.0)


def frame_features(gray: Gray, shape: tuple[int, int], *, first: bool) -> Features:
    """The features of a piece of a frame of `shape` (height, width), shrunk as the whole frame
    would be to `FIRST_WIDTH` or to `WHOLE_WIDTH`."""
    width, most = (FIRST_WIDTH, FIRST_FEATURES) if first else (WHOLE_WIDTH, WHOLE_FEATURES)
    most = max(FEWEST_ASKED, round(most * gray.size / (shape[0] * shape[1])))
    scale = min(1.0, width / max(shape))
    if scale < 1.0:
        size = (max(8, round(gray.shape[1] * scale)), max(8, round(gray.shape[0] * scale)))
        gray = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _features(gray, most, scale)


def _features(gray: Gray, most: int, scale: float) -> Features:
    points, looks = points_and_looks(gray, most)
    return Features(points=points[:most] / np.float32(scale), looks=looks[:most])
