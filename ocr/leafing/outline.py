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
# Paper and what it lies on differ so much (of 255), or no edge is seen.
_LEAST_STEP = 25.0
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
    small = cv2.GaussianBlur(small, (0, 0), 1.0)
    _, light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # Text and table lines must not part the leaf.
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    # Fingers reach in from outside.
    wider = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_FINGER, _FINGER))
    closed = cv2.morphologyEx(closed, cv2.MORPH_OPEN, wider)
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    area = cv2.contourArea(largest)
    if area < _LEAST_SHARE * small.size:
        return None
    hull = cv2.convexHull(largest)
    corners = _four_corners(hull)
    whole = cv2.contourArea(corners)
    if not _LEAST_FILLED < area / max(whole, 1.0) < 1 / _LEAST_FILLED:
        return None
    inside = np.zeros_like(small)
    cv2.fillPoly(inside, [corners.round().astype(np.int32)], 255)
    near = np.asarray(cv2.dilate(inside, np.ones((7, 7), np.uint8))) > 0
    around = (np.asarray(cv2.dilate(inside, np.ones((17, 17), np.uint8))) > 0) & ~near
    if not around.any():
        return None
    step = float(np.median(small[inside > 0])) - float(np.median(small[around]))
    if step < _LEAST_STEP:
        return None
    placed = np.asarray(corners / scale, np.float32)
    marked, lettered = _marked(gray, placed)
    return Outline(corners=placed, marked=marked, lettered=lettered)


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
