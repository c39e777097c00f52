"""Measures how sharply the ink stands on the page, for defocus and for motion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import cell_shares
from ocr.image.view import Gray, PageView

_TILE_MM = 16.0
_TILES = 14
_WINDOW_MM = 1.4
_FEWEST_EDGES = 24
_LEAST_RISE = 25
# Slopes below this are paper grain.
_STEEP = 24
_STEEPEST = 120
_MM_PER_INCH = 25.4
# The page is as sharp as its sharpest parts: photographs and brushwork are soft by themselves.
_SHARPEST_SHARE = 30
# On a reduced copy the sampling alone smears by 0.8 to 0.9 pixels; up to here the page in full is
# sharper than any limit asks for.
_SURELY_SHARP = 0.95
# The same of text on which nothing is smeared along a diagonal.
_PLAINLY_SHARP = 0.87
# Printed strokes run along the page and across it more than along its diagonals, which are taken
# at their word only when one is smeared so much more than the other.
_MOVED = 1.3
# The steepest pixel of a noisy edge is not its slope.
_SOFTEN = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Sharpness:
    """`spread_mm` is the standard deviation of the edge smear on paper in millimetres along the
    worse direction, `spread_px` the same in pixels of the copy it was measured on; both 0 when the
    page has too few edges to say."""

    spread_mm: float
    spread_px: float


def measure_sharpness(
    pixels: NDArray[np.uint8] | None,
    view: PageView,
    inner: tuple[int, int, int, int],
    tiles: int = _TILES,
) -> Sharpness:
    """The smear of the ink edges in the `tiles` of the page that have the steepest ones.

    `pixels` is the page in any size from that of the view up, None for the view itself. The
    steepest slope across a stroke, set against the rise of that stroke, gives the width of the
    smear whatever the darkness of the ink, so light type is not taken for blurred type. Slopes
    across and along the page are judged apart, because motion smears in one direction only; so
    are those along the diagonals, unless the page is plainly sharp.
    """
    scale = pixels.shape[1] / view.width if pixels is not None else 1.0
    reach = max(5, round(_WINDOW_MM * view.dpi * scale / _MM_PER_INCH) | 1)
    pieces = [_tile(pixels, view, place) for place in _places(view, inner, tiles)]
    worse = max(_usual([_spreads(piece, reach) for piece in pieces]))
    if pixels is not None or worse > _PLAINLY_SHARP:
        one, other = sorted(_usual([_spreads(_on_its_corner(piece), reach) for piece in pieces]))
        if one and other > _MOVED * one:
            worse = max(worse, other)
    return Sharpness(spread_mm=worse * _MM_PER_INCH / (view.dpi * scale), spread_px=worse)


def _tile(
    pixels: NDArray[np.uint8] | None, view: PageView, place: tuple[int, int, int, int]
) -> Gray:
    """The ink at a place given in working pixels."""
    if pixels is None:
        x0, y0, x1, y1 = place
        return view.ink[y0:y1, x0:x1]
    scale = pixels.shape[1] / view.width
    x0, y0, x1, y1 = (round(value * scale) for value in place)
    # The darkest channel shows coloured ink as well as black.
    blue, green, red = cv2.split(pixels[y0:y1, x0:x1])
    return np.asarray(cv2.bitwise_not(cv2.min(cv2.min(blue, green), red)), dtype=np.uint8)


def _usual(found: list[tuple[float, float]]) -> tuple[float, float]:
    """The spread in either direction, of the sharper ones of the tiles that say; 0 if none does."""
    across, down = (
        float(np.percentile(said, _SHARPEST_SHARE)) if said else 0.0
        for said in ([pair[way] for pair in found if pair[way]] for way in (0, 1))
    )
    return across, down


def _on_its_corner(tile: Gray) -> Gray:
    """The middle of a tile, turned by 45 degrees."""
    height, width = tile.shape
    side = round(0.7 * min(height, width))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 45, 1.0)
    matrix[:, 2] -= np.array([(width - side) / 2, (height - side) / 2])
    turned = cv2.warpAffine(tile, matrix, (side, side), flags=cv2.INTER_CUBIC)
    return np.asarray(turned, dtype=np.uint8)


def surely_sharp(reduced: Sharpness) -> bool:
    """Whether what was measured on a reduced copy leaves no doubt about the page in full."""
    return reduced.spread_px <= _SURELY_SHARP


def _places(
    view: PageView, inner: tuple[int, int, int, int], tiles: int
) -> list[tuple[int, int, int, int]]:
    """The tiles with most steep edges, as boxes in working pixels."""
    # Even, so that every second row of a tile can be left out: it says the same.
    side = max(24, round(view.millimetres(_TILE_MM)) // 2 * 2)
    x0, y0, x1, y1 = inner
    # Keep clear of the page edge itself, which is an edge but not of ink.
    pad = round(view.millimetres(4.0))
    region = view.ink[y0 + pad : y1 - pad, x0 + pad : x1 - pad]
    down, across = region.shape[0] // side, region.shape[1] // side
    if down < 1 or across < 1:
        return [(0, 0, view.width, view.height)]
    upper = np.ascontiguousarray(region[: down * side : 2, : across * side])
    lower = np.ascontiguousarray(region[1 : down * side : 2, : across * side])
    slopes = cv2.absdiff(lower, upper)
    cv2.max(slopes[:, 1:], cv2.absdiff(upper[:, 1:], upper[:, :-1]), dst=slopes[:, 1:])
    counts = cv2.calcHist([slopes], [0], None, [256], [0, 256]).reshape(-1)
    # A speck of dust may have the steepest edges of all, but not many.
    steepest = int(np.count_nonzero(np.cumsum(counts[::-1])[::-1] >= _STEEPEST))
    least = max(_STEEP, round(0.4 * steepest))
    _, steep = cv2.threshold(slopes, least, 1, cv2.THRESH_BINARY)
    worth = cell_shares(np.asarray(steep, dtype=np.uint8), side // 2, side).reshape(-1)
    places = []
    for index in np.argsort(worth)[::-1][:tiles]:
        left = x0 + pad + int(index) % across * side
        top = y0 + pad + int(index) // across * side
        places.append((left, top, left + side, top + side))
    return places


def _spreads(tile: Gray, reach: int) -> tuple[float, float]:
    """Edge spread in pixels across and down; 0 where the tile has too few edges."""
    if min(tile.shape[:2]) < 2 * reach:
        return 0.0, 0.0
    soft = np.asarray(cv2.GaussianBlur(tile, (0, 0), _SOFTEN), dtype=np.uint8)
    across = _spread(soft, cv2.absdiff(soft[:, 2:], soft[:, :-2]), (1, reach), np.s_[:, 1:-1])
    down = _spread(soft, cv2.absdiff(soft[2:], soft[:-2]), (reach, 1), np.s_[1:-1])
    return across, down


def _spread(
    ink: Gray, twice: Any, window: tuple[int, int], inside: tuple[slice, ...] | slice
) -> float:
    """The smear along one direction; `twice` is twice the slope there, `inside` its place."""
    kernel = np.ones(window, np.uint8)
    rise = cv2.subtract(cv2.dilate(ink, kernel), cv2.erode(ink, kernel))[inside]
    counts = np.cumsum(np.bincount(rise.reshape(-1), minlength=256))
    height = int(np.searchsorted(counts, 0.99 * counts[-1]))
    if height < _LEAST_RISE:
        return 0.0
    _, high = cv2.threshold(rise, 0.6 * height, 255, cv2.THRESH_BINARY)
    top = cv2.bitwise_and(high, cv2.compare(twice, cv2.dilate(twice, kernel), cv2.CMP_GE)) > 0
    steps = twice[top]
    ratios = steps / (2.0 * rise[top])
    ratios = ratios[steps > 0]
    if ratios.size < _FEWEST_EDGES:
        return 0.0
    place = round(0.75 * (ratios.size - 1))
    ratio = float(np.partition(ratios, place)[place])
    # A step smeared by a Gaussian of deviation s rises at most by 1 / (s * sqrt(2 pi)).
    return 1.0 / (ratio * float(np.sqrt(2 * np.pi)))
