"""Where a leaf lies in a frame, told by its light alone, and whether there is anything on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Gray, Reals
from ocr.leafing.bare import MOST_MARKED, marked_share, marks_on, strokes

_WIDTH = 320
_LEAST_SHARE = 0.12
# A leaf fills the four corners that are laid around it.
_LEAST_FILLED = 0.85
# Paper and what it lies on differ so much from pixel to pixel (of 255) at this share of the rim.
_STEEP = 6.0
_LEAST_EDGED, _PLAINLY_EDGED = 0.75, 0.9
# So much (share) of the rim of a leaf may lie outside the frame.
_MOST_OUTSIDE = 0.6
_LEVELS = (1.0, 0.85, 0.7, 0.55)
# Whatever the light, paper keeps its colour: shares of colour (logarithms) less far off than this.
_SAME_TONE = 0.14
_STEEP_TONE = 0.03
_MOST_SHARE = 0.97
_SIDE = 600
_ROOM = 12
# No finger is wider.
_FINGER = 25
_TEXT_MARKED = 0.003
# A page number has as many strokes as digits; signatures run into one another.
_LEAST_STROKES = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """A leaf seen in a frame: its `corners` (4 x 2, clockwise from the upper left), the share of
    its inner part that bears marks, and how many stand by themselves anywhere on it."""

    corners: Reals
    marked: float
    strokes: int

    @property
    def blank(self) -> bool:
        """Nothing is on it but a number."""
        return self.marked < MOST_MARKED and self.strokes < _LEAST_STROKES

    @property
    def lettered(self) -> bool:
        """There is enough on it for a text. A few signatures are not told from the other face
        that shines through: such a leaf is neither blank nor unknown."""
        return self.marked > _TEXT_MARKED


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


def tone_of(pixels: NDArray[np.uint8]) -> Reals:
    """The colour of each place without its light (BGR; two shares, logarithms), as small as
    outlines are looked for."""
    high = round(pixels.shape[0] * _WIDTH / pixels.shape[1])
    small = cv2.resize(pixels, (_WIDTH, high), interpolation=cv2.INTER_AREA)
    logs = np.log(cv2.GaussianBlur(small, (0, 0), 1.0).astype(np.float32) + 4.0)
    return np.asarray(logs[..., ::2] - logs[..., 1:2], np.float32)


def outline(gray: Gray, tone: Reals | None = None) -> Outline | None:
    """The one leaf that lies in the frame, or None when no such thing is seen: no four edges, or
    no step in light or colour (`tone_of`) at them."""
    scale = _WIDTH / gray.shape[1]
    small = cv2.resize(gray, (_WIDTH, round(gray.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    largest = _edged(np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), np.uint8), tone)
    if largest is None:
        return None
    corners = _four_corners(largest)
    if corners is None:
        return None
    placed = np.asarray(corners / scale, np.float32)
    found = marks_on(_upright(gray, placed))
    return Outline(corners=placed, marked=marked_share(found), strokes=strokes(found))


def _edged(small: Gray, tone: Reals | None) -> NDArray[Any] | None:
    """The largest area whose rim is an edge nearly all around: what has the colour of the paper, or
    what is light. Where the light falls off across the leaf, the level that parts light and dark
    best cuts through it: lower ones are tried, too."""
    level, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    steep = _steps(small, _STEEP)
    masks = [small > level * share for share in _LEVELS]
    if tone is not None:
        lightest = small >= np.quantile(small, 1 - _LEAST_SHARE)
        off = np.abs(tone - np.median(tone[lightest], axis=0)).sum(axis=2)
        masks.insert(0, off < _SAME_TONE)
        steep |= _steps(np.asarray(off, np.float32), _STEEP_TONE)
    # The rim is drawn a little inside where it was smoothed.
    wide = np.asarray(cv2.dilate(steep.astype(np.uint8), np.ones((7, 7), np.uint8))) > 0
    wide = np.pad(wide[2:-2, 2:-2], 2, constant_values=True)
    best, found = _LEAST_EDGED, None
    for mask in masks:
        largest = _largest(mask)
        if largest is None:
            continue
        rim = largest.reshape(-1, 2)
        if _outside(rim, small.shape).mean() > _MOST_OUTSIDE:
            continue
        edged = float(wide[rim[:, 1], rim[:, 0]].mean())
        if edged > best:
            best, found = edged, largest
        if best > _PLAINLY_EDGED:
            break
    return found


def _outside(rim: NDArray[Any], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Where a rim is that of the frame: what it belongs to goes on outside."""
    farthest = np.array([shape[1], shape[0]]) - 3
    return np.asarray(((rim < 2) | (rim > farthest)).any(axis=1), np.bool_)


def _steps(plane: Gray | Reals, least: float) -> NDArray[np.bool_]:
    across, down = (cv2.Sobel(plane, cv2.CV_32F, *way, scale=0.125) for way in ((1, 0), (0, 1)))
    return np.asarray(cv2.magnitude(across, down) > least, np.bool_)


def _largest(mask: NDArray[np.bool_]) -> NDArray[Any] | None:
    """The largest area, when a leaf is as large as that."""
    # Text and table lines must not part the leaf, and fingers reach in from outside.
    light = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    wider = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_FINGER, _FINGER))
    light = np.asarray(cv2.morphologyEx(light, cv2.MORPH_OPEN, wider))
    contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    share = cv2.contourArea(largest) / mask.size
    return largest if _LEAST_SHARE <= share <= _MOST_SHARE else None


def _four_corners(largest: NDArray[Any]) -> Reals | None:
    """The corners that are filled by an area; None where there are no such four."""
    area, hull = cv2.contourArea(largest), cv2.convexHull(largest)
    around = cv2.arcLength(hull, closed=True)
    tried = [
        cv2.approxPolyDP(hull, share * around, closed=True).reshape(-1, 2)
        for share in (0.02, 0.03, 0.04, 0.06, 0.08)
    ]
    # A corner may be hidden.
    tried.append(np.asarray(cv2.boxPoints(cv2.minAreaRect(hull))))
    for found in tried:
        if len(found) == 4:
            corners = _from_upper_left(found.astype(np.float32))
            filled = area / max(cv2.contourArea(corners), 1.0)
            if _LEAST_FILLED < filled < 1 / _LEAST_FILLED:
                return corners
    return None


def _from_upper_left(corners: Reals) -> Reals:
    """Corners clockwise from the upper left one; those of a hull go around in some way."""
    middle = corners.mean(axis=0)
    turned = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    around = corners[np.argsort(turned)]
    return np.asarray(np.roll(around, -int(around.sum(axis=1).argmin()), axis=0), np.float32)


def _upright(gray: Gray, corners: Reals) -> Gray:
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    across, down = max(edges[0], edges[2]), max(edges[1], edges[3])
    high = round(_SIDE * down / max(across, 1.0)) if down < across else _SIDE
    wide = _SIDE if down < across else round(_SIDE * across / down)
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    return np.asarray(cv2.warpPerspective(gray, matrix, (wide, high)), np.uint8)
