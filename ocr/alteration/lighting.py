"""Two small parts of pages made as dark as each other, where light falls off from one side to the
other: at the rim of a mirrored lamp the ink of a row pales from character to character."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.alteration.planes import Mask, Reals

# Hundredths of full ink: what is taken for the same ink on both, however pale it is on one.
_SAME_INK = 8.0
_FEWEST = 30
_ROUNDS = 4
# A pixel whose darkness is so far from what the light of its surroundings says (natural logarithm)
# weighs half: it is altered, or blurred.
_HALF_OFF = 0.15
# Light makes ink paler by no more; what remains of erased ink is no effect of light.
_MOST = 1.2
_RIDGE = 3e-3
_NEAR = np.ones((3, 3), np.uint8)


def lit_alike(one: Reals, other: Reals, usable: Mask) -> Reals:
    """`other` (hundredths of full ink, as `one`) with its ink as dark as that of `one`, by a light
    that changes smoothly over the part; as it is where they share too little ink."""
    # The middles of strokes: their edges differ by blur.
    peaks = [cv2.dilate(plane, _NEAR) for plane in (one, other)]
    shared = (np.minimum(*peaks) > _SAME_INK) & (np.maximum(one, other) > _SAME_INK) & usable
    rows, columns = np.nonzero(shared)
    if len(rows) < _FEWEST:
        return other
    ratio = np.log(peaks[0][shared] / peaks[1][shared]).astype(np.float64)
    high, wide = one.shape
    terms = _terms(columns, rows, wide, high)
    known = np.minimum(peaks[0], peaks[1])[shared].astype(np.float64)
    weights, solved = known, np.zeros(terms.shape[1])
    for _ in range(_ROUNDS):
        weighted = terms * weights[:, None]
        ridge = _RIDGE * weights.sum() * np.eye(terms.shape[1])
        solved = np.linalg.solve(weighted.T @ terms + ridge, weighted.T @ ratio)
        weights = known / (1 + ((ratio - terms @ solved) / _HALF_OFF) ** 2)
    across, down = np.meshgrid(np.arange(wide), np.arange(high))
    light = _terms(across.ravel(), down.ravel(), wide, high) @ solved
    gain = np.exp(np.clip(light, -_MOST, _MOST)).reshape(high, wide)
    return np.asarray(np.minimum(other * gain, 100), np.float32)


def _terms(x: NDArray[np.intp], y: NDArray[np.intp], wide: int, high: int) -> NDArray[np.float64]:
    across, down = 2 * x / wide - 1, 2 * y / high - 1
    return np.stack([np.ones(len(x)), across, down, across**2, across * down, down**2], axis=1)
