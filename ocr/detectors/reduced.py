"""Smaller copies of a side for what needs no more than a few pixels per millimetre."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.view import PageView

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
    while factor > 1:
        # Halving is the fastest of all.
        step = 2 if factor % 2 == 0 else factor
        high, wide = max(1, pixels.shape[0] // step), max(1, pixels.shape[1] // step)
        whole = pixels[: high * step, : wide * step]
        reduced = cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA)
        pixels = np.asarray(reduced, dtype=np.uint8)
        factor //= step
    return pixels


def shrunk_work(view: PageView, factor: int) -> Pixels:
    """The colours of the page at 1 / `factor` of their size."""
    return shrunk(view.half, factor // 2) if factor % 2 == 0 else shrunk(view.work, factor)
