"""Rings of round seals, taken out of an ink separation so that figures under them stand free."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_DEPTH = 40
_RADIUS_MM = (9.0, 26.0)
_LEAST_ARC_MM = 14.0
"""Ends of an arc may lie beyond the corner; shorter ones are no seal."""

_OFF_MM = 0.4
_TRIES = 250
_MOST_POINTS = 600
_ARC_SHARE = 0.22
"""Share of the outline of a shape that must lie on the circle; figures it runs into hold the
rest."""

_AROUND = 1.25
_DARKER = 30
"""Grey levels by which figures are darker than the ring that runs through them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealRing:
    """A ring around `x`, `y` between two radii, in pixels; `depth` is its usual ink depth."""

    x: float
    y: float
    inner: float
    outer: float
    depth: float

    def near(self, box: tuple[float, float, float, float]) -> bool:
        """Whether the middle of a box lies within the ring or close to it."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return float(np.hypot(x - self.x, y - self.y)) < _AROUND * self.outer


def seal_rings(separation: Pixels, pixels_per_mm: float) -> list[SealRing]:
    """The rings in a separation (255 = paper), whole or cut off by its rim."""
    ink = np.asarray(
        cv2.threshold(separation, 255 - _DEPTH, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    least = _LEAST_ARC_MM * pixels_per_mm
    found = []
    for index in range(1, count):
        x, y, width, height, area = stats[index].tolist()
        if np.hypot(width, height) < least or area > 0.4 * width * height:
            continue
        shape = labels[y : y + height, x : x + width] == index
        circle = _circle(shape, pixels_per_mm)
        if circle is None:
            continue
        ring = _ring(x + circle[0], y + circle[1], circle[2], separation, ink, pixels_per_mm)
        if ring is not None:
            found.append(ring)
    return found


def _circle(shape: NDArray[np.bool_], per_mm: float) -> tuple[float, float, float] | None:
    """Middle and radius of the circle that most of a shape's edge lies on."""
    down, across = np.nonzero(shape & ~_inside(shape))
    if len(across) < 40:
        return None
    chance = np.random.default_rng(len(across))
    picked = chance.permutation(len(across))[:_MOST_POINTS]
    points = np.column_stack((across[picked], down[picked])).astype(np.float64)
    low, high = (radius * per_mm for radius in _RADIUS_MM)
    best, most = None, _ARC_SHARE * len(points)
    for _ in range(_TRIES):
        circle = _through(points[chance.choice(len(points), 3, replace=False)])
        if circle is None or not low <= circle[2] <= high:
            continue
        away = np.hypot(points[:, 0] - circle[0], points[:, 1] - circle[1]) - circle[2]
        near = np.count_nonzero(np.abs(away) < _OFF_MM * per_mm)
        if near > most:
            best, most = circle, float(near)
    return best


def _inside(shape: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return cv2.erode(shape.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0


def _through(points: NDArray[np.float64]) -> tuple[float, float, float] | None:
    """The circle through three points."""
    first, second, third = points
    rows = 2.0 * np.array([second - first, third - first])
    if abs(float(np.linalg.det(rows))) < 1e-6:
        return None
    sides = np.array([second @ second - first @ first, third @ third - first @ first])
    middle = np.linalg.solve(rows, sides)
    return float(middle[0]), float(middle[1]), float(np.hypot(*(first - middle)))


def _ring(
    x: float, y: float, radius: float, separation: Pixels, ink: Pixels, per_mm: float
) -> SealRing | None:
    """The ring about this circle: how far its ink reaches inwards and outwards."""
    height, width = ink.shape
    down, across = np.mgrid[0:height, 0:width]
    away = np.hypot(across - x, down - y) - radius
    reach = round(1.6 * per_mm)
    shares = []
    for step in range(-reach, reach + 1):
        at = np.abs(away - step) < 0.5
        shares.append(float(np.mean(ink[at] > 0)) if at.any() else 0.0)
    filled = np.flatnonzero(np.array(shares) > 0.6)
    if not filled.size or (filled[-1] - filled[0]) > 2.4 * per_mm:
        return None
    inner, outer = radius + filled[0] - reach - 1.5, radius + filled[-1] - reach + 1.5
    band = (away > inner - radius) & (away < outer - radius) & (ink > 0)
    if np.count_nonzero(band) < _LEAST_ARC_MM * per_mm * (outer - inner) * 0.4:
        return None
    depth = float(np.median(255 - separation[band]))
    return SealRing(x=x, y=y, inner=inner, outer=outer, depth=depth)


def without_rings(separation: Pixels, rings: list[SealRing]) -> Pixels:
    """The separation with paper where the rings run; what is darker than they are stays."""
    cleared = separation.copy()
    height, width = separation.shape
    down, across = np.mgrid[0:height, 0:width]
    for ring in rings:
        away = np.hypot(across - ring.x, down - ring.y)
        band = (away > ring.inner) & (away < ring.outer)
        cleared[band & (255.0 - separation < ring.depth + _DARKER)] = 255
    return cleared


def darker_than(separation: Pixels, rings: list[SealRing]) -> Pixels | None:
    """The ink that is darker than all the rings, drawn at full depth; None when there is none."""
    pale = max(ring.depth for ring in rings)
    if pale > 255 - 2 * _DARKER:
        return None
    depth = 255.0 - separation.astype(np.float32) - pale - 0.2 * _DARKER
    drawn = np.clip(255.0 - depth * (225.0 / (2.0 * _DARKER)), 0, 255)
    return np.asarray(drawn, dtype=np.uint8)
