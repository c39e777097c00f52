"""Smaller copies of a side for what needs no more than a few pixels per millimetre."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import PageView
from ocr.shrinking import halved

Pixels = NDArray[np.uint8]

# How far below the pace asked for a copy may stay, as a share of it: the usual working resolution
# is no whole multiple of a round number of pixels per millimetre.
_SLACK = 0.1


def shrink_factor(view: PageView, pace: float) -> int:
    """The whole number by which working pixels are shrunk to come near to `pace` pixels per
    millimetre; 1 when they are no finer."""
    return max(1, int(view.millimetres(1.0) / pace + _SLACK))


def shrunk(pixels: Pixels, factor: int) -> Pixels:
    """The picture at 1 / `factor` of its size, every pixel the mean of those it stands for.

    What is left over at the right and at the lower edge is dropped: averaging over whole pixels
    takes a tenth of the time that any other factor takes.
    """
    while factor % 2 == 0:
        # The fastest of all.
        pixels = halved(pixels)
        factor //= 2
    if factor == 1:
        return pixels
    high, wide = max(1, pixels.shape[0] // factor), max(1, pixels.shape[1] // factor)
    whole = pixels[: high * factor, : wide * factor]
    return np.asarray(cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def shrunk_work(view: PageView, factor: int) -> Pixels:
    """The colours of the page at 1 / `factor` of their size."""
    if factor % 4 == 0:
        return shrunk(view.quarter, factor // 4)
    return shrunk(view.half, factor // 2) if factor % 2 == 0 else shrunk(view.work, factor)
