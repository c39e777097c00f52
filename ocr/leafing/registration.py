"""Lays what a camera saw of a side exactly over the side, curl and all, and compares the two.

The points of a match give a plane; curled paper leaves it by many pixels. Blocks of the side are
looked for near where the plane says they are, a smooth surface is laid through what was found,
and the frame is drawn anew on the pixels of the side.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.curl import sought, surface_through
from ocr.laying.points import Gray, Matrix, Reals

# Blocks (pixels of the side, about 68 dpi), how far each is looked for, order of the surface.
_STAGES = ((56, 12, 3), (40, 5, 5), (32, 4, 6))
_LEAST_INK = 6.0
_LEAST_LIKENESS = 0.45
_FEWEST_BLOCKS = 10
_SPREADS = (0.5, 1.0, 1.6, 2.4)
# The window in which likeness is told: about three characters of a text.
WINDOW = 25
# Strokes, also those of a brush or a seal, are narrower than this.
_SOLID = 13
_SOLID_LEVEL = 12.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Laid:
    """A frame laid over a side.

    `seen` and `side` are the marks (darkness against the paper around, the side as soft as the
    camera saw it); `valid` is where the frame shows the side; `likeness` (-1 to 1) is told in
    windows around each pixel, `ink` how much the side has in them (standard deviation). `spread`
    is the softness (pixels), `covered` where something lies on the leaf or the leaf is not.
    """

    seen: Reals
    side: Reals
    valid: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    likeness: Reals
    ink: Reals
    spread: float

    @property
    def inked(self) -> NDArray[np.bool_]:
        """Where the side has marks to compare and the frame shows the place."""
        return (self.ink > _LEAST_INK) & self.valid & ~self.covered

    @property
    def shown(self) -> float:
        """Share of the marked places of the side that can be compared (0 to 1)."""
        marked = self.ink > _LEAST_INK
        return float(self.inked.sum() / max(1, int(marked.sum())))

    @property
    def agreement(self) -> float:
        """Share of the marked places that look alike (0 to 1); 0 when there are none."""
        inked = self.inked
        return float((self.likeness[inked] > 0.5).mean()) if inked.any() else 0.0


def lay_over(frame: Gray, side: Gray, matrix: Matrix) -> Laid | None:
    """`frame` over `side`, `matrix` leading from the side to the frame; None when too little of
    the side is found again for that."""
    high, wide = side.shape
    grid = np.stack(np.meshgrid(np.arange(wide), np.arange(high)), -1).astype(np.float32)
    off = np.zeros_like(grid)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if scale > 1.5:
        # Each pixel of the side then stands for several of the frame.
        frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), 0.4 * scale), np.uint8)
    side_marks = marks(side)
    seen, valid = _drawn(frame, grid, matrix)
    for block, reach, order in _STAGES:
        found = _blocks(side_marks, seen, valid, block, reach)
        if len(found) < _FEWEST_BLOCKS:
            return None
        moved = _surface(found, order, wide, high)
        off = moved + cv2.remap(off, *_split(grid + moved), cv2.INTER_LINEAR)
        seen, valid = _drawn(frame, grid + off, matrix)
    return _compared(seen, side_marks, valid)


def marks(gray: Gray) -> Reals:
    """How much darker each pixel is than the paper around it, in hundredths of that paper: the
    light of the camera drops out."""
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(cv2.medianBlur(small, 3), np.ones((9, 9), np.uint8))
    paper = cv2.GaussianBlur(paper.astype(np.float32), (0, 0), 4)
    paper = cv2.resize(paper, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
    share = 1.0 - gray.astype(np.float32) / np.maximum(paper, 8.0)
    return np.asarray(np.clip(share, -0.2, 1.0) * 100, np.float32)


def local_likeness(one: Reals, other: Reals, window: int = WINDOW) -> tuple[Reals, Reals, Reals]:
    """Correlation of two planes in windows around each pixel, and the standard deviations."""
    size = (window, window)
    mean_one, mean_other = cv2.blur(one, size), cv2.blur(other, size)
    spread_one = np.maximum(cv2.blur(one * one, size) - mean_one**2, 0)
    spread_other = np.maximum(cv2.blur(other * other, size) - mean_other**2, 0)
    common = cv2.blur(one * other, size) - mean_one * mean_other
    likeness = common / np.sqrt((spread_one + 1.0) * (spread_other + 1.0))
    return (
        np.asarray(likeness, np.float32),
        np.asarray(np.sqrt(spread_one), np.float32),
        np.asarray(np.sqrt(spread_other), np.float32),
    )


def _drawn(frame: Gray, grid: Reals, matrix: Matrix) -> tuple[Reals, NDArray[np.bool_]]:
    places = cv2.perspectiveTransform(grid.reshape(1, -1, 2), matrix).reshape(grid.shape)
    x, y = _split(np.asarray(places, np.float32))
    drawn = cv2.remap(frame, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    valid = (x > 1) & (y > 1) & (x < frame.shape[1] - 2) & (y < frame.shape[0] - 2)
    return marks(np.asarray(drawn, np.uint8)), valid


def _split(places: Reals) -> tuple[Reals, Reals]:
    return np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])


def _blocks(
    side: Reals, seen: Reals, valid: NDArray[np.bool_], block: int, reach: int
) -> NDArray[np.float64]:
    """Rows of x, y, found off x, off y, likeness for the blocks of the side that have ink."""
    rows = []
    high, wide = side.shape
    soft = np.asarray(cv2.GaussianBlur(side, (0, 0), 1.0), np.float32)
    ink = np.sqrt(
        np.maximum(cv2.blur(soft * soft, (block, block)) - cv2.blur(soft, (block,) * 2) ** 2, 0)
    )
    step = block * 3 // 4
    for top in range(reach, high - block - reach + 1, step):
        for left in range(reach, wide - block - reach + 1, step):
            part = soft[top : top + block, left : left + block]
            if ink[top + block // 2, left + block // 2] < _LEAST_INK:
                continue
            if not valid[top : top + block : 4, left : left + block : 4].all():
                continue
            area = seen[top - reach : top + block + reach, left - reach : left + block + reach]
            found = sought(part, area)
            if found.likeness < _LEAST_LIKENESS:
                continue
            middle = (left + block / 2, top + block / 2)
            rows.append((*middle, found.x - reach, found.y - reach, found.likeness))
    return np.array(rows, np.float64).reshape(-1, 5)


def _surface(found: NDArray[np.float64], order: int, wide: int, high: int) -> Reals:
    """How far off each pixel is; what is smooth is computed at every eighth."""
    surface = surface_through(found, order, wide, high)
    across, down = np.arange(0, wide + 8, 8) / wide, np.arange(0, high + 8, 8) / high
    x, y = np.meshgrid(across, down)
    coarse = surface.at(x.ravel(), y.ravel()).reshape(*x.shape, 2).astype(np.float32)
    full = cv2.resize(coarse, (coarse.shape[1] * 8, coarse.shape[0] * 8))
    return np.asarray(full[4 : 4 + high, 4 : 4 + wide], np.float32)


def _compared(seen: Reals, side: Reals, valid: NDArray[np.bool_]) -> Laid:
    """With the side made as soft as the camera saw it."""
    best = -2.0, _SPREADS[0], side
    for spread in _SPREADS:
        soft = np.asarray(cv2.GaussianBlur(side, (0, 0), spread), np.float32)
        # A quarter of the pixels tells as much.
        likeness, _, ink = local_likeness(seen[::2, ::2], soft[::2, ::2], WINDOW // 2)
        inked = (ink > _LEAST_INK) & valid[::2, ::2]
        value = float(likeness[inked].mean()) if inked.any() else 0.0
        if value <= best[0]:
            break
        best = value, spread, soft
    likeness, _, ink = local_likeness(seen, best[2])
    return Laid(
        seen=seen,
        side=best[2],
        valid=valid,
        covered=_covered(seen, best[2]),
        likeness=likeness,
        ink=ink,
        spread=best[1],
    )


def _covered(seen: Reals, side: Reals) -> NDArray[np.bool_]:
    """Dark areas wider than any stroke that the side does not have: fingers, clips, the desk."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_SOLID, _SOLID))
    own = cv2.dilate(_solid_dark(side), kernel)
    dark = np.where(own > 0, 0, _solid_dark(seen)).astype(np.uint8)
    return _around(dark)


def solid(plane: Reals) -> NDArray[np.bool_]:
    """Where there are dark areas wider than any stroke, and around them."""
    return _around(_solid_dark(plane))


def _solid_dark(plane: Reals) -> Gray:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_SOLID, _SOLID))
    dark = (plane > _SOLID_LEVEL).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel), np.uint8)


def _around(dark: Gray) -> NDArray[np.bool_]:
    reach = 2 * WINDOW - 1
    return np.asarray(cv2.dilate(dark, np.ones((reach, reach), np.uint8)) > 0)
