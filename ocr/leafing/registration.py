"""Lays what a camera saw of a side exactly over the side, curl and all, and compares the two.

The points of a match give a plane; curled paper leaves it by many pixels. The points themselves
tell most of that; then blocks of the side are looked for near where they should be, first in a
picture of half the size, and a smooth surface is laid through what was found. At last the frame is
drawn anew on the pixels of the side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.curl import nearness, sought, surface_through
from ocr.laying.nodes import drawn_on, moved_on, nodes_of, places_of, smoothed
from ocr.laying.points import Gray, Matrix, Reals
from ocr.leafing.tint import SHRUNK, Tint, foreign

Blocks = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Points that two pictures share bear a surface of this order.
_POINTS_ORDER = 3
# Blocks (pixels of a side of half the size), how far each is looked for, order of the surface.
_STAGES = ((28, 8, 3), (20, 4, 5))
# The same at full size, for what the surface left: blocks, and how far.
_LAST_BLOCK, _LAST_REACH = 32, 4
_MOST_LEFT = 2.5
# A page number stands alone, far outside of all other blocks.
_HELD = 0.03
_LEAST_INK = 6.0
# A block with a single line of a table bears so much, and wanders along it unless it is held.
_BLOCK_INK, _NEARNESS = 3.0, 0.04
_LEAST_LIKENESS = 0.45
_FEWEST_BLOCKS, _PLENTY_BLOCKS = 10, 80
_SPREADS = (0.5, 1.0, 1.6, 2.4)
# The window in which likeness is told: about three characters of a text.
WINDOW = 25
# What is filled in is told in windows of about two characters.
FINE = 15
# Strokes, also those of a brush or a seal, are narrower than this.
_SOLID = 13
_SOLID_LEVEL = 12.0
_MOST_GAIN = 2.0


class SidePlanes:
    """A side as frames are laid over it: `picture` (about 68 dpi), its colours, and its marks,
    computed once."""

    def __init__(self, picture: Gray, tint: Tint) -> None:
        self.picture = picture
        self.tint = tint
        self.size = (picture.shape[1], picture.shape[0])

    @cached_property
    def marks(self) -> Reals:
        """Its marks."""
        return marks(self.picture)

    @cached_property
    def soft(self) -> Reals:
        """They, as soft as the sharpest frame."""
        return np.asarray(cv2.GaussianBlur(self.marks, (0, 0), 1.0), np.float32)

    @cached_property
    def half(self) -> Reals:
        """They, in half the size."""
        size = (self.size[0] // 2, self.size[1] // 2)
        return np.asarray(cv2.resize(self.soft, size, interpolation=cv2.INTER_AREA), np.float32)


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A frame laid over a side.

    `seen` and `side` are the marks (darkness against the paper around, the side as soft as the
    camera saw it); `valid` is where the frame shows the side; `likeness` (-1 to 1) is told in
    windows around each pixel, `ink` how much the side has in them (standard deviation). `spread`
    is the softness (pixels), `covered` where something lies on the leaf or the leaf is not.
    """

    seen: Reals
    side: Reals
    valid: Mask
    covered: Mask
    likeness: Reals
    ink: Reals
    spread: float

    @cached_property
    def inked(self) -> Mask:
        """Where the side has marks to compare and the frame shows the place."""
        return (self.ink > _LEAST_INK) & self.valid & ~self.covered

    @cached_property
    def shown(self) -> float:
        """Share of the marked places of the side that can be compared (0 to 1)."""
        marked = self.ink > _LEAST_INK
        return float(self.inked.sum() / max(1, int(marked.sum())))

    @cached_property
    def agreement(self) -> float:
        """Share of the marked places that look alike (0 to 1); 0 when there are none."""
        inked = self.inked
        return float((self.likeness[inked] > 0.5).mean()) if inked.any() else 0.0

    @cached_property
    def fine(self) -> tuple[Reals, Reals, Reals]:
        """`local_likeness` of frame and side in small windows."""
        return local_likeness(self.seen, self.side, FINE)

    @cached_property
    def gain(self) -> float:
        """How dark the frame shows the marks of the side (1: just as dark)."""
        inked = self.inked
        own = self.side[inked]
        share = float((self.seen[inked] * own).sum() / max(float((own * own).sum()), 1.0))
        return min(max(share, 1 / _MOST_GAIN), _MOST_GAIN)


