"""Scraps of other paper that lie on the page: even, light, of another tint than the page, with
sharp torn edges.

Stains have soft or dark edges, printed shading and slips that are pasted on were cut: their sides
are straight and square to each other. A scrap of the same paper is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.solids import Colours, lightest_and_tint, whitened
from ocr.sight import Sight, WorkBox

Plane = NDArray[np.uint8]

# What is written is narrower than this: it vanishes.
_STROKE_MM = 3.2
# Levels by which the tint of other paper differs at least.
_TINT = 9
# The lightest channel of coloured paper is so many times the darkest.
_COLOURED_PAPER = 1.25
_OPEN_MM = 5.0
_SHORT_MM = 11.0
_LONG_MM = 130.0
_SOLIDITY = 0.82
# Sides that were cut or printed run in two directions, square to each other, in so much of the
# outline; directions are taken over so many millimetres and are as good as so many degrees.
_SQUARE_SHARE = 0.75
# The outline of a faint tint is rough by itself.
_FAINT_TINT = 14.0
_FAINT_SQUARE_SHARE = 0.6
# Torn sides stray from a straight line by more than scissors and pixels do.
_RAGGED_MM = 0.25
_SIDE_PIXELS = 8
# What was glued or printed leans no more than this.
_ASKEW = 6.5
# Copies of identity cards (ISO/IEC 7810 ID-1) have round corners.
_CARD_MM = (85.6, 54.0)
_CARD_SLACK_MM = 4.0
_SQUARE_DEGREES = 8.0
_SIDE_MM = 4.0
# The tint ends within so many millimetres, and keeps this share up to its edge.
_RIM_MM = 1.4
_SHARP = 0.45
# Beyond its edge there is no more of it than this share: where more is left, the outline is only
# where uneven light lifts a larger thing, such as a glued receipt, over the least tint.
_LEFT = 0.5
_EVEN = 5.0
_RIM_DIFFERS = 4.0
# A stain is darkest where it ends, ink fades there; paper stays as it is.
_BOUND_DIFFERS = 3.0
# A stain only takes light away: other paper is as light in its lightest channel as the page.
_LEAST_LIGHT = 194.0
_FEWEST = 40
_ZONES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Scrap:
    """One scrap. `long_side` in millimetres, `box` in working pixels."""

    box: WorkBox
    long_side: float


def scraps_of(sight: Sight, colours: Colours) -> tuple[Scrap, ...]:
    """All scraps of the page whose paper is of another tint."""
    size = max(3, round(_STROKE_MM / colours.pixel_mm)) | 1
    kernel = np.ones((size, size), np.uint8)
    # The paper alone, without what is written on it.
    blue, green, red = (
        np.asarray(cv2.blur(cv2.morphologyEx(plane, cv2.MORPH_CLOSE, kernel), (3, 3)), np.uint8)
        for plane in colours.planes
    )
    lightest, tint = lightest_and_tint((blue, green, red))
    mask = cv2.threshold(tint, _least_tint(sight) - 1, 1, cv2.THRESH_BINARY)[1]
    if cv2.countNonZero(mask) * colours.pixel_mm**2 < _SHORT_MM**2:
        return ()
    size = max(3, round(_OPEN_MM / colours.pixel_mm))
    core = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
    found = []
    for outline in cv2.findContours(core, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]:
        side = _long_side(np.asarray(outline, np.int32), colours.pixel_mm)
        x, y, wide, high = cv2.boundingRect(outline)
        margin = _ZONES * _rim(colours)
        left, top = max(0, x - margin), max(0, y - margin)
        part = (slice(top, y + high + margin), slice(left, x + wide + margin))
        area = np.zeros(tint[part].shape, np.uint8)
        cv2.drawContours(area, [outline - np.array([left, top], np.int32)], -1, 1, -1)
        raw = colours.planes[1][part]
        if side is None or _is_cut(
            sight, colours, np.asarray(outline, np.int32), tint[part][area > 0]
        ):
            continue
        if _is_paper(area, tint[part], lightest[part], raw, _rim(colours)):
            step = colours.reduce
            box = (x * step, y * step, (x + wide) * step, (y + high) * step)
            found.append(Scrap(box=box, long_side=side))
    return tuple(found)


def _least_tint(sight: Sight) -> float:
    """The least tint of other paper. On coloured paper it is more: the weakest channel was
    stretched, and with it what uneven light and dye do to the page itself."""
    paper = [max(1.0, value) for value in sight.view.paper]
    stretched = max(paper) / min(paper)
    return _TINT * stretched if stretched > _COLOURED_PAPER else _TINT


def _rim(colours: Colours) -> int:
    return max(2, round(_RIM_MM / colours.pixel_mm))


def _long_side(outline: NDArray[np.int32], pixel_mm: float) -> float | None:
    """The longer side in millimetres of an outline that may be a scrap's, else None."""
    _, (one, other), _ = cv2.minAreaRect(outline)
    short, long = sorted(((one + 1) * pixel_mm, (other + 1) * pixel_mm))
    if short < _SHORT_MM or long > _LONG_MM:
        return None
    if abs(long - _CARD_MM[0]) < _CARD_SLACK_MM and abs(short - _CARD_MM[1]) < _CARD_SLACK_MM:
        return None
    half = cv2.arcLength(outline, True) / 2 + 1
    area = cv2.contourArea(outline) + half
    hull = cv2.convexHull(outline)
    if area < _SOLIDITY * (cv2.contourArea(hull) + cv2.arcLength(hull, True) / 2 + 1):
        return None
    return long


