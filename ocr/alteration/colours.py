"""The name of an ink, where one of two pictures has no colour to tell it by."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ocr.alteration.differences import ADDED, DARK, MISSING, RED, UNKNOWN, Difference
from ocr.alteration.planes import Pixels, darkness

# Channels of a picture in colour differ by so much somewhere, be it by the tint of the paper.
_TINT = 3
_TINTED_SHARE = 0.02
# Hundredths: what counts as a mark, and how much more of the green it takes away than of the red.
_MARK = 20.0
_REDDER = 12.0
# Share of the marks of a place that must be red.
_MOSTLY = 0.5


def in_colour(pixels: Pixels) -> bool:
    """Whether a picture (blue, green, red) has colours at all."""
    small = pixels[::4, ::4]
    spread = small.max(axis=2) - small.min(axis=2)
    return float((spread >= _TINT).mean()) > _TINTED_SHARE


def named(place: Difference, side: Pixels, paper: Pixels) -> Difference:
    """The place with the ink that the picture shows which has it; unknown where that picture, or
    of a change one of both, is gray."""
    having = {ADDED: (paper,), MISSING: (side,)}.get(place.kind, (side, paper))
    if not all(in_colour(pixels) for pixels in having):
        return replace(place, ink=UNKNOWN)
    red = any(_is_red(pixels, place) for pixels in having)
    return replace(place, ink=RED if red else DARK)


def _is_red(pixels: Pixels, place: Difference) -> bool:
    x0, y0, x1, y1 = place.box
    # With its surroundings, or there is no paper to hold it against.
    around = 40
    part = np.ascontiguousarray(
        pixels[max(0, y0 - around) : y1 + around, max(0, x0 - around) : x1 + around]
    )
    green, red = (darkness(np.ascontiguousarray(part[..., axis])) for axis in (1, 2))
    top, left = y0 - max(0, y0 - around), x0 - max(0, x0 - around)
    inside = (slice(top, top + y1 - y0), slice(left, left + x1 - x0))
    marks = green[inside] > _MARK
    # Scanners smear colour.
    redder = cv2.blur(green - red, (3, 3))[inside] > _REDDER
    return bool(marks.any()) and float(redder[marks].mean()) > _MOSTLY
