"""Lays the picture of the paper on the raster of the side: a plane by points, then the curl."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.alteration.planes import DPI, Mask, Pixels, Reals, gray_of, is_blank
from ocr.alteration.streaks import streaks
from ocr.laying.curl import nearness, sought, surface_through
from ocr.laying.nodes import drawn_on, moved_on, nodes_of, places_of, smoothed
from ocr.laying.points import (
    Matrix,
    corners_of,
    is_leaf,
    look_alikes,
    plane_through,
    points_and_looks,
)

# Points are looked for at a third of the raster: strokes are whole there, noise is not.
_SIDE_SCALE = 0.34
_FEATURES = 1000
_PAPER_PIXELS = 720
_RATIO = 0.86
_OFF = 5.0
_ROUNDS = 3000
# Share of the points of a plane with perspective that one without must explain.
_AS_MANY = 0.95
FEWEST_POINTS = 25
_MOST_STRETCH = 2.0
# Share of the side that the picture must show.
_LEAST_SHOWN = 0.6
# Share of the raster, blocks (pixels there), their distance, how far each is looked for, order of
# the surface. A lone row at the foot of a sheet that bends may lie 6 mm off.
_STAGES = ((0.5, 40, 42, 20, 3), (1.0, 56, 56, 6, 5))
_LAST_STAGE = (40, 32, 3)
# A block of nothing but a line of a table is as like all along that line: the nearest place counts,
# and where blocks are looked for far off it says nothing. Its marks change across the line alone.
_MOST_DRAWN = 0.1
_FAR = 10
_ONE_WAY = 0.05
_LEAST_INK = 4.0
_LEAST_LIKENESS = 0.5
_FEWEST_BLOCKS = 8
_MOST_LEFT = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Laid:
    """The paper drawn on the raster of the side. `valid` is where the picture shows the paper's
    place, and no dirt of the glass over it, `points` how many points agreed on the plane,
    `dpi` how finely the picture shows the sheet. `places` are where each pixel lies in the picture,
    x and y in pixels of a picture `paper_width` wide."""

    pixels: Pixels
    valid: Mask
    points: int
    dpi: float
    places: tuple[Reals, Reals]
    paper_width: int


class Unregistered(Exception):
    """The two cannot be laid over each other. `reason` is "blank" (one bears next to nothing),
    "not_found" (the picture does not show this side) or "hidden" (too little of the leaf)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def registered(side: Pixels, paper: Pixels) -> Laid:
    """The paper laid over the side. Raises Unregistered."""
    if is_blank(side) or is_blank(paper):
        raise Unregistered("blank")
    placed = plane_of(side, paper)
    if placed is None:
        raise Unregistered("not_found")
    laid = lay(side, marks_of(gray_of(side)), paper, *placed)
    if float(laid.valid.mean()) < _LEAST_SHOWN:
        raise Unregistered("hidden")
    return laid


def plane_of(side: Pixels, paper: Pixels) -> tuple[Matrix, int] | None:
    """Where the side (its pixels) lies in the picture of the paper, and how many points say so;
    None where too few do."""
    here, looks_here = _points(gray_of(side), _SIDE_SCALE)
    scale = min(1.0, _PAPER_PIXELS / max(paper.shape[:2]))
    there, looks_there = _points(gray_of(paper), scale)
    if min(len(here), len(there)) < FEWEST_POINTS:
        return None
    source, target = look_alikes(looks_here, looks_there, _RATIO)
    found = plane_through(
        here[source], there[target], off=_OFF / scale, rounds=_ROUNDS, fewest=FEWEST_POINTS
    )
    if found is None:
        return None
    found = _plainer(*found, here[source], there[target], _OFF / scale)
    high, wide = side.shape[:2]
    corners = corners_of(found[0], wide, high)
    return found if is_leaf(corners, wide / high, paper.shape, _MOST_STRETCH) else None


def _plainer(
    matrix: Matrix, points: int, here: Reals, there: Reals, off: float
) -> tuple[Matrix, int]:
    """Without perspective where that explains as many points: a scanner has none, and one that is
    made up leads astray at the foot of a page whose print is all at the top."""
    flat, kept = cv2.estimateAffine2D(
        here, there, method=cv2.RANSAC, ransacReprojThreshold=off, maxIters=_ROUNDS
    )
    placed = cv2.perspectiveTransform(here[None], matrix)[0]
    explained = int((np.linalg.norm(placed - there, axis=1) < off).sum())
    if flat is None or kept is None or int(kept.sum()) < _AS_MANY * explained:
        return matrix, points
    return np.asarray(np.vstack([flat, [0, 0, 1]]), np.float64), points


