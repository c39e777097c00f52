"""Whether a leaf bears anything at all, told in the same way of a scan and of a frame."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.laying.points import Gray
from ocr.leafing.registration import marks, solid

# What is looked at lies so far (share) inside the edges, where no finger reaches and no curl hides.
_INSIDE = 0.12
# Darkness (hundredths of the paper) of a mark; the other face shines through more weakly.
_MARK = 20.0
MOST_MARKED = 0.0015
# Signatures stand nearer to the edges than that; nothing is told by what reaches over them.
_NEAR_EDGE = 0.04
_LEAST_STROKE = 6


def marked(flat: Gray) -> NDArray[np.bool_]:
    """Where an upright leaf bears marks that may be writing."""
    plain = marks(flat)
    seen = cv2.GaussianBlur(plain, (0, 0), 1.2)
    seen = seen - cv2.GaussianBlur(seen, (0, 0), 15)
    return (np.asarray(seen) > _MARK) & ~solid(plain)


def marked_share(found: NDArray[np.bool_]) -> float:
    """The share of the inner part of a leaf that bears marks (0 to 1)."""
    return float(_within(found, _INSIDE).mean())


def strokes(found: NDArray[np.bool_]) -> int:
    """How many marks stand by themselves on a leaf, but for its rim."""
    inner = np.ascontiguousarray(_within(found, _NEAR_EDGE), np.uint8)
    high, wide = inner.shape
    count, _, facts, _ = cv2.connectedComponentsWithStats(inner)
    left, top, across, down, area = facts[1:count].T
    whole = (left > 0) & (top > 0) & (left + across < wide) & (top + down < high)
    return int((whole & (area >= _LEAST_STROKE)).sum())


def bears_nothing(flat: Gray) -> bool:
    """Whether it is blank."""
    return marked_share(marked(flat)) < MOST_MARKED


def _within(found: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    high, wide = found.shape
    off_x, off_y = round(wide * share), round(high * share)
    return found[off_y : high - off_y, off_x : wide - off_x]
