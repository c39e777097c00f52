"""Finds the sheet on the bed of the scanner: dark, gray or lighter than the paper itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.conditioning.geometry import Point
from ocr.image.view import effective_dpi, paper_colour

Colour = tuple[float, float, float]

_DPI = 50.0
# Strip along each edge of the picture in which a bed is looked for; its very rim may be light.
_STRIP_MM = 1.6
_RIM = 2
# Least difference of bed and paper (levels of one channel) and the most unevenness of a bed.
_DISTINCT = 14.0
_UNEVEN = 14.0
# Share of an edge along which the bed shows at least, and of those rows one straight line meets.
_SHOWN = 0.05
_STRAIGHT = 0.6
_STRAIGHT_PIXELS = 1.3
# From bed to paper it takes at most this far; a shadow on the paper comes on slowly.
_STEP_MM = 1.8
_LEAST_PAPER = 0.25
_MOST_DEPTH = 0.45
_TRIES = 80
_BEYOND = 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """The sheet: corners clockwise from the top left, and the edges ("left", "top", "right",
    "bottom") at which the bed shows; elsewhere the sheet ends with the picture and its corners lie
    beyond it. `tilt` is the clockwise tilt of the edges in degrees, None when they do not agree.
    `bed` and `colour` are BGR."""

    corners: tuple[Point, Point, Point, Point]
    edges: tuple[str, ...]
    tilt: float | None
    bed: Colour
    colour: Colour


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """depth = start + slope * place along the edge; pixels of the reduced copy."""

    start: float
    slope: float
    bed: NDArray[np.float32]


def find_paper(pixels: NDArray[np.uint8], dpi: int) -> Paper | None:
    """The sheet on an upright page, None when no bed shows at any edge."""
    height, width = pixels.shape[:2]
    factor = min(1.0, _DPI / effective_dpi(width, height, dpi))
    size = (max(24, round(width * factor)), max(24, round(height * factor)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    # A light bed must not be taken for the paper: only the middle is asked.
    wide, high = size[0] // 6, size[1] // 6
    colour = paper_colour(small[high:-high, wide:-wide])
    views = {
        "left": small,
        "top": small.transpose(1, 0, 2),
        "right": small[:, ::-1],
        "bottom": small[::-1].transpose(1, 0, 2),
    }
    lines = {edge: _edge_line(view.astype(np.float32), colour) for edge, view in views.items()}
    found = {edge: line for edge, line in lines.items() if line is not None}
    if not found:
        return None
    corners = _corners(found, size)
    across, down = width / size[0], height / size[1]
    whole = [(x * across, y * down) for x, y in corners]
    if _area(whole) < _LEAST_PAPER * width * height:
        return None
    bed = np.median(np.stack([line.bed for line in found.values()]), axis=0)
    return Paper(
        corners=(whole[0], whole[1], whole[2], whole[3]),
        edges=tuple(found),
        tilt=_tilt(found),
        bed=(float(bed[0]), float(bed[1]), float(bed[2])),
        colour=colour,
    )


def _edge_line(view: NDArray[np.float32], colour: Colour) -> _Line | None:
    """The edge of the sheet against the bed on the left of `view`."""
    strip_width = max(_RIM + 2, round(_STRIP_MM * _DPI / 25.4))
    paper = np.array(colour, dtype=np.float32)
    strip = np.median(view[:, _RIM:strip_width], axis=1)
    away = np.abs(strip - paper).max(axis=1) > _DISTINCT
    if away.mean() < _SHOWN:
        return None
    bed = np.median(strip[away], axis=0)
    difference = paper - bed
    span = float(difference @ difference)
    if float(np.abs(difference).max()) <= _DISTINCT:
        return None
    like_bed = np.abs(strip - bed).max(axis=1) < max(_UNEVEN, 0.25 * math.sqrt(span))
    if like_bed.mean() < _SHOWN or (like_bed & away).sum() < 0.5 * away.sum():
        return None
    reach = round(_MOST_DEPTH * view.shape[1])
    share = ((view[:, :reach] - bed) @ difference) / span
    depth, steps = _depths(share)
    rows = np.nonzero(like_bed & (depth > 0))[0]
    if len(rows) < _SHOWN * view.shape[0]:
        return None
    if float(np.median(steps[rows])) > _STEP_MM * _DPI / 25.4:
        return None
    fitted = _fit(rows.astype(np.float64), depth[rows])
    if fitted is None:
        return None
    return _Line(start=fitted[0], slope=fitted[1], bed=bed)


def _depths(share: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the paper begins in each row (to a part of a pixel; 0 none) and how far the step is.

    `share` runs from 0 (bed) to 1 (paper). Grain of the bed must not stop the search early, so
    the paper has to last for a few pixels.
    """
    inside = share[:, _RIM:] > 0.5
    lasting = inside[:, :-2] & inside[:, 1:-1] & inside[:, 2:]
    first = np.argmax(lasting, axis=1) + _RIM
    known = lasting.any(axis=1) & (first > _RIM)
    rows = np.arange(share.shape[0])
    before = share[rows, np.maximum(first - 1, 0)]
    after = share[rows, first]
    part = (0.5 - before) / np.maximum(after - before, 1e-3)
    depth = np.where(known, first - 0.5 + np.clip(part, 0, 1), 0.0)
    begun = np.argmax(share[:, _RIM:] > 0.2, axis=1)
    done = np.argmax(share[:, _RIM:] > 0.8, axis=1)
    return depth.astype(np.float64), np.maximum(0, done - begun).astype(np.float64)


