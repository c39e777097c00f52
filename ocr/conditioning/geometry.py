"""Where a page lies before and after it is straightened; the page grows so that nothing is cut.

`app.domain.recipe` maps boxes on the screen by the same formulas.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
_LEAST_DEGREES = 0.01


def straight_size(width: int, height: int, tilt: float) -> tuple[int, int]:
    """Width and height of the page after a tilt of `tilt` degrees is taken out."""
    if abs(tilt) < _LEAST_DEGREES:
        return width, height
    cosine, sine = abs(math.cos(math.radians(tilt))), abs(math.sin(math.radians(tilt)))
    return round(width * cosine + height * sine), round(width * sine + height * cosine)


def straight_point(point: Point, width: int, height: int, tilt: float) -> Point:
    """Where a point of the page lies on the straightened page."""
    if abs(tilt) < _LEAST_DEGREES:
        return point
    cosine, sine = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    x, y = point[0] - width / 2, point[1] - height / 2
    wide, high = straight_size(width, height, tilt)
    return cosine * x + sine * y + wide / 2, cosine * y - sine * x + high / 2


def straightened(
    pixels: NDArray[np.uint8], tilt: float, paper: tuple[float, float, float]
) -> NDArray[np.uint8]:
    """The page with a clockwise tilt taken out, grown to hold its corners; what is new has the
    colour of the paper (BGR)."""
    if abs(tilt) < _LEAST_DEGREES:
        return pixels
    height, width = pixels.shape[:2]
    wide, high = straight_size(width, height, tilt)
    # A positive angle turns counter-clockwise on the screen, which undoes a clockwise tilt.
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    matrix[:, 2] += ((wide - width) / 2, (high - height) / 2)
    straight = cv2.warpAffine(
        pixels,
        matrix,
        (wide, high),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=paper,
    )
    return np.asarray(straight, dtype=np.uint8)
