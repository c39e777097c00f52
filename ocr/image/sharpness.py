"""Measures how sharply the ink stands on the page, for defocus and for motion.

What is measured is how fast the page changes from a pixel to the next one and to the one after
it (mean square of the difference, at 0.17 and 0.34 mm). Across sharp strokes twice the distance
brings twice the change or less; where the strokes are smeared the change grows with the square of
the distance, up to four times. Darkness and amount of the ink drop out of that ratio, evenly
spread noise is taken off first, and no single edge has to be found.

Where pale marks stand between the dark ink of a page only that ink is asked: what shines through
the paper, pencil, watermarks and stains are soft by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.cells import cell_shares
from ocr.image.levels import level_at, level_counts
from ocr.image.view import Gray, PageView
from ocr.shrinking import halved

_TILE_MM = 16.0
_MARGIN_MM = 4.0
# The page is looked at in so many areas across and down, in the fullest tiles of each.
_AREAS = 4
_TILES = 32
# Steps below this are paper grain.
_GRAIN = 6
# Tiles with less ink than this share of a full one have a few words at most.
_WORTH_SHARE = 0.08
_FLAT_SHARE = 0.35
_FLAT_REACH = np.ones((5, 5), np.uint8)
# Change over a millimetre below which a tile says nothing, in grey levels squared.
_LEAST_CHANGE = 80.0
_LEAST_INK = 35
# Writing changes within two millimetres nearly as much as it ever does; photographs, shades and
# large areas go on changing.
_MOST_BEYOND = 1.45
_MOST_WITHIN = 2.4
# Rules that run along the page change in one direction only.
_MOST_ONE_WAY = 11.0
_PAPER_INK = 24
_LEAST_PAPER = 0.25
# Share of the ink of a tile that is as dark as its darkest: more is brushwork, whose edges lie
# further apart than the smear reaches.
_BROAD = 0.6
# Deviation of a usual printed stroke (0.35 mm wide) about its middle, in millimetres; along a
# diagonal that stroke is wider.
_STROKE_MM = 0.1
# The page is as sharp as its sharper tiles.
_SHARPER_SHARE = 30
_FEWEST_TILES = 3
# With less than about half of the places that bear ink, the side is a picture.
_LEAST_WRITING = 0.45
# A movement smears along one direction; so many times the change lies across it. Rules of a table
# do so along the page but never along its diagonals.
_MOVED_ALONG = 4.0
_MOVED_ACROSS = 2.0
_MOVED_COUNTS = 1.25
# Part of a page is out of focus: at least so many tiles in so much of it, and surely so.
_PART_SHARES = (0.26, 0.4)
_FEWEST_PART = 4
_LEAST_PART_WRITING = 0.8
_PART_SURELY = 1.15
# Ink of this page is at least so dark, as a share of what its darkest tiles reach (the upper of
# them, for holes and brushwork are few): paper lets less than half through.
_OWN_INK = 0.45
_DARKEST_TILES = 75
_SURELY_OWN = 1.5
_OWN_REACH_MM = 0.8
# Pale marks over more than this between the dark ink are not its smear.
_BETWEEN = 0.012
_FEWEST_ASKED = 0.1
# Nothing printed is sharper.
_SHARPEST_MM = 0.01
_MM_PER_INCH = 25.4

# Directions in pairs at right angles: along and down the page, along its diagonals.
_DIRECTIONS = ((1, 0), (0, 1), (1, 1), (-1, 1))
_DIAGONAL = float(np.sqrt(2.0))

# Growth of the change over twice the distance, for strokes of any smear: thin strokes are as wide
# as they are smeared. `_DECAY` is exp(-(distance / (2 * smear)) ** 2).
_DECAY = np.linspace(0.001, 0.9999, 400)
_GROWTH_THIN = 1 + _DECAY + _DECAY**2 + _DECAY**3
_SMEAR_THIN = 0.5 / np.sqrt(-np.log(_DECAY))


@dataclass(frozen=True, kw_only=True, slots=True)
class Sharpness:
    """`spread_mm` is the standard deviation of the smear of the strokes on paper in millimetres
    along the worst direction, `spread_px` the same in pixels of the view; both 0 when the page has
    too little writing to say. `places` counts the places asked. `box` bounds the part of the page
    that is smeared, in working pixels, where the rest is sharp."""

    spread_mm: float
    spread_px: float
    places: int = 0
    box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tile:
    """The smear in pixels by direction (0 where a direction does not say), the change over a pixel
    by direction, and the place in working pixels."""

    spread: tuple[float, float, float, float]
    change: tuple[float, float, float, float]
    box: tuple[int, int, int, int]


def measure_sharpness(
    view: PageView,
    inner: tuple[int, int, int, int],
    part_mm: float = 0.0,
    writing: tuple[int, int, int, int] | None = None,
    things: Sequence[tuple[int, int, int, int]] = (),
) -> Sharpness:
    """The smear of the writing in a number of places all over the page inside `inner`.

    Only black ink is asked, for seals are soft by themselves, and only places with strokes on
    paper: a photograph or brushwork may be as soft as it likes. The directions along, down and
    across the page are judged apart, because motion smears in one direction only. With `part_mm`,
    a part of the page along one edge that is smeared by more counts as the page. With `writing`
    only places in that box are asked: elsewhere are holes and specks; none in the boxes of `things`
    that lie on the page.
    """
    inked = [
        box
        for box in _places(view, inner)
        if (writing is None or _touch(box, writing))
        and not any(_touch(box, thing) for thing in things)
    ]
    places, own = _own_places(view, inked)
    found = [tile for box in places if (tile := _measured(view, box, own)) is not None]
    if own and len(found) < _FEWEST_TILES:
        # Dark pictures beside pale writing.
        places = inked
        found = [tile for box in places if (tile := _measured(view, box, 0.0)) is not None]
    if len(found) < max(_FEWEST_TILES, _LEAST_WRITING * len(places)):
        return Sharpness(spread_mm=0.0, spread_px=0.0)
    per_pixel = _MM_PER_INCH / view.dpi
    worst = max(_SHARPEST_MM / per_pixel, _smear(found, _STROKE_MM / per_pixel))
    if part_mm and worst * per_pixel <= part_mm:
        part = _smeared_part(found, inked, inner, _PART_SURELY * part_mm, per_pixel)
        if part is not None:
            return part
    return Sharpness(spread_mm=worst * per_pixel, spread_px=worst, places=len(found))


def _places(view: PageView, inner: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    """The tiles with most ink of every area of the page, as boxes in working pixels."""
    # Even, for it is laid on a copy of half the size.
    side = max(24, round(view.millimetres(_TILE_MM)) // 2 * 2)
    x0, y0, x1, y1 = inner
    # Keep clear of the page edge itself, which is an edge but not of ink.
    pad = round(view.millimetres(_MARGIN_MM))
    region = view.black[y0 + pad : y1 - pad, x0 + pad : x1 - pad]
    down, across = region.shape[0] // side, region.shape[1] // side
    if down < 1 or across < 1:
        return []
    small = halved(region[: down * side, : across * side])
    # However much an edge is smeared, its steps add up to nearly the same.
    steps = np.zeros_like(small)
    cv2.absdiff(small[1:], small[:-1], dst=steps[1:])
    cv2.max(steps[:, 1:], cv2.absdiff(small[:, 1:], small[:, :-1]), dst=steps[:, 1:])
    seen = np.asarray(cv2.threshold(steps, _GRAIN, 255, cv2.THRESH_TOZERO)[1], dtype=np.uint8)
    worth = cell_shares(seen, side // 2, side // 2)
    least = _WORTH_SHARE * float(np.percentile(worth, 95))
    rows = np.arange(down)[:, None] * _AREAS // down
    columns = np.arange(across)[None, :] * _AREAS // across
    areas = rows * _AREAS + columns
    places: list[tuple[int, int, int, int]] = []
    for area in range(_AREAS * _AREAS):
        own = np.flatnonzero((areas == area) & (worth > least) & (worth > 0))
        for index in own[np.argsort(worth.ravel()[own])[::-1]][: _TILES // (_AREAS * _AREAS)]:
            left = x0 + pad + int(index) % across * side
            top = y0 + pad + int(index) // across * side
            places.append((left, top, left + side, top + side))
    return places


def _own_places(
    view: PageView, places: list[tuple[int, int, int, int]]
) -> tuple[list[tuple[int, int, int, int]], float]:
    """The places to ask and the level from which ink is the page's own there: all of them and 0,
    but where pale marks stand between the dark ink of the page those with such ink."""
    if not places:
        return places, 0.0
    tiles = [view.black[y0:y1:2, x0:x1:2].copy() for x0, y0, x1, y1 in places]
    darkest = np.array([level_at(level_counts(tile), 0.99) for tile in tiles])
    own = _OWN_INK * float(np.percentile(darkest, _DARKEST_TILES))
    reach = _reach(view)
    between = []
    for at in np.flatnonzero(darkest > max(_SURELY_OWN * own, _PAPER_INK)):
        tile = tiles[at]
        near = cv2.dilate(cv2.threshold(tile, own, 255, cv2.THRESH_BINARY)[1], reach)
        pale = cv2.threshold(cv2.subtract(tile, near), _PAPER_INK, 1, cv2.THRESH_BINARY)[1]
        between.append(cv2.countNonZero(pale) / tile.size)
    if not between or float(np.median(between)) < _BETWEEN:
        return places, 0.0
    return [box for box, dark in zip(places, darkest, strict=True) if dark > own], own


def _touch(box: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    x0, y0, x1, y1 = box
    return x0 < other[2] and other[0] < x1 and y0 < other[3] and other[1] < y1


def _reach(view: PageView) -> Gray:
    """What lies so near to dark ink, at half size, is its edge."""
    side = 2 * max(1, round(view.millimetres(_OWN_REACH_MM) / 2)) + 1
    return np.ones((side, side), np.uint8)


def _measured(view: PageView, box: tuple[int, int, int, int], own: float) -> _Tile | None:
    """One place of the page; None where there is no writing on paper. With `own` only ink as dark
    as that and what lies around it is asked."""
    x0, y0, x1, y1 = box
    tile = np.ascontiguousarray(view.black[y0:y1, x0:x1])
    asked = None
    if own:
        dark = cv2.threshold(tile, own, 255, cv2.THRESH_BINARY)[1]
        side = 2 * round(view.millimetres(_OWN_REACH_MM)) + 1
        asked = np.asarray(cv2.dilate(dark, np.ones((side, side), np.uint8)), dtype=np.uint8)
        if cv2.countNonZero(asked) < _FEWEST_ASKED * tile.size:
            return None
    counts = level_counts(tile)
    darkest = level_at(counts, 0.99)
    whole = float(counts.sum())
    if darkest < _LEAST_INK or counts[: _PAPER_INK + 1].sum() < _LEAST_PAPER * whole:
        return None
    flat = _flat(tile)
    noise = [_change(tile, dx, dy, flat) for dx, dy in _DIRECTIONS[:2]]
    noise += [sum(noise) / 2] * 2
    far = [max(0.01, _change(tile, 6 * dx, 6 * dy) - noise[at]) for at, (dx, dy) in _PLAIN]
    if sum(far) < _LEAST_CHANGE or max(far) > _MOST_ONE_WAY * min(far):
        return None
    broad = [_change(tile, 12 * dx, 12 * dy) for dx, dy in _DIRECTIONS[:2]]
    beyond = [_change(tile, 18 * dx, 18 * dy) for dx, dy in _DIRECTIONS[:2]]
    if sum(beyond) > _MOST_BEYOND * sum(broad) or sum(broad) > _MOST_WITHIN * sum(far):
        return None
    dark = counts[round(0.8 * darkest) :].sum() / max(1.0, counts[round(0.3 * darkest) :].sum())
    table = _BROAD_STROKES if dark > _BROAD else _THIN_STROKES
    near = [max(0.01, _change(tile, dx, dy, asked) - noise[at]) for at, (dx, dy) in _ALL]
    twice = [max(0.01, _change(tile, 2 * dx, 2 * dy, asked) - noise[at]) for at, (dx, dy) in _ALL]
    spread = []
    for at in range(4):
        known = twice[at] > 2 * noise[at]
        smear = float(np.interp(twice[at] / near[at], *table)) if known else 0.0
        spread.append(smear * (_DIAGONAL if at > 1 else 1.0))
    return _Tile(
        spread=(spread[0], spread[1], spread[2], spread[3]),
        change=(near[0], near[1], near[2], near[3]),
        box=box,
    )


def _change(tile: Gray, dx: int, dy: int, mask: Gray | None = None) -> float:
    """Mean square of the difference between pixels so far apart."""
    height, width = tile.shape
    rows, columns = slice(0, height - dy), slice(max(0, -dx), width - max(0, dx))
    one, other = tile[rows, columns], tile[dy:, max(0, dx) : width + min(0, dx)]
    if mask is None:
        return float(cv2.norm(one, other, cv2.NORM_L2SQR)) / one.size
    asked = mask[rows, columns]
    return float(cv2.norm(one, other, cv2.NORM_L2SQR, asked)) / max(1, cv2.countNonZero(asked))


def _flat(tile: Gray) -> Gray:
    """Where the tile is most even: there is nothing but the noise of the scanner."""
    ranges = cv2.subtract(cv2.dilate(tile, _FLAT_REACH), cv2.erode(tile, _FLAT_REACH))
    level = level_at(level_counts(ranges), _FLAT_SHARE)
    return np.asarray(cv2.threshold(ranges, level, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)


def _smear(tiles: list[_Tile], stroke: float) -> float:
    """The smear in pixels of what the sharper ones of the tiles say, in the worst direction,
    without the deviation that a `stroke` has by itself."""
    usual = []
    for at in range(4):
        said = [tile.spread[at] for tile in tiles if tile.spread[at]]
        enough = len(said) >= max(_FEWEST_TILES, len(tiles) // 3)
        spread = float(np.percentile(said, _SHARPER_SHARE)) if enough else 0.0
        own = stroke * (_DIAGONAL if at > 1 else 1.0)
        usual.append(float(np.sqrt(max(0.0, spread**2 - own**2))))
    changes = np.median(np.log2([tile.change for tile in tiles]), axis=0)
    for one, other, least in ((0, 1, _MOVED_ALONG), (2, 3, _MOVED_ACROSS)):
        weak, strong = (one, other) if changes[one] < changes[other] else (other, one)
        if changes[strong] - changes[weak] > np.log2(least) and usual[weak] > usual[strong]:
            usual[weak] *= _MOVED_COUNTS
    return max(usual)


def _smeared_part(
    tiles: list[_Tile],
    places: list[tuple[int, int, int, int]],
    inner: tuple[int, int, int, int],
    least_mm: float,
    per_pixel: float,
) -> Sharpness | None:
    """The part along one edge of the page that is smeared by more than `least_mm`; `places` are
    all that bear ink."""
    x0, y0, x1, y1 = inner
    worst: Sharpness | None = None
    for axis, backwards, most in product((0, 1), (False, True), _PART_SHARES):
        start, end = ((x0, x1), (y0, y1))[axis]
        reach = most * (end - start)
        bounds = (end - reach, end) if backwards else (start, start + reach)
        part = [tile for tile in tiles if _lies_in(tile.box, axis, bounds)]
        inked = sum(_lies_in(box, axis, bounds) for box in places)
        # Few that say among many that bear ink: a photograph.
        if len(part) < max(_FEWEST_PART, _LEAST_PART_WRITING * inked):
            continue
        spread = _smear(part, _STROKE_MM / per_pixel)
        if spread * per_pixel > max(least_mm, worst.spread_mm if worst else 0.0):
            boxes = np.array([tile.box for tile in part])
            left, top = (int(value) for value in boxes[:, :2].min(axis=0))
            right, bottom = (int(value) for value in boxes[:, 2:].max(axis=0))
            worst = Sharpness(
                spread_mm=spread * per_pixel, spread_px=spread, box=(left, top, right, bottom)
            )
    return worst


def _lies_in(box: tuple[int, int, int, int], axis: int, bounds: tuple[float, float]) -> bool:
    """Whether the middle of a box lies within the bounds along one axis."""
    return bounds[0] <= (box[axis] + box[axis + 2]) / 2 <= bounds[1]


def _edge_table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Growth by smear of edges that lie further apart than the smear reaches: a step smeared by
    a Gaussian."""
    smears = np.linspace(0.05, 4.0, 400)

    def change(distance: float) -> NDArray[np.float64]:
        at = np.linspace(-14.0, 16.0, 601)
        whole = np.array([_step((at + distance) / smear) - _step(at / smear) for smear in smears])
        return np.asarray(np.square(whole).sum(axis=1))

    return change(2.0) / change(1.0), smears


def _step(place: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normal distribution, near enough (error below 0.0002)."""
    near = np.clip(place, -8.0, 8.0)
    return np.asarray(1 / (1 + np.exp(-1.5976 * near - 0.07056 * near**3)))


_ALL = tuple(enumerate(_DIRECTIONS))
_PLAIN = _ALL[:2]
_THIN_STROKES = (_GROWTH_THIN, _SMEAR_THIN)
_BROAD_STROKES = _edge_table()
