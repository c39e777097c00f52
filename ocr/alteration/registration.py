"""Lays the picture of the paper on the raster of the side: a plane by points, then the curl."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.alteration.planes import Mask, Pixels, Reals

Matrix = NDArray[np.float64]

# Points are looked for at a third of the raster: strokes are whole there, noise is not.
_SIDE_SCALE = 0.34
_FEATURES = 1000
_CONTRAST = 0.02
_PAPER_PIXELS = 720
_RATIO = 0.86
_OFF = 5.0
FEWEST_POINTS = 25
_MOST_STRETCH = 2.0
_LEAST_AREA = 0.04
# Blocks (pixels), their distance, how far each is looked for, order of the surface.
_STAGES = ((72, 84, 16, 3), (56, 56, 5, 5))
_LAST_STAGE = (40, 32, 3)
_LEAST_INK = 4.0
_LEAST_LIKENESS = 0.5
_FEWEST_BLOCKS = 8
_ROUNDS = 5
_SMOOTH = 1.6
# What is smooth is computed at every so many pixels.
_NODE = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Laid:
    """The paper drawn on the raster of the side. `valid` is where the picture shows the paper's
    place, `points` how many points agreed on the plane."""

    pixels: Pixels
    valid: Mask
    points: int


def gray_of(pixels: Pixels) -> Pixels:
    """The picture without colour."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def plane_of(side: Pixels, paper: Pixels) -> tuple[Matrix, int] | None:
    """Where the side (its pixels) lies in the picture of the paper, and how many points say so;
    None where too few do."""
    here, looks_here = _points(gray_of(side), _SIDE_SCALE)
    scale = min(1.0, _PAPER_PIXELS / max(paper.shape[:2]))
    there, looks_there = _points(gray_of(paper), scale)
    if min(len(here), len(there)) < FEWEST_POINTS:
        return None
    likeness = looks_there @ looks_here.T
    best = likeness.argmax(axis=1)
    rows = np.arange(len(best))
    first = likeness[rows, best]
    likeness[rows, best] = -1.0
    second = likeness.max(axis=1)
    clear = np.sqrt(np.maximum(2 - 2 * first, 0)) < _RATIO * np.sqrt(
        np.maximum(2 - 2 * second, 1e-6)
    )
    if int(clear.sum()) < FEWEST_POINTS:
        return None
    source, target = here[best[clear]], there[clear]
    matrix, kept = cv2.findHomography(source, target, cv2.USAC_MAGSAC, _OFF / scale, maxIters=3000)
    if matrix is None or kept is None:
        return None
    points = len(np.unique(np.round(target[kept.ravel() > 0]), axis=0))
    if points < FEWEST_POINTS or not _is_leaf(matrix, side.shape, paper.shape):
        return None
    return np.asarray(matrix, np.float64), points


def lay(side: Pixels, side_marks: Reals, paper: Pixels, matrix: Matrix, points: int) -> Laid:
    """The paper on the raster of the side, curl and all. `side_marks` as by `marks_of`."""
    high, wide = side.shape[:2]
    grid = _nodes(wide, high)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if scale > 1.25:
        # Each pixel of the side then stands for several of the picture.
        paper = np.asarray(cv2.GaussianBlur(paper, (0, 0), 0.4 * scale), np.uint8)
    gray = gray_of(paper)
    off = np.zeros_like(grid)
    for block, step, reach, order in _STAGES:
        seen = marks_of(_drawn(gray, _places(grid + off, matrix, wide, high)))
        found = _blocks(side_marks, seen, block, step, reach)
        if len(found) < _FEWEST_BLOCKS:
            break
        off = _moved_on(off, grid, _surface(found, order, wide, high, grid))
    block, step, reach = _LAST_STAGE
    seen = marks_of(_drawn(gray, _places(grid + off, matrix, wide, high)))
    found = _blocks(side_marks, seen, block, step, reach)
    if len(found) >= _FEWEST_BLOCKS:
        off = _moved_on(off, grid, _smoothed(found, step, wide, high, grid))
    x, y = _places(grid + off, matrix, wide, high)
    valid = (x > 1) & (y > 1) & (x < paper.shape[1] - 2) & (y < paper.shape[0] - 2)
    return Laid(pixels=_drawn(paper, (x, y)), valid=valid, points=points)


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
    detector = cv2.SIFT.create(nfeatures=_FEATURES, contrastThreshold=_CONTRAST)
    points, looks = detector.detectAndCompute(gray, None)
    if looks is None or not points:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    looks = np.sqrt(looks / (np.abs(looks).sum(axis=1, keepdims=True) + 1e-6))
    places = np.array([point.pt for point in points], np.float32) / np.float32(scale)
    return places, np.asarray(looks, np.float32)