def lay_over(
    frame: Gray, side: SidePlanes, matrix: Matrix, shared: Blocks, tint: Tint | None = None
) -> Laid | None:
    """`frame` over `side`, `matrix` leading from the side to the frame and `shared` being points
    of both (rows of x, y, off x, off y, weight in pixels of the side); None when too little of the
    side is found again for that. `tint` has the colours of the frame, where those count."""
    wide, high = side.size
    nodes = nodes_of(wide, high)
    off = np.zeros_like(nodes)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if scale > 1.5:
        # Each pixel of the side then stands for several of the frame.
        frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), 0.4 * scale), np.uint8)
    if len(shared) >= _FEWEST_BLOCKS:
        off = _at_nodes(shared, _POINTS_ORDER, side, nodes)
    half_frame = np.asarray(
        cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8
    )
    size = (wide // 2, high // 2)
    for block, reach, order in _STAGES:
        places = places_of(nodes + off, matrix, size, shrunk=2)
        seen = marks(drawn_on(half_frame, places), shrunk=2)
        found = _blocks(side.half, seen, _inside(places, half_frame), block, reach)
        if len(found) < _FEWEST_BLOCKS:
            return None
        found[:, :4] *= 2
        off = moved_on(off, nodes, _at_nodes(found, order, side, nodes))
    places = places_of(nodes + off, matrix, side.size)
    seen = marks(drawn_on(frame, places))
    step = _step(_LAST_BLOCK)
    found = _blocks(side.soft, seen, _inside(places, frame), _LAST_BLOCK, _LAST_REACH, step)
    if len(found) >= _FEWEST_BLOCKS:
        off = moved_on(off, nodes, smoothed(found, step, side.size, nodes, _MOST_LEFT))
        places = places_of(nodes + off, matrix, side.size)
        seen = marks(drawn_on(frame, places))
    valid = _inside(places, frame)
    foreign_there = None
    if tint is not None:
        shape = side.tint.shape
        places = places_of(nodes + off, matrix, (shape[1], shape[0]), shrunk=SHRUNK)
        drawn = drawn_on(tint, places)
        foreign_there = foreign(drawn, side.tint, _inside(places, tint), side.size)
    return _compared(seen, side.marks, valid, foreign_there)


def marks(gray: Gray, shrunk: int = 1) -> Reals:
    """How much darker each pixel is than the paper around it, in hundredths of that paper: the
    light of the camera drops out. `shrunk`: how many times smaller than a side the picture is."""
    part = shrunk / 4
    small = cv2.resize(gray, None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(cv2.medianBlur(small, 3), np.ones((9, 9), np.uint8))
    paper = cv2.GaussianBlur(np.maximum(paper, 8).astype(np.float32), (0, 0), 4)
    light = np.asarray(-100.0 / paper, np.float32)
    size = (gray.shape[1], gray.shape[0])
    dark = np.asarray(cv2.resize(light, size, interpolation=cv2.INTER_LINEAR), np.float32)
    dark *= gray
    dark += 100.0
    return np.maximum(dark, -20.0, out=dark)


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


def _inside(places: tuple[Reals, Reals], frame: Gray) -> Mask:
    x, y = places
    return np.asarray(
        (x > 1) & (y > 1) & (x < frame.shape[1] - 2) & (y < frame.shape[0] - 2), np.bool_
    )


def _step(block: int) -> int:
    return block * 3 // 4


def _blocks(side: Reals, seen: Reals, valid: Mask, block: int, reach: int, step: int = 0) -> Blocks:
    """Rows of x, y, found off x, off y, likeness for the blocks of the side that have ink. They
    lie `step` pixels apart; without it side by side, unless there are too few for a surface."""
    rows = []
    high, wide = side.shape
    mean = cv2.blur(side, (block, block))
    inked = cv2.sqrBoxFilter(side, cv2.CV_32F, (block, block)) - mean * mean > _BLOCK_INK**2
    whole = cv2.blur(valid.astype(np.float32), (block, block)) > 0.999
    usable = np.asarray(inked) & np.asarray(whole)
    if not step:
        first = reach + block // 2
        plenty = int(usable[first::block, first::block].sum()) >= _PLENTY_BLOCKS
        step = block if plenty else _step(block)
    near = nearness(reach, _NEARNESS)
    for top in range(reach, high - block - reach + 1, step):
        for left in range(reach, wide - block - reach + 1, step):
            if not usable[top + block // 2, left + block // 2]:
                continue
            part = side[top : top + block, left : left + block]
            area = seen[top - reach : top + block + reach, left - reach : left + block + reach]
            found = sought(part, area, near)
            if found.likeness < _LEAST_LIKENESS or found.at_edge:
                continue
            middle = (left + block / 2, top + block / 2)
            rows.append((*middle, found.x - reach, found.y - reach, found.likeness))
    return np.array(rows, np.float64).reshape(-1, 5)


def _at_nodes(found: Blocks, order: int, side: SidePlanes, nodes: Reals) -> Reals:
    """How far off the nodes are, by a surface."""
    wide, high = side.size
    surface = surface_through(found, order, wide, high, _HELD)
    x, y = nodes[..., 0].astype(np.float64) / wide, nodes[..., 1].astype(np.float64) / high
    return np.asarray(surface.at(x.ravel(), y.ravel()).reshape(nodes.shape), np.float32)


def _compared(seen: Reals, side: Reals, valid: Mask, coloured: Gray | None) -> Laid:
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
        covered=_covered(seen, best[2], coloured),
        likeness=likeness,
        ink=ink,
        spread=best[1],
    )


def _covered(seen: Reals, side: Reals, coloured: Gray | None) -> Mask:
    """What the side does not have: dark areas wider than any stroke, and wide areas of another
    colour. Fingers, clips, the desk."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_SOLID, _SOLID))
    # Small letters seen softly are as wide as that; the side then has nearly the same.
    own = cv2.dilate(_solid_dark(side, _SOLID_LEVEL / 2), kernel)
    dark = np.where(own > 0, 0, _solid_dark(seen)).astype(np.uint8)
    return _around(dark if coloured is None else dark | coloured)


def solid(plane: Reals) -> NDArray[np.bool_]:
    """Where there are dark areas wider than any stroke, and around them."""
    return _around(_solid_dark(plane))


def _solid_dark(plane: Reals, level: float = _SOLID_LEVEL) -> Gray:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_SOLID, _SOLID))
    dark = (plane > level).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel), np.uint8)


def _around(dark: Gray) -> NDArray[np.bool_]:
    reach = 2 * WINDOW - 1
    return np.asarray(cv2.dilate(dark, np.ones((reach, reach), np.uint8)) > 0)
