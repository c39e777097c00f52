"""Whose mark a picture bears: the patterns of all issues held against what was measured.

The signs of a pattern are independent and even. For one that has nothing to do with the picture,
the sum of measured movements under its signs passes z root sums of squares with a probability of
at most exp(-z^2 / 2), whatever was measured (W. Hoeffding, Probability inequalities for sums of
bounded random variables, 1963, theorem 2). So the level of false alarms needs no calibration and
no assumption about camera, paper or noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocr.tracing.pattern import REACH, signs_of
from ocr.tracing.residual import Residual

# A block that seems to have moved farther was mistaken for another: it counts no more than this.
_MOST = 2.0


def evidence_of(residual: Residual, rows: int, columns: int) -> NDArray[np.float64]:
    """For each node and axis (rows x columns x 2) how far the blocks around it moved in all, each
    with its share in the node."""
    gathered = np.zeros((rows, columns, 2), np.float64)
    if not len(residual.places):
        return gathered
    moved = np.clip(residual.moved, -_MOST * REACH, _MOST * REACH) * residual.weights[:, None]
    at = residual.places * (columns - 1, rows - 1)
    first = np.minimum(np.floor(at).astype(np.intp), (columns - 2, rows - 2))
    part = at - first
    for down in (0, 1):
        for across in (0, 1):
            share = np.abs(1 - across - part[:, 0]) * np.abs(1 - down - part[:, 1])
            nodes = (first[:, 1] + down, first[:, 0] + across)
            np.add.at(gathered, nodes, moved * share[:, None])
    return gathered


def strengths(evidence: NDArray[np.float64], keys: Sequence[str]) -> list[float]:
    """How many root sums of squares each key's pattern explains."""
    rows, columns = evidence.shape[:2]
    size = math.sqrt(float(np.square(evidence).sum()))
    if size <= 0:
        return [0.0] * len(keys)
    return [float((signs_of(key, rows, columns) * evidence).sum()) / size for key in keys]
