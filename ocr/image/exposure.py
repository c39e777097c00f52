"""Measures how light the paper is and how dark the ink stands on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.image.levels import level_at, level_counts
from ocr.image.view import PageView

_LEAST_INK = 27
# Where ink that covers so much of the page, some words, is so many times as dark as the rest, the
# rest is what shines through; a page that is pale is so as a whole.
_FEW_WORDS = 0.0005
_TWICE = 1.8
# Coloured ink is light in one channel at least.
_GRAY_SHARE = 0.2
_CORE = 0.6
_BURNT = 253
# A side on which more than a speck is so light was lit, whatever its paper: night photographs and
# white writing on black.
_LIT = 155
_LIT_SHARE = 0.004
# Paper is even: so much of a side is within so much of its tone. A dark photograph is not.
_EVEN_SHARE = 0.5
_EVEN = 0.15
_EVEN_STEP = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Exposure:
    """All from 0 to 1. `brightness` is the luminance of the paper, `lightest` its lightest
    channel (high on coloured paper, low only when light is missing), `contrast` the darkness of
    the ink against its paper (0 on an empty page), `burnt` the share of pixels at full white.
    `lit` is a dark side that was lit all the same: something on it is light, or it has no paper
    to judge by. `coloured`: there is no ink but coloured ink, of seals and pens."""

    brightness: float
    lightest: float
    contrast: float
    burnt: float
    lit: bool = False
    coloured: bool = False


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
    grays = level_counts(view.black[y0:y1:4, x0:x1])
    dark = level_at(grays, 1 - _FEW_WORDS) / 255
    if known and dark > _TWICE * contrast:
        contrast = dark
    sample = np.ascontiguousarray(view.work[y0:y1:8, x0:x1])
    white = cv2.inRange(sample, (_BURNT,) * 3, (255,) * 3)
    burnt = cv2.countNonZero(white) / max(1, white.size)
    return Exposure(
        brightness=view.brightness,
        lightest=max(view.paper) / 255,
        contrast=contrast,
        burnt=burnt,
        lit=_is_lit(sample, max(view.paper)),
        coloured=_is_coloured(counts, grays, contrast),
    )


def _is_coloured(counts: NDArray[np.float64], grays: NDArray[np.float64], contrast: float) -> bool:
    """Whether what is as good as dark in its darkest channel (`counts` of levels) is lighter in
    its lightest one (`grays`)."""
    core = max(_LEAST_INK, round(_CORE * contrast * 255))
    return float(grays[core:].sum()) < _GRAY_SHARE * float(counts[core:].sum())


def _is_lit(sample: NDArray[np.uint8], paper: float) -> bool:
    """Whether a side is dark by itself and not for want of light; `paper` is its lightest channel.

    Both shares hold for under-exposed pages of text at any tilt and in uneven light.
    """
    blue, green, red = cv2.split(sample)
    brightest = np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)
    counts = level_counts(brightest)
    whole = max(1.0, float(counts.sum()))
    reach = _EVEN_STEP + _EVEN * paper
    even = counts[max(0, round(paper - reach)) : round(paper + reach) + 1]
    return bool(counts[_LIT:].sum() > _LIT_SHARE * whole or float(even.sum()) < _EVEN_SHARE * whole)
