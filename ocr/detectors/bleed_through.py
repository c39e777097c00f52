"""Finds the other face of the sheet shining through so strongly that it disturbs.

What is seen through paper is pale, gray and smeared by the fibres, and it stands in rows like the
text it is; the ink of this face is either darker or has sharp edges. No single one of these tells
it from pencil, gray print or dirt, so all are asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.api import Finding
from ocr.image.limits import Limits
from ocr.image.view import Gray
from ocr.sight import Sight, WorkBox

_REDUCE = 2
_MARGIN_MM = 5.0
# The surroundings of ink of this face: its own edges, its noise in the JPEG, and its smear.
_HALO_MM = 0.9
_DARKEST_PALE = 0.52
_DARK = 70
# Shadows, shaded cells and photographs are solid; smeared lines of text are lower than this.
_SOLID_MM = 6.5
_SOLID_HALO_MM = 3.0
_BROAD_MM = 1.5
_LEAST_STEP = 9
_NOISE_STEPS = 4.5
_GRAY_SHARE = 0.6
_TILE_MM = 8.0
_TILE_INK = 0.02
# Rows of text: how much the paleness changes from row to row against its mean.
_ROW_CONTRAST = 0.7
_FEWEST_TILES = 45
# Fewer marks than this must show their rows and their smear more clearly.
_MANY_TILES = 140
_CLEAR_ROWS = 1.2
# All marks in a few narrow strips are the outline of something.
_FRAME_ROWS = 2.25
_CLEARLY_DARKER = 1.13
# Darker marks are ink of this face: paper lets through a quarter at most.
_DARKEST_THROUGH = 0.26
_SOFT = 0.61
_SOFT_AVERAGED = 0.845
_BROAD_SHARE = 0.25
# Smeared ink of this face looks like ink of the other: such darkness is only found here.
_FRONT_INK = 130
_FRONT_SHARE = 0.0005


@dataclass(frozen=True, kw_only=True, slots=True)
class Through:
    """Pale marks of one side.

    `strength` is their darkness as a share of full ink; `softness` how little neighbouring pixels
    differ against pixels 0.7 mm apart (1 not at all), `softness_averaged` the same after a mean
    over 3 x 3 pixels, which noise spoils less; `broad` the share that is broader than strokes of
    sharp text; `rows` the contrast between rows; `tiles` how many squares of 8 mm they fill;
    `grayness` 1 for gray; `front` whether there is dark ink as well. `box` is in working pixels.
    """

    strength: float
    softness: float
    softness_averaged: float
    broad: float
    rows: float
    tiles: int
    grayness: float
    front: bool
    box: WorkBox


def find(sight: Sight, limits: Limits) -> tuple[Finding, ...]:
    """One finding around the marks that shine through, its value their strength (0 to 1)."""
    seen = measure_through(sight)
    if seen is None or not _is_through(seen, limits.bleed_through):
        return ()
    if not sight.blank and seen.front and sight.sharpness.spread_mm > limits.blur_warn:
        return ()
    return (
        Finding(
            code="bleed_through",
            severity="warn",
            value=round(seen.strength, 3),
            limit=limits.bleed_through,
            box=sight.page_box(seen.box),
        ),
    )


def _is_through(seen: Through, limit: float) -> bool:
    if not limit < seen.strength < _DARKEST_THROUGH or seen.grayness < _GRAY_SHARE:
        return False
    if seen.tiles < _FEWEST_TILES or seen.rows < _ROW_CONTRAST:
        return False
    soft = seen.softness > _SOFT or seen.softness_averaged > _SOFT_AVERAGED
    if seen.tiles < _MANY_TILES:
        return (
            soft
            and _CLEAR_ROWS < seen.rows < _FRAME_ROWS
            and seen.strength > _CLEARLY_DARKER * limit
        )
    return soft or seen.broad > _BROAD_SHARE


def measure_through(sight: Sight) -> Through | None:
    """The pale marks of the side, None where there are none to speak of."""
    view = sight.view
    x0, y0, x1, y1 = sight.inner
    margin = round(view.millimetres(_MARGIN_MM))
    x0, y0, x1, y1 = x0 + margin, y0 + margin, x1 - margin, y1 - margin
    ink = view.ink[y0:y1, x0:x1]
    height, width = ink.shape[0] // _REDUCE * _REDUCE, ink.shape[1] // _REDUCE * _REDUCE
    if min(height, width) < view.millimetres(40.0):
        return None
    ink = ink[:height, :width]
    half = (width // _REDUCE, height // _REDUCE)
    small = np.asarray(cv2.resize(ink, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    cell = view.millimetres(1.0) / _REDUCE
    darkest = np.maximum(
        np.maximum(ink[::2, ::2], ink[1::2, ::2]), np.maximum(ink[::2, 1::2], ink[1::2, 1::2])
    )
    front = cv2.dilate((darkest > _front_level(darkest)).astype(np.uint8), _disc(_HALO_MM * cell))
    paper = small[::4, ::4][front[::4, ::4] == 0]
    if paper.size < 0.02 * front.size / 16:
        return None
    quarter, middle = (float(value) for value in np.percentile(paper, (25, 50)))
    noise = max(1.0, (middle - quarter) / 0.674)
    level = middle + max(_LEAST_STEP, _NOISE_STEPS * noise)
    pale = ((small > level) & (front == 0)).astype(np.uint8)
    if int(np.count_nonzero(pale)) < _FEWEST_TILES * _TILE_INK * (_TILE_MM * cell) ** 2:
        return None
    usable = (front == 0).astype(np.uint8)
    solid = cv2.morphologyEx(
        (small > level).astype(np.uint8), cv2.MORPH_OPEN, _square(_SOLID_MM * cell)
    )
    if solid.any():
        around = cv2.dilate(solid, _square(2 * _SOLID_HALO_MM * cell))
        usable[around > 0] = 0
        pale[around > 0] = 0
    return _measured(sight, ink, small, pale, usable, middle, cell, (x0, y0))


def _front_level(darkest: Gray) -> float:
    """From here on ink belongs to this face: half of what its own strokes reach."""
    strong = darkest[::2, ::2]
    strong = strong[strong > _DARK]
    if strong.size < 200:
        return 110.0
    return max(float(_DARK), min(130.0, _DARKEST_PALE * float(np.percentile(strong, 80))))


def _measured(
    sight: Sight,
    ink: Gray,
    small: Gray,
    pale: NDArray[np.uint8],
    usable: NDArray[np.uint8],
    middle: float,
    cell: float,
    origin: tuple[int, int],
) -> Through | None:
    tile = max(4, round(_TILE_MM * cell))
    size = (small.shape[1] // tile, small.shape[0] // tile)
    filled = cv2.resize(
        pale[: size[1] * tile, : size[0] * tile] * np.uint8(255), size, interpolation=cv2.INTER_AREA
    )
    tiles = filled > _TILE_INK * 255
    count = int(np.count_nonzero(tiles))
    if count < 2:
        return None
    rows, columns = np.flatnonzero(tiles.any(axis=1)), np.flatnonzero(tiles.any(axis=0))
    left, right = int(columns[0]) * tile, (int(columns[-1]) + 1) * tile
    top, bottom = int(rows[0]) * tile, (int(rows[-1]) + 1) * tile
    values = small[pale > 0]
    strength = (float(np.percentile(values, 85)) - middle) / 255
    x, y = origin
    return Through(
        strength=strength,
        softness=_softness(ink, pale, usable, cell),
        softness_averaged=_softness(
            np.asarray(cv2.blur(ink, (3, 3)), dtype=np.uint8), pale, usable, cell
        ),
        broad=_broad(pale, cell),
        rows=_row_contrast(pale, usable, sight.skew.degrees, (left, top, right, bottom), cell),
        tiles=count,
        grayness=_grayness(sight, pale, origin),
        front=int(np.count_nonzero(ink[::2, ::2] > _FRONT_INK)) > _FRONT_SHARE * ink.size / 4,
        box=(
            x + left * _REDUCE,
            y + top * _REDUCE,
            x + right * _REDUCE,
            y + bottom * _REDUCE,
        ),
    )


def _broad(pale: NDArray[np.uint8], cell: float) -> float:
    """The share of the marks in places broader than strokes of sharp text."""
    broad = cv2.morphologyEx(pale, cv2.MORPH_OPEN, _square(_BROAD_MM * cell))
    return int(np.count_nonzero(broad)) / max(1, int(np.count_nonzero(pale)))


def _softness(ink: Gray, pale: NDArray[np.uint8], usable: NDArray[np.uint8], cell: float) -> float:
    """How little of the variance of the marks is lost between neighbouring pixels.

    Of a smeared mark nearly all of the difference over 0.7 mm is more than the difference from
    pixel to pixel; the noise of the empty paper is taken off both.
    """
    y, x = np.nonzero(pale[1:-1, 2:-2])
    if y.size > 12000:
        step = y.size // 12000 + 1
        y, x = y[::step], x[::step]
    marked = _differences(ink, y + 1, x + 2)
    empty = cv2.dilate(pale, _disc(1.0 * cell)) == 0
    empty &= usable > 0
    y, x = np.nonzero(empty[2:-2:3, 2:-2:3])
    if y.size < 100:
        return 0.0
    step = y.size // 6000 + 1
    plain = _differences(ink, y[::step] * 3 + 2, x[::step] * 3 + 2)
    near, far = marked[0] - plain[0], marked[1] - plain[1]
    return 1.0 - near / far if far > 0 else 0.0


def _differences(ink: Gray, y: NDArray[np.intp], x: NDArray[np.intp]) -> tuple[float, float]:
    """Mean squared difference over one and over four working pixels, at places of half size."""
    rows, columns = y * _REDUCE, x * _REDUCE
    here = ink[rows, columns].astype(np.float32)
    near = (ink[rows, columns + 1] - here) ** 2 + (ink[rows + 1, columns] - here) ** 2
    far = (ink[rows, columns - 4] - here) ** 2 + (ink[rows, columns + 4] - here) ** 2
    return float(near.mean()), float(far.mean())


def _row_contrast(
    pale: NDArray[np.uint8],
    usable: NDArray[np.uint8],
    degrees: float,
    box: WorkBox,
    cell: float,
) -> float:
    """Standard deviation of the paleness of the rows over its mean, along the lines of text, or
    along the columns where these differ more (a page that lies on its side)."""
    left, top, right, bottom = box
    marks, free = pale[top:bottom, left:right], usable[top:bottom, left:right]
    height, width = marks.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    if abs(degrees) > 0.15:
        marks = np.asarray(cv2.warpAffine(marks, matrix, (width, height), flags=0), dtype=np.uint8)
        free = np.asarray(cv2.warpAffine(free, matrix, (width, height), flags=0), dtype=np.uint8)
    best = 0.0
    for axis in (1, 0):
        open_area = free.sum(axis=axis, dtype=np.float64)
        share = marks.sum(axis=axis, dtype=np.float64) / np.maximum(open_area, 1)
        share = share[open_area > 0.1 * free.shape[axis]]
        window = max(1, round(1.0 * cell))
        if share.size < 12 * window:
            continue
        share = np.convolve(share, np.ones(window) / window, mode="valid")
        # Slow changes over the page are no rows.
        wide = min(share.size, round(25.0 * cell))
        slow = np.convolve(np.pad(share, wide // 2, mode="edge"), np.ones(wide) / wide, "same")
        slow = slow[wide // 2 : wide // 2 + share.size]
        mean = float(share.mean())
        if mean > 0:
            best = max(best, float((share - slow).std()) / mean)
    return best


def _grayness(sight: Sight, pale: NDArray[np.uint8], origin: tuple[int, int]) -> float:
    """The ink in the lightest channel as a share of that in the darkest: 1 is gray."""
    y, x = np.nonzero(pale[::2, ::2])
    step = y.size // 8000 + 1
    rows = y[::step] * 2 * _REDUCE + origin[1]
    columns = x[::step] * 2 * _REDUCE + origin[0]
    full = float(sight.view.ink[rows, columns].mean()) if rows.size else 0.0
    return float(sight.view.black[rows, columns].mean()) / full if full > 0 else 0.0


def _disc(radius: float) -> NDArray[np.uint8]:
    size = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_RECT, (size, size)), dtype=np.uint8)


def _square(side: float) -> NDArray[np.uint8]:
    size = max(3, round(side))
    return np.ones((size, size), np.uint8)
