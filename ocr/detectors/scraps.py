"""Scraps of other paper that lie on the page: even, light, of another tint than the page, with
sharp torn edges.

Stains have soft or dark edges, printed shading stands straight on the page; receipts that are
pasted on it are of its own tint, and so is a scrap of the same paper, which is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.detectors.solids import Colours
from ocr.sight import Sight, WorkBox

Plane = NDArray[np.uint8]

# What is written is narrower than this: it vanishes.
_STROKE_MM = 3.2
# Levels by which the tint of other paper differs at least.
_TINT = 9
_OPEN_MM = 5.0
_SHORT_MM = 11.0
_LONG_MM = 130.0
_SOLIDITY = 0.82
# Printed shading fills the rectangle around it and stands straight.
_RECTANGLE = 0.93
_STRAIGHT = 1.5
# The tint ends within so many millimetres, and keeps this share up to its edge.
_RIM_MM = 1.4
_SHARP = 0.45
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
        cv2.blur(cv2.morphologyEx(plane, cv2.MORPH_CLOSE, kernel), (3, 3))
        for plane in colours.planes
    )
    lightest = np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)
    darkest = cv2.min(cv2.min(blue, green), red)
    tint = np.asarray(cv2.subtract(lightest, darkest), dtype=np.uint8)
    mask = cv2.threshold(tint, _TINT - 1, 1, cv2.THRESH_BINARY)[1]
    if cv2.countNonZero(mask) * colours.pixel_mm**2 < _SHORT_MM**2:
        return ()
    size = max(3, round(_OPEN_MM / colours.pixel_mm))
    core = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
    found = []
    for outline in cv2.findContours(core, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]:
        side = _long_side(sight, np.asarray(outline, np.int32), colours.pixel_mm)
        x, y, wide, high = cv2.boundingRect(outline)
        margin = _ZONES * _rim(colours)
        left, top = max(0, x - margin), max(0, y - margin)
        part = (slice(top, y + high + margin), slice(left, x + wide + margin))
        area = np.zeros(tint[part].shape, np.uint8)
        cv2.drawContours(area, [outline - np.array([left, top], np.int32)], -1, 1, -1)
        raw = colours.planes[1][part]
        if side is not None and _is_paper(area, tint[part], lightest[part], raw, _rim(colours)):
            step = colours.reduce
            box = (x * step, y * step, (x + wide) * step, (y + high) * step)
            found.append(Scrap(box=box, long_side=side))
    return tuple(found)


def _rim(colours: Colours) -> int:
    return max(2, round(_RIM_MM / colours.pixel_mm))


def _long_side(sight: Sight, outline: NDArray[np.int32], pixel_mm: float) -> float | None:
    """The longer side in millimetres of an outline that may be a scrap's, else None."""
    _, (one, other), angle = cv2.minAreaRect(outline)
    short, long = sorted(((one + 1) * pixel_mm, (other + 1) * pixel_mm))
    if short < _SHORT_MM or long > _LONG_MM:
        return None
    half = cv2.arcLength(outline, True) / 2 + 1
    area = cv2.contourArea(outline) + half
    hull = cv2.convexHull(outline)
    if area < _SOLIDITY * (cv2.contourArea(hull) + cv2.arcLength(hull, True) / 2 + 1):
        return None
    leaning = abs((float(angle) + sight.skew.degrees + 45) % 90 - 45)
    if leaning < _STRAIGHT and area * pixel_mm**2 > _RECTANGLE * short * long:
        return None
    return long


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
    step = float(np.median(tint[edge])) - float(np.median(tint[beside]))
    if step < _SHARP * (float(middle) - float(np.median(tint[around]))):
        return False
    if abs(float(np.median(light[edge])) - float(np.median(light[core]))) > _RIM_DIFFERS:
        return False
    bound, inside = (float(np.percentile(raw[zone], 75)) for zone in (edge, core))
    return abs(bound - inside) <= _BOUND_DIFFERS
