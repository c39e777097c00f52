"""How lines stray from the circles and ovals that fit them best, as those of seals and printed
frames do not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]

_FEWEST = 6


def off_circle(line: Points) -> float:
    """The mean distance of a line from the circle nearest to it (least squares)."""
    x, y = (line[::3] - line.mean(axis=0)).astype(np.float64).T
    system = np.stack([x, y, np.ones_like(x)], axis=1)
    (a, b, c), *_ = np.linalg.lstsq(system, -(x**2 + y**2), rcond=None)
    radius = float(np.sqrt(max(0.0, (a**2 + b**2) / 4 - c)))
    return float(np.abs(np.hypot(x + a / 2, y + b / 2) - radius).mean())


def off_oval(places: Points) -> tuple[float, float]:
    """The mean distance of a line from the ellipse that fits it, and the degrees (0 to 90) by which
    that leans; infinite where none fits."""
    if len(places) < _FEWEST:
        return float("inf"), 0.0
    (x, y), (wide, high), degrees = cv2.fitEllipse(places)
    if min(wide, high) <= 0:
        return float("inf"), 0.0
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    right, down = places[:, 0] - x, places[:, 1] - y
    along = 2 * (right * cosine + down * sine) / wide
    across = 2 * (down * cosine - right * sine) / high
    off = np.abs(np.hypot(along, across) - 1) * min(wide, high) / 2
    return float(off.mean()), degrees % 90