def lay(side: Pixels, side_marks: Reals, paper: Pixels, matrix: Matrix, points: int) -> Laid:
    """The paper on the raster of the side, curl and all. `side_marks` as by `marks_of`."""
    high, wide = side.shape[:2]
    grid = nodes_of(wide, high)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if scale > 1.25:
        # Each pixel of the side then stands for several of the picture.
        paper = np.asarray(cv2.GaussianBlur(paper, (0, 0), 0.4 * scale), np.uint8)
    gray = gray_of(paper)
    off = bend_of(side_marks, gray, matrix)
    block, step, reach = _LAST_STAGE
    seen = marks_of(drawn_on(gray, places_of(grid + off, matrix, (wide, high))))
    found = blocks_found(side_marks, seen, block, step, reach)
    if len(found) >= _FEWEST_BLOCKS:
        off = moved_on(off, grid, smoothed(found, step, (wide, high), grid, _MOST_LEFT))
    x, y = places_of(grid + off, matrix, (wide, high))
    valid = (x > 1) & (y > 1) & (x < paper.shape[1] - 2) & (y < paper.shape[0] - 2)
    dirty = streaks(paper)
    if dirty.any():
        valid &= drawn_on(dirty.astype(np.uint8), (x, y)) == 0
    return Laid(
        pixels=drawn_on(paper, (x, y)),
        valid=valid,
        points=points,
        dpi=scale * DPI,
        places=(x, y),
        paper_width=paper.shape[1],
    )


def bend_of(side_marks: Reals, gray: Pixels, matrix: Matrix) -> Reals:
    """How far off the plane the nodes of the side (`ocr.laying.nodes.nodes_of`) lie in the gray
    picture, as a smooth surface alone."""
    high, wide = side_marks.shape
    grid = nodes_of(wide, high)
    off = np.zeros_like(grid)
    for share, block, step, reach, order in _STAGES:
        seen = marks_of(drawn_on(gray, places_of(grid + off, matrix, (wide, high))))
        found = blocks_found(_smaller(side_marks, share), _smaller(seen, share), block, step, reach)
        found[:, :4] /= share
        if len(found) < _FEWEST_BLOCKS:
            continue
        off = moved_on(off, grid, _surface(found, order, wide, high, grid))
    return off


def marks_of(gray: Pixels) -> Reals:
    """Marks for registration: darker than the paper around, a little smoothed."""
    small = cv2.resize(gray, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), (0, 0), 3)
    paper = cv2.resize(paper, gray.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    share = 100.0 - 100.0 * gray.astype(np.float32) / np.maximum(paper, 8)
    return np.asarray(cv2.GaussianBlur(np.clip(share, 0, 100), (0, 0), 1.0), np.float32)


def _points(gray: Pixels, scale: float) -> tuple[Reals, Reals]:
    if scale < 1.0:
        gray = np.asarray(
            cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    points, looks = points_and_looks(gray, _FEATURES)
    return points / np.float32(scale), looks


def blocks_found(
    side: Reals, seen: Reals, block: int, step: int, reach: int
) -> NDArray[np.float64]:
    """Rows of x, y, found off x, off y, likeness for the blocks of the side that have ink."""
    rows = []
    high, wide = side.shape
    inked = _inked(side, block)
    # A lone row at the foot of a sheet is looked for beyond the edge as well.
    seen = np.pad(seen, reach)
    near = nearness(reach, _MOST_DRAWN)
    for top in _starts(high, block, step):
        for left in _starts(wide, block, step):
            if not inked[top + block // 2, left + block // 2]:
                continue
            part = side[top : top + block, left : left + block]
            if reach > _FAR and _is_line(part):
                continue
            area = seen[top : top + block + 2 * reach, left : left + block + 2 * reach]
            found = sought(part, area, near)
            if found.likeness < _LEAST_LIKENESS or found.at_edge:
                continue
            middle = (left + block / 2, top + block / 2)
            rows.append((*middle, found.x - reach, found.y - reach, found.likeness))
    return np.array(rows, np.float64).reshape(-1, 5)


def _is_line(part: Reals) -> bool:
    changes = sorted(float(np.square(np.diff(part, axis=axis)).sum()) for axis in (0, 1))
    return changes[0] < _ONE_WAY * changes[1]


def _starts(length: int, block: int, step: int) -> list[int]:
    """Where blocks begin, the last one at the end."""
    return [*range(0, length - block, step), length - block]


def _smaller(plane: Reals, share: float) -> Reals:
    if share == 1.0:
        return plane
    return np.asarray(
        cv2.resize(plane, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.float32
    )


def _inked(side: Reals, block: int) -> Mask:
    """Whether the block around each pixel has marks to find it by."""
    mean = cv2.blur(side, (block, block))
    square = cv2.sqrBoxFilter(side, cv2.CV_32F, (block, block))
    return np.asarray(square - mean * mean > _LEAST_INK**2, np.bool_)


def _surface(found: NDArray[np.float64], order: int, wide: int, high: int, grid: Reals) -> Reals:
    """How far off the nodes are."""
    surface = surface_through(found, order, wide, high)
    x, y = grid[..., 0].astype(np.float64) / wide, grid[..., 1].astype(np.float64) / high
    return np.asarray(surface.at(x.ravel(), y.ravel()).reshape(grid.shape), np.float32)
