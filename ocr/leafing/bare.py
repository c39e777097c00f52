"""Whether a leaf bears anything at all, told in the same way of a scan and of a frame."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.laying.points import Gray, Reals
from ocr.leafing.registration import marks, solid

# What is looked at lies so far (share) inside the edges, where no finger reaches and no curl hides.
_INSIDE = 0.12
# Darkness (hundredths of the paper) of a mark; the other face shines through more weakly.
_MARK = 20.0
MOST_MARKED = 0.0015
# Signatures stand nearer to the edges than that; nothing is told by what reaches over them.
_NEAR_EDGE = 0.04
_LEAST_STROKE = 6


def marks_on(flat: Gray) -> Reals:
    """How dark the marks of an upright leaf are that may be writing."""
    plain = marks(flat)
    seen = cv2.GaussianBlur(plain, (0, 0), 1.2)
    seen = seen - cv2.GaussianBlur(seen, (0, 0), 15)
    return np.asarray(np.where(solid(plain), 0, seen), np.float32)


def marked_share(found: Reals) -> float:
    """The share of the inner part of a leaf that bears marks (0 to 1)."""
    return float((_within(found, _INSIDE) > _MARK).mean())


def strokes(found: Reals) -> int:
    """How many marks stand by themselves on a leaf, but for its rim."""
    inner = np.ascontiguousarray(_within(found, _NEAR_EDGE) > _MARK, np.uint8)
    high, wide = inner.shape
    count, _, facts, _ = cv2.connectedComponentsWithStats(inner)
    left, top, across, down, area = facts[1:count].T
    whole = (left > 0) & (top > 0) & (left + across < wide) & (top + down < high)
    return int((whole & (area >= _LEAST_STROKE)).sum())


def bears_nothing(flat: Gray) -> bool:
    """Whether it is blank."""
    return marked_share(marks_on(flat)) < MOST_MARKED


def _within(found: Reals, share: float) -> Reals:
    high, wide = found.shape
    off_x, off_y = round(wide * share), round(high * share)
    return found[off_y : high - off_y, off_x : wide - off_x]