def _is_cut(sight: Sight, colours: Colours, outline: NDArray[np.int32], tint: Plane) -> bool:
    """Whether the sides of a thing are straight, square to each other and nearly to the page."""
    _, _, angle = cv2.minAreaRect(outline)
    if sight.leaning(float(angle)) > _ASKEW:
        return False
    pixel_mm = colours.pixel_mm
    faint = float(np.median(tint)) < _FAINT_TINT
    if _square_share(outline, pixel_mm) <= (_FAINT_SQUARE_SHARE if faint else _SQUARE_SHARE):
        return False
    return faint or _raggedness(_finer(sight, colours, outline), pixel_mm / 2) <= _RAGGED_MM


def _finer(sight: Sight, colours: Colours, outline: NDArray[np.int32]) -> NDArray[np.int32]:
    """The outline of the same thing with its teeth, twice as large."""
    x, y, wide, high = cv2.boundingRect(outline)
    margin = round(_SIDE_MM / colours.pixel_mm)
    left, top = max(0, x - margin), max(0, y - margin)
    part = (slice(2 * top, 2 * (y + high + margin)), slice(2 * left, 2 * (x + wide + margin)))
    _, tint = lightest_and_tint(whitened(sight.view.half[part], sight.view.paper))
    # Noise of single pixels is no tooth.
    tint = np.asarray(cv2.medianBlur(tint, 3), dtype=np.uint8)
    level = float(np.median(tint[margin:-margin, margin:-margin])) / 2
    coloured = cv2.threshold(tint, level, 1, cv2.THRESH_BINARY)[1]
    coloured = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    found = cv2.findContours(coloured, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    return np.asarray(max(found, key=cv2.contourArea), dtype=np.int32)


def _raggedness(outline: NDArray[np.int32], pixel_mm: float) -> float:
    """How far the outline strays from the straight lines through its four sides, in millimetres;
    the mean of the two most ragged sides, as a sheet may be torn on some sides only."""
    line = outline[:, 0, :].astype(np.float32)
    corners = cv2.boxPoints(cv2.minAreaRect(outline))
    off, along, ends = [], [], []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        length = max(1.0, float(np.hypot(*(end - start))))
        right, down = (end - start) / length
        places = line - start
        along.append(places @ np.array([right, down]))
        off.append(places @ np.array([-down, right]))
        ends.append(length)
    nearest = np.argmin(np.abs(off), axis=0)
    margin = _SIDE_MM / pixel_mm
    strays = []
    for side in range(4):
        of_side = (nearest == side) & (along[side] > margin) & (along[side] < ends[side] - margin)
        if np.count_nonzero(of_side) >= _SIDE_PIXELS:
            course = np.polyfit(along[side][of_side], off[side][of_side], 1)
            rest = off[side][of_side] - np.polyval(course, along[side][of_side])
            strays.append(float(np.sqrt(np.mean(rest**2))))
    return float(np.mean(sorted(strays)[-2:])) * pixel_mm if strays else 0.0


def _square_share(outline: NDArray[np.int32], pixel_mm: float) -> float:
    """The share of an outline that runs in its usual direction or square to it."""
    line = outline[:, 0, :].astype(np.float32)
    step = max(2, round(_SIDE_MM / pixel_mm))
    course = np.roll(line, -step, axis=0) - line
    degrees = np.degrees(np.arctan2(course[:, 1], course[:, 0])) % 90
    apart = np.abs(degrees[:, None] - np.arange(0, 90, 3, dtype=np.float32)[None])
    near = np.minimum(apart, 90 - apart) <= _SQUARE_DEGREES
    return float(near.mean(axis=0).max())


def _is_paper(area: Plane, tint: Plane, light: Plane, raw: Plane, rim: int) -> bool:
    """Whether an area is even and light up to an edge at which it ends at once.

    `tint` and `light` are of the paper, `raw` a channel with what is written on it; `rim` is the
    breadth of the zones looked at, in pixels.
    """
    # Beyond the edge of the page the scrap goes on.
    grown = cv2.copyMakeBorder(area, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    within = cv2.distanceTransform(grown, cv2.DIST_L2, 3)[1:-1, 1:-1]
    away = cv2.distanceTransform(1 - area, cv2.DIST_L2, 3)
    core, edge = within > 2 * rim, (within > 0) & (within <= rim)
    beside, around = (away > rim) & (away <= 2 * rim), (away > 3 * rim)
    if min(np.count_nonzero(zone) for zone in (core, edge, beside, around)) < _FEWEST:
        return False
    low, middle, high = np.percentile(tint[core], (15, 50, 85))
    if high - low > _EVEN or float(np.median(light[core])) < _LEAST_LIGHT:
        return False
    left = float(np.median(tint[around]))
    step = float(np.median(tint[edge])) - float(np.median(tint[beside]))
    if left > _LEFT * float(middle) or step < _SHARP * (float(middle) - left):
        return False
    if abs(float(np.median(light[edge])) - float(np.median(light[core]))) > _RIM_DIFFERS:
        return False
    bound, inside = (float(np.percentile(raw[zone], 75)) for zone in (edge, core))
    return abs(bound - inside) <= _BOUND_DIFFERS
