"""Whether a leaf bears anything at all, told in the same way of a scan and of a frame."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.laying.points import Gray
from ocr.leafing.registration import marks, solid

# What is looked at lies so far (share) inside the edges, where no finger reaches and no curl hides.
_INSIDE = 0.12
# Darkness (hundredths of the paper) of a mark; the other face shines through more weakly.
_MARK = 20.0
MOST_MARKED = 0.0015


def marked_share(flat: Gray) -> float:
    """The share of the inner part of an upright leaf that bears marks (0 to 1)."""
    high, wide = flat.shape
    plain = marks(flat)
    seen = cv2.GaussianBlur(plain, (0, 0), 1.2)
    seen = seen - cv2.GaussianBlur(seen, (0, 0), 15)
    off_x, off_y = round(wide * _INSIDE), round(high * _INSIDE)
    marked = (np.asarray(seen) > _MARK) & ~solid(plain)
    return float(marked[off_y : high - off_y, off_x : wide - off_x].mean())


def bears_nothing(flat: Gray) -> bool:
    """Whether it is blank."""
    return marked_share(flat) < MOST_MARKED