def _fit(place: NDArray[np.float64], depth: NDArray[np.float64]) -> tuple[float, float] | None:
    """The straight line most places agree on, refined over those; None without agreement."""
    random = np.random.default_rng(len(place))
    best: NDArray[np.bool_] | None = None
    for _ in range(_TRIES):
        one, other = random.integers(0, len(place), 2)
        if abs(place[one] - place[other]) < len(place) / 8:
            continue
        slope = (depth[one] - depth[other]) / (place[one] - place[other])
        if abs(slope) > 0.3:
            continue
        near = np.abs(depth - depth[one] - slope * (place - place[one])) < _STRAIGHT_PIXELS
        if best is None or near.sum() > best.sum():
            best = near
    if best is None or best.mean() < _STRAIGHT:
        return None
    slope, start = np.polyfit(place[best], depth[best], 1)
    return float(start), float(slope)


def _corners(found: dict[str, _Line], size: tuple[int, int]) -> list[Point]:
    """The corners clockwise from the top left, perhaps outside the picture: an edge without bed
    is taken to lie a little beyond it."""
    wide, high = size
    none = _Line(start=-_BEYOND, slope=0.0, bed=np.zeros(3, dtype=np.float32))
    left, top = found.get("left", none), found.get("top", none)
    right, bottom = found.get("right", none), found.get("bottom", none)

    def meet(upright: _Line, mirrored: bool, level: _Line, turned: bool) -> Point:
        # x = a + b y and y = c + d x.
        a = wide - upright.start if mirrored else upright.start
        b = -upright.slope if mirrored else upright.slope
        c = high - level.start if turned else level.start
        d = -level.slope if turned else level.slope
        y = (c + d * a) / (1 - b * d)
        return a + b * y, y

    return [
        meet(left, False, top, False),
        meet(right, True, top, False),
        meet(right, True, bottom, True),
        meet(left, False, bottom, True),
    ]


def _tilt(found: dict[str, _Line]) -> float | None:
    """The clockwise tilt that the edges agree on."""
    signs = {"top": 1.0, "bottom": -1.0, "left": -1.0, "right": 1.0}
    angles = [math.degrees(math.atan(signs[e] * line.slope)) for e, line in found.items()]
    if not angles or max(angles) - min(angles) > 0.6:
        return None
    return float(np.median(angles))


def _area(corners: list[Point]) -> float:
    following = corners[1:] + corners[:1]
    crossed = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(corners, following, strict=True))
    return abs(crossed) / 2
