"""Reduced copies of a page by halving.

Halving means averaging four pixels and is done at the speed of memory; a reduction by any other
factor costs five times as much as everything the search for codes does with its result.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr.shrinking import halved

Gray = NDArray[np.uint8]


def halved_to(gray: Gray, dpi: float, lowest: float) -> tuple[Gray, float]:
    """`gray` halved as often as it keeps `lowest` dots per inch, and what it has then."""
    while dpi >= 2 * lowest and min(gray.shape) >= 4:
        gray, dpi = halved(gray), dpi / 2
    return gray, dpi
