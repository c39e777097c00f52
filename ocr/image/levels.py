"""Shares of the pixels of a plane by how dark they are, from the counts of its 256 levels, and
medians of a few values."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def level_counts(plane: NDArray[Any], mask: NDArray[Any] | None = None) -> NDArray[np.float64]:
    """How many pixels there are of every level from 0 to 255, where `mask` is set."""
    counts = cv2.calcHist([plane], [0], mask, [256], [0, 256])
    return np.asarray(counts, dtype=np.float64).reshape(-1)


def level_at(counts: NDArray[Any], share: float) -> int:
    """The level up to which this share of the pixels lies, counted from the first of `counts`."""
    whole = np.cumsum(counts)
    return int(np.searchsorted(whole, share * float(whole[-1])))


def median_of(values: NDArray[np.floating[Any]]) -> float:
    """The median, as numpy's own, which takes several times as long for a few hundred values."""
    upper = values.size // 2
    lower = upper if values.size % 2 else upper - 1
    ordered = np.partition(values, (lower, upper))
    return float(ordered[lower : upper + 1].mean())
