"""Measures how light the paper is and how dark the ink stands on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.image.levels import level_at, level_counts
from ocr.image.view import PageView

_LEAST_INK = 27
_BURNT = 253


@dataclass(frozen=True, kw_only=True, slots=True)
class Exposure:
    """All from 0 to 1. `brightness` is the luminance of the paper, `lightest` its lightest
    channel (high on coloured paper, low only when light is missing), `contrast` the darkness of
    the ink against its paper (0 on an empty page), `burnt` the share of pixels at full white."""

    brightness: float
    lightest: float
    contrast: float
    burnt: float


def measure_exposure(view: PageView, inner: tuple[int, int, int, int]) -> Exposure:
    """Exposure of the page inside `inner` (x0, y0, x1, y1 in working pixels)."""
    x0, y0, x1, y1 = inner
    # Every fourth row says the same.
    rows = np.ascontiguousarray(view.ink[y0:y1:4, x0:x1])
    counts = level_counts(rows)
    marks = counts[_LEAST_INK:]
    # The core of the strokes: their edges are mixed with paper by the sampling.
    known = float(marks.sum()) > 0.0005 * float(counts.sum())
    contrast = (_LEAST_INK + level_at(marks, 0.9)) / 255 if known else 0.0
    sample = np.ascontiguousarray(view.work[y0:y1:8, x0:x1])
    white = cv2.inRange(sample, (_BURNT,) * 3, (255,) * 3)
    burnt = cv2.countNonZero(white) / max(1, white.size)
    return Exposure(
        brightness=view.brightness,
        lightest=max(view.paper) / 255,
        contrast=contrast,
        burnt=burnt,
    )
