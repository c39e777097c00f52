"""Straight slanting edges near the corner at the origin of a picture: where they are, and the tones
across them."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float32]

# How far the line may lean from the edges of the image.
_LEAST_SLANT = 17.0
_DIRECTIONS = 24
_RHO_STEP = 2.0
_MOST_LINES = 7
LEAST_GRADIENT = 1.3
_LEAST_VOTES = 0.45
_LEAST_LENGTH_MM = 5.0
# Ink and print have slopes like this (levels a pixel); so small a share of them may lie between a
# line and the corner, and along the edges of the picture anything.
_BUSY = 12.0
_MOST_BUSY = 0.04
_RIM_MM = 1.5


def slants(smooth: Reals, pace: float) -> list[tuple[float, float]]:
    """Slanting lines as (angle of the normal in radians, distance from the corner), best first.

    Every pixel on a slope votes for the line across that slope, unless too much lies between it
    and the corner.
    """
    across = np.asarray(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8), dtype=np.float32)
    down = np.asarray(cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8), dtype=np.float32)
    steepest = math.tan(math.radians(_LEAST_SLANT))
    wide, high = np.abs(across), np.abs(down)
    slope = wide + high
    mask = slope > LEAST_GRADIENT * 1.3
    mask &= across * down > 0
    mask &= high > steepest * wide
    mask &= wide > steepest * high
    # Along one axis numpy finds them in a third of the time.
    places = np.flatnonzero(mask)
    ys, xs = np.divmod(places, smooth.shape[1])
    wide, high = wide.reshape(-1)[places], high.reshape(-1)[places]
    if ys.size:
        free = _before(slope, xs, ys, pace) <= _MOST_BUSY * (xs * wide + ys * high) ** 2 / (
            2 * wide * high
        )
        xs, ys, wide, high = xs[free], ys[free], wide[free], high[free]
    if ys.size < _LEAST_VOTES * _LEAST_LENGTH_MM * pace / 3:
        return []
    low = math.radians(_LEAST_SLANT)
    pitch = (math.pi / 2 - 2 * low) / _DIRECTIONS
    own = np.floor((np.arctan2(high, wide) - low) / pitch).astype(np.int64)
    furthest = math.hypot(*smooth.shape)
    bins = int(furthest / _RHO_STEP) + 2
    angles = low + (np.arange(_DIRECTIONS) + 0.5) * pitch
    cosines, sines = np.cos(angles), np.sin(angles)
    votes = np.zeros((_DIRECTIONS, bins), np.float32)
    for beside in (-1, 0, 1):
        direction = own + beside
        inside = (direction >= 0) & (direction < _DIRECTIONS)
        direction = direction[inside]
        rho = xs[inside] * cosines[direction] + ys[inside] * sines[direction]
        place = direction * bins + (rho / _RHO_STEP).astype(np.int64)
        votes += np.bincount(place, minlength=votes.size).reshape(votes.shape)[:, :bins]
    distances = (np.arange(bins) + 0.5) * _RHO_STEP
    votes[:, 1:-1] += (votes[:, :-2] + votes[:, 2:]) * 0.5
    length = distances[None, :] / (sines * cosines)[:, None]
    score = votes / np.maximum(length, _LEAST_LENGTH_MM * pace)
    lines: list[tuple[float, float]] = []
    while len(lines) < _MOST_LINES:
        best = int(np.argmax(score))
        row, column = divmod(best, bins)
        if score[row, column] < _LEAST_VOTES:
            break
        lines.append((float(angles[row]), float(distances[column])))
        score[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4] = 0.0
    return lines


def _before(slope: Reals, xs: NDArray[np.intp], ys: NDArray[np.intp], pace: float) -> Reals:
    """How many busy pixels lie between these places and the corner: in the rectangle that all
    lines through the place enclose, whatever their slant."""
    rim = max(1, round(_RIM_MM * pace))
    busy = np.asarray(slope > _BUSY, dtype=np.uint8)
    busy[:rim] = 0
    busy[:, :rim] = 0
    counts = np.asarray(cv2.integral(busy))
    return np.asarray(counts[np.maximum(ys - rim, 0), np.maximum(xs - rim, 0)], dtype=np.float32)


def points(smooth: Reals, angle: float, rho: float) -> Reals:
    """Points (x, y) a pixel apart along the line, from the top edge to the left edge."""
    high, wide = smooth.shape
    start = np.array([rho / math.cos(angle), 0.0])
    end = np.array([0.0, rho / math.sin(angle)])
    count = max(2, round(float(np.hypot(*(end - start)))))
    share = np.linspace(0, 1, count)[:, None]
    points = start + (end - start) * share
    inside = (points[:, 0] <= wide - 1) & (points[:, 1] <= high - 1)
    return np.asarray(points[inside], dtype=np.float32)


def sampled(tones: Reals, points: Reals, normal: Reals, offsets: Reals) -> Reals:
    """Tones (points x offsets) across the line; offsets run away from the corner."""
    xs = points[:, :1] + normal[0] * offsets
    ys = points[:, 1:] + normal[1] * offsets
    return np.asarray(
        cv2.remap(tones, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        dtype=np.float32,
    )


def refined(smooth: Reals, points: Reals, angle: float, pace: float) -> tuple[float, float] | None:
    """The line through the steepest places near it."""
    normal = np.array([math.cos(angle), math.sin(angle)], np.float32)
    reach = max(3, round(1.6 * pace))
    offsets = np.arange(-reach, reach + 1, dtype=np.float32)
    profile = sampled(smooth, points, normal, offsets)
    slope = np.abs(profile[:, 2:] - profile[:, :-2])
    best = np.argmax(slope, axis=1)
    sure = slope[np.arange(len(best)), best] > 2 * LEAST_GRADIENT
    if np.count_nonzero(sure) < 4 * pace:
        return None
    moved = points[sure] + normal * offsets[1:-1][best[sure]][:, None]
    along = moved @ np.array([-normal[1], normal[0]], np.float32)
    off = moved @ normal
    keep = np.ones(len(off), dtype=np.bool_)
    for _ in range(3):
        if np.count_nonzero(keep) < 3 * pace:
            return None
        tilt, base = np.polyfit(along[keep], off[keep], 1)
        error = np.abs(off - (tilt * along + base))
        keep = error <= max(1.0, 2.0 * float(np.median(error[keep])))
    turned = angle + math.atan(float(-tilt))
    low = math.radians(_LEAST_SLANT)
    if not low <= turned <= math.pi / 2 - low:
        return None
    return turned, max(1.0, float(base) * math.cos(math.atan(float(tilt))))
