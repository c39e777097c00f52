"""What curled paper adds to the plane: blocks of the side found beside where the plane says they
are, and a smooth surface through what was found."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Reals

Doubles = NDArray[np.float64]

_ROUNDS = 5
_RIDGE = 1e-3
# A block so many pixels off the surface weighs half.
_HALF_OFF = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A block in the area it was looked for in: `x` and `y` between the pixels, from the place
    farthest up and left; `at_edge` says that it may lie farther off still."""

    likeness: float
    x: float
    y: float
    at_edge: bool


def sought(block: Reals, area: Reals, near: Reals | None = None) -> Found:
    """Where in `area` the block is most alike. `near` is added to how alike each place is: what
    `nearness` gives keeps a block of a single line from wandering along it."""
    likenesses = np.asarray(cv2.matchTemplate(area, block, cv2.TM_CCOEFF_NORMED), np.float32)
    if near is not None:
        likenesses += near
    _, likeness, _, (x, y) = cv2.minMaxLoc(likenesses)
    rows, columns = likenesses.shape
    return Found(
        likeness=likeness,
        x=x + _between(likenesses[y, :], x),
        y=y + _between(likenesses[:, x], y),
        at_edge=x in (0, columns - 1) or y in (0, rows - 1),
    )


def nearness(reach: int, most: float) -> Reals:
    """0 in the middle of the places within `reach`, and down to -`most` at the middles of the
    edges."""
    steps = (np.arange(-reach, reach + 1, dtype=np.float32) / reach) ** 2
    return np.asarray(-most * (steps[:, None] + steps[None, :]), np.float32)


def _between(row: Reals, peak: int) -> float:
    """Where between the pixels the peak lies, by a parabola."""
    if not 0 < peak < len(row) - 1:
        return 0.0
    before, here, after = row[peak - 1 : peak + 2].tolist()
    bend = before - 2 * here + after
    return float(0.5 * (before - after) / bend) if bend < -1e-6 else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Surface:
    """How far off each place of a side is."""

    order: int
    solved: NDArray[np.floating]
    most: Doubles

    def at(self, x: Doubles, y: Doubles) -> Doubles:
        """How far off (n x 2, in pixels) places are; `x` and `y` in parts of width and height.
        Outside the blocks a polynomial runs away: no place is farther off than any block."""
        moved = _terms(x, y, self.order) @ self.solved
        return np.asarray(np.clip(moved, -self.most, self.most), np.float64)


def surface_through(
    found: Doubles, order: int, wide: int, high: int, held: float = _RIDGE
) -> Surface:
    """A polynomial through blocks, rows of x, y, off x, off y, likeness; those that lie off it
    weigh less each round. Few blocks bear a lower `order` only. What they do not bear out, outside
    of them above all, is held back as by so many blocks (`held`) that are nowhere off."""
    while order > 1 and len(found) < (order + 1) * (order + 2):
        order -= 1
    terms = _terms(found[:, 0] / wide, found[:, 1] / high, order)
    weights = found[:, 4].copy()
    off = found[:, 2:4]
    ridge = held * np.eye(terms.shape[1])
    solved: NDArray[np.floating] = np.zeros((terms.shape[1], 2))
    for _ in range(_ROUNDS):
        weighted = terms * weights[:, None]
        solved = np.linalg.solve(weighted.T @ terms + ridge, weighted.T @ off)
        missed = np.linalg.norm(off - terms @ solved, axis=1)
        weights = found[:, 4] / (1 + (missed / _HALF_OFF) ** 2)
    return Surface(order=order, solved=solved, most=np.abs(off).max(axis=0) + 1)


def _terms(x: Doubles, y: Doubles, order: int) -> Doubles:
    across, down = [np.ones_like(x)], [np.ones_like(y)]
    for _ in range(order):
        across.append(across[-1] * (2 * x - 1))
        down.append(down[-1] * (2 * y - 1))
    terms = [across[i] * down[j] for i in range(order + 1) for j in range(order + 1 - i)]
    return np.stack(terms, axis=1)
