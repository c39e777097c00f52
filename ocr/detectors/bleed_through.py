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
from ocr.image.levels import level_at, level_counts
from ocr.image.limits import Limits
from ocr.image.view import Gray
from ocr.shrinking import halved
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
_RULE_MM = 25.0
_LEAST_STEP = 9
_NOISE_STEPS = 4.5
_GRAY_SHARE = 0.6
_TILE_MM = 8.0
_TILE_INK = 0.02
# Rows of text: how much the paleness changes from row to row against its mean.
_ROW_CONTRAST = 0.7
_FEWEST_TILES = 24
# So many, of nearly such darkness, are worth a look at the other face of the sheet.
_DOUBTFUL_TILES = 12
_DOUBTFUL_STRENGTH = 0.65
# Fewer marks than this must show their rows and their smear more clearly.
_MANY_TILES = 140
_CLEAR_ROWS = 0.9
# A few lines only: these must be clear in every way.
_SOME_TILES = 45
_PLAIN_ROWS = 1.3
_PLAINLY_DARKER = 1.6
_PLAINLY_GRAY = 0.85
_PLAINLY_SOFT = 0.7
# All marks in a few narrow strips are the outline of something.
_FRAME_ROWS = 2.25
_CLEARLY_DARKER = 1.13
# Darker marks are ink of this face: paper lets through a quarter at most.
_DARKEST_THROUGH = 0.26
_SOFT = 0.61
_SOFT_AVERAGED = 0.845
_BROAD_SHARE = 0.25
# Nothing but broad marks are large pale letters, a stain or a page out of focus.
_TOO_BROAD = 0.68
# Smeared ink of this face looks like ink of the other: such darkness is only found here.
_FRONT_INK = 130
_FRONT_SHARE = 0.0005


