"""Reduced copies of a page by halving.

Halving means averaging four pixels and is done at the speed of memory; a reduction by any other
factor costs five times as much as everything the search for codes does with its result.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]


def halved(gray: Gray) -> Gray:
    """Every pixel the mean of four; an odd last row or column is left out."""
    height, width = gray.shape[0] // 2, gray.shape[1] // 2
    even = gray[: 2 * height, : 2 * width]
    return np.asarray(
        cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )


def halved_to(gray: Gray, dpi: float, lowest: float) -> tuple[Gray, float]:
    """`gray` halved as often as it keeps `lowest` dots per inch, and what it has then."""
    while dpi >= 2 * lowest and min(gray.shape) >= 4:
        gray, dpi = halved(gray), dpi / 2
    return gray, dpi