def _is_leaf(matrix: Matrix, side: tuple[int, ...], paper: tuple[int, ...]) -> bool:
    """Whether the outline is one a sheet can have: convex, not mirrored, of about its own shape."""
    wide, high = side[1], side[0]
    outline = np.array([[[0, 0], [wide, 0], [wide, high], [0, high]]], np.float32)
    corners = cv2.perspectiveTransform(outline, matrix)[0]
    if not np.isfinite(corners).all() or np.abs(corners).max() > 8 * max(paper[:2]):
        return False
    if not cv2.isContourConvex(corners.reshape(-1, 1, 2)):
        return False
    if cv2.contourArea(corners, oriented=True) < _LEAST_AREA * paper[0] * paper[1]:
        return False
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    stretch = ((edges[0] + edges[2]) / (edges[1] + edges[3])) / (wide / high)
    pairs = (edges[0] / edges[2], edges[1] / edges[3], stretch)
    return all(1 / _MOST_STRETCH < value < _MOST_STRETCH for value in pairs)


def _nodes(wide: int, high: int) -> Reals:
    """Every eighth pixel of the raster: what is smooth is computed there only."""
    middle = (_NODE - 1) / 2
    x = np.arange(-(-wide // _NODE), dtype=np.float32) * _NODE + middle
    y = np.arange(-(-high // _NODE), dtype=np.float32) * _NODE + middle
    return np.asarray(np.stack(np.meshgrid(x, y), -1), np.float32)


def _moved_on(off: Reals, grid: Reals, moved: Reals) -> Reals:
    """What `off` is after each node was moved once more."""
    nodes = (grid + moved - (_NODE - 1) / 2) / _NODE
    x, y = (np.ascontiguousarray(nodes[..., axis]) for axis in (0, 1))
    earlier = cv2.remap(off, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved + earlier, np.float32)


def _places(nodes: Reals, matrix: Matrix, wide: int, high: int) -> tuple[Reals, Reals]:
    """Where each pixel of the raster lies in the picture of the paper (x, y)."""
    placed = cv2.perspectiveTransform(nodes.reshape(1, -1, 2), matrix).reshape(nodes.shape)
    size = (nodes.shape[1] * _NODE, nodes.shape[0] * _NODE)
    full = [
        cv2.resize(np.ascontiguousarray(placed[..., axis]), size, interpolation=cv2.INTER_LINEAR)
        for axis in (0, 1)
    ]
    x, y = (np.ascontiguousarray(plane[:high, :wide], np.float32) for plane in full)
    return x, y


def _drawn(picture: Pixels, places: tuple[Reals, Reals]) -> Pixels:
    drawn = cv2.remap(picture, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, np.uint8)


def _blocks(side: Reals, seen: Reals, block: int, step: int, reach: int) -> NDArray[np.float64]:
    """Rows of x, y, found off x, off y, likeness for the blocks of the side that have ink."""
    rows = []
    high, wide = side.shape
    inked = _inked(side, block)
    for top in range(reach, high - block - reach + 1, step):
        for left in range(reach, wide - block - reach + 1, step):
            if not inked[top + block // 2, left + block // 2]:
                continue
            part = side[top : top + block, left : left + block]
            area = seen[top - reach : top + block + reach, left - reach : left + block + reach]
            found = cv2.matchTemplate(area, part, cv2.TM_CCOEFF_NORMED)
            _, likeness, _, (x, y) = cv2.minMaxLoc(found)
            edge = x in (0, 2 * reach) or y in (0, 2 * reach)
            if likeness < _LEAST_LIKENESS or edge:
                continue
            values = np.asarray(found, np.float32)
            fine = (x + _between(values[y, :], x), y + _between(values[:, x], y))
            middle = (left + block / 2, top + block / 2)
            rows.append((*middle, fine[0] - reach, fine[1] - reach, likeness))
    return np.array(rows, np.float64).reshape(-1, 5)


def _inked(side: Reals, block: int) -> Mask:
    """Whether the block around each pixel has marks to find it by."""
    mean = cv2.blur(side, (block, block))
    square = cv2.sqrBoxFilter(side, cv2.CV_32F, (block, block))
    return np.asarray(square - mean * mean > _LEAST_INK**2, np.bool_)


def _between(row: Reals, peak: int) -> float:
    """Where between the pixels the peak lies, by a parabola."""
    before, here, after = (float(row[peak + step]) for step in (-1, 0, 1))
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < -1e-6 else 0.0


def _surface(found: NDArray[np.float64], order: int, wide: int, high: int, grid: Reals) -> Reals:
    """How far off each pixel is, by a polynomial through the blocks; blocks that lie off it weigh
    less each round."""
    while order > 1 and len(found) < (order + 1) * (order + 2):
        order -= 1
    terms = _terms(found[:, 0] / wide, found[:, 1] / high, order)
    weights = found[:, 4].copy()
    off = found[:, 2:4]
    ridge = 1e-3 * np.eye(terms.shape[1])
    solved: NDArray[np.floating] = np.zeros((terms.shape[1], 2))
    for _ in range(_ROUNDS):
        weighted = terms * weights[:, None]
        solved = np.linalg.solve(weighted.T @ terms + ridge, weighted.T @ off)
        missed = np.linalg.norm(off - terms @ solved, axis=1)
        weights = found[:, 4] / (1 + (missed / 1.5) ** 2)
    x, y = grid[..., 0].astype(np.float64) / wide, grid[..., 1].astype(np.float64) / high
    moved = _terms(x.ravel(), y.ravel(), order) @ solved
    # Outside the blocks a polynomial runs away.
    most = np.abs(off).max(axis=0) + 1
    return np.asarray(np.clip(moved, -most, most).reshape(grid.shape), np.float32)


def _terms(x: NDArray[np.float64], y: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    across, down = [np.ones_like(x)], [np.ones_like(y)]
    for _ in range(order):
        across.append(across[-1] * (2 * x - 1))
        down.append(down[-1] * (2 * y - 1))
    terms = [across[i] * down[j] for i in range(order + 1) for j in range(order + 1 - i)]
    return np.stack(terms, axis=1)


def _smoothed(found: NDArray[np.float64], step: int, wide: int, high: int, grid: Reals) -> Reals:
    """What is left after the surface: the mean of the blocks around, none where there are none."""
    shape = (high // step + 1, wide // step + 1)
    sums = np.zeros((*shape, 3), np.float32)
    middle = np.median(found[:, 2:4], axis=0)
    for x, y, off_x, off_y, likeness in found:
        # A block that was itself altered is found anywhere.
        if abs(off_x - middle[0]) > 2 or abs(off_y - middle[1]) > 2:
            continue
        cell = sums[int(y // step), int(x // step)]
        cell += np.array([off_x, off_y, 1.0], np.float32) * np.float32(likeness**2)
    blurred = cv2.GaussianBlur(sums, (0, 0), _SMOOTH, borderType=cv2.BORDER_REPLICATE)
    moved = blurred[..., :2] / (blurred[..., 2:] + 0.02)
    # The value of a cell stands in its middle.
    x, y = (np.ascontiguousarray(grid[..., axis] / step - 0.5) for axis in (0, 1))
    full = cv2.remap(moved, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(full, np.float32)
