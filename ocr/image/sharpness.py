"""Measures how sharply the ink stands on the page, for defocus and for motion."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import PageView

_TILE = 256
_TILES = 12
_WINDOW = 13
_ENOUGH_EDGES = 150
_MM_PER_INCH = 25.4
# On a reduced copy the sampling alone smears by 0.8 to 0.9 pixels; up to here the page in full is
# sharper than any limit asks for.
_SURELY_SHARP = 1.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Sharpness:
    """`spread_mm` is the standard deviation of the edge smear on paper in millimetres along the
    worse direction, `spread_px` the same in pixels of the copy it was measured on; both 0 when the
    page has too few edges to say."""

    spread_mm: float
    spread_px: float


def measure_sharpness(
    pixels: NDArray[np.uint8],
    view: PageView,
    inner: tuple[int, int, int, int],
    tiles: int = _TILES,
) -> Sharpness:
    """The smear of the strongest ink edges in the `tiles` of the page that have most of them.

    `pixels` is the page in any size from that of the view up. The steepest slope across a stroke,
    set against the rise of that stroke, gives the width of the smear whatever the darkness of the ink, so light type is not taken for blurred type. Slopes
    across and along the page are judged apart, because motion smears in one direction only.
    """
    scale = pixels.shape[1] / view.width
    values = [
        tile
        for tile in (
            _tile(pixels[y0:y1, x0:x1]) for x0, y0, x1, y1 in _places(view, scale, inner, tiles)
        )
        if tile is not None
    ]
    if not values:
        return Sharpness(spread_mm=0.0, spread_px=0.0)
    spread = float(np.percentile([max(pair) for pair in values], 40))
    return Sharpness(spread_mm=spread * _MM_PER_INCH / (view.dpi * scale), spread_px=spread)


def surely_sharp(reduced: Sharpness) -> bool:
    """Whether what was measured on a reduced copy leaves no doubt about the page in full."""
    return reduced.spread_px <= _SURELY_SHARP


def _places(
    view: PageView, scale: float, inner: tuple[int, int, int, int], tiles: int
) -> list[tuple[int, int, int, int]]:
    """The tiles richest in ink, as boxes in pixels of a copy `scale` times as wide as the view."""
    side = max(8, round(_TILE / scale))
    x0, y0, x1, y1 = inner
    # Keep clear of the page edge itself, which is an edge but not of ink.
    pad = side // 8
    region = view.ink[y0 + pad : y1 - pad, x0 + pad : x1 - pad]
    down, across = region.shape[0] // side, region.shape[1] // side
    if down < 1 or across < 1:
        region, down, across = view.ink, max(1, view.height // side), max(1, view.width // side)
        x0 = y0 = pad = 0
    grid = (region[: down * side, : across * side] > 70).astype(np.float32)
    filled = cv2.resize(grid, (across, down), interpolation=cv2.INTER_AREA).reshape(-1)
    # Solid dark areas have no edges: the best tiles are about a quarter ink.
    worth = np.where(filled < 0.6, filled, 0.0)
    order = np.argsort(worth)[::-1][:tiles]
    places = []
    for index in order:
        if worth[index] <= 0.002:
            break
        left = round((x0 + pad + int(index) % across * side) * scale)
        top = round((y0 + pad + int(index) // across * side) * scale)
        places.append((left, top, left + _TILE, top + _TILE))
    return places


def _tile(tile: NDArray[np.uint8]) -> tuple[float, float] | None:
    """Edge spread in pixels across and down, or None when the tile has too few edges."""
    if min(tile.shape[:2]) < 3 * _WINDOW:
        return None
    # The darkest channel shows coloured ink as well as black.
    gray = tile.min(axis=2).astype(np.float32)
    gray = np.asarray(cv2.GaussianBlur(gray, (0, 0), 0.5), dtype=np.float32)
    spreads = []
    for axis in (1, 0):
        kernel = np.ones((1, _WINDOW) if axis == 1 else (_WINDOW, 1), np.uint8)
        rise = cv2.dilate(gray, kernel) - cv2.erode(gray, kernel)
        slope = np.zeros_like(gray)
        if axis == 1:
            slope[:, 1:-1] = np.abs(gray[:, 2:] - gray[:, :-2]) / 2
        else:
            slope[1:-1] = np.abs(gray[2:] - gray[:-2]) / 2
        height = float(np.percentile(rise, 99))
        if height < 25:
            return None
        strong = rise > 0.6 * height
        steepest = cv2.dilate(slope, kernel)
        top = strong & (slope >= steepest) & (slope > 0)
        if int(np.count_nonzero(top)) < _ENOUGH_EDGES:
            return None
        ratio = float(np.percentile((slope[top] / rise[top]), 75))
        # A step smeared by a Gaussian of deviation s rises at most by 1 / (s * sqrt(2 pi)).
        spreads.append(1.0 / (ratio * float(np.sqrt(2 * np.pi))))
    return spreads[0], spreads[1]
