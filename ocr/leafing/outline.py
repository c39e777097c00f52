"""Where a leaf lies in a frame, told by its light alone, and whether there is anything on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Gray, Reals
from ocr.leafing.bare import MOST_MARKED, marked_share

_WIDTH = 320
_LEAST_SHARE = 0.12
# A leaf fills the four corners that are laid around it.
_LEAST_FILLED = 0.85
# Paper and what it lies on differ so much from pixel to pixel (of 255) at this share of the rim.
_STEEP = 6.0
_LEAST_EDGED = 0.75
_LEVELS = (1.0, 0.85, 0.7, 0.55)
_MOST_SHARE = 0.97
_SIDE = 600
_ROOM = 12
# No finger is wider.
_FINGER = 25
_TEXT_MARKED = 0.003


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """A leaf seen in a frame: its `corners` (4 x 2, clockwise from the upper left), the share of
    its inner part that bears marks, and whether it is `lettered`: there are enough for a text."""

    corners: Reals
    marked: float
    lettered: bool

    @property
    def blank(self) -> bool:
        """Nothing is on it."""
        return self.marked < MOST_MARKED


def box_of_light(gray: Gray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of all that is as light as paper, with some room; the whole frame
    where light and dark do not part."""
    scale = _WIDTH / gray.shape[1]
    small = cv2.resize(gray, (_WIDTH, round(gray.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    _, light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = cv2.morphologyEx(light, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    x, y, wide, high = cv2.boundingRect(light)
    if wide * high < _LEAST_SHARE * small.size:
        return 0, 0, gray.shape[1], gray.shape[0]
    return (
        round(max(0, x - _ROOM) / scale),
        round(max(0, y - _ROOM) / scale),
        min(gray.shape[1], round((x + wide + _ROOM) / scale)),
        min(gray.shape[0], round((y + high + _ROOM) / scale)),
    )


def outline(gray: Gray) -> Outline | None:
    """The one leaf that lies in the frame, or None when no such thing is seen: no four edges, or
    no step in light at them."""
    scale = _WIDTH / gray.shape[1]
    small = cv2.resize(gray, (_WIDTH, round(gray.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    largest = _edged(np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), np.uint8))
    if largest is None:
        return None
    area = cv2.contourArea(largest)
    corners = _four_corners(cv2.convexHull(largest))
    if not _LEAST_FILLED < area / max(cv2.contourArea(corners), 1.0) < 1 / _LEAST_FILLED:
        return None
    placed = np.asarray(corners / scale, np.float32)
    marked, lettered = _marked(gray, placed)
    return Outline(corners=placed, marked=marked, lettered=lettered)


def _edged(small: Gray) -> NDArray[Any] | None:
    """The largest light area whose rim is an edge nearly all around. Where the light falls off
    across the leaf, the level that parts light and dark best cuts through it: lower ones are tried,
    too."""
    level, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    across, down = (cv2.Sobel(small, cv2.CV_32F, *way, scale=0.125) for way in ((1, 0), (0, 1)))
    # The rim is drawn a little inside where it was smoothed.
    steep = cv2.dilate(cv2.magnitude(across, down), np.ones((7, 7), np.uint8)) > _STEEP
    steep = np.pad(np.asarray(steep)[2:-2, 2:-2], 2, constant_values=True)
    best, found = _LEAST_EDGED, None
    for share in _LEVELS:
        light = (small > level * share).astype(np.uint8)
        # Text and table lines must not part the leaf, and fingers reach in from outside.
        light = np.asarray(cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)))
        wider = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_FINGER, _FINGER))
        light = np.asarray(cv2.morphologyEx(light, cv2.MORPH_OPEN, wider))
        contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        if not contours:
            continue
        largest = max(contours, key=cv2.contourArea)
        if not _LEAST_SHARE * small.size <= cv2.contourArea(largest) <= _MOST_SHARE * small.size:
            continue
        rim = largest.reshape(-1, 2)
        edged = float(steep[rim[:, 1], rim[:, 0]].mean())
        if edged > best:
            best, found = edged, largest
    return found


def _four_corners(hull: NDArray[Any]) -> Reals:
    around = cv2.arcLength(hull, closed=True)
    for share in (0.02, 0.03, 0.04, 0.06, 0.08):
        found = cv2.approxPolyDP(hull, share * around, closed=True)
        if len(found) == 4:
            return _from_upper_left(found.reshape(4, 2).astype(np.float32))
    # A corner may be hidden.
    return _from_upper_left(np.asarray(cv2.boxPoints(cv2.minAreaRect(hull)), np.float32))


def _from_upper_left(corners: Reals) -> Reals:
    """Corners clockwise from the upper left one; those of a hull go around in some way."""
    middle = corners.mean(axis=0)
    turned = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    around = corners[np.argsort(turned)]
    return np.asarray(np.roll(around, -int(around.sum(axis=1).argmin()), axis=0), np.float32)


def _marked(gray: Gray, corners: Reals) -> tuple[float, bool]:
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    across, down = max(edges[0], edges[2]), max(edges[1], edges[3])
    high = round(_SIDE * down / max(across, 1.0)) if down < across else _SIDE
    wide = _SIDE if down < across else round(_SIDE * across / down)
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    flat = np.asarray(cv2.warpPerspective(gray, matrix, (wide, high)), np.uint8)
    marked = marked_share(flat)
    return marked, marked > _TEXT_MARKED
