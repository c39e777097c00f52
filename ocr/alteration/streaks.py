"""Dirt on the glass of a feeder: straight lines from one edge of the picture to the other."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.alteration.planes import Mask, Pixels, Reals, darkness

# Rows are averaged by so many, which leaves a line and takes grain away.
_BAND = 16
# A line is dark in all but this share of its bands: no rule of a form runs into both margins.
_GAPS = 5.0
_AROUND = 31
# Hundredths darker than the columns beside it.
_LEAST = 4.0
_REACH = np.ones(5, np.uint8)


def streaks(pixels: Pixels) -> Mask:
    """Where lines run through a whole picture (blue, green, red), down or across."""
    # Of one covered lamp only one colour tells.
    darkest = np.asarray(pixels.min(axis=2), np.uint8)
    plane = darkness(darkest)
    down, across = _columns(plane), _columns(np.ascontiguousarray(plane.T))
    return np.asarray(down[None, :] | across[:, None], np.bool_)


def _columns(plane: Reals) -> Mask:
    high, wide = plane.shape
    bands = cv2.resize(plane, (wide, max(1, high // _BAND)), interpolation=cv2.INTER_AREA)
    least = np.percentile(bands, _GAPS, axis=0).astype(np.float32)
    padded = np.pad(least, _AROUND // 2, mode="edge")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, _AROUND), axis=1)
    found = (least - usual > _LEAST).astype(np.uint8)
    return np.asarray(cv2.dilate(found[None, :], _REACH[None, :])[0] > 0, np.bool_)