@dataclass(frozen=True, kw_only=True, slots=True)
class _Marks:
    """The pale marks of one side at half size.

    `ink` is the part of the page they were looked for in, `origin` where it begins in working
    pixels, `small` the same at half size; `pale` is 1 on the marks, `usable` 1 where they would be
    seen. `paper` is the level of the empty paper in the ink, `cell` a millimetre in pixels.
    """

    ink: Gray
    origin: tuple[int, int]
    small: Gray
    pale: Gray
    usable: Gray
    paper: float
    cell: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Through:
    """What the pale marks of one side look like.

    `strength` is their darkness as a share of full ink; `rows` the contrast between rows; `tiles`
    how many squares of 8 mm they fill; `grayness` 1 for gray; `front` whether there is dark ink as
    well. `box` is in working pixels.
    """

    strength: float
    rows: float
    tiles: int
    grayness: float
    front: bool
    box: WorkBox


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What one look at a side tells: the findings, and how dark the pale marks are that may shine
    through (share of full ink, 0 without any worth asking the other face about)."""

    findings: tuple[Finding, ...] = ()
    suspicion: float = 0.0


def look(sight: Sight, limits: Limits) -> Look:
    """One finding around the marks that shine through, its value their strength (0 to 1), or the
    suspicion that there are such marks."""
    marks = _marks_of(sight)
    seen = _measured(sight, marks) if marks is not None else None
    if marks is None or seen is None:
        return Look()
    doubtful = seen.strength > _DOUBTFUL_STRENGTH * limits.bleed_through
    suspicion = seen.strength if doubtful else 0.0
    if seen.tiles < _FEWEST_TILES or not _is_through(seen, marks, sight, limits.bleed_through):
        return Look(suspicion=suspicion)
    if not sight.blank and seen.front and sight.sharpness.spread_mm > limits.blur_warn:
        return Look(suspicion=suspicion)
    return Look(suspicion=suspicion, findings=_found(sight, seen, limits))


def _found(sight: Sight, seen: _Through, limits: Limits) -> tuple[Finding, ...]:
    return (
        Finding(
            code="bleed_through",
            severity="warn",
            value=round(seen.strength, 3),
            limit=limits.bleed_through,
            box=sight.page_box(seen.box),
        ),
    )


def _is_through(seen: _Through, marks: _Marks, sight: Sight, limit: float) -> bool:
    if not limit < seen.strength < _DARKEST_THROUGH or seen.grayness < _GRAY_SHARE:
        return False
    if seen.rows < _ROW_CONTRAST:
        return False
    broad = _broad(marks)
    if broad > _TOO_BROAD:
        return False
    if seen.tiles < _SOME_TILES:
        return (
            _PLAIN_ROWS < seen.rows < _FRAME_ROWS
            and seen.strength > _PLAINLY_DARKER * limit
            and seen.grayness > _PLAINLY_GRAY
            and _softness(marks.ink, marks) > _PLAINLY_SOFT
        )
    if seen.tiles < _MANY_TILES:
        return (
            _CLEAR_ROWS < seen.rows < _FRAME_ROWS
            and seen.strength > _CLEARLY_DARKER * limit
            and _is_soft(marks)
        )
    if not seen.front and not sight.blank:
        # All ink may be pale: only what is smeared without any doubt is of the other face.
        return _softness(marks.ink, marks) > _SOFT
    return broad > _BROAD_SHARE or _is_soft(marks)


def _marks_of(sight: Sight) -> _Marks | None:
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
    small = halved(ink)
    cell = view.millimetres(1.0) / _REDUCE
    dark = cv2.threshold(ink, front_level(ink), 255, cv2.THRESH_BINARY)[1]
    front = cv2.dilate(halved(np.asarray(dark, dtype=np.uint8)), _disc(_HALO_MM * cell))
    usable = np.asarray(cv2.threshold(front, 0, 1, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)
    levels = level_counts(
        np.ascontiguousarray(small[::4, ::4]), np.ascontiguousarray(usable[::4, ::4])
    )
    if levels.sum() < 0.02 * front.size / 16:
        return None
    quarter, middle = level_at(levels, 0.25), level_at(levels, 0.5)
    noise = max(1.0, (middle - quarter) / 0.674)
    level = middle + max(_LEAST_STEP, _NOISE_STEPS * noise)
    raised = np.asarray(cv2.threshold(small, level, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)
    pale = np.asarray(cv2.bitwise_and(raised, usable), dtype=np.uint8)
    if cv2.countNonZero(pale) < _DOUBTFUL_TILES * _TILE_INK * (_TILE_MM * cell) ** 2:
        return None
    solid = cv2.morphologyEx(raised, cv2.MORPH_OPEN, _square(_SOLID_MM * cell))
    if cv2.countNonZero(solid):
        around = cv2.dilate(solid, _square(2 * _SOLID_HALO_MM * cell))
        usable[around > 0] = 0
        pale[around > 0] = 0
    pale[_rules(raised, cell) > 0] = 0
    return _Marks(
        ink=ink, origin=(x0, y0), small=small, pale=pale, usable=usable, paper=middle, cell=cell
    )


def _rules(raised: Gray, cell: float) -> Gray:
    """Long straight lines along and down the page: pale grids and rules are printed on this face
    more often than not, and say nothing that text does not say as well."""
    length = round(_RULE_MM * cell)
    found = np.zeros_like(raised)
    for wide, high in ((length, 1), (1, length)):
        # A slight tilt moves the line by a pixel or two.
        grown = cv2.dilate(raised, np.ones((3 if wide > 1 else 1, 3 if high > 1 else 1), np.uint8))
        line = cv2.morphologyEx(grown, cv2.MORPH_OPEN, np.ones((high, wide), np.uint8))
        cv2.max(found, np.asarray(line, dtype=np.uint8), dst=found)
    return found


def front_level(ink: Gray) -> float:
    """From here on ink belongs to this face: half of what its own strokes reach."""
    end = ink.shape[0] // 4 * 4
    two = cv2.max(ink[0:end:4], ink[1:end:4])
    end = ink.shape[1] // 4 * 4
    darkest = np.asarray(cv2.max(two[:, 0:end:4].copy(), two[:, 1:end:4].copy()), dtype=np.uint8)
    levels = level_counts(darkest)
    levels[: _DARK + 1] = 0
    if levels.sum() < 200:
        return 110.0
    return max(float(_DARK), min(130.0, _DARKEST_PALE * level_at(levels, 0.8)))


def _measured(sight: Sight, marks: _Marks) -> _Through | None:
    small, pale = marks.small, marks.pale
    tile = max(4, round(_TILE_MM * marks.cell))
    size = (small.shape[1] // tile, small.shape[0] // tile)
    filled = cv2.resize(
        pale[: size[1] * tile, : size[0] * tile] * np.uint8(255), size, interpolation=cv2.INTER_AREA
    )
    tiles = filled > _TILE_INK * 255
    count = int(np.count_nonzero(tiles))
    if count < _DOUBTFUL_TILES:
        return None
    rows, columns = np.flatnonzero(tiles.any(axis=1)), np.flatnonzero(tiles.any(axis=0))
    left, right = int(columns[0]) * tile, (int(columns[-1]) + 1) * tile
    top, bottom = int(rows[0]) * tile, (int(rows[-1]) + 1) * tile
    x, y = marks.origin
    ink = marks.ink[::2, ::2]
    return _Through(
        strength=(level_at(level_counts(small, pale), 0.85) - marks.paper) / 255,
        rows=_row_contrast(marks, sight.skew.degrees, (left, top, right, bottom)),
        tiles=count,
        grayness=_grayness(sight, pale, marks.origin),
        front=int(np.count_nonzero(ink > _FRONT_INK)) > _FRONT_SHARE * ink.size,
        box=(
            x + left * _REDUCE,
            y + top * _REDUCE,
            x + right * _REDUCE,
            y + bottom * _REDUCE,
        ),
    )


def _is_soft(marks: _Marks) -> bool:
    """Whether the marks have no sharp edges; the mean over 3 x 3 pixels is spoilt less by noise."""
    if _softness(marks.ink, marks) > _SOFT:
        return True
    averaged = np.asarray(cv2.blur(marks.ink, (3, 3)), dtype=np.uint8)
    return _softness(averaged, marks) > _SOFT_AVERAGED


def _broad(marks: _Marks) -> float:
    """The share of the marks in places broader than strokes of sharp text."""
    broad = cv2.morphologyEx(marks.pale, cv2.MORPH_OPEN, _square(_BROAD_MM * marks.cell))
    return cv2.countNonZero(broad) / max(1, cv2.countNonZero(marks.pale))


def _softness(ink: Gray, marks: _Marks) -> float:
    """How little neighbouring pixels of the marks differ against pixels 0.7 mm apart: 1 not at all.

    Of a smeared mark nearly all of the difference over 0.7 mm is more than the difference from
    pixel to pixel; the noise of the empty paper is taken off both.
    """
    pale = marks.pale
    y, x = np.nonzero(pale[1:-1, 2:-2])
    if y.size > 12000:
        step = y.size // 12000 + 1
        y, x = y[::step], x[::step]
    marked = _differences(ink, y + 1, x + 2)
    empty = cv2.dilate(pale, _disc(1.0 * marks.cell)) == 0
    empty &= marks.usable > 0
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


def _row_contrast(marks: _Marks, degrees: float, box: WorkBox) -> float:
    """Standard deviation of the paleness of the rows over its mean, along the lines of text, or
    along the columns where these differ more (a page that lies on its side)."""
    left, top, right, bottom = box
    pale, free = marks.pale[top:bottom, left:right], marks.usable[top:bottom, left:right]
    height, width = pale.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    if abs(degrees) > 0.15:
        pale = np.asarray(cv2.warpAffine(pale, matrix, (width, height), flags=0), dtype=np.uint8)
        free = np.asarray(cv2.warpAffine(free, matrix, (width, height), flags=0), dtype=np.uint8)
    best = 0.0
    for axis in (1, 0):
        open_area = free.sum(axis=axis, dtype=np.float64)
        share = pale.sum(axis=axis, dtype=np.float64) / np.maximum(open_area, 1)
        share = share[open_area > 0.1 * free.shape[axis]]
        window = max(1, round(1.0 * marks.cell))
        if share.size < 12 * window:
            continue
        share = np.convolve(share, np.ones(window) / window, mode="valid")
        # Slow changes over the page are no rows.
        wide = min(share.size, round(25.0 * marks.cell))
        slow = np.convolve(np.pad(share, wide // 2, mode="edge"), np.ones(wide) / wide, "same")
        slow = slow[wide // 2 : wide // 2 + share.size]
        mean = float(share.mean())
        if mean > 0:
            best = max(best, float((share - slow).std()) / mean)
    return best


def _grayness(sight: Sight, pale: Gray, origin: tuple[int, int]) -> float:
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
