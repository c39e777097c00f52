"""Measures how light the paper is and how dark the ink stands on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocr.image.view import PageView


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
    ink = view.ink[y0:y1, x0:x1]
    marks = ink[ink > 26]
    # The core of the strokes: their edges are mixed with paper by the sampling.
    contrast = float(np.percentile(marks, 90)) / 255 if marks.size > 0.0005 * ink.size else 0.0
    sample = view.work[y0:y1:4, x0:x1:4]
    burnt = float(np.count_nonzero(sample.min(axis=2) >= 253)) / max(1, sample[:, :, 0].size)
    return Exposure(
        brightness=view.brightness,
        lightest=max(view.paper) / 255,
        contrast=contrast,
        burnt=burnt,
    )
